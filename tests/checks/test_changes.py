"""Every change of the window, judged row by row. Merges of the tables are on 10 March at noon unless said."""

import pytest
from text_tables import Scenario, judge

CHANGES = """
    change          author  author_is_bot  merged_at            expect
    plain           ana     no             2026-03-10T12:00:00  ok
    nothing         ana     no             2026-03-10T12:00:00  no approval before the merge
    at-commit       ana     no             2026-03-10T12:00:00  ok
    before-commit   ana     no             2026-03-10T12:00:00  but the last commit is of 2026-03-10 10:00
    at-merge        ana     no             2026-03-10T12:00:00  no approval before the merge
    before-merge    ana     no             2026-03-10T12:00:00  ok
    base-merged     ana     no             2026-03-10T12:00:00  ok
    other-merged    ana     no             2026-03-10T12:00:00  but the last commit is of 2026-03-10 11:00
    dismissed       ana     no             2026-03-10T12:00:00  no approval before the merge
    then-dismissed  ana     no             2026-03-10T12:00:00  no approval before the merge
    changed-mind    ana     no             2026-03-10T12:00:00  ok
    objected        ana     no             2026-03-10T12:00:00  no approval before the merge
    objected-late   ana     no             2026-03-10T12:00:00  ok
    commented       ana     no             2026-03-10T12:00:00  ok
    only-comment    ana     no             2026-03-10T12:00:00  no approval before the merge
    one-objects     ana     no             2026-03-10T12:00:00  ok
    stale-fresh     ana     no             2026-03-10T12:00:00  ok
    deleted         ana     no             2026-03-10T12:00:00  only by a deleted account
    deleted-other   ana     no             2026-03-10T12:00:00  ok
    by-bot          ana     no             2026-03-10T12:00:00  only by scanner
    co-author       ana     no             2026-03-10T12:00:00  only by ben, who wrote part
    own             ana     no             2026-03-10T12:00:00  only by ana, who wrote part
    author-deleted  NA      NA             2026-03-10T12:00:00  ok
    untimed         ana     no             2026-03-10T12:00:00  no approval before the merge
    no-commits      ana     no             2026-03-10T12:00:00  ok
    first-second    ana     no             2026-01-01T00:00:00  no approval before the merge
    second-before   ana     no             2025-12-31T23:59:59  out
    last-second     ana     no             2026-03-31T23:59:59  no approval before the merge
    next-period     ana     no             2026-04-01T00:00:00  out
    bots            robot   yes            2026-03-10T12:00:00  out
"""
REVIEWS = """
    change          reviewer  reviewer_is_bot  state              submitted_at
    plain           ben       no               APPROVED           2026-03-10T11:00:00
    at-commit       ben       no               APPROVED           2026-03-10T10:00:00
    before-commit   ben       no               APPROVED           2026-03-10T09:59:59
    at-merge        ben       no               APPROVED           2026-03-10T12:00:00
    before-merge    ben       no               APPROVED           2026-03-10T11:59:59
    base-merged     ben       no               APPROVED           2026-03-10T10:30:00
    other-merged    ben       no               APPROVED           2026-03-10T10:30:00
    dismissed       ben       no               DISMISSED          2026-03-10T11:00:00
    then-dismissed  ben       no               APPROVED           2026-03-10T11:00:00
    then-dismissed  ben       no               DISMISSED          2026-03-10T11:30:00
    changed-mind    ben       no               CHANGES_REQUESTED  2026-03-10T11:00:00
    changed-mind    ben       no               APPROVED           2026-03-10T11:30:00
    objected        ben       no               APPROVED           2026-03-10T11:00:00
    objected        ben       no               CHANGES_REQUESTED  2026-03-10T11:30:00
    objected-late   ben       no               APPROVED           2026-03-10T11:00:00
    objected-late   ben       no               CHANGES_REQUESTED  2026-03-10T12:00:01
    commented       ben       no               APPROVED           2026-03-10T11:00:00
    commented       ben       no               COMMENTED          2026-03-10T11:30:00
    only-comment    ben       no               COMMENTED          2026-03-10T11:30:00
    one-objects     ben       no               CHANGES_REQUESTED  2026-03-10T11:00:00
    one-objects     cleo      no               APPROVED           2026-03-10T11:30:00
    stale-fresh     ben       no               APPROVED           2026-03-10T09:00:00
    stale-fresh     cleo      no               APPROVED           2026-03-10T11:00:00
    deleted         NA        NA               APPROVED           2026-03-10T11:00:00
    deleted-other   NA        NA               APPROVED           2026-03-10T11:00:00
    deleted-other   ben       no               APPROVED           2026-03-10T11:30:00
    by-bot          scanner   yes              APPROVED           2026-03-10T11:00:00
    co-author       ben       no               APPROVED           2026-03-10T11:00:00
    own             ana       no               APPROVED           2026-03-10T11:00:00
    author-deleted  ben       no               APPROVED           2026-03-10T11:00:00
    untimed         ben       no               APPROVED           NA
    no-commits      ben       no               APPROVED           2026-03-10T11:00:00
    last-second     ben       no               APPROVED           2026-04-01T00:00:00
    never-merged    ben       no               APPROVED           2026-03-10T11:00:00
"""
CHANGE_COMMITS = """
    change          sha  committed_at         people   parents
    plain           a1   2026-03-10T10:00:00  ana      p
    at-commit       a2   2026-03-10T10:00:00  ana      p
    before-commit   a3   2026-03-10T10:00:00  ana      p
    at-merge        a4   2026-03-10T10:00:00  ana      p
    before-merge    a5   2026-03-10T10:00:00  ana      p
    base-merged     a6   2026-03-10T10:00:00  ana      p
    base-merged     a7   2026-03-10T11:00:00  ana      a6,main-1
    other-merged    a8   2026-03-10T10:00:00  ana      p
    other-merged    a9   2026-03-10T11:00:00  ana      a8,side-1
    dismissed       b1   2026-03-10T10:00:00  ana      p
    changed-mind    b2   2026-03-10T10:00:00  ana      p
    stale-fresh     b3   2026-03-10T10:00:00  ana      p
    by-bot          b4   2026-03-10T10:00:00  ana      p
    co-author       b5   2026-03-10T10:00:00  ana,ben  p
    own             b6   2026-03-10T10:00:00  ana      p
    author-deleted  b7   2026-03-10T10:00:00  []       p
"""
COMMITS = """
    sha     committed_at
    main-1  2026-03-09
"""

BOT_CHANGES = """
    change        author      author_is_bot  merged_at            expect
    allowed       dependabot  yes            2026-03-10T12:00:00  ok
    allowed-web    dependabot  yes          2026-03-10T12:00:00  ok
    allowed-human  dependabot  yes          2026-03-10T12:00:00  commits by mallory in a bot's change
    allowed-ghost  dependabot  yes          2026-03-10T12:00:00  an unknown author
    unlisted      renamer     yes            2026-03-10T12:00:00  bot renamer is not on the list
    unlisted-ok   renamer     yes            2026-03-10T12:00:00  ok
    bot-approves  renamer     yes            2026-03-10T12:00:00  only by scanner
    too-late      renamer     yes            2026-03-10T12:00:00  no approval before the merge
    stale         renamer     yes            2026-03-10T12:00:00  but the last commit is of
    person        ana         no             2026-03-10T12:00:00  out
    deleted       NA          NA             2026-03-10T12:00:00  out
    next-period   renamer     yes            2026-04-01T00:00:00  out
"""
BOT_REVIEWS = """
    change        reviewer  reviewer_is_bot  state     submitted_at
    unlisted-ok   ben       no               APPROVED  2026-03-10T11:00:00
    bot-approves  scanner   yes              APPROVED  2026-03-10T11:00:00
    too-late      ben       no               APPROVED  2026-03-10T12:00:00
    stale         ben       no               APPROVED  2026-03-10T09:59:59
"""
BOT_COMMITS = """
    change         sha  committed_at         people           unlinked  parents
    allowed        a0   2026-03-10T09:00:00  dependabot[bot]  no        p
    allowed-web    a2   2026-03-10T09:00:00  dependabot,web-flow  no    p
    allowed-human  a3   2026-03-10T09:00:00  dependabot       no        p
    allowed-human  a4   2026-03-10T09:30:00  mallory          no        a3
    allowed-ghost  a5   2026-03-10T09:00:00  dependabot       yes       p
    stale          a1   2026-03-10T10:00:00  renamer          no        p
"""

MERGED = """
    change        repository  author_is_bot  merged_at            expect
    green         o/r         no             2026-03-10T12:00:00  ok
    at-merge      o/r         no             2026-03-10T12:00:00  ok
    after-merge   o/r         no             2026-03-10T12:00:00  required check not passed before the merge: tests
    skipped       o/r         no             2026-03-10T12:00:00  required check not passed before the merge: tests
    neutral       o/r         no             2026-03-10T12:00:00  required check not passed before the merge: tests
    failed        o/r         no             2026-03-10T12:00:00  required check not passed before the merge: tests
    run-again     o/r         no             2026-03-10T12:00:00  ok
    unfinished    o/r         no             2026-03-10T12:00:00  required check not passed before the merge: tests
    absent        o/r         no             2026-03-10T12:00:00  required check not passed before the merge: tests
    other         o/r         no             2026-03-10T12:00:00  required check not passed before the merge: tests
    by-bot        o/r         yes            2026-03-10T12:00:00  required check not passed before the merge: tests
    rules-then    o/r         no             2026-03-20T00:00:00  not passed before the merge: lint, tests
    rules-before  o/r         no             2026-03-19T23:59:59  ok
    first-rules   o/r         no             2026-02-01T00:00:00  ok
    free-green    o/free      no             2026-03-10T12:00:00  ok
    free-none     o/free      no             2026-03-10T12:00:00  no check is required and none had passed
    ruleless      o/new       no             2026-03-10T12:00:00  no check is required and none had passed
    next-period   o/r         no             2026-04-01T00:00:00  out
"""
CHECK_RUNS = """
    change        check_name  conclusion  completed_at
    green         tests       SUCCESS     2026-03-10T11:00:00
    at-merge      tests       SUCCESS     2026-03-10T12:00:00
    after-merge   tests       SUCCESS     2026-03-10T12:00:01
    skipped       tests       SKIPPED     2026-03-10T11:00:00
    neutral       tests       NEUTRAL     2026-03-10T11:00:00
    failed        tests       FAILURE     2026-03-10T11:00:00
    run-again     tests       FAILURE     2026-03-10T11:00:00
    run-again     tests       SUCCESS     2026-03-10T11:30:00
    unfinished    tests       NA          NA
    other         lint        SUCCESS     2026-03-10T11:00:00
    by-bot        tests       FAILURE     2026-03-10T11:00:00
    rules-then    docs        SUCCESS     2026-03-10T11:00:00
    rules-before  tests       SUCCESS     2026-03-19T11:00:00
    first-rules   tests       SUCCESS     2026-01-31T11:00:00
    free-green    anything    SUCCESS     2026-03-10T11:00:00
    next-period   tests       FAILURE     2026-03-10T11:00:00
"""
BRANCH_RULES = """
    repository  required_checks  snapshot_at
    o/r         tests            2026-03-01
    o/r         lint,tests       2026-03-20
    o/free      []               2026-03-01
"""

SCENARIOS = (
    Scenario(
        "GH-PR-01", "changes", "{change}", "merged_at",
        {"changes": CHANGES, "reviews": REVIEWS, "change_commits": CHANGE_COMMITS, "commits": COMMITS},
    ),
    Scenario(
        "GH-PR-03", "changes", "{change}", "merged_at",
        {"changes": MERGED, "change_checks": CHECK_RUNS, "branch_rules": BRANCH_RULES},
    ),
    Scenario(
        "GH-PR-06", "changes", "{change}", "merged_at",
        {"changes": BOT_CHANGES, "reviews": BOT_REVIEWS, "change_commits": BOT_COMMITS, "commits": COMMITS},
    ),
)  # fmt: skip


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.check)
def test_rows(scenario: Scenario) -> None:
    judge(scenario)
