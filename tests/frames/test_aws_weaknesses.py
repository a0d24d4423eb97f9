"""What ECR and Inspector say over several looks: since when, until when, and what that does not show."""

# ruff: noqa: E501

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from text_tables import as_frame, cells

from soc2kit.frames import FRAMES
from soc2kit.frames.schema import typed
from soc2kit.frames.vulnerabilities import aws_vulnerabilities, leaked_secrets

#: Inspector was off in March; in May its list could not be read.
ACCOUNTS = """
    place  account  region  status    ec2       ecr      functions  findings_read  coverage_read  snapshot_at
    1/x    1        x       ENABLED   ENABLED   ENABLED  ENABLED    yes            yes            2026-01-15
    1/x    1        x       ENABLED   ENABLED   ENABLED  DISABLED   yes            yes            2026-02-15
    1/x    1        x       DISABLED  DISABLED  NA       NA         yes            yes            2026-03-15
    1/x    1        x       ENABLED   ENABLED   ENABLED  ENABLED    yes            yes            2026-04-15
    1/x    1        x       ENABLED   ENABLED   ENABLED  ENABLED    no             yes            2026-05-15
"""
COVERAGE = """
    resource  type              target  target_kind  account  region  scan_type  active  reason                      scanned_at  snapshot_at
    i-stop    AWS_EC2_INSTANCE  h       other        1        x       PACKAGE    no      UNMANAGED_EC2_INSTANCE      NA          2026-02-15
    i-gone    AWS_EC2_INSTANCE  h       other        1        x       PACKAGE    no      RESOURCE_TERMINATED         NA          2026-02-15
    i-net     AWS_EC2_INSTANCE  h       other        1        x       NETWORK    no      UNMANAGED_EC2_INSTANCE      NA          2026-02-15
"""
#: What is told of one thing at each look, and the row that comes of it.
INSPECTOR = """
    id          resource  status      severity  first_seen  last_seen   updated_at        filter  filter_reason  filter_from  filter_changed  snapshot_at
    open        i-1       ACTIVE      HIGH      2026-01-10  2026-01-12  2026-01-12        NA      NA             NA           NA              2026-01-15
    open        i-1       ACTIVE      CRITICAL  2026-01-10  2026-01-12  2026-03-20        NA      NA             NA           NA              2026-04-15
    closed      i-1       ACTIVE      HIGH      2026-01-10  2026-01-12  2026-01-12        NA      NA             NA           NA              2026-01-15
    closed      i-1       CLOSED      HIGH      2026-01-10  2026-01-12  2026-02-01T03:00  NA      NA             NA           NA              2026-02-15
    only        i-1       CLOSED      HIGH      2026-01-02  2026-01-03  2026-01-04        NA      NA             NA           NA              2026-01-15
    back        i-1       CLOSED      HIGH      2026-01-02  2026-01-03  2026-01-04        NA      NA             NA           NA              2026-01-15
    back        i-1       ACTIVE      HIGH      2026-01-02  2026-02-03  2026-02-04        NA      NA             NA           NA              2026-02-15
    back        i-1       CLOSED      HIGH      2026-01-02  2026-02-03  2026-04-02        NA      NA             NA           NA              2026-04-15
    vanished    i-1       ACTIVE      HIGH      2026-01-10  2026-01-12  2026-01-12        NA      NA             NA           NA              2026-01-15
    off         i-1       ACTIVE      HIGH      2026-01-10  2026-01-12  2026-01-12        NA      NA             NA           NA              2026-02-15
    unread      i-1       ACTIVE      HIGH      2026-04-10  2026-04-12  2026-04-12        NA      NA             NA           NA              2026-04-15
    stopped     i-stop    ACTIVE      HIGH      2026-01-10  2026-01-12  2026-01-12        NA      NA             NA           NA              2026-01-15
    shut        i-stop    ACTIVE      HIGH      2026-01-10  2026-01-12  2026-01-12        NA      NA             NA           NA              2026-01-15
    shut        i-stop    CLOSED      HIGH      2026-01-10  2026-01-12  2026-02-01        NA      NA             NA           NA              2026-02-15
    ended       i-gone    CLOSED      HIGH      2026-01-10  2026-01-12  2026-02-01        NA      NA             NA           NA              2026-02-15
    otherscan   i-net     CLOSED      HIGH      2026-01-10  2026-01-12  2026-02-01        NA      NA             NA           NA              2026-02-15
    quiet       i-1       ACTIVE      HIGH      2026-01-10  2026-01-12  2026-01-12        NA      NA             NA           NA              2026-01-15
    quiet       i-1       SUPPRESSED  HIGH      2026-01-10  2026-01-12  2026-02-03        f       why            2026-02-01   2026-02-02      2026-02-15
    quiet       i-1       SUPPRESSED  HIGH      2026-01-10  2026-01-12  2026-04-03        f       why            2026-02-01   2026-02-02      2026-04-15
    born        i-1       SUPPRESSED  HIGH      2026-02-10  2026-02-12  2026-02-12        f       NA             2026-01-01   2026-01-02      2026-02-15
    nobodys     i-1       SUPPRESSED  HIGH      2026-02-10  2026-02-12  2026-02-12        NA      NA             NA           NA              2026-02-15
    loud        i-1       SUPPRESSED  HIGH      2026-01-10  2026-01-12  2026-01-12        f       why            2026-01-01   2026-01-02      2026-01-15
    loud        i-1       ACTIVE      HIGH      2026-01-10  2026-01-12  2026-02-12        NA      NA             NA           NA              2026-02-15
"""
INSPECTED = """
    id         severity  last_seen         fixed_at          dismissed_after  dismissed_at  comment  by_rule
    open       critical  2026-04-15        NA                NA               NA            NA       no
    closed     high      2026-02-01T03:00  2026-02-01T03:00  NA               NA            NA       no
    only       high      2026-01-04        2026-01-04        NA               NA            NA       no
    back       high      2026-04-02        2026-04-02        NA               NA            NA       no
    vanished   high      2026-01-15        2026-02-15        NA               NA            NA       no
    off        high      2026-02-15        2026-04-15        NA               NA            NA       no
    unread     high      2026-04-15        NA                NA               NA            NA       no
    stopped    high      2026-01-15        2026-04-15        NA               NA            NA       no
    shut       high      2026-01-15        NA                NA               NA            NA       no
    ended      high      2026-02-01        2026-02-01        NA               NA            NA       no
    otherscan  high      2026-02-01        2026-02-01        NA               NA            NA       no
    quiet      high      2026-04-15        NA                2026-02-01       2026-02-02    why      no
    born       high      2026-02-15        2026-04-15        2026-02-10       2026-02-10    NA       no
    nobodys    high      2026-02-15        2026-04-15        2026-02-10       2026-02-12    NA       yes
    loud       high      2026-02-15        2026-04-15        NA               NA            NA       no
"""
SEEN = {"loud", "quiet", "open"}


def frame(name: str, rows: list[dict[str, Any]]) -> pd.DataFrame:
    made = typed(FRAMES[name], rows, "a test")
    return made.assign(
        snapshot_at=pd.to_datetime(pd.Series([row["snapshot_at"] for row in rows], dtype="object"), utc=True).astype(
            "datetime64[us, UTC]"
        )
    )


def weaknesses(**tables: Any) -> dict[str, Any]:
    names = FRAMES["aws_vulnerabilities"].uses
    frames = {name: tables.get(name, frame(name, [])) for name in names}
    return {row["vulnerability"]: row for row in aws_vulnerabilities(frames).to_dict("records")}


def findings(text: str) -> pd.DataFrame:
    same = {"type": "AWS_EC2_INSTANCE", "target": "h", "target_kind": "other", "account": "1", "region": "x",
            "scan_type": "PACKAGE", "kind": "dependency", "package": "p"}  # fmt: skip
    rows = [
        {
            **same,
            **row,
            "finding": row["id"],
            "ids": [row["id"]],
            "severity": row["severity"].lower(),
            "severity_given": row["severity"],
        }
        for row in ({key: None if value == "NA" else value for key, value in cell.items()} for cell in cells(text))
    ]
    return frame("inspector_findings", rows)


def text(value: Any) -> str:
    if isinstance(value, pd.Timestamp):
        return f"{value:%Y-%m-%dT%H:%M}".removesuffix("T00:00")
    return "NA" if pd.isna(value) else {True: "yes", False: "no"}.get(value, str(value))


@pytest.mark.parametrize("turned", [False, True])
def test_inspector_over_several_looks(turned: bool) -> None:
    listed = findings(INSPECTOR)
    if turned:
        listed = listed.iloc[::-1].reset_index(drop=True)
    found = weaknesses(
        inspector_findings=listed, inspector_accounts=as_frame("inspector_accounts", ACCOUNTS),
        inspector_coverage=as_frame("inspector_coverage", COVERAGE),
    )  # fmt: skip
    columns = ("severity", "last_seen", "fixed_at", "dismissed_after", "dismissed_at", "dismissed_comment", "by_rule")
    shown = {key.rpartition("/")[2]: [text(row[column]) for column in columns] for key, row in found.items()}
    expected = {row.pop("id"): list(row.values()) for row in cells(INSPECTED)}
    assert shown == expected


IMAGES = """
    arn  target  account  region  state                  scanned  scanned_at  snapshot_at
    a    r/api   1        x       COMPLETE               yes      2026-01-03  2026-01-15
    b    r/api   1        x       COMPLETE               yes      2026-02-03  2026-02-15
    c    r/api   1        x       ScanNotFoundException  no       NA          2026-02-15
    b    r/api   1        x       COMPLETE               yes      2026-02-03  2026-03-15
    d    r/api   1        x       AccessDeniedException  NA       NA          2026-04-15
"""
REPOSITORIES = """
    arn  name  target  account  region  images_read  snapshot_at
    r    api   r/api   1        x       yes          2026-01-15
    r    api   r/api   1        x       yes          2026-02-15
    r    api   r/api   1        x       yes          2026-03-15
    r    api   r/api   1        x       yes          2026-04-15
    r    api   r/api   1        x       no           2026-05-15
"""
IN_IMAGES = """
    image  target  account  region  tool        ids            package  severity  severity_given  status  scanned_at  snapshot_at
    a      r/api   1        x       Amazon ECR  CVE-2026-1111  p        medium    MEDIUM          ACTIVE  2026-01-03  2026-01-15
    a      r/api   1        x       Amazon ECR  CVE-2026-2222  p        medium    MEDIUM          ACTIVE  2026-01-03  2026-01-15
    b      r/api   1        x       Amazon ECR  CVE-2026-2222  p        high      HIGH            ACTIVE  2026-02-03  2026-02-15
    b      r/api   1        x       Amazon ECR  CVE-2026-2222  p        high      HIGH            ACTIVE  2026-02-03  2026-03-15
"""


def in_images(**more: Any) -> dict[str, Any]:
    return weaknesses(
        ecr_images=as_frame("ecr_images", IMAGES), ecr_repositories=as_frame("ecr_repositories", REPOSITORIES),
        ecr_findings=as_frame("ecr_findings", IN_IMAGES), **more,
    )  # fmt: skip


def test_images_over_several_looks() -> None:
    """Only a look at which every image in use is scanned shows that something is gone; the scan's date is ECR's."""
    found = in_images()
    shown = {
        key: [text(row[name]) for name in ("severity", "first_seen", "last_seen", "fixed_at")]
        for key, row in found.items()
    }
    assert shown == {
        "r/api/p/CVE-2026-1111": ["medium", "2026-01-03", "2026-01-15", "2026-03-15"],
        "r/api/p/CVE-2026-2222": ["high", "2026-01-03", "2026-03-15", "NA"],
    }


def test_three_tools_see_one_weakness() -> None:
    """Whoever tells its end exactly is believed, where nobody sees it later."""
    scan = {"scan": "t#1", "file": "t", "sha256": "t", "tool": "Trivy", "target": "r/api", "target_kind": "image",
            "scanned_at": "2026-01-09", "scanned_until": "2026-01-09", "dated_by": "file", "results": 1,
            "document": False, "blind": [], "snapshot_at": "2026-01-15"}  # fmt: skip
    result = {"file": "t", "sha256": "t", "number": 1, "kind": "dependency", "ids": ["CVE-2026-1111"], "place": "x",
              "severity": "critical", "severity_given": "CRITICAL", "package": "p", "suppressed": False,
              "snapshot_at": "2026-01-15"}  # fmt: skip
    one = findings(INSPECTOR).query("finding == 'closed'").reset_index(drop=True)
    one = one.assign(target="r/api", target_kind="image", ids=[["CVE-2026-1111"]] * len(one))
    row = in_images(
        scans=frame("scans", [scan]), scan_results=frame("scan_results", [result]), inspector_findings=one,
        inspector_accounts=as_frame("inspector_accounts", ACCOUNTS),
    )["r/api/p/CVE-2026-1111"]  # fmt: skip
    assert row["tools"] == ["Amazon ECR", "Amazon Inspector", "Trivy"]
    assert row["severities"] == ["Amazon ECR: MEDIUM", "Amazon Inspector: HIGH", "Trivy: CRITICAL"]
    assert (row["severity"], text(row["first_seen"]), text(row["fixed_at"])) == (
        "critical",
        "2026-01-03",
        "2026-02-01T03:00",
    )


ALERTS = """
    alert  repository  secret_type  created_at  state     resolution     resolved_at  resolved_by  comment  snapshot_at
    1      O/api       aws_key      2026-01-20  resolved  revoked        2026-01-21   ann          NA       2026-02-15
    2      O/api       aws_key      2026-01-20  resolved  used_in_tests  2026-01-21   ann          tests    2026-02-15
    3      O/api       aws_key      2026-01-20  open      NA             NA           NA           NA       2026-02-15
"""


def test_secrets_stand_beside_other_weaknesses() -> None:
    frames = {"secret_alerts": as_frame("secret_alerts", ALERTS)}
    rows = leaked_secrets(frames).to_dict("records")
    assert [(row["kind"], text(row["fixed_at"]), text(row["dismissed_at"]), row["severity"]) for row in rows] == [
        ("secret", "2026-01-21", "NA", "unknown"), ("secret", "NA", "2026-01-21", "unknown"), ("secret", "NA", "NA", "unknown"),
    ]  # fmt: skip
