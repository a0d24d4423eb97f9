"""What makes a job one that tests, lints, checks types or looks for holes: the table in `job_kinds.yaml`."""

from __future__ import annotations

import re
from importlib.resources import files

import yaml

TABLE_TEXT = (files(__package__) / "job_kinds.yaml").read_text(encoding="utf-8")
_TABLE = yaml.load(TABLE_TEXT, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
TEST, LINT, TYPE_CHECK, SECURITY_SCAN = KINDS = ("test", "lint", "type-check", "security-scan")

#: Each kind with the words of a command; words starting with `-` are options that must be there.
COMMANDS = tuple((kind, tuple(text.split())) for kind in KINDS for text in _TABLE["kinds"][kind]["commands"])
ACTIONS = {name: kind for kind in KINDS for name in _TABLE["kinds"][kind]["actions"]}
TASKS = tuple(
    (kind, re.compile(rf"(?:^|[-_:.])(?:{pattern})(?:$|[-_:.])")) for kind, pattern in _TABLE["tasks"].items()
)
#: Task runners, and programs that only start another one, each with the words before the name of what is run.
TASK_RUNNERS = tuple(tuple(text.split()) for text in _TABLE["task_runners"])
STARTERS = tuple(tuple(text.split()) for text in _TABLE["starters"])


def of_task(name: str) -> str | None:
    return next((kind for kind, pattern in TASKS if pattern.search(name)), None)


def of_action(uses: str) -> str | None:
    """The kind of an action as a step names it (`owner/name/path@ref`)."""
    name = uses.partition("@")[0].lower()
    return next(
        (kind for known, kind in ACTIONS.items() if name == known or (known.endswith("/") and name.startswith(known))),
        None,
    )
