"""Aligned text tables as frames, and a test of control judged by the `expect` column of one of them.

Cells are set apart by two spaces or more. `NA` is missing, `[]` an empty list, `a,b` a list, `yes` and `no` flags;
times are UTC. A column of the frame that a table leaves out is missing in every row, or an empty list.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import pandas as pd

from soc2kit.checks.table import CHECKS
from soc2kit.frames import FRAMES, Column
from soc2kit.frames.schema import typed
from soc2kit.model import Outcome
from soc2kit.parameters import Parameters
from soc2kit.period import CIVIL, Period

Q1 = CIVIL.parse("2026-Q1")
_SNAPSHOTS_THAT_MAY_BE_EMPTY = {
    "database_memberships", "access_analyzers", "access_analyzer_findings", "aws_scan_targets", "inspector_accounts",
    "aws_ecr_unread", "aws_inspector_unread", "scan_periods", "scans", "alerts_enabled",
}  # fmt: skip
UNTOLD = "untold: "
_WORDS: dict[str, Any] = {"NA": None, "yes": True, "no": False}


@dataclass(frozen=True)
class Scenario:
    """Frames as text for one check. The table `judged` has the column `expect`: a part of the reason, `ok` when the row
    is in the population and in order, `out` when it is not in the population, `untold: …` with a part of why the row
    cannot be tested. Where no frame has the population's rows,
    `judged` is a table of its own with the columns `key`, `at` and `expect`."""

    check: str
    judged: str
    key: str
    at: str
    tables: Mapping[str, str]
    parameters: Parameters = field(default_factory=Parameters)
    period: Period = Q1

    def frames(self) -> list[pd.DataFrame]:
        names = next(check.reads for check in CHECKS if check.id == self.check)
        return [as_frame(name, self.tables.get(name, "")) for name in names]

    def run(self, frames: list[pd.DataFrame] | None = None) -> Outcome:
        check = next(check for check in CHECKS if check.id == self.check)
        return check.function(*(frames or self.frames()), period=self.period, parameters=self.parameters)

    def expected(self) -> dict[tuple[str, str], str]:
        if self.judged not in FRAMES:
            own = cells(self.tables[self.judged])
            return {(row["key"], str(pd.Timestamp(row["at"], tz="UTC"))): row["expect"] for row in own}
        frame = as_frame(self.judged, self.tables[self.judged])
        rows = cells(self.tables[self.judged])
        return {
            (self.key.format(**row), str(frame[self.at][position])): row["expect"] for position, row in enumerate(rows)
        }


def cells(text: str) -> list[dict[str, str]]:
    lines = [re.split(r"\s{2,}", line.strip()) for line in text.splitlines() if line.strip()]
    header, *rows = lines or [[]]
    return [dict(zip(header, row, strict=True)) for row in rows]


def as_frame(name: str, text: str) -> pd.DataFrame:
    """A text table with the types that the frame declares; `snapshot_at` besides when the table has it."""
    rows = cells(text)
    spec = FRAMES[name]
    columns = [replace(column, required=False) for column in spec.columns]
    # A table of no rows still has its header.
    if "snapshot_at" in text.split() or (not rows and name in _SNAPSHOTS_THAT_MAY_BE_EMPTY):
        columns.append(Column("snapshot_at", "time", required=False))
    unknown = set(rows[0] if rows else ()) - {column.name for column in columns} - {"expect"}
    assert not unknown, f"frame {name} has no column {unknown}"
    values = [{column.name: _value(column, row.get(column.name)) for column in columns} for row in rows]
    return typed(replace(spec, columns=tuple(columns)), values, "a text table")


def _value(column: Column, text: str | None) -> Any:
    if column.type == "list":
        return None if text == "NA" else [] if text in (None, "[]") else text.split(",")
    if text is None or text in _WORDS:
        return _WORDS[text or "NA"]
    return int(text) if column.type == "number" else text


def verdicts(outcome: Outcome) -> dict[tuple[str, str], str]:
    found = {(str(row.key), str(row.at)): "ok" for row in outcome.population.itertuples()}
    found |= {(str(row.key), str(row.at)): row.reason for row in outcome.exceptions.itertuples()}
    found |= {(str(row.key), str(row.at)): f"{UNTOLD}{row.reason}" for row in outcome.not_testable.itertuples()}
    return found


def judge(scenario: Scenario) -> None:
    """Every row is where `expect` says it is, and nothing else is in the population."""
    outcome = scenario.run()
    found, expected = verdicts(outcome), scenario.expected()
    assert len(found) == len(outcome.population), "two rows of the population have one key and time"
    shown = {at: found.get(at, "out") for at in {**expected, **found}}
    # The expected words stand in for the reason that holds them, so that a difference prints as two small tables.
    shown = {at: expected.get(at, "") if _says(expected.get(at, ""), text) else text for at, text in shown.items()}
    assert shown == expected


def _says(expected: str, text: str) -> bool:
    if expected in ("ok", "out", "") or text in ("ok", "out"):
        return text == expected
    untold = expected.startswith(UNTOLD)
    return text.startswith(UNTOLD) == untold and expected.removeprefix(UNTOLD) in text
