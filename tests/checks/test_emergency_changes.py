"""Changes that went another way, and who looked at them afterwards. 10 March 2026 is a Tuesday, 13 March a Friday."""

import pandas as pd
import pytest
from change_tables import BRANCHES, PEOPLE
from text_tables import Scenario, judge

from soc2kit.checks.change_review.business_days import due_after
from soc2kit.parameters import Parameters

# By its number in the register: an emergency that was approved in time has an incident there.
CHANGES = """
    change        base  merged_at            author_is_bot  author  expect
    o/r#1         main  2026-03-10T12:00:00  no   ana  ok
    o/r#2         main  2026-03-10T12:00:00  no   ana  not reviewed by another person by 2026-03-12 12:00 UTC
    o/r#3         main  2026-03-10T12:00:00  no   ana  an emergency without an incident in the register
    o/r#4         main  2026-03-10T12:00:00  no   ana  an emergency without an incident in the register
    o/r#5         main  2026-03-10T12:00:00  no   ana  ok
    o/r#6         main  2026-03-10T12:00:00  no   ana  12:00 UTC; an emergency without an incident
    labelled-late  main  2026-03-10T12:00:00  no  ana  not reviewed by another person
    in-order      main  2026-03-10T12:00:00  no   ana  out
    objected      main  2026-03-10T12:00:00  no   ana  ok
    untold        main  2026-03-10T12:00:00  no   ana  out
    at-limit      main  2026-03-10T12:00:00  no   ana  ok
    over-limit    main  2026-03-10T12:00:00  no   ana  not reviewed by another person by 2026-03-12 12:00 UTC
    at-merge      main  2026-03-10T12:00:00  no   ana  out
    friday        main  2026-03-13T12:00:00  no   ana  ok
    friday-late   main  2026-03-13T12:00:00  no   ana  not reviewed by another person by 2026-03-17 12:00 UTC
    saturday      main  2026-03-14T12:00:00  no   ana  ok
    saturday-late  main  2026-03-14T12:00:00  no  ana  not reviewed by another person by 2026-03-18 00:00 UTC
    by-author     main  2026-03-10T12:00:00  no   ana  UTC: approved only by ana, who wrote part of it
    by-bot        main  2026-03-10T12:00:00  no   ana  scanner, which is no person
    by-ghost      main  2026-03-10T12:00:00  no   ana  out
    ghost-later   main  2026-03-10T12:00:00  no   ana  untold: a deleted account, which may be anybody's
    then-objects  main  2026-03-10T12:00:00  no   ana  not reviewed by another person
    stale-before  main  2026-03-10T12:00:00  no   ana  but the last commit is of
    last-days     main  2026-03-31T12:00:00  no   ana  untold: 12:00 UTC, and evidence ends 2026-04-01 00:00
    o/r#7         main  2026-03-31T12:00:00  no   ana  untold: no incident in the register yet
    last-ok       main  2026-03-31T12:00:00  no   ana  ok
    bots          main  2026-03-10T12:00:00  yes  robot  out
    bot-hotfix    main  2026-03-10T12:00:00  yes  robot  out
    next-period   main  2026-04-01T00:00:00  no   ana  out
    other-base    dev   2026-03-10T12:00:00  no   ana  out
    o/r#11        main  2026-03-10T12:00:00  no   ana  ok
    o/r#12        main  2026-03-10T12:00:00  no   ana  reviewed by ana@x.example, who wrote part of it
    o/r#13        main  2026-03-10T12:00:00  no   ana  reviewed by ana, who wrote part of it
    o/r#14        main  2026-03-10T12:00:00  no   ben  reviewed by ben-home, who wrote part of it
    o/r#15        main  2026-03-10T12:00:00  no   ana  reviewed by boss@x.example, who is no person of the roster
    o/r#16        main  2026-03-10T12:00:00  no   ana  reviewed by gus@x.example, who did not work here
    o/r#17        main  2026-03-10T12:00:00  no   ana  reviewed by Deployer, who is no person of the roster
    o/r#18        main  2026-03-10T12:00:00  no   ana  the register: reviewed 2026-03-12 12:00
    o/r#19        main  2026-03-10T12:00:00  no   ana  ok
    o/r#20        main  2026-03-10T12:00:00  no   ana  the register: reviewed 2026-03-10 11:59
    o/r#21        main  2026-03-10T12:00:00  no   ana  which the register of 2026-03-31 does not show
    o/r#22        main  2026-03-10T12:00:00  no   ana  the register does not say who reviewed it, and when
    o/r#23        main  2026-03-10T12:00:00  no   ana  ok
    o/r#24        main  2026-03-10T12:00:00  no   ana  not reviewed by another person
"""
REVIEWS = """
    change        reviewer  reviewer_is_bot  state              submitted_at         can_push
    o/r#1         ben       no               APPROVED           2026-03-11T11:00:00  yes
    o/r#3         ben       no               APPROVED           2026-03-11T11:00:00  yes
    o/r#4         ben       no               APPROVED           2026-03-10T11:00:00  yes
    o/r#5         ben       no               APPROVED           2026-03-10T11:00:00  yes
    in-order      ben       no               APPROVED           2026-03-10T11:00:00  yes
    objected      cleo      no               APPROVED           2026-03-10T11:00:00  yes
    objected      ben       no               CHANGES_REQUESTED  2026-03-10T11:00:00  yes
    untold        ben       no               APPROVED           2026-03-10T11:00:00  NA
    at-limit      ben       no               APPROVED           2026-03-12T12:00:00  yes
    over-limit    ben       no               APPROVED           2026-03-12T12:00:01  yes
    at-merge      ben       no               APPROVED           2026-03-10T12:00:00  yes
    friday        ben       no               APPROVED           2026-03-17T12:00:00  yes
    friday-late   ben       no               APPROVED           2026-03-17T12:00:01  yes
    saturday      ben       no               APPROVED           2026-03-18T00:00:00  yes
    saturday-late  ben      no               APPROVED           2026-03-18T00:00:01  yes
    by-author     ana       no               APPROVED           2026-03-11T11:00:00  yes
    by-bot        scanner   yes              APPROVED           2026-03-11T11:00:00  yes
    by-ghost      NA        NA               APPROVED           2026-03-10T11:00:00  no
    ghost-later   NA        NA               APPROVED           2026-03-11T11:00:00  no
    then-objects  ben       no               APPROVED           2026-03-11T11:00:00  yes
    then-objects  ben       no               CHANGES_REQUESTED  2026-03-12T11:00:00  yes
    stale-before  ben       no               APPROVED           2026-03-09T11:00:00  yes
    last-ok       ben       no               APPROVED           2026-03-31T13:00:00  yes
    o/r#7         ben       no               APPROVED           2026-03-31T13:00:00  yes
    o/r#22        ben       no               COMMENTED          2026-03-11T11:00:00  yes
"""
LABELS = """
    change         kind          occurred_at          after
    o/r#3          LabeledEvent  2026-03-10T11:00:00  hotfix
    o/r#4          LabeledEvent  2026-03-10T11:00:00  hotfix
    o/r#6          LabeledEvent  2026-03-10T11:00:00  hotfix
    labelled-late  LabeledEvent  2026-03-12T11:00:00  hotfix
    o/r#7          LabeledEvent  2026-03-31T11:00:00  hotfix
    bot-hotfix     LabeledEvent  2026-03-10T11:00:00  hotfix
"""
REGISTER = """
    reference  kind         incident  approved_by  approved_at          reviewed_by     reviewed_at          snapshot_at
    o/r#1      emergency    INC-1     cleo         2026-03-10T13:00:00  NA              NA                   2026-03-31
    o/r#2      emergency    INC-2     cleo         2026-03-10T13:00:00  NA              NA                   2026-03-31
    o/r#3      bypass       NA        cleo         2026-03-10T13:00:00  NA              NA                   2026-03-31
    o/r#5      emergency    INC-5     cleo         2026-03-10T13:00:00  NA              NA                   2026-03-31
    o/r#11     emergency    INC-11    cleo         2026-03-10T13:00:00  Ben Brown       2026-03-11T09:00:00  2026-03-31
    o/r#12     bypass       NA        cleo         2026-03-10T13:00:00  ana@x.example   2026-03-11T09:00:00  2026-03-31
    o/r#13     bypass       NA        cleo         2026-03-10T13:00:00  ana             2026-03-11T09:00:00  2026-03-31
    o/r#14     bypass       NA        cleo         2026-03-10T13:00:00  ben-home        2026-03-11T09:00:00  2026-03-31
    o/r#15     bypass       NA        cleo         2026-03-10T13:00:00  boss@x.example  2026-03-11T09:00:00  2026-03-31
    o/r#16     bypass       NA        cleo         2026-03-10T13:00:00  gus@x.example   2026-03-11T09:00:00  2026-03-31
    o/r#17     bypass       NA        cleo         2026-03-10T13:00:00  Deployer        2026-03-11T09:00:00  2026-03-31
    o/r#18     bypass       NA        cleo         2026-03-10T13:00:00  ben             2026-03-12T12:00:01  2026-03-31
    o/r#19     bypass       NA        cleo         2026-03-10T13:00:00  BEN@x.example   2026-03-12T12:00:00  2026-03-31
    o/r#20     bypass       NA        cleo         2026-03-10T13:00:00  ben             2026-03-10T11:59:59  2026-03-31
    o/r#21     bypass       NA        cleo         2026-03-10T13:00:00  NA              NA                   2026-03-31
    o/r#21     bypass       NA        cleo         2026-03-10T13:00:00  ben             2026-03-11T09:00:00  2026-04-01
    o/r#22     bypass       NA        cleo         2026-03-10T13:00:00  ben             NA                   2026-03-31
    o/r@merge-23  emergency  INC-23   cleo         2026-03-10T13:00:00  ben             2026-03-11T09:00:00  2026-03-31
    o/r#24     bypass       NA        ana          2026-03-10T13:00:00  NA              NA                   2026-03-31
"""
READ = """
    source_account  rows  snapshot_at
    x               1     2026-03-31
    x               1     2026-04-01
"""
READINGS = """
    starts_at   ends_at     read_at
    2026-03-01  2026-04-01  2026-03-31
    2026-03-01  2026-04-01  2026-04-22
"""


def filled(table: str) -> str:
    """With the repository, and the merge commit that the register names."""
    header, *rows = [line for line in table.splitlines() if line.strip()]
    made = [f"{header}  repository  merge_commit"]
    return "\n".join([*made, *(f"{row}  o/r  {'merge-23' if 'o/r#23' in row else 'NA'}" for row in rows)])


def one_commit_each(table: str) -> str:
    rows = [line.split() for line in table.splitlines()[2:] if line.strip()]
    return "change  position  sha  committed_at  people  unlinked  parents\n" + "".join(
        f"{row[0]}  1  sha-{row[0]}  2026-03-10T10:00:00  {row[4]}  no  p\n" for row in rows
    )


# Pushes past any pull request; the register has some of them.
PUSHES = """
    key           at                   expect
    o/r@in-time   2026-03-10T12:00:00  ok
    o/r@nobody    2026-03-10T12:00:00  not reviewed by another person by 2026-03-12 12:00 UTC
    o/r@late      2026-03-10T12:00:00  the register: reviewed 2026-03-13 12:00
    o/r@himself   2026-03-10T12:00:00  reviewed by ben, who wrote part of it
    o/r@writer    2026-03-10T12:00:00  reviewed by cleo, who wrote part of it
    o/r@unknown   2026-03-10T12:00:00  untold: who pushed it is not known
    o/r@by-bot    2026-03-10T12:00:00  ok
    o/r@bot-else  2026-03-10T12:00:00  not reviewed by another person by 2026-03-12 12:00 UTC
    o/r@last      2026-03-31T12:00:00  untold: a review is due by 2026-04-02 12:00 UTC, and evidence ends 2026-04-01
"""
LANDINGS = """
    commit        repository  sha      landed_at            kind          actor
    o/r@in-time   o/r         in-time  2026-03-10T12:00:00  direct_push   ana
    o/r@nobody    o/r         nobody   2026-03-10T12:00:00  direct_push   ana
    o/r@late      o/r         late     2026-03-10T12:00:00  direct_push   ana
    o/r@himself   o/r         himself  2026-03-10T12:00:00  direct_push   ben-home
    o/r@writer    o/r         writer   2026-03-10T12:00:00  direct_push   ana
    o/r@unknown   o/r         unknown  2026-03-10T12:00:00  direct_push   NA
    o/r@by-bot    o/r         by-bot   2026-03-10T12:00:00  bot_push      robot
    o/r@bot-else  o/r         bot-else  2026-03-10T12:00:00  bot_push     robot
    o/r@release   o/r         release  2026-03-10T12:00:00  bot_push      releaser
    o/r@last      o/r         last     2026-03-31T12:00:00  direct_push   ana
    o/r@merged    o/r         merged   2026-03-10T12:00:00  pull_request  ana
    o/r@before    o/r         before   2025-12-31T23:59:59  direct_push   ana
    o/r@after     o/r         after    2026-04-01T00:00:00  direct_push   ana
"""
WRITERS = """
    commit        repository  sha     committed_at         author  headline   parents
    o/r@writer    o/r         writer  2026-03-10T12:00:00  cleo    Mend it    []
"""
PUSH_REGISTER = """
    reference    kind         approved_by  approved_at          reviewed_by  reviewed_at          snapshot_at
    o/r@in-time  direct_push  cleo         2026-03-10T13:00:00  ben          2026-03-12T12:00:00  2026-03-31
    o/r@late     direct_push  cleo         2026-03-10T13:00:00  ben          2026-03-13T12:00:00  2026-03-31
    o/r@himself  direct_push  cleo         2026-03-10T13:00:00  ben          2026-03-11T12:00:00  2026-03-31
    o/r@writer   direct_push  cleo         2026-03-10T13:00:00  cleo         2026-03-11T12:00:00  2026-03-31
    o/r@by-bot   bypass       cleo         2026-03-10T13:00:00  ben          2026-03-11T12:00:00  2026-03-31
    o/r@merged   bypass       cleo         2026-03-10T13:00:00  NA           NA                   2026-03-31
"""
NO_REGISTER = """
    key         at                   expect
    o/r@pushed  2026-03-10T12:00:00  not reviewed by another person
    o/r@last    2026-03-31T12:00:00  untold: a review is due by 2026-04-02 12:00 UTC
"""

SCENARIOS = (
    Scenario(
        "GH-PR-05", "changes", "{change}", "merged_at",
        {
            "changes": filled(CHANGES), "reviews": REVIEWS, "change_commits": one_commit_each(CHANGES),
            "change_events": LABELS, "default_branches": BRANCHES, "github_people": PEOPLE,
            "change_exceptions": REGISTER, "change_exception_readings": READ, "change_readings": READINGS,
        },
    ),
    Scenario(
        "GH-PR-05", "pushes", "", "",
        {
            "pushes": PUSHES, "branch_landings": LANDINGS, "commits": WRITERS, "github_people": PEOPLE,
            "change_exceptions": PUSH_REGISTER, "change_exception_readings": READ, "change_readings": READINGS,
        },
        Parameters(approved_pushers=("releaser[bot]",)),
    ),
    Scenario(
        "GH-PR-05", "pushes", "", "",
        {
            "pushes": NO_REGISTER, "github_people": PEOPLE,
            "change_readings": "starts_at  ends_at  read_at\n2026-03-01  2026-04-01  2026-04-01\n",
            "branch_landings": """
                commit      repository  sha     landed_at            kind         actor
                o/r@pushed  o/r         pushed  2026-03-10T12:00:00  direct_push  ana
                o/r@last    o/r         last    2026-03-31T12:00:00  direct_push  ana
            """,
        },
    ),
)  # fmt: skip


@pytest.mark.parametrize("scenario", SCENARIOS, ids=["changes", "pushes", "no-register"])
def test_rows(scenario: Scenario) -> None:
    judge(scenario)


@pytest.mark.parametrize(
    ("moment", "days", "due"),
    [
        ("2026-03-09T08:00:00", 2, "2026-03-11T08:00:00"),
        ("2026-03-11T23:59:59", 2, "2026-03-13T23:59:59"),
        ("2026-03-12T00:00:00", 2, "2026-03-16T00:00:00"),
        ("2026-03-13T23:59:59", 2, "2026-03-17T23:59:59"),
        ("2026-03-14T00:00:00", 2, "2026-03-18T00:00:00"),
        ("2026-03-15T23:59:59", 2, "2026-03-18T00:00:00"),
        ("2026-03-16T00:00:00", 2, "2026-03-18T00:00:00"),
        ("2026-03-13T12:00:00", 0, "2026-03-13T12:00:00"),
        ("2026-03-13T12:00:00", 1, "2026-03-16T12:00:00"),
        ("2026-03-13T12:00:00", 5, "2026-03-20T12:00:00"),
        ("2026-03-11T12:00:00", 8, "2026-03-23T12:00:00"),
    ],
)
def test_business_days(moment: str, days: int, due: str) -> None:
    (found,) = due_after(pd.Series(pd.to_datetime([moment], utc=True)), days)
    assert found == pd.Timestamp(due, tz="UTC")
