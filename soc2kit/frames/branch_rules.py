"""Frames of what protects default branches, of how rulesets changed, and of how pushes were judged by them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from ..branch_protection.layers import effective, layers_of
from ..branch_protection.versions import history_whole, version_rows
from ..period import parse_moment

Pages = list[dict[str, Any]]
Row = Mapping[str, Any]
#: What holds on a branch at a moment; the columns that a later moment is compared by.
HOLDS = (
    "required_approvals number, requires_pull_request flag, dismisses_stale flag, last_push_approval flag,"
    " code_owner_review flag, up_to_date_required flag, required_checks list, required_workflows list,"
    " force_push_blocked flag, deletion_blocked flag, bypass_actors list, bypass_waives list,"
    " bypass_hidden list, bypass_together list"
)
RULES = (
    f"repository text, branch text, {HOLDS}, classic flag, ruled_by_ruleset flag, enforced_for_admins flag?,"
    " sources list, ruleset_ids list, history_whole flag"
)
VERSIONS = (
    "repository text, ruleset text, version number, changed_at time, changed_by text?, what text, branch text,"
    f" {HOLDS}, unclear text?"
)
_HEADS = "refs/heads/"


def branch_rules(pages: Pages, record: Mapping[str, Any]) -> Iterator[Row]:
    """The rules in force on each default branch: classic protection and rulesets together, the stricter one counts."""
    for page in pages:
        answer = page["answer"]
        layers = layers_of(answer)
        whole = effective(layers)
        protection = answer["protection"]
        yield {
            "repository": answer["repository"],
            "branch": answer["branch"],
            **whole.row(),
            "classic": protection is not None,
            "ruled_by_ruleset": any(layer.name != "classic" for layer in layers),
            "enforced_for_admins": None if protection is None else protection.get("enforce_admins", {}).get("enabled"),
            "sources": list(whole.sources),
            "ruleset_ids": sorted({str(rule.get("ruleset_id")) for rule in answer["rules"]}),
            "history_whole": history_whole(answer) if "history" in answer else False,
        }


def ruleset_history(pages: Pages, record: Mapping[str, Any]) -> Iterator[Row]:
    """Every version of a ruleset that the answer has, with what held on the branch from then on."""
    for page in pages:
        yield from version_rows(page["answer"])


def ruleset_versions(frames: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Each version once, by the first snapshot that shows it: the nearest to what classic protection was then."""
    history = frames["ruleset_history"].sort_values(["snapshot_at", "changed_at"], kind="stable")
    return history.drop_duplicates(["repository", "ruleset", "version"], ignore_index=True)


def rule_suites(pages: Pages, record: Mapping[str, Any]) -> Iterator[Row]:
    """One row for each push that the rules refused, or that somebody made past them, inside the file's time."""
    start, end = (parse_moment(record["effective"][edge]) for edge in ("start", "end"))
    for page in pages:
        for suite in page["answer"]:
            if not suite["ref"].startswith(_HEADS) or not start <= parse_moment(suite["pushed_at"]) < end:
                continue
            yield {
                "suite": f"{page['parameters']['repository']}/rule-suites/{suite['id']}",
                "repository": page["parameters"]["repository"],
                "branch": suite["ref"].removeprefix(_HEADS),
                "occurred_at": suite["pushed_at"],
                "actor": suite.get("actor_name"),
                "before": suite.get("before_sha"),
                "after": suite.get("after_sha"),
                "result": suite["result"],
            }
