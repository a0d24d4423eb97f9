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
    change_id      system    account_key  account_name  email    shared_by        kind    what             new_account  privileged  credential  occurred_at          made_by  made_by_email  made_by_shared   basis                expect
    by-another     aws       arn1         u1            ana@x.y  NA               grant   group Engineers  no           no          no          2026-02-02T12:00:00  arn2     ben@x.y        NA               event                ok
    own-account    aws       arn1         u1            NA       NA               grant   group Engineers  no           no          no          2026-02-02T12:00:00  arn1     NA             NA               event                made by arn1, whom it benefits
    own-person     github    g1           g1            ana@x.y  NA               grant   owner            no           yes         no          2026-02-02T12:00:00  g2       ana@x.y        NA               event                made by g2, an account of ana@x.y
    own-share      aws       arn3         u3            NA       ana@x.y,ben@x.y  grant   group Engineers  no           no          no          2026-02-02T12:00:00  arn2     ben@x.y        NA               event                an account of ben@x.y
    by-a-role      aws       arn1         u1            ana@x.y  NA               grant   group Engineers  no           no          no          2026-02-02T12:00:00  role     NA             NA               event                ok
    own-key        aws       arn1         u1            ana@x.y  NA               grant   key created      no           no          yes         2026-02-02T12:00:00  arn1     ana@x.y        NA               event                out
    own-revoke     aws       arn1         u1            ana@x.y  NA               revoke  group Engineers  no           no          no          2026-02-02T12:00:00  arn1     ana@x.y        NA               event                out
    unknown        postgres  c/p9         p9            NA       NA               grant   member of r      no           no          no          2026-02-02T12:00:00  NA       NA             NA               snapshot difference  who made it is not known, and no approved request
    unknown-asked  postgres  c/p4         p4            NA       NA               grant   member of readers  no         no          no          2026-02-02T12:00:00  NA       NA             NA               snapshot difference  ok
    unknown-new    postgres  c/p9         p9            NA       NA               grant   account          yes          no          no          2026-02-02T12:00:00  NA       NA             NA               snapshot difference  ok
    unknown-wide   postgres  c/p9         p9            NA       NA               grant   superuser        no           yes         no          2026-02-02T12:00:00  NA       NA             NA               snapshot difference  ok
    after          aws       arn1         u1            NA       NA               grant   group Engineers  no           no          no          2026-04-01T00:00:00  arn1     NA             NA               event                out
    own-shared     aws       arn1         u1            ana@x.y  NA               grant   group Engineers  no           no          no          2026-02-02T12:00:00  admin    NA             ana@x.y,ben@x.y  event                made by admin, which ana@x.y shares, whom it benefits
    others-shared  aws       arn1         u1            ana@x.y  NA               grant   group Engineers  no           no          no          2026-02-02T12:00:00  admin    NA             gil@x.y,ben@x.y  event                ok
    by-a-stranger  aws       arn1         u1            ana@x.y  NA               grant   group Engineers  no           no          no          2026-02-02T12:00:00  arn:aws:iam::1:user/x  NA  NA            event                whose account that is, is not known, and no approved
    stranger-new   aws       arn1         u1            ana@x.y  NA               grant   user created     yes          no          no          2026-02-02T12:00:00  arn:aws:iam::1:user/x  NA  NA            event                ok
    by-a-login     github    g9           g9            ana@x.y  NA               grant   team member      no           no          no          2026-02-02T12:00:00  who-is   NA             NA               event                made by who-is; whose
"""  # noqa: E501

# Who approves stands in the roster: lou by address, by name and by an account; the others approve what benefits them.
PEOPLE = """
    email    name      kind        started_on  left_at     contract_ends_on  snapshot_at
    lou@x.y  Lou Reyd  employee    2020-01-01  NA          NA                2026-03-31
    gil@x.y  Gil       employee    2020-01-01  NA          NA                2026-03-31
    hal@x.y  Hal       employee    2020-01-01  NA          NA                2026-03-31
    ana@x.y  Ana       employee    2020-01-01  NA          NA                2026-03-31
    old@x.y  Old       employee    2020-01-01  2026-01-29  NA                2026-03-31
    con@x.y  Con       contractor  2020-01-01  NA          2026-01-29        2026-03-31
    new@x.y  New       employee    2026-02-01  NA          NA                2026-03-31
    bot@x.y  Bot       service     2020-01-01  NA          NA                2026-03-31
"""
ACCOUNTS = """
    account_key  system  account_name  email    snapshot_at
    lou-gh       github  lou-gh        lou@x.y  2026-03-31
    ana-gh       github  ana-gh        ana@x.y  2026-03-31
"""
WHO = {"people": PEOPLE, "accounts": ACCOUNTS}

# A privileged right is approved when all of it was named, in whole words, by somebody who could.
PRIVILEGED = """
    change_id       system    account_key  account_name  email    kind   what                                         right                 new_account  privileged  occurred_at          expect
    other-policy    aws       arn1         u1            ana@x.y  grant  policy AdministratorAccess attached          NA                    no           yes         2026-02-02T12:00:00  no request names policy AdministratorAccess
    same-policy     aws       arn2         u2            ana@x.y  grant  policy AdministratorAccess attached          NA                    no           yes         2026-02-02T12:00:00  ok
    other-set       aws       arn3         u3            ana@x.y  grant  AdministratorAccess in account 518273940612  NA                    no           yes         2026-02-02T12:00:00  no request names
    other-account   aws       arn4         u4            ana@x.y  grant  Administrator in account 518273940612        NA                    no           yes         2026-02-02T12:00:00  no request names
    both-named      aws       arn5         u5            ana@x.y  grant  Administrator in account 518273940612        NA                    no           yes         2026-02-02T12:00:00  ok
    less-on-web     github    g1           g1            ana@x.y  grant  admin on acme/web                            NA                    no           yes         2026-02-02T12:00:00  no request names admin on acme/web
    admin-on-web    github    g2           g2            ana@x.y  grant  admin on acme/web                            NA                    no           yes         2026-02-02T12:00:00  ok
    admin-on-api    github    g3           g3            ana@x.y  grant  read changed to admin on acme/web            NA                    no           yes         2026-02-02T12:00:00  no request names
    new-owner       github    g4           g4            ana@x.y  grant  member added as owner                        NA                    yes          yes         2026-02-02T12:00:00  no request names member added as owner
    asked-owner     github    g5           g5            ana@x.y  grant  member added as owner                        NA                    yes          yes         2026-02-02T12:00:00  ok
    as-listed       aws       arn6         u6            ana@x.y  grant  added to Identity Center group 90671         Administrator in account 518273940612  no  yes     2026-02-02T12:00:00  ok
    attribute       postgres  c/p1         p1            ana@x.y  grant  create role                                  NA                    no           yes         2026-02-02T12:00:00  no request names create role
"""  # noqa: E501
NAMED = """
    ticket  system    account_name  email  access                                          approved_by  approved_at  snapshot_at
    IT-1    aws       u1            NA     policy ReadOnlyAccess                           lou@x.y      2026-01-30   2026-03-31
    IT-2    aws       u2            NA     arn:aws:iam::aws:policy/AdministratorAccess     lou@x.y      2026-01-30   2026-03-31
    IT-3    aws       u3            NA     ReadOnlyAccess in account 518273940612          lou@x.y      2026-01-30   2026-03-31
    IT-4    aws       u4            NA     Administrator in account 402613907581           lou@x.y      2026-01-30   2026-03-31
    IT-5    aws       u5            NA     Administrators, accounts 402613907581 and 518273940612  lou@x.y  2026-01-30  2026-03-31
    IT-6    aws       u6            NA     Administrator in 518273940612                   lou@x.y      2026-01-30   2026-03-31
    IT-7    github    g1            NA     read on acme/web                                lou@x.y      2026-01-30   2026-03-31
    IT-8    github    g2            NA     admin on web                                    lou@x.y      2026-01-30   2026-03-31
    IT-9b   github    g3            NA     admin on other/web                               lou@x.y      2026-01-30   2026-03-31
    IT-9    github    g3            NA     admin on acme/api                               lou@x.y      2026-01-30   2026-03-31
    IT-10   github    g4            NA     member                                          lou@x.y      2026-01-30   2026-03-31
    IT-11   github    g5            NA     owner                                           lou@x.y      2026-01-30   2026-03-31
    IT-12   postgres  p1            NA     create database                                 lou@x.y      2026-01-30   2026-03-31
"""  # noqa: E501

# Approvals of 30 January; the file was read on 31 January, a day and more after some of them, and on 31 March.
APPROVERS = """
    change_id      system  account_key  account_name  email    kind   what     new_account  occurred_at  expect
    by-name        github  a1           a1            ana@x.y  grant  account  yes          2026-02-10   ok
    by-account     github  a2           a2            ana@x.y  grant  account  yes          2026-02-10   ok
    by-nobody      github  a3           a3            ana@x.y  grant  account  yes          2026-02-10   approved by nobody-we-know, who is no person of the roster
    by-own-account  github  a4          a4            ana@x.y  grant  account  yes          2026-02-10   approved by ana-gh, whom it benefits
    by-a-leaver    github  a5           a5            ana@x.y  grant  account  yes          2026-02-10   approved by old@x.y, who had left 2026-01-29
    by-contractor  github  a6           a6            ana@x.y  grant  account  yes          2026-02-10   approved by con@x.y, who had left 2026-01-29
    by-newcomer    github  a7           a7            ana@x.y  grant  account  yes          2026-02-10   approved by new@x.y before 2026-02-01
    by-a-machine   github  a8           a8            ana@x.y  grant  account  yes          2026-02-10   approved by bot@x.y, who is no person
    backdated      github  a9           a9            ana@x.y  grant  account  yes          2026-02-10   approved 2026-01-30, which the file of 2026-02-28 does not show
    waited-then    github  b1           b1            ana@x.y  grant  account  yes          2026-02-10   approved 2026-01-30, which the file of 2026-02-28 does not show
    same-day       github  b2           b2            ana@x.y  grant  account  yes          2026-03-31   ok
"""  # noqa: E501
APPROVED = """
    ticket  system  account_name  access  approved_by     approved_at  snapshot_at
    IT-1    github  a1            member  lou reyd        2026-01-30   2026-02-28
    IT-2    github  a2            member  lou-gh          2026-01-30   2026-02-28
    IT-3    github  a3            member  nobody-we-know  2026-01-30   2026-02-28
    IT-4    github  a4            member  ana-gh          2026-01-30   2026-02-28
    IT-5    github  a5            member  old@x.y         2026-01-30   2026-02-28
    IT-6    github  a6            member  con@x.y         2026-01-30   2026-02-28
    IT-7    github  a7            member  new@x.y         2026-01-30   2026-02-28
    IT-8    github  a8            member  bot@x.y         2026-01-30   2026-02-28
    IT-9    github  a9            member  lou@x.y         2026-01-30   2026-03-31
    IT-10   github  b1            member  NA              NA           2026-02-28
    IT-10   github  b1            member  lou@x.y         2026-01-30   2026-03-31
    IT-11   github  b2            member  NA              NA           2026-02-28
    IT-11   github  b2            member  lou@x.y         2026-02-27T12:00:00  2026-03-31
"""
READINGS = """
    source_account  rows  snapshot_at
    company         11    2026-02-28T11:00:00
    company         11    2026-03-31
"""

SCENARIOS = (
    Scenario("ACC-ON-01", "access_changes", "{change_id}", "occurred_at",
             {"access_changes": PRIVILEGED, "access_requests": NAMED, **WHO}),
    Scenario("ACC-ON-01", "access_changes", "{change_id}", "occurred_at",
             {"access_changes": APPROVERS, "access_requests": APPROVED.replace("2026-02-28", "2026-02-28T11:00:00"),
              "read_access_requests": READINGS, **WHO}),
    Scenario(
        "ACC-ON-01", "access_changes", "{change_id}", "occurred_at",
        {"access_changes": CHANGES, "access_requests": WITHOUT_LATE, **WHO},
    ),
    Scenario(
        "ACC-CHG-01", "access_changes", "{change_id}", "occurred_at",
        {"access_changes": MAKERS, "filed_requests": REQUESTS, **WHO},
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
    """, **WHO}),
)  # fmt: skip


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.check)
def test_rows(scenario: Scenario) -> None:
    judge(scenario)
