"""A notebook's parameters, read from the cell tagged `parameters`, and a check of the values given for them.

papermill runs a notebook with a parameter it does not have, or of the wrong type, and only logs a line.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any

from ..errors import UnknownParameter


def defaults(name: str, notebook: Any) -> dict[str, Any]:
    """Parameters with their default values, in the order of the cell."""
    cells = [cell for cell in notebook.cells if "parameters" in cell.get("metadata", {}).get("tags", [])]
    if len(cells) != 1:
        raise UnknownParameter(
            f"{name}: {len(cells)} cells are tagged 'parameters'; tag exactly one, the cell with the defaults"
        )
    try:
        statements = ast.parse(cells[0].source).body
    except SyntaxError as error:
        place = f"line {error.lineno}: {error.msg}"
        raise UnknownParameter(f"{name}: the parameters cell is not Python ({place}); correct it") from None
    return dict(_assignment(name, statement) for statement in statements)


def check(name: str, notebook: Any, given: Mapping[str, Any]) -> None:
    """Raise `UnknownParameter` unless `given` names exactly the notebook's parameters, each of its default's type."""
    known = defaults(name, notebook)
    for parameter, value in given.items():
        if parameter not in known:
            near = get_close_matches(parameter, known, n=1)
            hint = f"did you mean {near[0]!r}?" if near else f"it has {', '.join(known) or 'none'}"
            raise UnknownParameter(f"{name} has no parameter {parameter!r}; {hint}")
        default = known[parameter]
        if default is not None and type(value) is not type(default):
            raise UnknownParameter(
                f"{name}: parameter {parameter} is {value!r}, a {type(value).__name__};"
                f" its default {default!r} is a {type(default).__name__}. Give a {type(default).__name__}"
            )
    missing = [parameter for parameter in known if parameter not in given]
    if missing:
        raise UnknownParameter(
            f"{name} needs {', '.join(missing)}, which a run does not give; remove it from the parameters cell"
        )


def _assignment(name: str, statement: ast.stmt) -> tuple[str, Any]:
    if isinstance(statement, ast.AnnAssign):
        target: ast.expr = statement.target
    elif isinstance(statement, ast.Assign) and len(statement.targets) == 1:
        target = statement.targets[0]
    else:
        target = ast.Constant(None)
    value = getattr(statement, "value", None)
    if not isinstance(target, ast.Name) or value is None:
        raise UnknownParameter(f'{name}: the parameters cell may only hold lines such as name = "value"')
    try:
        return target.id, ast.literal_eval(value)
    except ValueError:
        raise UnknownParameter(
            f"{name}: the default of {target.id} is {ast.unparse(value)}, not a literal; write the value itself"
        ) from None
