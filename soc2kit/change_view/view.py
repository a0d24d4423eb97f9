"""What cells of the notebook of change management call."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd

from ..charts import Chart
from ..model import Assessment, Frame, Reconciliation, TestResult, Verdict
from ..tables import Column, Shown, facts, folded, paragraph, table
from . import charts, landings, lead_times
from .evidence import Source
from .landings import Counts
from .states import CHECKS, EXCEPTION, IN_ORDER, NO_STRATUM, NOT_TESTABLE, STATES, STRATA, each_change, judged, tally
from .states import with_months

AREA = "CH-"
#: Tests of which each row is a change or a commit.
ROW_TESTS = ("GH-PR-01", "GH-PR-06", "GH-PR-05", "GH-PR-03", "GH-PR-02", "GH-PR-04")
_NUMBERS = (
    Column("all", "Population", "number"),
    *(Column(state, state.capitalize(), "number") for state in STATES),
    Column("share", "In order, %", "number"),
)
_LISTED = (
    Column("key", "Change", "web"),
    Column("test", "Test"),
    Column("stratum", "Stratum"),
    Column("at", "At (UTC)"),
    Column("title", "Title", "words"),
    Column("author", "Author"),
)
_RECONCILED = (
    Column("title", "List ↔ second source"),
    Column("first", "In the list", "number"),
    Column("second", "In the second", "number"),
    Column("result", "Result", "wide"),
    Column("explained", "What to know", "words"),
)
_UNREAD = (
    Column("dataset", "Dataset"),
    Column("account", "Account"),
    Column("covers", "Covers"),
    Column("tried", "Tried (UTC)"),
    Column("why", "Why it could not be read", "words"),
)
_NAMES_SHOWN = 8


@dataclass(frozen=True)
class Changes:
    """Every change of the window. `source` gives the frames; the states are those of the assessment's tests."""

    assessment: Assessment
    source: Source

    def population(self) -> Shown:
        """How many pull requests and commits there were, and how each commit landed, by repository and month."""
        counts = self._counts
        if isinstance(counts, str):
            return paragraph(f"The population is not known. {counts}.", "note")
        shown = facts(self._population_facts(counts), "The population of changes") + landings.tables(counts)
        missing = [read for name in ("branch_landings", "branch_updates") if isinstance(read := self._read(name), str)]
        return sum((paragraph(f"{why}.", "note") for why in missing), start=shown)

    def landings_chart(self) -> Chart | Shown:
        counts = self._counts
        return paragraph(f"{counts}.", "note") if isinstance(counts, str) else charts.landings_by_month(counts)

    def reconciliations(self) -> Shown:
        """Each list of changes held against a second source, with the result in words."""
        items = {item.id: item for result in self._tests() for item in result.reconciliations}
        rows = [_reconciled(item) for item in items.values()]
        if not rows:
            return paragraph("Nothing was reconciled: that takes two sources, and evidence of both.", "note")
        return table(rows, _RECONCILED, "Lists of changes held against a second source", len(rows))

    def unread(self) -> Shown:
        """What could not be read: attempts that nothing made good, and what tests miss."""
        rows = self.source.unread("github")
        notes = dict.fromkeys(note for result in self._tests() for note in result.notes)
        shown = (
            table(rows, _UNREAD, "Attempts at GitHub that gave nothing", rest="the ledger has all of them")
            if rows
            else paragraph("Every attempt to read GitHub either gave all that it was asked for or was made good later.")
        )
        for note in notes:
            shown = shown + paragraph(note, "note")
        return shown

    def states(self) -> Shown:
        """In order, exception, not testable: of each stratum, over all its tests, then of each test."""
        rows = [_state_row({"stratum": stratum}, own) for stratum, own in self._by_stratum()]
        rows.append(_state_row({"stratum": "all changes"}, self._changes))
        shown = table(rows, (Column("stratum", "Stratum"), *_NUMBERS), "States of the changes, all their tests together")
        each = [self._test_row(check) for check in ROW_TESTS]
        columns = (Column("test", "Test"), Column("title", "Title", "words"), Column("rows", "A row is"), *_NUMBERS)
        return shown + table(each, columns, "States by test")

    def states_chart(self) -> Chart | Shown:
        if self._changes.empty:
            return _no_change()
        tallied = tally(with_months(self._changes, self._months), ["stratum", "month"])
        return charts.states_by_month(tallied, self._month_names, [name for name, _ in self._by_stratum()])

    def exceptions(self) -> Shown:
        """Every exception with its reason and a link to the change."""
        return self._listed(EXCEPTION, "Why it is an exception", "Exceptions", "No change is an exception.")

    def not_testable(self) -> Shown:
        """Every change of which evidence cannot tell whether it is in order, and why."""
        return self._listed(NOT_TESTABLE, "Why it cannot be tested", "Not testable", "No change is untestable.")

    def lead_times(self) -> Shown:
        """Median and 90th percentile of each step, for each repository. Hours."""
        times = self._lead_times
        if isinstance(times, str):
            return paragraph(f"Lead times are not known. {times}.", "note")
        if times.empty:
            return _no_change()
        deployments = self._deployments
        shown = lead_times.shown(lead_times.summary(times), not isinstance(deployments, str))
        return shown + paragraph(f"{deployments}.", "note") if isinstance(deployments, str) else shown

    def lead_times_chart(self) -> Chart | Shown:
        times = self._lead_times
        if isinstance(times, str) or times.empty:
            return paragraph(f"{times}.", "note") if isinstance(times, str) else _no_change()
        return charts.lead_time_bars(lead_times.summary(times))

    def coverage_chart(self, stratum: str = "people") -> Chart | Shown:
        """The changes of a stratum that its test of approval found in order, by repository and month."""
        tallied = self._coverage(stratum)
        return charts.coverage_matrix(tallied, self._month_names) if len(tallied) else _no_change(stratum)

    def coverage(self) -> Shown:
        """The numbers of the charts: for each stratum by month, and by repository and month."""
        columns = (Column("stratum", "Stratum"), Column("month", "Month"), *_NUMBERS)
        parts = [self._coverage(stratum).assign(stratum=stratum) for stratum in STRATA]
        both = [_numbers(row) for part in parts for row in part.to_dict("records")]
        if not both:
            return _no_change()
        summed = pd.concat([part for part in parts if len(part)])
        monthly = summed.groupby(["stratum", "month"], observed=True, sort=False)[[*STATES, "all"]].sum().reset_index()
        rows = [_numbers(row) for row in monthly.to_dict("records")]
        whole = table(both, (columns[0], Column("repository", "Repository"), *columns[1:]), "Review coverage", len(both))
        return table(rows, columns, "Review coverage by stratum and month", len(rows)) + folded(
            f"By stratum, repository and month: {len(both)} rows", whole
        )

    # What the views are made from, each once.

    @cached_property
    def _by_id(self) -> Mapping[str, TestResult]:
        return {result.check.id: result for result in self.assessment.tests}

    def _tests(self) -> Iterable[TestResult]:
        return [result for result in self.assessment.tests if result.check.control.startswith(AREA)]

    @cached_property
    def _changes(self) -> Frame:
        return each_change(self.assessment.tests)

    @cached_property
    def _months(self) -> Sequence[Any]:
        return list(self.assessment.calendar.parts(self.assessment.period, "month"))

    @property
    def _month_names(self) -> list[str]:
        return [month.name for month in self._months]

    def _read(self, name: str) -> Frame | str:
        return self.source.read(name)

    @cached_property
    def _counts(self) -> Counts | str:
        changes, commits, landed = (self._read(name) for name in ("changes", "commits", "branch_landings"))
        if isinstance(changes, str) or isinstance(commits, str):
            return "; ".join(read for read in (changes, commits) if isinstance(read, str))
        known = None if isinstance(landed, str) else landed
        return Counts(changes, commits, known, self.assessment.period, self._months)

    def _population_facts(self, counts: Counts) -> list[tuple[str, Any]]:
        merged, tested = counts.changes, self._changes
        outside = merged[~merged["change"].isin(tested["key"])]
        bases = ", ".join(f"{base}: {number}" for base, number in outside["base"].value_counts().sort_index().items())
        landed = self._read("branch_updates")
        pairs: list[tuple[str, Any]] = [
            ("Pull requests merged in the window", len(merged)),
            ("Of these tested as changes to a default branch", len(merged) - len(outside)),
            ("Outside the tests' populations, by base", f"{len(outside)} ({bases})" if len(outside) else 0),
            *((f"Stratum: {stratum}", len(own)) for stratum, own in self._by_stratum()),
            ("Repositories with a change", merged["repository"].nunique()),
            ("Commits on default branches, by first parents", counts.totals()["commits"]),
        ]
        if not isinstance(landed, str):
            inside = landed[self.assessment.period.contains(landed["occurred_at"]).fillna(False).astype(bool)]
            kinds = inside["kind"].value_counts().sort_index()
            pairs.append(("Moves of default branches", ", ".join(f"{kind} {n}" for kind, n in kinds.items()) or 0))
        return pairs

    def _by_stratum(self) -> list[tuple[str, Frame]]:
        """The strata, each of them even without a change; then what is in none, where there is any."""
        parts = [(name, self._changes[self._changes["stratum"] == name]) for name in (*STRATA, NO_STRATUM)]
        return [(name, own) for name, own in parts if name != NO_STRATUM or len(own)]

    def _test_row(self, check: str) -> Mapping[str, Any]:
        result = self._by_id.get(check)
        if result is None:
            return {"test": check, "title": "not a test of this assessment", "rows": "nothing", **_untold()}
        about = {"test": check, "title": result.check.title, "rows": "a change"}
        if check not in (*STRATA.values(), CHECKS):
            about["rows"] = "a commit" if check == "GH-PR-02" else "a bypass"
        if result.verdict is Verdict.NOT_TESTED and result.population.empty:
            return {**about, **_untold()}
        return _state_row(about, judged(result))

    def _listed(self, state: str, why: str, caption: str, none: str) -> Shown:
        found = [judged(self._by_id[check]).assign(test=check) for check in ROW_TESTS if check in self._by_id]
        rows = [frame[frame["state"] == state] for frame in found]
        kept = [frame for frame in rows if len(frame)]
        if not kept:
            return paragraph(none if any(len(frame) for frame in found) else "No change was tested.")
        strata = self._changes.set_index("key")["stratum"]
        urls = self._urls
        together = pd.concat(kept, ignore_index=True).sort_values(["at", "key", "test"], kind="stable")
        together = together.assign(
            stratum=together["key"].map(strata).fillna("none: not a pull request"), key_url=together["key"].map(urls)
        )
        columns = (*_LISTED, Column("why", why, "wide"))
        return table(_records(together.reindex(columns=[*(c.name for c in columns), "key_url"])), columns, caption)

    @cached_property
    def _urls(self) -> Mapping[str, str]:
        """Addresses as evidence has them; nothing makes one up."""
        changes = self._read("changes")
        if isinstance(changes, str) or "url" not in changes:
            return {}
        known = changes.dropna(subset=["url"])
        return dict(zip(known["change"], known["url"], strict=True))

    def _coverage(self, stratum: str) -> Frame:
        result = self._by_id.get(STRATA[stratum])
        rows = None if result is None else judged(result)
        if rows is None or rows.empty:
            return tally(pd.DataFrame(), ["repository", "month"])
        return tally(with_months(rows, self._months), ["repository", "month"])

    @cached_property
    def _lead_times(self) -> Frame | str:
        changes, reviews, commits = (self._read(name) for name in ("changes", "reviews", "commits"))
        if isinstance(changes, str) or isinstance(reviews, str):
            return "; ".join(read for read in (changes, reviews) if isinstance(read, str))
        own = changes[changes["change"].isin(self._changes["key"])].reset_index(drop=True)
        # Without the parents of commits nobody can tell which deployment holds a change.
        branch = None if isinstance(commits, str) or "parents" not in commits else commits
        deployed = None if isinstance(self._deployments, str) else self._deployments
        return lead_times.hours(own, reviews, branch, deployed)

    @cached_property
    def _deployments(self) -> Frame | str:
        """Those to production, which are the ones that the tests of deployments hold."""
        deployments = self._read("deployments")
        if isinstance(deployments, str):
            return deployments
        held = [result.population["key"] for name, result in self._by_id.items() if name.startswith("GH-DEP-")]
        production = deployments["deployment"].isin(pd.concat(held)) if held else None
        return "deployments: no test says which are to production" if production is None else deployments[production]


def _no_change(stratum: str = "") -> Shown:
    return paragraph(f"No change{f' of {stratum}' if stratum else ''} was tested in the window.")


def _untold() -> Mapping[str, str]:
    return dict.fromkeys(("all", *STATES, "share"), "not tested")


def _state_row(about: Mapping[str, Any], rows: Frame) -> Mapping[str, Any]:
    counted = rows["state"].value_counts()
    return _numbers({**about, "all": len(rows), **{state: int(counted.get(state, 0)) for state in STATES}})


def _numbers(row: Mapping[Any, Any]) -> Mapping[str, Any]:
    share = f"{100 * row[IN_ORDER] / row['all']:.1f}" if row["all"] else "none"
    return {**{str(name): value for name, value in row.items()}, "share": share}


def _records(frame: Frame) -> list[Mapping[str, Any]]:
    return [{str(name): value for name, value in row.items()} for row in frame.to_dict("records")]


def _reconciled(item: Reconciliation) -> Mapping[str, Any]:
    lacking = [
        f"only in {where}: {len(keys)} ({', '.join(keys[:_NAMES_SHOWN])}{' and more' if len(keys) > _NAMES_SHOWN else ''})"
        for where, keys in (("the list", item.only_first), ("the second source", item.only_second))
        if keys
    ]
    result = "; ".join(lacking) or "agrees: nothing is in one and not in the other"
    return {**{name: getattr(item, name) for name in ("title", "first", "second", "explained")}, "result": result}
