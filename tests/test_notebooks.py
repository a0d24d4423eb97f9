"""The notebooks as committed: stripped, parameterised, narrative first, and without logic."""

import ast
from pathlib import Path

import nbformat
import pytest

from soc2kit.reporting import parameters

NOTEBOOKS = sorted((Path(__file__).parents[1] / "notebooks").glob("*.ipynb"))
LOOPS = (ast.For, ast.While, ast.ListComp, ast.DictComp, ast.GeneratorExp)
LOGIC = (ast.FunctionDef, ast.If, ast.Lambda, ast.IfExp, *LOOPS)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_is_a_workpaper(path: Path) -> None:
    notebook = nbformat.read(path, as_version=4)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert notebook.metadata.kernelspec.name == "python3"
    assert notebook.cells[0].cell_type == "markdown"
    assert notebook.cells[0].source.startswith("# ")
    assert list(parameters.defaults(path.name, notebook)) == ["workspace", "period", "as_of", "report_type"]
    assert all(not cell.outputs and cell.execution_count is None for cell in code)
    for cell in code:
        assert 1 <= len(cell.source.splitlines()) <= 6
        assert not [node for node in ast.walk(ast.parse(cell.source)) if isinstance(node, LOGIC)]
        assert not [word for word in (".merge(", ".filter(", ".query(") if word in cell.source]
