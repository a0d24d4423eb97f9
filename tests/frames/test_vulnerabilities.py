"""Weaknesses over scans and tools: each is counted once, and no order of files matters."""

# ruff: noqa: E501

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from text_tables import as_frame

from soc2kit.frames import FRAMES
from soc2kit.frames.schema import Column, typed
from soc2kit.frames.vulnerabilities import vulnerabilities

Row = dict[str, Any]
DAYS = ("2026-01-08", "2026-02-08", "2026-03-08", "2026-04-08")
LOOK = "2026-04-30T09:00:00Z"
ENABLED = """
    repository  enabled  snapshot_at
    o/api       yes      2026-01-15
"""


def frame(name: str, rows: list[Row]) -> pd.DataFrame:
    spec = FRAMES[name]
    columns = (*(replace(column, required=False) for column in spec.columns), Column("snapshot_at", "time"))
    return typed(replace(spec, columns=columns), rows, "a test")


def scan(tool: str, day: str, *ids: tuple[str, ...], **more: Any) -> tuple[Row, list[Row]]:
    """A scan of o/api and the results of it, each with its ids and the package `p`."""
    file = f"{tool}-{day}-{more.get('scope', '')}"
    row = {"scan": f"{file}#1", "file": file, "sha256": file, "tool": tool, "target": "o/api",
           "target_kind": "repository", "scanned_at": day, "scanned_until": day, "dated_by": "file", "results": 0,
           "document": False, "snapshot_at": LOOK, **{k: v for k, v in more.items() if k not in _OF_RESULT}}  # fmt: skip
    results = [
        {"file": file, "sha256": file, "number": 1, "kind": "dependency", "ids": list(names), "severity": "high",
         "severity_given": "HIGH", "package": "p", "suppressed": False, "place": f"r[{place}]", "snapshot_at": LOOK,
         **{k: v for k, v in more.items() if k in _OF_RESULT}}
        for place, names in enumerate(ids)
    ]  # fmt: skip
    return row, results


_OF_RESULT = {"kind", "severity", "package", "location", "suppressed", "suppressed_reason"}


def found(*scans: tuple[Row, list[Row]], alerts: str = "") -> dict[str, Mapping[str, Any]]:
    dependabot = as_frame("dependabot_alerts", alerts) if alerts else frame("dependabot_alerts", [])
    frames = {
        "scans": frame("scans", [row for row, _ in scans]),
        "scan_results": frame("scan_results", [row for _, rows in scans for row in rows]),
        "alerts_enabled": as_frame("alerts_enabled", ENABLED),
        "dependabot_alerts": dependabot,
        "code_scanning_alerts": frame("code_scanning_alerts", []),
    }
    return {row["vulnerability"]: row for row in vulnerabilities(frames).to_dict("records")}


def day(value: Any) -> str | None:
    return None if pd.isna(value) else f"{value:%Y-%m-%d}"


CVE, GHSA = "CVE-2026-1111", "GHSA-aaaa-bbbb-cccc"


def test_gone_with_the_first_later_scan_of_the_same_tool_and_scope() -> None:
    one = found(
        scan("A", DAYS[0], (CVE,)), scan("A", DAYS[1], (CVE,)), scan("B", DAYS[2]), scan("A", DAYS[2], scope="other"),
        scan("A", DAYS[2], problem="line 1: broken"), scan("A", DAYS[3]),
    )[f"o/api/p/{CVE}"]  # fmt: skip
    assert [day(one[name]) for name in ("first_seen", "last_seen", "fixed_after", "fixed_at")] == [
        DAYS[0], DAYS[1], DAYS[1], DAYS[3],
    ]  # fmt: skip


def test_a_scan_that_did_not_look_for_such_things_shows_none_of_them_gone() -> None:
    seen, secrets = scan("A", DAYS[0], (CVE,)), scan("A", DAYS[1], blind=["dependency"])
    assert day(found(seen, secrets)[f"o/api/p/{CVE}"]["fixed_at"]) is None
    assert day(found(seen, secrets, scan("A", DAYS[2], blind=[]))[f"o/api/p/{CVE}"]["fixed_at"]) == DAYS[2]


def test_what_one_tool_still_sees_is_not_gone() -> None:
    one = found(scan("A", DAYS[0], (CVE,)), scan("A", DAYS[1]), scan("B", DAYS[2], (CVE,)))[f"o/api/p/{CVE}"]
    assert (one["tools"], day(one["last_seen"]), day(one["fixed_at"])) == (["A", "B"], DAYS[2], None)


def test_what_comes_back_keeps_its_first_day() -> None:
    one = found(scan("A", DAYS[0], (CVE,)), scan("A", DAYS[1]), scan("A", DAYS[2], (CVE,)))[f"o/api/p/{CVE}"]
    assert (day(one["first_seen"]), day(one["fixed_at"])) == (DAYS[0], None)


def test_two_tools_that_share_one_id_mean_the_same_and_the_highest_severity_counts() -> None:
    rows = found(
        scan("Snyk", DAYS[0], ("SNYK-1", CVE, GHSA), severity="medium"),
        scan("Grype", DAYS[0], (GHSA,), severity="critical"),
        scan("Trivy", DAYS[0], (CVE,), severity="unknown"),
        scan("Other", DAYS[0], (CVE,), package="q"),
    )
    assert set(rows) == {f"o/api/p/{CVE}", f"o/api/q/{CVE}"}
    assert rows[f"o/api/p/{CVE}"]["tools"] == ["Grype", "Snyk", "Trivy"]
    assert rows[f"o/api/p/{CVE}"]["severity"] == "critical"


def test_a_finding_without_a_package_joins_those_of_its_id_and_makes_none_one() -> None:
    loose = scan("C", DAYS[0], (CVE,), package=None)
    rows = found(loose, scan("A", DAYS[0], (CVE,)), scan("B", DAYS[0], (CVE,), package="q"))
    assert {key: row["tools"] for key, row in rows.items()} == {
        f"o/api/p/{CVE}": ["A", "C"], f"o/api/q/{CVE}": ["B", "C"],
    }  # fmt: skip
    assert set(found(loose)) == {f"o/api/unnamed/{CVE}"}


def test_code_is_known_by_rule_and_path() -> None:
    more: dict[str, Any] = {"kind": "code", "package": None, "location": "a.py"}
    rows = found(scan("A", DAYS[0], ("R1",), ("R1",), **more), scan("A", DAYS[1], ("R1",), **more))
    assert set(rows) == {"o/api/a.py#R1"}


def test_one_rule_is_one_whatever_kind_two_tools_take_it_for() -> None:
    more: dict[str, Any] = {"package": None, "location": "main.tf"}
    rows = found(
        scan("Trivy", DAYS[0], ("AVD-1",), kind="configuration", **more),
        scan("Checkov", DAYS[0], ("AVD-1",), kind="code", **more),
    )
    assert {key: row["tools"] for key, row in rows.items()} == {"o/api/main.tf#AVD-1": ["Checkov", "Trivy"]}


def test_a_scan_that_only_its_month_dates_may_be_of_its_last_day() -> None:
    month = {"scanned_until": "2026-01-31T23:59:59Z"}
    named, exact = scan("A", "2026-01-01", (CVE,), **month), scan("A", "2026-01-15")
    assert day(found(named, exact)[f"o/api/p/{CVE}"]["fixed_at"]) is None
    assert day(found(named, exact, scan("A", DAYS[1]))[f"o/api/p/{CVE}"]["fixed_at"]) == DAYS[1]


def test_suppressed_since_the_first_scan_after_the_last_that_was_not() -> None:
    silent, told = {"suppressed": True}, {"suppressed": True, "suppressed_reason": "unused"}
    one = found(scan("A", DAYS[0], (CVE,)), scan("A", DAYS[1], (CVE,), **silent), scan("A", DAYS[2], (CVE,), **told))
    row = one[f"o/api/p/{CVE}"]
    assert [day(row[name]) for name in ("dismissed_after", "dismissed_at")] == [DAYS[0], DAYS[1]]
    assert (row["dismissed_reason"], row["dismissed_comment"]) == ("suppressed", "unused")
    again = found(scan("A", DAYS[0], (CVE,), **told), scan("A", DAYS[1], (CVE,)))[f"o/api/p/{CVE}"]
    assert day(again["dismissed_at"]) is None


ALERTS = """
    alert  repository  tool        kind        ids            package  severity  created_at  fixed_at    dismissed_at  dismissed_comment  by_rule  snapshot_at
    1      O/api       Dependabot  dependency  CVE-2026-1111  p        high      2026-01-20  NA          NA            NA                 no       2026-02-15
    1      O/api       Dependabot  dependency  CVE-2026-1111  p        high      2026-01-20  2026-03-01  NA            NA                 no       2026-03-15
    2      o/api       Dependabot  dependency  CVE-2026-2222  q        high      2026-01-20  NA          2026-02-01    why                no       2026-03-15
    3      o/gone      Dependabot  dependency  CVE-2026-3333  r        high      2026-01-20  NA          NA            NA                 no       2026-03-15
"""


def test_an_alert_tells_its_end_exactly_and_repositories_out_of_scope_are_left_out() -> None:
    enabled = ENABLED + "    O/api       yes      2026-01-15\n"
    rows = found(scan("Trivy", DAYS[1], (CVE,)), scan("Trivy", DAYS[3]), alerts=ALERTS)
    assert "o/api" in enabled
    assert set(rows) == {f"o/api/p/{CVE}", "o/api/q/CVE-2026-2222"}


@pytest.mark.parametrize(("scans", "fixed_at"), [
    ([], "2026-03-01"),
    ([scan("Trivy", DAYS[1], (CVE,)), scan("Trivy", DAYS[3])], "2026-03-01"),
    ([scan("Trivy", DAYS[2], (CVE,)), scan("Trivy", DAYS[3])], DAYS[3]),
    ([scan("Trivy", DAYS[2], (CVE,))], None),
])  # fmt: skip
def test_the_end_of_an_alert_stands_unless_a_later_scan_contradicts(scans: Any, fixed_at: str | None) -> None:
    alerts = ALERTS.replace("O/api", "o/api")
    assert day(found(*scans, alerts=alerts)[f"o/api/p/{CVE}"]["fixed_at"]) == fixed_at


IDS = st.sampled_from([(CVE,), (GHSA,), (CVE, GHSA), ("X-1", GHSA), ("CVE-2026-2222",), ("CVE-2026-3333", "X-2")])
SCANS = st.lists(
    st.builds(
        lambda tool, at, ids: scan(tool, at, *ids),
        st.sampled_from(["A", "B", "C"]), st.sampled_from(DAYS), st.lists(IDS, max_size=3),
    ),
    max_size=6, unique_by=lambda one: one[0]["file"],
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(SCANS, st.randoms())
def test_the_order_of_files_is_irrelevant(scans: list[Any], random: Any) -> None:
    turned = list(scans)
    random.shuffle(turned)
    assert repr(found(*scans)) == repr(found(*turned))


@settings(max_examples=60, deadline=None)
@given(SCANS.filter(lambda scans: any(rows for _, rows in scans)), st.data())
def test_the_same_finding_by_another_tool_never_adds_a_row(scans: list[Any], data: st.DataObject) -> None:
    """Whichever of its names the other tool uses."""
    before = found(*scans)
    row, result = data.draw(st.sampled_from([(row, result) for row, rows in scans for result in rows]))
    names = data.draw(st.lists(st.sampled_from(result["ids"]), min_size=1, unique=True))
    after = found(*scans, scan("Z", row["scanned_at"], tuple(names)))
    assert set(after) == set(before)
    assert sum("Z" in one["tools"] for one in after.values()) == 1
