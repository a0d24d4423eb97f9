"""REST answers of the local GitHub on how branches moved."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from ..period import stamp
from .github_branches import updates
from .github_change_state import Repository
from .github_records import ByCursor, Problem, Records, identifier, node

BRANCH_ROUTES = {"/repos/<org>/<name>/activity": "activity"}
_REACHES = {"day": 1, "week": 7, "month": 30, "quarter": 90, "year": 365}
_PREFIX = "refs/heads/"


class BranchAnswers(Records):
    def _activity(self, repository: Repository, query: Mapping[str, str]) -> ByCursor:
        """Updates of branches, newest first, as far back as the period that is asked for reaches: at most a year."""
        which = (repository.name, query.get("time_period"), query.get("activity_type"), query.get("ref"),
                 query.get("direction"))  # fmt: skip
        kept: dict[Any, ByCursor] = self.__dict__.setdefault("feeds", {})
        if which not in kept:
            kept[which] = self._feed(repository, query)
        return kept[which]

    def _feed(self, repository: Repository, query: Mapping[str, str]) -> ByCursor:
        asked = query.get("time_period", "year")
        if asked not in _REACHES:
            raise Problem(422, f"Invalid time_period: {asked}")
        earliest = self.at - timedelta(days=_REACHES[asked])
        ref = query.get("ref", "").removeprefix(_PREFIX)
        found = []
        for number, update in enumerate(updates(repository), 1):
            kept = earliest <= update.at <= self.at and query.get("activity_type", update.kind) == update.kind
            if kept and ref in ("", update.branch):
                found.append(
                    {
                        "id": identifier(self.full_name(repository)) * 1_000_000 + number,
                        "node_id": node("PSH", f"{self.full_name(repository)}/{number}"),
                        "before": update.before,
                        "after": update.after,
                        "ref": f"{_PREFIX}{update.branch}",
                        "timestamp": stamp(update.at),
                        "activity_type": update.kind,
                        "actor": self.user(update.actor) if update.actor else None,
                    }
                )
        return ByCursor(found if query.get("direction") == "asc" else reversed(found))
