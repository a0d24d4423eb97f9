"""An assessment made by hand, with hostile text in it, so that reporting is tested without any source."""

from __future__ import annotations

from datetime import UTC, datetime

import pandas as pd

from soc2kit.model import (
    Assessment,
    Check,
    Control,
    ControlResult,
    Count,
    Criterion,
    CriterionResult,
    CriterionStatus,
    DatasetHistory,
    Design,
    Drift,
    EvidenceUse,
    Operation,
    Outcome,
    Reconciliation,
    TestResult,
    Verdict,
)
from soc2kit.period import CIVIL
from soc2kit.workbook import Book

HOSTILE = "<script>alert(1)</script>"
AS_OF = datetime(2026, 7, 1, 6, tzinfo=UTC)
PERIOD = CIVIL.days(datetime(2026, 1, 1).date(), datetime(2026, 6, 30).date())
AREAS = {f"AC-0{n}": ("CC6.1", "CC6.2") for n in range(1, 10)} | {f"CH-0{n}": ("CC8.1",) for n in range(1, 10)}

OPERATIONS = (Operation.OPERATING, Operation.DEVIATION, Operation.NOT_OCCURRED, Operation.NOT_TESTED)


def procedure() -> Outcome:
    """Population: things. Exception: a thing <b>without</b> a reason. Source: the list."""
    raise NotImplementedError


def frame(keys: list[str], reason: str = "") -> pd.DataFrame:
    at = [pd.Timestamp("2026-02-03T04:05:06Z") + pd.Timedelta(days=20 * i) for i in range(len(keys))]
    columns = {"key": keys, "at": pd.Series(at, dtype="datetime64[ns, UTC]")}
    return pd.DataFrame(columns | ({"reason": reason} if reason else {}))


def result(control: str, verdict: Verdict) -> TestResult:
    rows = {Verdict.NO_EXCEPTIONS: 5, Verdict.EXCEPTIONS: 6}.get(verdict, 0)
    flagged = 2 if verdict is Verdict.EXCEPTIONS else 0
    keys = [f"{HOSTILE}{n}" for n in range(rows)]
    window = "window" if control.startswith("CH") else "point_in_time"
    title = f"Test of {control} & {HOSTILE}"
    check = Check(f"T-{control}", title, (control,), AREAS[control], window, ("f",), procedure)
    record = {
        "path": "evidence/a.json",
        "sha256": "ab" * 32,
        "dataset": "users",
        "identity": HOSTILE,
        "rows": rows,
        "source": {"system": "aws", "account": "123456789012", "endpoint": "http://127.0.0.1"},
        "pages": 1,
        "calls": [{"call": "iam.ListUsers", "parameters": {}}],
        "collected_at": "2026-06-30T00:00:00Z",
        "effective": {"start": "2026-06-30T00:00:00Z", "end": "2026-06-30T00:00:00Z"},
        "source_total": None,
        "completeness": "complete",
        "reason": "the last page has no marker",
    }
    tested = verdict is not Verdict.NOT_TESTED
    return TestResult(
        check,
        verdict,
        frame(keys),
        frame(keys[:flagged], f"{HOSTILE} late"),
        (EvidenceUse("evidence/a.json", "users", record),) if tested else (),
        () if tested else ("No evidence for users. Run: soc2kit collect --source aws",),
        frame(keys[: flagged // 2], "late"),
        ("2026-Q1", "2026-Q2") if tested else (),
        (
            Reconciliation(
                "users", f"Users {HOSTILE}", ("aws.users", "aws.report"), 5, 6, (), (f"arn:{HOSTILE}",), "nothing"
            ),
        ),
    )


def assessment() -> Assessment:
    verdicts = list(Verdict)
    tests = tuple(result(control, verdicts[n % 4]) for n, control in enumerate(AREAS))
    controls = tuple(
        ControlResult(
            Control(
                test.check.control,
                f"Control {test.check.control}",
                f"A promise {HOSTILE}",
                "Head of IT",
                AREAS[test.check.control],
                "quarterly",
                "automated",
                "security",
                {},
                "Remove it.",
                1.5,
            ),
            Design.SUITABLE,
            OPERATIONS[n % 4],
            (test.check.id,),
            len(test.exceptions),
            len(test.open_exceptions),
            standing="type_i_only",
        )
        for n, test in enumerate(tests)
    )
    sizes = {
        "CC1": 5,
        "CC2": 3,
        "CC3": 4,
        "CC4": 2,
        "CC5": 3,
        "CC6": 8,
        "CC7": 5,
        "CC8": 1,
        "CC9": 2,
        "A1": 3,
        "C1": 2,
        "PI1": 5,
        "P": 18,
    }
    statuses = list(CriterionStatus)
    criteria = tuple(
        CriterionResult(
            Criterion(f"{series}.{n + 1}", "security", series, f"Subject {series}.{n + 1}"),
            statuses[(n + len(series)) % 6] if series.startswith("CC") else CriterionStatus.OUT_OF_SCOPE,
            ("AC-01",),
        )
        for series, size in sizes.items()
        for n in range(size)
    )
    counts = (
        Count("Criteria with a suitable control", 14, 33, "of the criteria in scope"),
        Count("Control-periods with complete evidence", 21, 26, "quarters of tested controls"),
        Count("Control-periods without deviation", 17, 26, "quarters of tested controls"),
        Count("Window elapsed, days", 181, 181, "days of the window"),
    )
    owed = (
        {
            "control": "AC-01", "period": "2026-Q2", "kind": "capture", "status": "lost", "due": "2026-07-01T00:00:00Z",
            "due_day": "2026-06-30", "late_after": "2026-07-01T00:00:00Z", "in_time_until": "2026-06-30",
            "lacking": ["aws.users"], "collected_at": None, "reason": f"aws.users: Refused: {HOSTILE}",
        },
    )  # fmt: skip
    window = (
        DatasetHistory(
            "aws.users",
            "snapshot",
            150,
            181,
            (AS_OF,),
            (CIVIL.parse("2026-02"),),
            (Drift("users", AS_OF, AS_OF, 1, 0, 2),),
        ),
    )
    vanishing = (
        {
            "source": "github", "what": f"audit log {HOSTILE}", "kept_days": 180, "controls": ["AC-02"], "lost": None,
            "next": "2026-01-02", "by": "2026-07-01", "how": "export it",
        },
    )  # fmt: skip
    return Assessment(
        "Example & Sons",
        AS_OF,
        PERIOD,
        tests,
        controls,
        criteria,
        counts,
        owed,
        "cd" * 32,
        {"name": "soc2kit", "version": "0.1.0"},
        window=window,
        vanishing=vanishing,
    )


def book() -> Book:
    return Book(assessment())
