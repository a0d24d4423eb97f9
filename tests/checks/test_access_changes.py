"""Grants and their approvals, judged row by row."""

from __future__ import annotations

import pytest
from text_tables import Scenario, judge

CHANGES = """
    change_id       system    account_key  account_name  email    shared_by        kind    what                      new_account  privileged  credential  occurred_at          made_by  made_by_email  basis                expect
    asked           github    g1           g1            NA       NA               grant   account                   yes          no          no          2026-02-02T12:00:00  NA       NA             snapshot difference  ok
    by-person       aws       arn1         u1            ana@x.y  NA               grant   user created              yes          no          no          2026-02-02T12:00:00  deniz    deniz@x.y      event                ok
    at-once         github    g2           g2            NA       NA               grant   account                   yes          no          no          2026-02-02T12:00:00  NA       NA             snapshot difference  ok
    a-second-late   github    g3           g3            NA       NA               grant   account                   yes          no          no          2026-02-02T12:00:00  NA       NA             snapshot difference  IT-3: approved 2026-02-02 12:00 UTC, granted
    nobody-asked    github    g4           g4            NA       NA               grant   account                   yes          no          no          2026-02-02T12:00:00  NA       NA             snapshot difference  no request for it
    elsewhere       postgres  c/g1         g1            NA       NA               grant   account                   yes          no          no          2026-02-02T12:00:00  NA       NA             snapshot difference  no request for it
    waiting         github    g5           g5            NA       NA               grant   account                   yes          no          no          2026-02-02T12:00:00  NA       NA             snapshot difference  IT-5: nobody approved it
    no-date         github    g6           g6            NA       NA               grant   account                   yes          no          no          2026-02-02T12:00:00  NA       NA             snapshot difference  does not say when
    own-approval    github    g7           g7            gil@x.y  NA               grant   account                   yes          no          no          2026-02-02T12:00:00  NA       NA             snapshot difference  approved by gil@x.y, whom it benefits
    shared-own      github    g8           g8            NA       gil@x.y,hal@x.y  grant   account                   yes          no          no          2026-02-02T12:00:00  NA       NA             snapshot difference  approved by hal@x.y, whom it benefits
    second-request  github    g9           g9            NA       NA               grant   account                   yes          no          no          2026-02-02T12:00:00  NA       NA             snapshot difference  ok
    privileged      postgres  c/p1         p1            NA       NA               grant   member of dba_team        no           yes         no          2026-02-02T12:00:00  NA       NA             snapshot difference  ok
    other-right     postgres  c/p2         p2            NA       NA               grant   superuser                 no           yes         no          2026-02-02T12:00:00  NA       NA             snapshot difference  no request names superuser (there is IT-12)
    unnamed-right   postgres  c/p3         p3            NA       NA               grant   superuser                 no           yes         no          2026-02-02T12:00:00  NA       NA             snapshot difference  no request names superuser
    plain-right     postgres  c/p4         p4            NA       NA               grant   member of readers         no           no          no          2026-02-02T12:00:00  NA       NA             snapshot difference  out
    revoked         github    g4           g4            NA       NA               revoke  no longer: account        no           no          no          2026-02-02T12:00:00  NA       NA             snapshot difference  out
    first-second    github    g4           g4            NA       NA               grant   account                   yes          no          no          2026-01-01T00:00:00  NA       NA             snapshot difference  no request for it
    before          github    g4           g4            NA       NA               grant   account                   yes          no          no          2025-12-31T23:59:59  NA       NA             snapshot difference  out
    last-second     github    g4           g4            NA       NA               grant   account                   yes          no          no          2026-03-31T23:59:59  NA       NA             snapshot difference  no request for it
    after           github    g4           g4            NA       NA               grant   account                   yes          no          no          2026-04-01T00:00:00  NA       NA             snapshot difference  out
"""  # noqa: E501
REQUESTS = """
    ticket  system    account_name  email    access    approved_by  approved_at          snapshot_at
    IT-1    github    G1            NA       member    lou@x.y      2026-01-30T12:00:00  2026-03-31
    IT-10   aws       NA            ana@x.y  user      lou@x.y      2026-01-30T12:00:00  2026-03-31
    IT-2    github    g2            NA       member    lou@x.y      2026-02-02T12:00:00  2026-03-31
    IT-3    github    g3            NA       member    lou@x.y      2026-02-02T12:00:01  2026-03-31
    IT-5    github    g5            NA       member    NA           2026-02-02T12:00:00  2026-03-31
    IT-6    github    g6            NA       member    lou@x.y      NA                   2026-03-31
    IT-7    github    g7            NA       member    gil@x.y      2026-01-30T12:00:00  2026-03-31
    IT-8    github    g8            NA       member    hal@x.y      2026-01-30T12:00:00  2026-03-31
    IT-9    github    g9            NA       member    NA           NA                   2026-03-31
    IT-9b   github    g9            NA       member    lou@x.y      2026-01-30T12:00:00  2026-03-31
    IT-4    github    g4            NA       member    lou@x.y      2026-12-30T12:00:00  2026-03-31
    IT-11   postgres  p1            NA       DBA_Team  lou@x.y      2026-01-30T12:00:00  2026-03-31
    IT-12   postgres  p2            NA       readers   lou@x.y      2026-01-30T12:00:00  2026-03-31
    IT-13   postgres  p3            NA       NA        lou@x.y      2026-01-30T12:00:00  2026-03-31
    IT-14   postgres  p4            NA       readers   lou@x.y      2026-01-30T12:00:00  2026-03-31
"""
WITHOUT_LATE = "\n".join(line for line in REQUESTS.splitlines() if "IT-4 " not in line)

MAKERS = """
    change_id      system    account_key  account_name  email    shared_by        kind    what             new_account  privileged  credential  occurred_at          made_by  made_by_email  basis                expect
    by-another     aws       arn1         u1            ana@x.y  NA               grant   group Engineers  no           no          no          2026-02-02T12:00:00  arn2     ben@x.y        event                ok
    own-account    aws       arn1         u1            NA       NA               grant   group Engineers  no           no          no          2026-02-02T12:00:00  arn1     NA             event                made by arn1, whom it benefits
    own-person     github    g1           g1            ana@x.y  NA               grant   owner            no           yes         no          2026-02-02T12:00:00  g2       ana@x.y        event                made by g2, an account of ana@x.y
    own-share      aws       arn3         u3            NA       ana@x.y,ben@x.y  grant   group Engineers  no           no          no          2026-02-02T12:00:00  arn2     ben@x.y        event                an account of ben@x.y
    by-a-role      aws       arn1         u1            ana@x.y  NA               grant   group Engineers  no           no          no          2026-02-02T12:00:00  role     NA             event                ok
    own-key        aws       arn1         u1            ana@x.y  NA               grant   key created      no           no          yes         2026-02-02T12:00:00  arn1     ana@x.y        event                out
    own-revoke     aws       arn1         u1            ana@x.y  NA               revoke  group Engineers  no           no          no          2026-02-02T12:00:00  arn1     ana@x.y        event                out
    unknown        postgres  c/p9         p9            NA       NA               grant   member of r      no           no          no          2026-02-02T12:00:00  NA       NA             snapshot difference  who made it is not known, and no approved request
    unknown-asked  postgres  c/p4         p4            NA       NA               grant   member of readers  no         no          no          2026-02-02T12:00:00  NA       NA             snapshot difference  ok
    unknown-new    postgres  c/p9         p9            NA       NA               grant   account          yes          no          no          2026-02-02T12:00:00  NA       NA             snapshot difference  ok
    unknown-wide   postgres  c/p9         p9            NA       NA               grant   superuser        no           yes         no          2026-02-02T12:00:00  NA       NA             snapshot difference  ok
    after          aws       arn1         u1            NA       NA               grant   group Engineers  no           no          no          2026-04-01T00:00:00  arn1     NA             event                out
"""  # noqa: E501

SCENARIOS = (
    Scenario(
        "ACC-ON-01", "access_changes", "{change_id}", "occurred_at",
        {"access_changes": CHANGES, "access_requests": WITHOUT_LATE},
    ),
    Scenario(
        "ACC-CHG-01", "access_changes", "{change_id}", "occurred_at",
        {"access_changes": MAKERS, "filed_requests": REQUESTS},
    ),
    # An approval is what the last reading of the file says of it.
    Scenario("ACC-ON-01", "access_changes", "{change_id}", "occurred_at", {"access_changes": """
        change_id  system  account_key  account_name  kind   what     new_account  occurred_at  basis  expect
        approved   github  g1           g1            grant  account  yes          2026-02-02   event  ok
        withdrawn  github  g2           g2            grant  account  yes          2026-02-02   event  nobody approved
    """, "access_requests": """
        ticket  system  account_name  access  approved_by  approved_at  snapshot_at
        IT-1    github  g1            member  NA           NA           2026-01-31
        IT-1    github  g1            member  lou@x.y      2026-02-01   2026-02-28
        IT-2    github  g2            member  lou@x.y      2026-02-01   2026-01-31
        IT-2    github  g2            member  NA           NA           2026-02-28
    """}),
)  # fmt: skip


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.check)
def test_rows(scenario: Scenario) -> None:
    judge(scenario)
