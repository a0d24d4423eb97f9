"""What protected default branches over time: each column weaker by itself, versions between snapshots, and gaps."""

# ruff: noqa: E501

from __future__ import annotations

import re

import pandas as pd
import pytest
from text_tables import Scenario, judge

from soc2kit.checks.branch_settings_history import WEAKER
from soc2kit.frames import branch_rules
from soc2kit.frames.schema import columns
from soc2kit.parameters import Parameters

#: A strong state; each row of a table says what is different.
STRONG = {
    "required_approvals": "2", "requires_pull_request": "yes", "dismisses_stale": "yes", "last_push_approval": "yes",
    "code_owner_review": "yes", "up_to_date_required": "yes", "required_checks": "a,b", "required_workflows": "ci.yml",
    "force_push_blocked": "yes", "deletion_blocked": "yes", "bypass_waives": "Team:7_deletion_blocked", "bypass_hidden": "[]",
}  # fmt: skip
NOTHING = {name: "no" if value == "yes" else "[]" for name, value in STRONG.items()} | {"required_approvals": "0"}
SNAPSHOT = {"sources": "classic", "ruleset_ids": "[]", "history_whole": "no"}
BY_RULESETS = "sources=ruleset_a|ruleset_ids=1|history_whole=yes"


def table(rows: str, time: str, **more: str) -> str:
    """Rows of repository, time, what is different from the strong state, and what is expected."""
    found = []
    for line in rows.strip().splitlines():
        repository, moment, different, expect = line.split(maxsplit=3)
        state = dict(NOTHING if different.startswith("nothing") else STRONG) | more
        for change in () if different in ("strong", "nothing") else different.removeprefix("nothing|").split("|"):
            name, _, value = change.partition("=")
            state[name] = value
        state["bypass_waives"] = re.sub(r"(:\d)_", r"\1 ", state["bypass_waives"])
        found.append({"repository": repository, time: moment, **state, "expect": expect})
    names = list(found[0])
    return "\n".join("  ".join(row) for row in [names, *([row[name] for name in names] for row in found)])


def scenario(rows: str, versions: str = "", parameters: Parameters | None = None) -> Scenario:
    snapshots = table(rows, "snapshot_at", **SNAPSHOT)
    tables = {"branch_rules": snapshots}
    expected = [line.split(maxsplit=3) for line in rows.strip().splitlines()]
    # Versions are rows of the population, too.
    made = (
        table(versions, "changed_at", ruleset="set a", what="x", unclear="NA", changed_by="User:5") if versions else ""
    )
    if made:
        header, *lines = made.splitlines()
        made = "\n".join([f"{header}  version", *(f"{line}  {number}" for number, line in enumerate(lines, 1))])
        tables["ruleset_versions"] = made
        expected += [line.split(maxsplit=3) for line in versions.strip().splitlines()]
    tables["expected"] = "\n".join(["key  at  expect", *(f"{one[0]}  {one[1]}  {one[3]}" for one in expected)])
    return Scenario("GH-BR-05", "expected", "{key}", "at", tables, parameters or Parameters())


SCENARIOS = (
    # Each column by itself, and the same change the other way round.
    scenario("""
        approvals      2026-01-10  strong                       ok
        approvals      2026-02-10  required_approvals=1         required approvals 2 → 1: between 2026-01-10 00:00 UTC and 2026-02-10 00:00 UTC
        approvals      2026-03-10  strong                       ok
        request        2026-01-10  strong                       ok
        request        2026-02-10  requires_pull_request=no     no pull request required any more
        stale          2026-01-10  strong                       ok
        stale          2026-02-10  dismisses_stale=no           stale approvals no longer dismissed
        last-push      2026-01-10  strong                       ok
        last-push      2026-02-10  last_push_approval=no        the last push no longer needs
        owners         2026-01-10  strong                       ok
        owners         2026-02-10  code_owner_review=no         code owners need no longer review
        strict         2026-01-10  strong                       ok
        strict         2026-02-10  up_to_date_required=no       no longer be up to date
        checks         2026-01-10  strong                       ok
        checks         2026-02-10  required_checks=a,c          required checks no longer: b
        more-checks    2026-01-10  strong                       ok
        more-checks    2026-02-10  required_checks=a,b,c        ok
        workflows      2026-01-10  strong                       ok
        workflows      2026-02-10  required_workflows=[]        required workflows no longer: ci.yml
        force          2026-01-10  strong                       ok
        force          2026-02-10  force_push_blocked=no        force pushes possible
        deletion       2026-01-10  strong                       ok
        deletion       2026-02-10  deletion_blocked=no          the branch can be deleted
        bypass         2026-01-10  strong                       ok
        bypass         2026-02-10  bypass_waives=Team:7_deletion_blocked,Team:8_deletion_blocked  may bypass now: Team:8
        fewer-bypass   2026-01-10  strong                       ok
        fewer-bypass   2026-02-10  bypass_waives=[]             ok
        more-to-bypass 2026-01-10  strong                       ok
        more-to-bypass 2026-02-10  bypass_waives=Team:7_deletion_blocked,Team:7_required_checks  may bypass now: Team:7
        nothing-held   2026-01-10  required_workflows=[]        ok
        nothing-held   2026-02-10  bypass_waives=Team:7_deletion_blocked,Team:7_required_workflows  ok
        two-at-once    2026-01-10  strong                       ok
        two-at-once    2026-02-10  deletion_blocked=no|force_push_blocked=no  force pushes possible; the branch can be deleted
        stronger       2026-01-10  nothing                      ok
        stronger       2026-02-10  strong                       ok
    """),
    # Before the window nothing is tested, and the window's first row is held against what came before it.
    scenario("""
        known-before   2025-12-20  strong                       out
        known-before   2026-01-10  deletion_blocked=no          the branch can be deleted: between 2025-12-20
        after          2026-03-31  strong                       ok
        after          2026-04-01  deletion_blocked=no          out
    """),
    # A repository that was there from the beginning without rules is for GH-BR-01; one that is new needs rules at once.
    scenario("""
        old            2026-01-10  nothing|sources=[]           ok
        old            2026-02-10  nothing|sources=[]           ok
        new            2026-02-10  nothing|sources=[]           new since the snapshot before has no rules
        new            2026-03-10  strong                       ok
        new-and-ruled  2026-02-10  strong                       ok
    """),
    # The gap is at its limit on the 35th day.
    scenario("""
        at-limit       2026-01-10  strong                       ok
        at-limit       2026-02-14  strong                       ok
        over           2026-01-10  strong                       ok
        over           2026-02-15  strong                       untold: no snapshot between 2026-01-10 00:00 UTC and 2026-02-15 00:00 UTC: 36 days, limit 35
        over-and-weak  2026-01-10  strong                       ok
        over-and-weak  2026-02-15  deletion_blocked=no          the branch can be deleted
    """),
    scenario("""
        shorter        2026-01-10  strong                       ok
        shorter        2026-01-25  strong                       untold: limit 14
    """, parameters=Parameters(snapshot_max_age_days=14)),
    # Versions of rulesets tell of a gap, if nothing else protects the branch, none is kept back, and none was replaced.
    scenario(f"""
        told           2026-01-10  {BY_RULESETS}                ok
        told           2026-02-20  {BY_RULESETS}                ok
        kept-back      2026-01-10  {BY_RULESETS}                ok
        kept-back      2026-02-20  {BY_RULESETS}|history_whole=no  untold: 41 days
        replaced       2026-01-10  {BY_RULESETS}                ok
        replaced       2026-02-20  {BY_RULESETS}|ruleset_ids=2  untold: 41 days
        was-classic    2026-01-10  {BY_RULESETS}|sources=classic  ok
        was-classic    2026-02-20  {BY_RULESETS}                untold: 41 days
    """),
    # Off for a day between two snapshots: a version says the very moment.
    scenario("""
        night          2026-01-10  strong                       ok
        night          2026-02-10  strong                       ok
        same-time      2026-02-10  strong                       ok
        gone           2026-01-10  strong                       ok
    """, """
        night          2026-01-20  deletion_blocked=no          the branch can be deleted: since 2026-01-20 00:00 UTC, set a version 1 by User:5
        night          2026-01-21  strong                       ok
        first          2026-01-20  nothing                      out
        same-time      2026-01-20  strong                       ok
        same-time      2026-02-01  unclear=its_conditions       untold: its_conditions
        gone           2026-01-20  changed_by=NA|force_push_blocked=no  set a version 6
    """),
    # Who may bypass, hidden from the token of one collection.
    scenario("""
        hidden         2026-01-10  strong                       ok
        hidden         2026-02-10  bypass_hidden=a              untold: does not show who may bypass a
        hidden         2026-03-10  bypass_hidden=a              ok
        shown-again    2026-01-10  bypass_hidden=a              ok
        shown-again    2026-02-10  strong                       ok
        unread         2026-01-10  strong                       ok
        unread         2026-02-10  required_approvals=NA        untold: required_approvals could not be read
    """),
)  # fmt: skip


@pytest.mark.parametrize("number", range(len(SCENARIOS)))
def test_rows(number: int) -> None:
    judge(SCENARIOS[number])


def test_every_column_that_holds_can_become_weaker() -> None:
    held = {column.name for column in columns(branch_rules.HOLDS)}
    assert held - {name for name, _ in WEAKER} == {
        "bypass_actors", "bypass_waives", "bypass_hidden", "bypass_together",
    }  # fmt: skip


def test_a_table_says_weaker_of_no_two_equal_values() -> None:
    for name, judge_pair in WEAKER:
        for value in (0, 2, True, False, ["a"], [], pd.NA):
            kind = next(column.type for column in columns(branch_rules.HOLDS) if column.name == name)
            fits = isinstance(value, list) if kind == "list" else not isinstance(value, list)
            assert not fits or judge_pair(value, value) is None
