"""What cells of the notebook of change management call."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd

from ..charts import Chart
from ..model import Assessment, Frame, Reconciliation, TestResult
from ..tables import Column, Shown, facts, folded, paragraph, table
from . import charts, landings, lead_times
from .evidence import Source
from .landings import Counts
from .listing import NUMBERS, RECONCILED, ROW_TESTS, UNREAD, listed, no_change, numbers, reconciled, state_row, test_row
from .states import EXCEPTION, NO_STRATUM, NOT_TESTABLE, STATES, STRATA, each_change, judged, tally, with_months

AREA = "CH-"


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
        items = {item.id: item for result in self._tests() for item in result.reconciliations if _of_changes(item)}
        rows = [reconciled(item) for item in items.values()]
        if not rows:
            return paragraph("Nothing was reconciled: that takes two sources, and evidence of both.", "note")
        return table(rows, RECONCILED, "Lists of changes held against a second source", len(rows))

    def unread(self) -> Shown:
        """What could not be read: attempts that nothing made good, and what tests miss."""
        rows = self.source.unread("github")
        notes = [f"{result.check.id}: {note}" for result in self._tests() for note in result.notes]
        shown = (
            table(rows, UNREAD, "Attempts at GitHub that gave nothing", rest="the ledger has all of them")
            if rows
            else paragraph("Every attempt to read GitHub either gave all that it was asked for or was made good later.")
        )
        for note in notes:
            shown = shown + paragraph(note, "note")
        return shown

    def states(self) -> Shown:
        """In order, exception, not testable: of each stratum, over all its tests, then of each test."""
        rows = [state_row({"stratum": stratum}, own) for stratum, own in self._by_stratum()]
        rows.append(state_row({"stratum": "all changes"}, self._changes))
        shown = table(rows, (Column("stratum", "Stratum"), *NUMBERS), "States of the changes, all their tests together")
        each = [test_row(check, self._by_id.get(check), self._judged.get(check)) for check in ROW_TESTS]
        columns = (Column("test", "Test"), Column("title", "Title", "words"), Column("rows", "A row is"), *NUMBERS)
        return shown + table(each, columns, "States by test")

    def states_chart(self) -> Chart | Shown:
        if self._changes.empty:
            return no_change()
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
            return no_change()
        deployments = self._deployments
        shown = lead_times.shown(lead_times.summary(times), not isinstance(deployments, str))
        return shown + paragraph(f"{deployments}.", "note") if isinstance(deployments, str) else shown

    def lead_times_chart(self) -> Chart | Shown:
        times = self._lead_times
        if isinstance(times, str) or times.empty:
            return paragraph(f"{times}.", "note") if isinstance(times, str) else no_change()
        return charts.lead_time_bars(lead_times.summary(times))

    def coverage_chart(self, stratum: str = "people") -> Chart | Shown:
        """The changes of a stratum that its test of approval found in order, by repository and month."""
        tallied = self._coverage(stratum)
        return charts.coverage_matrix(tallied, self._month_names) if len(tallied) else no_change(stratum)

    def coverage(self) -> Shown:
        """The numbers of the charts: for each stratum by month, and by repository and month."""
        columns = (Column("stratum", "Stratum"), Column("month", "Month"), *NUMBERS)
        parts = [self._coverage(stratum).assign(stratum=stratum) for stratum in STRATA]
        both = [numbers(row) for part in parts for row in part.to_dict("records")]
        if not both:
            return no_change()
        summed = pd.concat([part for part in parts if len(part)])
        monthly = summed.groupby(["stratum", "month"], observed=True, sort=False)[[*STATES, "all"]].sum().reset_index()
        rows = [numbers(row) for row in monthly.to_dict("records")]
        whole = table(
            both, (columns[0], Column("repository", "Repository"), *columns[1:]), "Review coverage", len(both)
        )
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
        return each_change(self._judged)

    @cached_property
    def _judged(self) -> Mapping[str, Frame]:
        """What each test of changes and commits said, row by row."""
        return {check: judged(self._by_id[check]) for check in ROW_TESTS if check in self._by_id}

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

    def _listed(self, state: str, *words: str) -> Shown:
        why, caption, none = words
        strata = self._changes.set_index("key")["stratum"]
        return listed(self._judged, state, (why, caption, none), strata, self._urls, self._headlines)

    @cached_property
    def _urls(self) -> Mapping[str, str]:
        """Addresses as evidence has them; nothing makes one up."""
        changes = self._read("changes")
        if isinstance(changes, str) or "url" not in changes:
            return {}
        known = changes.dropna(subset=["url"])
        return dict(zip(known["change"], known["url"], strict=True))

    @cached_property
    def _headlines(self) -> Mapping[str, str]:
        """The first lines of commits, which stand for the titles that a push has not."""
        commits = self._read("commits")
        if isinstance(commits, str) or "headline" not in commits:
            return {}
        known = commits.dropna(subset=["headline"])
        return dict(zip(known["commit"], known["headline"], strict=True))

    def _coverage(self, stratum: str) -> Frame:
        rows = self._judged.get(STRATA[stratum])
        if rows is None:
            return tally(pd.DataFrame(), ["repository", "month"])
        # The test of emergencies holds other changes, too: those that another test found without an approval.
        own = self._changes.loc[self._changes["stratum"] == stratum, "key"]
        return tally(with_months(rows[rows["key"].isin(own)], self._months), ["repository", "month"])

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


def _of_changes(item: Reconciliation) -> bool:
    """Whether both sources are lists of the source of changes: not of accounts, which tests of changes read as well."""
    return all(dataset.startswith("github.") for dataset in item.datasets)
