"""Tests of the inventory and of what production shares, judged row by row."""

import pytest
from text_tables import Scenario, judge

from soc2kit.parameters import Parameters

UNREAD = "place  account  region  service  operation  what  why  snapshot_at"
ENTRIES = "asset  snapshot_at"
ORGANIZATION = "account  organization  alone  listed  snapshot_at"
ASSETS = "asset  kind  first_seen_at  entry  snapshot_at"
OURS = Parameters(production_accounts=("1", "2"))
SNAPSHOTS = "arn  account  region  shared_with  snapshot_at"
RDS = "arn  account  region  shared_with  copied_from  snapshot_at"
TRUSTS = "trust  role  principal  account  named_accounts  snapshot_at"
SHARED = "resource  account  approved_by  approved_at  until  snapshot_at"
READ = "source_account  rows  snapshot_at\n    x  0  2026-01-31"
NONE = {"ebs_snapshots": SNAPSHOTS, "rds_snapshots": RDS, "aws_role_trusts": TRUSTS, "environment_exceptions": SHARED,
        "read_environment_exceptions": READ, "aws_ec2_unread": UNREAD, "aws_rds_unread": UNREAD}  # fmt: skip

SCENARIOS = (
    Scenario("AST-INV-01", "assets", "{asset}", "snapshot_at", {"assets": """
        asset     kind    first_seen_at  entry  snapshot_at           expect
        there     bucket  2026-01-01     there  2026-03-31            ok
        pattern   bucket  2026-01-01     p*     2026-03-31            ok
        new       bucket  2026-03-30     NA     2026-03-31            ok
        limit     bucket  2026-03-01     NA     2026-03-31            ok
        over      bucket  2026-03-01     NA     2026-03-31T00:00:01Z  bucket seen since 2026-03-01 and in no entry
    """, "asset_entries": ENTRIES, "aws_unread": UNREAD, "aws_organization": ORGANIZATION}),
    Scenario("AST-INV-01", "asset_entries", "register of assets: {asset}", "snapshot_at", {"asset_entries": """
        asset    environment  in_scope  lacking  lacking_since  matches  listable  snapshot_at           expect
        good     production   yes       NA       NA             2        yes       2026-03-31            ok
        short    production   yes       owner    2026-02-01     2        yes       2026-03-31            without owner
        in-time  production   yes       owner    2026-03-01     2        yes       2026-03-31            ok
        late     production   yes       owner    2026-03-01     2        yes       2026-03-31T00:00:01Z  without owner
        nothing  production   yes       NA       NA             0        yes       2026-03-31            untold: gone
        cased    Production   yes       NA       NA             0        yes       2026-03-31            untold: gone
        test     test         yes       NA       NA             0        yes       2026-03-31            ok
        saas     production   yes       NA       NA             0        no        2026-03-31            ok
        out      production   no        NA       NA             0        yes       2026-03-31            ok
    """, "assets": ASSETS, "aws_unread": UNREAD, "aws_organization": ORGANIZATION}),
    Scenario("AST-INV-01", "asset_entries", "register of assets: {asset}", "snapshot_at", {"asset_entries": """
        asset    owner  environment  in_scope  owner_left_at  matches  listable  snapshot_at  expect
        gone     b@x    production   yes       2026-02-28     2        yes       2026-03-31   its owner b@x left on
        leaving  b@x    production   yes       2026-03-01     2        yes       2026-03-31   ok
    """, "assets": ASSETS, "aws_unread": UNREAD, "aws_organization": ORGANIZATION}),
    Scenario("AST-INV-01", "aws_unread", "{place}", "snapshot_at", {"aws_unread": """
        place    account  region  service  operation                   what  why  snapshot_at  expect
        list     1        r       s3       ListBuckets                 NA    No   2026-03-31   untold: s3.ListBuckets
        rules    1        r       ec2      DescribeSecurityGroupRules  NA    No   2026-03-31   out
        setting  1        r       ec2      GetEbsEncryptionByDefault   NA    No   2026-03-31   out
        thing    1        r       elbv2    DescribeListeners           x     No   2026-03-31   out
    """, "assets": ASSETS, "asset_entries": ENTRIES, "aws_organization": ORGANIZATION}),
    Scenario("AST-INV-01", "judged", "{key}", "at", {"aws_organization": """
        account  organization  alone  listed  snapshot_at
        1        o-1           no     yes     2026-02-28
        2        o-1           no     no      2026-02-28
        1        o-1           no     no      2026-03-31
        2        o-1           no     no      2026-03-31
        3        NA            yes    no      2026-03-31
        4        NA            no     no      2026-03-31
    """, "judged": """
        key                        at          expect
        organisation o-1           2026-03-31  untold: no account that is read may list the accounts
        organisation that 4 is in  2026-03-31  untold: no account that is read may list the accounts
    """, "assets": ASSETS, "asset_entries": ENTRIES, "aws_unread": UNREAD}),
    Scenario("AWS-ENV-01", "rds_snapshots", "{arn}", "snapshot_at", {**NONE, "rds_snapshots": """
        arn     account  shared_with  copied_from            snapshot_at  expect
        own     1        []           NA                     2026-03-31   ok
        sister  1        2            NA                     2026-03-31   ok
        other   1        2,3          NA                     2026-03-31   shared with 3, beyond production
        all     1        all          NA                     2026-03-31   shared with everybody
        hidden  1        NA           NA                     2026-03-31   untold: whom it is shared with
        test    3        9            NA                     2026-03-31   out
        copied  3        []           arn:aws:rds:r:1:s:own  2026-03-31   a copy of arn:aws:rds:r:1:s:own in an account
        region  1        []           arn:aws:rds:r:1:s:own  2026-03-31   ok
        theirs  3        []           arn:aws:rds:r:7:s:x    2026-03-31   out
    """}, OURS),
    Scenario("AWS-ENV-01", "ebs_snapshots", "{arn}", "snapshot_at", {**NONE, "ebs_snapshots": """
        arn        account  shared_with  snapshot_at  expect
        app-1      1        3            2026-03-31   ok
        app-2      1        4            2026-03-31   shared with 4
        early      1        3            2026-03-31   shared with 3
        ended      1        3            2026-03-31   shared with 3
        nameless   1        3            2026-03-31   shared with 3
        withdrawn  1        3            2026-04-30   shared with 3
    """, "environment_exceptions": """
        resource   account  approved_by  approved_at  until       snapshot_at
        app-*      3        a@x          2026-03-31   NA          2026-03-31
        early      3        a@x          2026-04-01   NA          2026-03-31
        ended      3        a@x          2026-01-01   2026-03-31  2026-03-31
        nameless   3        NA           2026-01-01   NA          2026-03-31
        withdrawn  3        a@x          2026-01-01   NA          2026-03-31
    """, "read_environment_exceptions": """
        source_account  rows  snapshot_at
        x               5     2026-03-31
        x               0     2026-04-30
    """}, OURS),
    Scenario("AWS-ENV-01", "aws_role_trusts", "{trust}", "snapshot_at", {**NONE, "aws_role_trusts": """
        trust   role                   principal  account  named_accounts  snapshot_at  expect
        own     arn:aws:iam::1:role/a  p          1        []              2026-03-31   out
        sister  arn:aws:iam::1:role/a  p          2        []              2026-03-31   out
        test    arn:aws:iam::1:role/a  p          3        []              2026-03-31   account 3, which is not
        named   arn:aws:iam::1:role/a  *          NA       2,3             2026-03-31   account 3, which is not
        vendor  arn:aws:iam::1:role/a  p          9        []              2026-03-31   out
        below   arn:aws:iam::3:role/r  p          1        []              2026-03-31   out
    """}, OURS),
    Scenario("AWS-ENV-01", "aws_role_trusts", "{trust}", "snapshot_at", {**NONE, "aws_role_trusts": """
        trust  role                   principal  principal_kind  account  named_accounts  snapshot_at  expect
        org    arn:aws:iam::1:role/a  *          anyone          NA       []              2026-03-31   account 3, which
        named  arn:aws:iam::1:role/a  *          anyone          NA       2               2026-03-31   out
        below  arn:aws:iam::3:role/r  p          role            1        []              2026-03-31   out
    """}, OURS),
    Scenario("AWS-ENV-01", "aws_rds_unread", "{place}", "snapshot_at", {**NONE, "aws_rds_unread": """
        place  account  region  service  operation            what  why  snapshot_at  expect
        list   1        r       rds      DescribeDBSnapshots  NA    No   2026-03-31   untold: rds.DescribeDBSnapshots
        test   3        r       rds      DescribeDBSnapshots  NA    No   2026-03-31   untold: rds.DescribeDBSnapshots
        away   3        s       rds      DescribeDBSnapshots  NA    NoEndpoint  2026-03-31  out
        other  1        r       rds      DescribeDBInstances  NA    No   2026-03-31   out
    """}, OURS),
    Scenario("AWS-ENV-01", "ebs_snapshots", "{arn}", "snapshot_at", {**NONE, "ebs_snapshots": """
        arn    account  shared_with  snapshot_at  expect
        app-1  1        []           2026-03-31   untold: production_accounts in soc2kit.toml names no account
    """}),
)  # fmt: skip


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: f"{scenario.check} {scenario.judged}")
def test_rows(scenario: Scenario) -> None:
    judge(scenario)
