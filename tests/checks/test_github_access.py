"""Tests of access to GitHub, judged row by row."""

import pytest
from text_tables import Scenario, judge

from soc2kit.parameters import Parameters

SCENARIOS = (
    Scenario("GH-ORG-01", "github_organization", "{organization}", "snapshot_at", {"github_organization": """
        organization  two_factor_required  snapshot_at  expect
        required      yes                  2026-03-31   ok
        off           no                   2026-03-31   requirement is off
        hidden        NA                   2026-03-31   does not show the requirement
    """}),
    Scenario("GH-ORG-02", "github_sign_ins", "{login}", "snapshot_at", {"github_sign_ins": """
        login  role                  two_factor  snapshot_at  expect
        ana    admin                 yes         2026-02-28   ok
        ben    member                no          2026-02-28   no two-factor sign-in
        ben    member                yes         2026-03-31   ok
        kim    outside collaborator  no          2026-03-31   no two-factor sign-in
        lou    outside collaborator  yes         2026-03-31   ok
    """}),
    Scenario("GH-ORG-03", "github_member_roles", "{login}", "snapshot_at", {"github_member_roles": """
        login  role    snapshot_at  expect
        ana    admin   2026-01-31   ok
        ben    admin   2026-01-31   ok
        cleo   member  2026-01-31   out
        ana    admin   2026-02-28   ok
        dora   admin   2026-02-28   owner, not on the approved
        ana    admin   2026-03-31   one of 1 owners; at least 2
        ben    member  2026-03-31   out
    """}, Parameters(approved_github_owners=("ana", "ben"))),
    Scenario("GH-ORG-04", "github_organization", "{organization}", "snapshot_at", {"github_organization": """
        organization  default_permission  snapshot_at  expect
        nothing       none                2026-03-31   ok
        reading       read                2026-03-31   ok
        writing       write               2026-03-31   members get write on every repository
        all           admin               2026-03-31   members get admin
        hidden        NA                  2026-03-31   does not show the default permission
    """}),
    # Without a register the list in soc2kit.toml stands.
    Scenario("GH-ORG-05", "outside_access", "{login}@{repository}", "snapshot_at", {"outside_access": """
        login  repository  permission  snapshot_at  expect
        kim    o/web       write       2026-03-31   ok
        kim    o/api       admin       2026-03-31   with admin permission
        lou    o/web       read        2026-03-31   not on the approved
        lou    o/api       admin       2026-03-31   not on the approved list; outside collaborator with admin permission
        kim    o/docs      NA          2026-03-31   ok
    """}, Parameters(approved_outside_collaborators=("kim",))),
    Scenario("GH-ORG-05", "outside_access", "{login}@{repository}", "snapshot_at", {"outside_access": """
        login  repository  permission  registered  sponsor  until             snapshot_at       expect
        ada    o/web       write       yes         x@y.z    2026-03-31T23:59  2026-03-31T20:00  ok
        ada    o/api       admin       yes         x@y.z    2026-03-31T23:59  2026-03-31T20:00  with admin
        bob    o/web       write       yes         x@y.z    2026-03-30T23:59  2026-03-31T20:00  end on 2026-03-30
        cat    o/web       write       yes         x@y.z    2026-03-31T20:00  2026-03-31T20:00  ok
        dan    o/web       write       yes         NA       2026-12-31T23:59  2026-03-31T20:00  without a sponsor
        eve    o/web       write       yes         x@y.z    NA                2026-03-31T20:00  without an end date
        fay    o/web       write       no          NA       NA                2026-03-31T20:00  not in the register
        kim    o/web       write       no          NA       NA                2026-03-31T20:00  names no sponsor
        kim    o/web       write       NA          NA       NA                2026-01-31T20:00  ok
        fay    o/web       write       NA          NA       NA                2026-01-31T20:00  not on the approved
    """}, Parameters(approved_outside_collaborators=("kim",))),
)  # fmt: skip


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.check)
def test_rows(scenario: Scenario) -> None:
    judge(scenario)
