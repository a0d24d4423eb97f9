"""Tests of rights in AWS, judged row by row."""

import pytest
from text_tables import Scenario, judge

from soc2kit.parameters import Parameters

SCENARIOS = (
    Scenario("AWS-IAM-07", "aws_administrators", "{arn}", "snapshot_at", {"aws_administrators": """
        arn            type    name      administrator_via          held_back      snapshot_at  expect
        user/ana       user    ana       attached Admin             NA             2026-03-31   ok
        user/team/ana  user    ana       attached Admin             NA             2026-03-31   ok
        user/ben       user    ben       inline all                 NA             2026-03-31   inline all, not on
        user/ana.b     user    ana.b     group admins: inline all   NA             2026-03-31   through group admins
        user/mfa       user    mfa       inline all, only with MFA  NA             2026-03-31   all, only with MFA, not
        user/lost      user    lost      attached x (its text       NA             2026-03-31   attached x (its
        role/ana       role    role/ana  inline all                 NA             2026-03-31   not on the approved
        user/both      user    both      inline all                 attached some  2026-03-31   through inline all
        user/bounded   user    bounded   NA                         inline all     2026-03-31   ok
        sso/1          person  ana       a permission set           NA             2026-03-31   ok
        sso/2          person  ben       a permission set           NA             2026-03-31   a permission set
    """}, Parameters(approved_aws_administrators=("ana",))),
    Scenario("AWS-IAM-08", "aws_policies", "{policy}", "snapshot_at", {"aws_policies": """
        policy    type     full_wildcard  statement           whole_services  snapshot_at  expect
        narrow    managed  no             NA                  []              2026-03-31   ok
        wide      managed  yes            statement 2         []              2026-03-31   resource: statement 2
        inner     inline   yes            Everything          []              2026-03-31   resource: Everything
        with-mfa  inline   yes            All, only with MFA  []              2026-03-31   resource: All, only
        storage   managed  no             NA                  s3              2026-03-31   whole services on every
        two       inline   no             NA                  s3,sqs          2026-03-31   resource: s3:*, sqs:*
        accepted  inline   no             NA                  logs            2026-03-31   ok
        partly    inline   no             NA                  logs,s3         2026-03-31   resource: s3:*
    """}, Parameters(approved_service_wildcards=("logs",))),
    Scenario("AWS-IAM-09", "aws_role_trusts", "{trust}", "snapshot_at", {"aws_role_trusts": """
    trust     role   principal         principal_kind  account  condition  names_who  external_id  snapshot_at  expect
    service   ::::1  ec2               service         NA       NA         no         no           2026-03-01   ok
    own       ::::1  1:root            account         1        NA         no         no           2026-03-01   ok
    user      ::::1  1:user/ana        user            1        NA         no         no           2026-03-01   ok
    read      ::::1  2:root            account         2        NA         no         no           2026-03-01   ok
    other     ::::2  2:root            account         2        NA         no         no           2026-03-01   ok
    listed    ::::1  3                 account         3        NA         no         no           2026-03-01   ok
    vendor    ::::1  4                 account         4        id         no         yes          2026-03-01   4 is not
    else      ::::1  5:role/x          role            5        NA         no         no           2026-03-01   external
    anybody   ::::1  *                 anyone          NA       NA         no         no           2026-03-01   anybody
    from-net  ::::1  *                 anyone          NA       TLS        no         no           2026-03-01   (TLS)
    with-id   ::::1  *                 anyone          NA       id         no         yes          2026-03-01   it (id)
    our-org   ::::1  *                 anyone          NA       org        yes        no           2026-03-01   ok
    saml      ::::1  1:saml-provider/  federated       1        NA         no         no           2026-03-01   ok
    oidc      ::::1  1:oidc/ci         federated       1        NA         no         no           2026-03-01   in at ci
    closed    ::::1  1:oidc/ci         federated       1        sub        yes        no           2026-03-01   ok
    google    ::::1  google            federated       NA       NA         no         no           2026-03-01   google
    gone      ::::1  AIDA              deleted         NA       NA         no         no           2026-03-01   deleted
    odd       ::::1  79a5              other           NA       NA         no         no           2026-03-01   no known
    """}, Parameters(approved_aws_accounts=("3",))),
    Scenario("AWS-IAM-09", "aws_role_trusts", "{trust}", "snapshot_at", {"aws_role_trusts": """
    trust   role   principal  principal_kind  account  names_who  named_accounts  github_owners  snapshot_at  expect
    own     ::::1  *          anyone          NA       yes        1               []             2026-03-01   ok
    listed  ::::1  *          anyone          NA       yes        1,3             []             2026-03-01   ok
    other   ::::1  *          anyone          NA       yes        1,9             []             2026-03-01   9, which
    two     ::::1  *          anyone          NA       yes        8,9             []             2026-03-01   8, 9, wh
    named   ::::1  1:root     account         1        yes        9               []             2026-03-01   ok
    ours    ::::1  1:oidc/gh  federated       1        yes        []              acme           2026-03-01   ok
    theirs  ::::1  1:oidc/gh  federated       1        yes        []              acme,evil      2026-03-01   of evil
    """}, Parameters(approved_aws_accounts=("3",), approved_github_organizations=("Acme",))),
    # Without a list any owner that is written out is taken for the company's.
    Scenario("AWS-IAM-09", "aws_role_trusts", "{trust}", "snapshot_at", {"aws_role_trusts": """
    trust   role   principal  principal_kind  account  names_who  github_owners  snapshot_at  expect
    theirs  ::::1  1:oidc/gh  federated       1        yes        acme,evil      2026-03-01   ok
    """}),
    Scenario("AWS-IAM-10", "aws_effective_rights", "{arn}", "snapshot_at", {"aws_effective_rights": """
        arn          type  kind           right   via   narrowed  limited_by_boundary  snapshot_at  expect
        user/ben     user  escalation     all     p     no        no                   2026-03-31   all through p; not
        user/ana     user  escalation     all     p     no        no                   2026-03-31   ok
        user/deploy  user  escalation     all     p     no        no                   2026-03-31   ok
        role/deploy  role  escalation     all     p     no        no                   2026-03-31   not on the approved
        role/ci      role  escalation     all     p     no        no                   2026-03-31   ok
        user/some    user  escalation     a part  g: p  yes       no                   2026-03-31   ok
        user/bound   user  escalation     a part  g: p  no        yes                  2026-03-31   ok
        user/s3      user  service        s3:*    p     no        no                   2026-03-31   out
        user/root    user  administrator  all     p     no        no                   2026-03-31   out
        user/ben     user  escalation     all     p     yes       no                   2026-02-28   ok
    """}, Parameters(approved_aws_administrators=("ana",), approved_aws_escalation=("deploy", "role/ci"))),
)  # fmt: skip


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.check)
def test_rows(scenario: Scenario) -> None:
    judge(scenario)


def test_all_ways_of_one_holder_make_one_row() -> None:
    rows = "\n".join(
        f"user/ben  user  escalation  way {number}  inline p  no  no  2026-03-31" for number in (3, 1, 4, 2, 4)
    )
    header = "arn  type  kind  right  via  narrowed  limited_by_boundary  snapshot_at\n"
    scenario = Scenario("AWS-IAM-10", "aws_effective_rights", "{arn}", "snapshot_at",
                        {"aws_effective_rights": header + rows})  # fmt: skip
    (reason,) = scenario.run().exceptions["reason"]
    ways = "; ".join(f"way {number} through inline p" for number in (1, 2, 3))
    assert reason == f"can become administrator: {ways}; and 1 more; not on the approved list"
