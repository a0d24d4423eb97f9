"""Tests of access to PostgreSQL, judged row by row."""

import pytest
from text_tables import Scenario, judge

from soc2kit.parameters import Parameters

OWNERS = """
    account_key  system    email    ambiguous  name  kind      left_at     snapshot_at  expect
    c/ana        postgres  ana@x.y  no         Ana   employee  NA          2026-03-31   ok
    c/etl        postgres  NA       no         NA    NA        NA          2026-03-31   belongs to nobody
    c/zoe        postgres  zoe@x.y  no         NA    NA        NA          2026-03-31   is not in the roster
    c/both       postgres  NA       yes        NA    NA        NA          2026-03-31   two different owners
    c/ben        postgres  ben@x.y  no         Ben   employee  2026-03-31  2026-03-31   ok
    c/cleo       postgres  cleo@x.y  no        Cleo  employee  2026-03-30  2026-03-31   left on 2026-03-30
    elsewhere    aws       NA       no         NA    NA        NA          2026-03-31   out
"""

ROLES = """
cluster  role           superuser  create_role  create_database  replication  bypass_rls  snapshot_at  expect
c        postgres       yes        no           no               no           no          2026-03-31   ok
c        plain          no         no           no               no           no          2026-03-31   out
c        roles          no         yes          no               no           no          2026-03-31   create role, not
c        bases          no         no           yes              no           no          2026-03-31   create database
c        copies         no         no           no               yes          no          2026-03-31   replication, not
c        rows           no         no           no               no           yes         2026-03-31   bypass rls, not
c        several        yes        yes          no               no           no          2026-03-31   create role
c        rds_superuser  no         no           no               no           no          2026-03-31   rds_superuser,
c        direct         no         no           no               no           no          2026-03-31   through direct >
c        runs           no         no           no               no           no          2026-03-31   programs of
c        deep           no         no           no               no           no          2026-03-31   (by SET ROLE)
c        middle         no         no           no               no           no          2026-03-31   (by granting it
c        ring-1         no         no           no               no           no          2026-03-31   out
c        ring-2         no         no           no               no           no          2026-03-31   out
c        ring-top-1     no         no           no               no           no          2026-03-31   > postgres, not
c        ring-top-2     no         no           no               no           no          2026-03-31   > postgres, not
d        direct         no         no           no               no           no          2026-03-31   out
c        direct         no         no           no               no           no          2026-02-28   out
"""
REACH = """
    cluster  member      role           path                    how                       snapshot_at
    c        direct      rds_superuser  direct > rds_superuser  at once                   2026-03-31
    c        deep        middle         deep > middle           at once                   2026-03-31
    c        deep        postgres       deep > middle > postgres  by SET ROLE             2026-03-31
    c        runs        pg_execute_server_program  runs > pg_execute_server_program  at once  2026-03-31
    c        middle      postgres       middle > postgres       by granting it to itself  2026-03-31
    c        ring-1      ring-2         ring-1 > ring-2         at once                   2026-03-31
    c        ring-2      ring-1         ring-2 > ring-1         at once                   2026-03-31
    c        ring-top-1  postgres       ring-top-1 > postgres   at once                   2026-03-31
    c        ring-top-2  roles          ring-top-2 > x > roles  at once                   2026-03-31
    c        ring-top-2  postgres       ring-top-2 > postgres   at once                   2026-03-31
    c        rows        plain          rows > plain            at once                   2026-03-31
"""

# 90 days after 2026-03-31 is 2026-06-29.
LOGINS = """
    account_key  system    kind        snapshot_at  expect
    c/at-limit   postgres  employee    2026-03-31   ok
    c/one-more   postgres  employee    2026-03-31   password expires in 91 days, limit 90
    c/endless    postgres  contractor  2026-03-31   password never expires
    c/expired    postgres  employee    2026-03-31   ok
    c/by-iam     postgres  employee    2026-03-31   ok
    c/iam-group  postgres  employee    2026-03-31   ok
    c/iam-deep   postgres  employee    2026-03-31   ok
    c/iam-could  postgres  employee    2026-03-31   password never expires
    c/other-iam  postgres  employee    2026-03-31   password never expires
    d/by-iam     postgres  employee    2026-03-31   password never expires
    c/by-iam     postgres  employee    2026-02-28   password never expires
    c/program    postgres  service     2026-03-31   out
    c/unowned    postgres  NA          2026-03-31   out
    c/elsewhere  aws       employee    2026-03-31   out
"""
EXPIRY = """
    cluster  role       valid_until  snapshot_at
    c        at-limit   2026-06-29   2026-03-31
    c        one-more   2026-06-30   2026-03-31
    c        endless    NA           2026-03-31
    c        expired    2026-03-01   2026-03-31
    c        by-iam     NA           2026-03-31
    c        by-iam     NA           2026-02-28
    c        iam-group  NA           2026-03-31
    c        iam-deep   NA           2026-03-31
    c        iam-could  NA           2026-03-31
    c        other-iam  NA           2026-03-31
    d        by-iam     NA           2026-03-31
    c        program    NA           2026-03-31
"""
IAM = """
    cluster  role     member     how                       snapshot_at
    c        rds_iam  by-iam     at once                   2026-03-31
    c        people   iam-group  at once                   2026-03-31
    c        rds_iam  iam-group  at once                   2026-03-31
    c        rds_iam  iam-deep   by SET ROLE               2026-03-31
    c        rds_iam  iam-could  by granting it to itself  2026-03-31
    c        people   other-iam  at once                   2026-03-31
"""

SCENARIOS = (
    Scenario(
        "PG-ROL-01", "database_roles", "{cluster}/{role}", "snapshot_at",
        {"database_roles": ROLES, "database_reach": REACH},
        Parameters(approved_database_superusers=("postgres",)),
    ),
    Scenario("PG-ROL-02", "accounts", "{account_key}", "snapshot_at", {"accounts": OWNERS}),
    Scenario(
        "PG-ROL-03", "accounts", "{account_key}", "snapshot_at",
        {"accounts": LOGINS, "database_roles": EXPIRY, "database_reach": IAM},
    ),
)  # fmt: skip


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.check)
def test_rows(scenario: Scenario) -> None:
    judge(scenario)
