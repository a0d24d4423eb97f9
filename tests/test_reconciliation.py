"""Second sources: what only they have makes a test incomplete, and is named."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from example_workspace import Example
from text_tables import as_frame

from soc2kit.assessment import assess
from soc2kit.config import Config, load_config
from soc2kit.evidence import EvidenceStore
from soc2kit.model import Assessment, Verdict
from soc2kit.reconciliation.branches import branches_known, changes_on_branches, commits_counted
from soc2kit.reconciliation.systems import (
    accounts_of_organization,
    accounts_of_people,
    accounts_read,
    databases_read,
    regions_read,
    users_counted,
    users_in_report,
)
from soc2kit.sources.aws import REGIONAL

PAIR = ("a", "b")
USERS = """
    arn  user  snapshot_at
    a    a     2026-02-01T12:00:00Z
    b    b     2026-02-01T12:00:00Z
    a    a     2026-03-01T12:00:00Z
"""
# Of two accounts: the user of the second must not make up for one that the first lacks.
REPORTED = """
    arn                    user  snapshot_at
    arn:aws:iam::1:user/a  a     2026-02-01T12:00:00Z
    arn:aws:iam::1:user/b  b     2026-02-01T12:00:00Z
    arn:aws:iam::2:user/c  c     2026-02-01T12:00:00Z
"""


def timed(name: str, text: str) -> pd.DataFrame:
    return as_frame(name, text)


@pytest.mark.parametrize(
    ("listed", "only_first", "only_second"),
    [
        ("a  2025-01-01  2026-02-01T12:00:00Z, b  2025-01-01  2026-02-01T12:00:00Z", "", ""),
        ("a  2025-01-01  2026-02-01T12:00:00Z", "b (2026-02-01)", ""),
        ("a  2025-01-01  2026-02-01T12:00:00Z, b  2025-01-01  2026-02-01T12:00:00Z,"
         "c  2026-01-01  2026-02-01T12:00:00Z", "", "c (2026-02-01)"),
        # Made just within the four hours for which AWS keeps a report, and just before.
        ("a  2025-01-01  2026-02-01T12:00:00Z, b  2025-01-01  2026-02-01T12:00:00Z,"
         "c  2026-02-01T08:00:01Z  2026-02-01T12:00:00Z", "", ""),
        ("a  2025-01-01  2026-02-01T12:00:00Z, b  2025-01-01  2026-02-01T12:00:00Z,"
         "c  2026-02-01T08:00:00Z  2026-02-01T12:00:00Z", "", "c (2026-02-01)"),
        # A snapshot that only one of them has is compared with nothing.
        ("a  2025-01-01  2026-04-01T12:00:00Z", "", ""),
    ],
)  # fmt: skip
def test_users_of_the_report_and_of_the_list(listed: str, only_first: str, only_second: str) -> None:
    text = "arn  created_at  snapshot_at\n" + "\n".join(line.strip() for line in listed.split(","))
    frames = {"aws_users": timed("aws_users", USERS), "aws_listed_users": timed("aws_listed_users", text)}
    found = users_in_report(frames, PAIR)
    assert (", ".join(found.only_first), ", ".join(found.only_second)) == (only_first, only_second)
    assert found.agrees == (not only_first and not only_second)


@pytest.mark.parametrize(
    ("count", "only_first", "only_second"),
    [
        ("2", (), ()),
        ("NA", (), ()),
        ("3", (), ("2026-02-01, 1: 2 in the report, 3 counted",)),
        ("1", ("2026-02-01, 1: 2 in the report, 1 counted",), ()),
    ],
)
def test_users_of_the_report_and_the_accounts_own_count(
    count: str, only_first: tuple[str, ...], only_second: tuple[str, ...]
) -> None:
    counts = timed("aws_user_counts", f"account  users  snapshot_at\n1  {count}  2026-02-01T12:00:00Z")
    found = users_counted({"aws_users": timed("aws_users", REPORTED), "aws_user_counts": counts}, PAIR)
    assert (found.only_first, found.only_second) == (only_first, only_second)


LANDINGS = """
    commit  repository  sha  landed_at              kind          change
    x/y@1   x/y         1    2026-02-01T00:20:00Z   pull_request  x/y#1
    x/y@2   x/y         2    2026-02-02T00:00:00Z   direct_push   NA
    x/y@3   x/y         3    2026-02-05T00:00:00Z   pull_request  x/y#3
    x/y@4   x/y         4    2026-02-06T00:00:00Z   removed       NA
    x/y@5   x/y         5    2026-02-06T00:00:00Z   unknown       NA
"""
READS = """
    repository  read_from             read_until
    x/y         2026-02-01T00:00:00Z  2026-03-01T00:00:00Z
    x/y         2026-03-01T00:00:00Z  2026-04-01T00:00:00Z
"""


@pytest.mark.parametrize(
    ("change", "absent"),
    [
        ("x/y#1  x/y  2026-02-01T00:20:00Z  main  1", False),
        ("x/y#9  x/y  2026-02-03T00:00:00Z  main  9", True),
        ("x/y#9  x/y  2026-02-03T00:00:00Z  main  NA", True),
        ("x/y#3  x/y  2026-02-03T00:00:00Z  main  NA", False),
        ("x/y#9  x/y  2026-02-06T00:00:00Z  main  4", False),
        ("x/y#9  x/y  2026-02-03T00:00:00Z  release  9", False),
        ("x/z#9  x/z  2026-02-03T00:00:00Z  main  9", False),
        ("x/y#9  x/y  2026-03-01T00:00:00Z  main  9", True),
        # Its commit can lie just beyond what was read.
        ("x/y#9  x/y  2026-02-01T00:09:59Z  main  9", False),
        ("x/y#9  x/y  2026-02-01T00:10:00Z  main  9", True),
        ("x/y#9  x/y  2026-03-31T23:49:59Z  main  9", True),
        ("x/y#9  x/y  2026-03-31T23:50:00Z  main  9", False),
    ],
)
def test_merges_that_the_branch_does_not_show(change: str, absent: bool) -> None:
    frames = {
        "branch_landings": as_frame("branch_landings", LANDINGS),
        "branch_reads": as_frame("branch_reads", READS),
        "changes": as_frame("changes", f"change  repository  merged_at  base  merge_commit\n{change}"),
        "default_branches": as_frame("default_branches", "repository  branch\nx/y  main"),
    }
    found = changes_on_branches(frames, PAIR)
    assert found.only_second == ((change.split()[0],) if absent else ())
    assert found.only_first == ("x/y@2",)


@pytest.mark.parametrize(("counted", "apart"), [("7", ()), ("8", ("x/y: 7 read, 8 counted",)), ("NA", ())])
def test_commits_read_by_date_are_as_many_as_github_counts(counted: str, apart: tuple[str, ...]) -> None:
    reads = as_frame("branch_reads", f"repository  read  counted\nx/y  7  {counted}")
    assert commits_counted({"branch_reads": reads}, PAIR).only_second == apart


@pytest.mark.parametrize(
    ("database", "absent"),
    [
        ("p/x  p  x  yes  no", ()),
        ("p/x  p  x  no  no", ("p/x (2026-02-01)",)),
        ("p/x  p  x  no  yes", ()),
        ("p/x  p  x  yes  yes", ()),
    ],
)
def test_databases_that_the_server_has_and_nobody_read(database: str, absent: tuple[str, ...]) -> None:
    text = f"""
        place  cluster  database  read  out_of_scope  snapshot_at
        p/app  p        app       yes   no            2026-02-01T12:00:00Z
        {database}  2026-02-01T12:00:00Z
    """
    found = databases_read({"databases": timed("databases", text)}, PAIR)
    assert (found.only_first, found.only_second, found.second) == ((), absent, 2)


@pytest.mark.parametrize(("named", "absent"), [("1", ()), ("2", ("2",)), ("1,2,3", ("2", "3")), ("", ())])
def test_accounts_of_identity_center_that_nobody_read(named: str, absent: tuple[str, ...]) -> None:
    read = timed("read_aws_principals", "source_account  rows  snapshot_at\n1  4  2026-02-01T12:00:00Z")
    lines = [f"{account}  2026-03-01T12:00:00Z" for account in named.split(",") if account]
    directory = timed("identity_center_accounts", "\n".join(["account  snapshot_at", *lines]) if lines else "")
    found = accounts_read({"read_aws_principals": read, "identity_center_accounts": directory}, ("aws.a_b", "b"))
    assert (found.id, found.only_second) == ("aws-accounts-a-b", absent)


@pytest.mark.parametrize(
    ("read", "absent"),
    [
        ("1,2", ()),
        ("1", ("2",)),
        ("1,2,9", ()),
    ],
)
def test_open_accounts_of_the_organisation_that_nobody_read(read: str, absent: tuple[str, ...]) -> None:
    lines = "\n".join(f"{account}  4  2026-02-01T12:00:00Z" for account in read.split(","))
    others = """
        account  status     open  snapshot_at
        1        ACTIVE     yes   2026-02-01T12:00:00Z
        2        ACTIVE     yes   2026-02-01T12:00:00Z
        3        SUSPENDED  no    2026-02-01T12:00:00Z
    """
    frames = {
        "read_aws_users": timed("read_aws_users", f"source_account  rows  snapshot_at\n{lines}"),
        "organization_accounts": timed("organization_accounts", others),
    }
    found = accounts_of_organization(frames, ("aws.credential_report", "aws.organization"))
    assert (found.only_second, found.second) == (absent, 2)
    nobody = {**frames, "organization_accounts": frames["organization_accounts"].iloc[:0]}
    silent = accounts_of_organization(nobody, ("aws.credential_report", "aws.organization"))
    assert silent.agrees
    assert "none of the accounts that were read may list them" in silent.explained


@pytest.mark.parametrize(
    ("region", "absent"), [("yes  NA", ()), ("no  denied", ()), ("no  NA", ("1/r2 (2026-02-01)",))]
)
def test_an_enabled_region_that_nobody_read_does_not_vanish(region: str, absent: tuple[str, ...]) -> None:
    regions = f"""
        place  account  region  read  out_of_scope  snapshot_at
        1/r1   1        r1      yes   NA            2026-02-01T12:00:00Z
        1/r2   1        r2      {region}  2026-02-01T12:00:00Z
    """
    found = regions_read({"aws_regions_ec2": timed("aws_regions_ec2", regions)}, ("aws.ec2", "aws.ec2"))
    assert (found.only_second, found.second) == (absent, 2)


def test_people_and_accounts_at_the_latest_snapshot() -> None:
    frames = {
        "accounts": timed("accounts", """
            account_key  email   snapshot_at
            old          z@x     2026-01-01
            one          a@x     2026-02-01
            two          NA      2026-02-01
            three        gone@x  2026-02-01
        """),
        "people": timed("people", """
            email  left_at     snapshot_at
            a@x    NA          2026-02-01
            b@x    2026-02-02  2026-02-01
            c@x    2026-01-15  2026-02-01
            z@x    NA          2026-01-01
        """),
    }  # fmt: skip
    found = accounts_of_people(frames, PAIR)
    assert (found.first, found.second) == (3, 2)
    assert found.only_first == ("three", "two")
    assert found.only_second == ("b@x",)


def test_a_default_branch_that_is_gone_when_commits_are_read_is_named() -> None:
    frames = {
        "branch_reads": as_frame("branch_reads", """
            repository  branch   read_from   read_until  read_at
            o/switched  develop  2026-01-01  2026-04-01  2026-04-02
            o/renamed   main     2026-01-01  2026-04-01  2026-04-02
            o/empty     main     2026-01-01  2026-04-01  2026-04-02
        """),
        "default_branches": as_frame("default_branches", """
            repository  branch
            o/switched  develop
            o/renamed   main
            o/renamed   master
        """),
        "branch_rules": as_frame("branch_rules", """
            repository  branch   snapshot_at
            o/switched  main     2026-01-31
            o/switched  develop  2026-03-31
            o/renamed   master   2026-01-31
            o/empty     main     2026-01-31
            o/deleted   main     2026-02-28
            o/later     main     2026-04-01
        """),
    }  # fmt: skip
    assert branches_known(frames, PAIR).only_second == ("o/deleted main", "o/switched main")


def test_the_example_reconciles(assessed: Assessment) -> None:
    result = assessed
    found = {item.id: item for test in result.tests for item in test.reconciliations}
    assert sorted(found) == [
        "aws-accounts-authorization-details", "aws-accounts-credential-report", "aws-user-count", "aws-users",
        "branch-chain", "commits-counted", "databases", "default-branches", "merged-changes", "merges-collected",
        "organisation-accounts-authorization-details", "organisation-accounts-credential-report",
        # No test rests on what detects threats.
        *sorted(f"regions-{dataset.partition('.')[2]}" for dataset in REGIONAL if dataset != "aws.detection"),
        "roster-accounts",
    ]  # fmt: skip
    assert found["databases"].agrees
    assert found["aws-accounts-authorization-details"].agrees
    assert found["aws-users"].agrees
    assert all(one.agrees for id, one in found.items() if id.startswith(("organisation-accounts", "regions-")))
    assert found["aws-user-count"].agrees
    assert found["merged-changes"].only_second == ()
    assert found["default-branches"].only_second == ()
    # The direct pushes are GH-PR-02's exceptions, beside what a force push took away.
    exceptions = result.test("GH-PR-02").exceptions
    assert set(found["merged-changes"].only_first) == set(exceptions.loc[exceptions["kind"] != "removed", "key"])


@pytest.fixture
def config(example: Example, tmp_path: Path) -> Config:
    return load_config(Path(shutil.copytree(example.config.workspace, tmp_path / "demo")))


def test_a_user_that_only_the_list_has_takes_the_good_verdict_away(config: Config, example: Example) -> None:
    """The report is swapped, well chained, for one without a user: only the second source can tell."""
    _without_user(EvidenceStore(config.evidence), "aws.credential_report")
    result = assess(config, as_of=example.as_of)
    check = result.test("AWS-IAM-05")
    assert check.verdict in (Verdict.NOT_TESTED, Verdict.EXCEPTIONS)
    assert any("credential report ↔ ListUsers: the tested list lacks 1" in note for note in check.notes)
    type_one = assess(config, as_of=example.as_of, report_type="I")
    assert type_one.test("AWS-IAM-03").verdict is Verdict.NOT_TESTED


def test_a_database_that_nobody_read_takes_the_good_verdict_away(config: Config, example: Example) -> None:
    def without_analytics(pages: Any) -> Any:
        return [page for page in pages if page["parameters"].get("database") != "analytics"]

    _rewritten(EvidenceStore(config.evidence), "postgres.grants", without_analytics)
    result = assess(config, as_of=example.as_of)
    for check in ("PG-ROL-04", "ACC-REV-01"):
        notes = result.test(check).notes
        assert any("the tested list lacks 1: production/analytics (2026-" in note for note in notes), check
        assert result.test(check).verdict in (Verdict.NOT_TESTED, Verdict.EXCEPTIONS)


def test_a_database_out_of_scope_stands_in_a_note(config: Config, example: Example) -> None:
    def out_of_scope(pages: Any) -> Any:
        kept = [page for page in pages if page["parameters"].get("database") != "analytics"]
        for page in kept:
            if page["call"] == "SQL databases":
                page["parameters"]["out_of_scope"] = ["analytics"]
        return kept

    _rewritten(EvidenceStore(config.evidence), "postgres.grants", out_of_scope)
    result = assess(config, as_of=example.as_of)
    assert not any("analytics" in note for note in result.test("PG-ROL-04").notes)
    assert [note for note in result.notes if "analytics" in note and "no test looks at its grants" in note]


def _without_user(store: EvidenceStore, dataset: str) -> None:
    def shorter(pages: Any) -> Any:
        content = pages[-1]["answer"]["Content"].rstrip("\n")
        pages[-1]["answer"]["Content"] = content[: content.rindex("\n")] + "\n"
        return pages

    _rewritten(store, dataset, shorter)


def _rewritten(store: EvidenceStore, dataset: str, edit: Callable[[Any], Any]) -> None:
    """Write the latest file of a dataset anew, and the ledger with it."""
    records = store.records()
    last = next(record for record in reversed(records) if record.dataset == dataset)
    pages: list[dict[str, Any]] = edit(store.read_pages(last))
    data = json.dumps(pages).encode()
    path = store.root / str(last.path)
    path.write_bytes(data)
    store.ledger.path.unlink()
    with store.ledger.lock():
        for record in records:
            own = {name: value for name, value in record.fields.items() if name not in ("schema", "seq", "previous")}
            if record is last:
                own |= {"sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data)}
            store.ledger.append(own)
