"""What keeps data, by what encrypts it. Kinds are those that the frame has; none is named here."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fnmatch import fnmatchcase
from typing import Any

import pandas as pd

from ..model import Frame
from .standing import EXCEPTION, NOT_TESTABLE, Row

COMPANY, OF_AWS, OTHER_KEY = "a key of the company", "a key of AWS in KMS", "a key whose owner is not known"
BY_SERVICE, NONE, UNKNOWN = "the service's own keys (SSE-S3)", "not encrypted", "not known"
#: From the strongest on.
WAYS = (COMPANY, OF_AWS, BY_SERVICE, OTHER_KEY, UNKNOWN, NONE)
#: Their titles over a column of numbers.
TITLES = {COMPANY: "Own key", OF_AWS: "AWS's key", BY_SERVICE: "Service's", OTHER_KEY: "Unknown key",
          UNKNOWN: "Unknown", NONE: "Unencrypted"}  # fmt: skip


def way(row: Any) -> str:
    """How one store is encrypted; without a key of KMS it is the service that has the keys."""
    if pd.isna(row.encrypted):
        return UNKNOWN
    if not row.encrypted:
        return NONE
    if pd.notna(row.key_manager):
        return COMPANY if row.key_manager == "CUSTOMER" else OF_AWS
    return BY_SERVICE if pd.isna(row.kms_key) else OTHER_KEY


def counted(stores: Frame) -> dict[str, dict[str, int]]:
    """By kind, how many are encrypted in each way."""
    found: dict[str, dict[str, int]] = {}
    for row in stores.itertuples():
        ways = found.setdefault(str(row.kind), dict.fromkeys(WAYS, 0))
        ways[way(row)] += 1
    return dict(sorted(found.items()))


def ways(stores: Frame) -> list[str]:
    """Those that anything is encrypted in, and not being encrypted even so."""
    there = {way(row) for row in stores.itertuples()} | {NONE}
    return [name for name in WAYS if name in there]


def rows(stores: Frame, told: Frame | None, patterns: Sequence[str]) -> list[Row]:
    """Each kind with its ways, how many of it the policy wants a key of the company for, and what the test says."""
    wanted = stores[[_matches(arn, patterns) for arn in stores["arn"]]]["kind"].value_counts()
    return [
        {
            "kind": kind, "all": sum(by_way.values()), **by_way,
            "own": int(wanted.get(kind, 0)), **_said(told, kind),
        }
        for kind, by_way in counted(stores).items()
    ]  # fmt: skip


def _matches(name: str, patterns: Iterable[str]) -> bool:
    return any(fnmatchcase(name, pattern) for pattern in patterns)


def _said(told: Frame | None, kind: str) -> dict[str, Any]:
    if told is None or "kind" not in told:
        return {"exceptions": "not tested", "not_testable": "not tested"}
    states = told.loc[told["kind"] == kind, "state"]
    return {"exceptions": int((states == EXCEPTION).sum()), "not_testable": int((states == NOT_TESTABLE).sum())}
