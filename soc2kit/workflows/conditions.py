"""When a job runs: on every pull request to the default branch, on some of them, or never."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Literal

from .loading import Workflow, texts

#: Events of a pull request; the second runs with the rights of the base repository.
PULL_REQUEST_EVENTS = ("pull_request", "pull_request_target")
_ALWAYS = re.compile(
    r"always\(\)|success\(\)|! ?cancelled\(\)|true|github\.event_name == 'pull_request(_target)?'"
    r"|github\.event_name != '(push|schedule|workflow_dispatch|release)'"
)
_NEVER = re.compile(
    r"false|github\.event_name == '(push|schedule|workflow_dispatch|release|workflow_run|merge_group)'"
    r"|github\.event_name != 'pull_request'|github\.ref(_name)? == '[^']*'|startsWith\(github\.ref, 'refs/tags/[^']*'\)"
)
_DEFAULT_TYPES = {"opened", "synchronize", "reopened"}
When = Literal["always", "sometimes", "never"]


def condition(text: Any) -> When:
    """Whether an `if` lets something run on a pull request. What is not in the two tables above is `sometimes`."""
    if text is None or text is True:
        return "always"
    if text is False:
        return "never"
    plain = re.sub(r"\s+", " ", re.sub(r"^\s*\$\{\{(.*)\}\}\s*$", r"\1", str(text), flags=re.DOTALL)).strip()
    if "||" in plain:
        return "sometimes"
    parts = [part.strip() for part in plain.split("&&")]
    if any(_NEVER.fullmatch(part) for part in parts):
        return "never"
    return "always" if all(_ALWAYS.fullmatch(part) for part in parts) else "sometimes"


def on_pull_requests(workflow: Workflow, branch: str) -> tuple[When, list[str]]:
    """Whether a workflow starts for pull requests to `branch`, and in words what keeps it from starting for all."""
    limits: list[str] = []
    best: When = "never"
    for event in PULL_REQUEST_EVENTS:
        if event not in workflow.triggers:
            continue
        when, why = _trigger(workflow.triggers[event], branch)
        if when == "always":
            return "always", []
        if when == "sometimes":
            best = "sometimes"
        limits += why
    return best, limits


def _trigger(filters: Mapping[str, Any], branch: str) -> tuple[When, list[str]]:
    for key, wanted in (("branches", True), ("branches-ignore", False)):
        patterns = texts(filters.get(key))
        if key in filters and matches(patterns, branch) != wanted:
            return "never", [f"{key}: {', '.join(patterns)}"]
    limits = [f"{key}: {', '.join(texts(filters[key]))}" for key in ("paths", "paths-ignore") if key in filters]
    types = set(texts(filters.get("types"))) if "types" in filters else _DEFAULT_TYPES
    if not types >= {"opened", "synchronize"}:
        limits.append(f"types: {', '.join(sorted(types))}")
    return ("sometimes" if limits else "always"), limits


def matches(patterns: Sequence[str], name: str) -> bool:
    """GitHub's filter patterns: the last one that fits decides, and one with `!` takes away."""
    fits = False
    for pattern in patterns:
        taken_away = pattern.startswith("!")
        if re.fullmatch(_expression(pattern.removeprefix("!")), name):
            fits = not taken_away
    return fits


def _expression(pattern: str) -> str:
    """`**` is anything, `*` anything but a slash; `?`, `+` and `[]` say how the character before them is repeated."""
    pieces = re.findall(r"\*\*|\*|\[[\w^-]+\]|[?+]|.", pattern, flags=re.DOTALL)
    known = {"**": ".*", "*": "[^/]*", "?": "?", "+": "+"}
    made = ""
    for piece in pieces:
        # A quantifier needs something to repeat.
        quantifier = piece in "?+" and (not made or made[-1] in "?+*")
        made += (
            re.escape(piece)
            if quantifier or (piece not in known and not piece.startswith("["))
            else known.get(piece, piece)
        )
    return made
