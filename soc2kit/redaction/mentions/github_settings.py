"""Who is named in the history of rulesets and in rule suites."""

from __future__ import annotations

from collections.abc import Iterator

from ...evidence import Record
from .github import people
from .model import Mention, Pages


def branch_rules(pages: Pages, record: Record) -> Iterator[Mention]:
    """Who may pass rules by, and who changed a ruleset: of the latter GitHub gives the number alone."""
    for page in pages:
        for one in page["answer"].get("history", ()):
            for version in one["versions"] or ():
                actor = version["actor"]
                if actor.get("type", "User") == "User" and actor.get("id") is not None:
                    yield Mention("actor", f"User:{actor['id']}")
    yield from people(pages, record)


def rule_suites(pages: Pages, record: Record) -> Iterator[Mention]:
    """Who pushed; an app bears the mark of a bot."""
    for page in pages:
        for suite in page["answer"]:
            name = suite.get("actor_name")
            if isinstance(name, str) and name:
                yield Mention("account", name, "github", False if name.endswith("[bot]") else None)
    yield from people(pages, record)
