"""Whether the required checks had passed on what was merged. Merges are on 10 March at noon unless said."""

import pytest
from text_tables import Scenario, judge

MERGED = """
    change          repository  queued  author_is_bot  merged_at            expect
    green           o/r         no   no   2026-03-10T12:00:00  ok
    at-merge        o/r         no   no   2026-03-10T12:00:00  ok
    ran-over        o/r         no   no   2026-03-10T12:00:00  tests (not complete)
    begun-at-merge  o/r         no   no   2026-03-10T12:00:00  untold: tests ran after the merge
    re-run          o/r         no   no   2026-03-10T12:00:00  untold: tests ran after the merge
    re-run-failed   o/r         no   no   2026-03-10T12:00:00  untold: tests ran after the merge
    re-run-green    o/r         no   no   2026-03-10T12:00:00  ok
    re-run-red      o/r         no   no   2026-03-10T12:00:00  tests (failure)
    re-run-running  o/r         no   no   2026-03-10T12:00:00  untold: tests ran after the merge
    running-again   o/r         no   no   2026-03-10T12:00:00  tests (not complete)
    skipped         o/r         no   no   2026-03-10T12:00:00  not passed before the merge: tests (skipped)
    neutral         o/r         no   no   2026-03-10T12:00:00  tests (neutral)
    stale           o/r         no   no   2026-03-10T12:00:00  tests (stale)
    cancelled       o/r         no   no   2026-03-10T12:00:00  tests (cancelled)
    timed-out       o/r         no   no   2026-03-10T12:00:00  tests (timed out)
    failed          o/r         no   no   2026-03-10T12:00:00  tests (failure)
    mended          o/r         no   no   2026-03-10T12:00:00  ok
    broken-again    o/r         no   no   2026-03-10T12:00:00  tests (failure)
    one-second      o/r         no   no   2026-03-10T12:00:00  tests (failure)
    unfinished      o/r         no   no   2026-03-10T12:00:00  tests (not complete)
    waiting         o/r         no   no   2026-03-10T12:00:00  tests (not complete)
    absent          o/r         no   no   2026-03-10T12:00:00  tests (never run)
    other           o/r         no   no   2026-03-10T12:00:00  tests (never run)
    matrix          o/r         no   no   2026-03-10T12:00:00  tests (never run)
    prefixed        o/r         no   no   2026-03-10T12:00:00  tests (never run)
    two-apps        o/r         no   no   2026-03-10T12:00:00  ok
    two-apps-red    o/r         no   no   2026-03-10T12:00:00  tests (failure)
    two-apps-late   o/r         no   no   2026-03-10T12:00:00  ok
    status          o/r         no   no   2026-03-10T12:00:00  ok
    status-pending  o/r         no   no   2026-03-10T12:00:00  tests (pending)
    status-error    o/r         no   no   2026-03-10T12:00:00  tests (error)
    status-after    o/r         no   no   2026-03-10T12:00:00  untold: tests ran after the merge
    by-bot          o/r         no   yes  2026-03-10T12:00:00  tests (failure)
    queue           o/r         yes  no   2026-03-10T12:00:00  ok
    queue-red       o/r         yes  no   2026-03-10T12:00:00  tests (failure)
    queue-head-red  o/r         yes  no   2026-03-10T12:00:00  ok
    queue-group     o/r         yes  no   2026-03-10T12:00:00  untold: no checks of the merge queue
    queue-bare      o/r         yes  no   2026-03-10T12:00:00  tests (never run)
    merge-only      o/r         no   no   2026-03-10T12:00:00  tests (never run)
    rules-then      o/r         no   no   2026-03-20T00:00:00  lint (never run), tests (never run)
    rules-before    o/r         no   no   2026-03-19T23:59:59  ok
    first-rules     o/r         no   no   2026-02-01T00:00:00  ok
    first-rules-red  o/r        no   no   2026-02-01T00:00:00  the first reading of the rules after it says, of 2026
    two-rules       o/two       no   no   2026-03-10T12:00:00  merge: lint (skipped), types (never run)
    two-mixed       o/two       no   no   2026-03-10T12:00:00  types (failure)
    jobs            o/jobs      no   no   2026-03-10T12:00:00  ok
    jobs-one-red    o/jobs      no   no   2026-03-10T12:00:00  tests (3.12) (failure)
    free-green      o/free      no   no   2026-03-10T12:00:00  ok
    free-some       o/free      no   no   2026-03-10T12:00:00  untold: more (failure) had not passed
    free-mended     o/free      no   no   2026-03-10T12:00:00  ok
    renamed         o/named     no   no   2026-03-10T12:00:00  untold: tests never ran, and is not required any more
    renamed-red     o/named     no   no   2026-03-10T12:00:00  tests (failure)
    renamed-since   o/named     no   no   2026-03-20T12:00:00  ok
    renamed-before  o/named     no   no   2026-02-10T12:00:00  tests (never run) (as the first reading
    free-none       o/free      no   no   2026-03-10T12:00:00  no check is required and none had passed
    free-skipped    o/free      no   no   2026-03-10T12:00:00  no check is required and none had passed
    free-re-run     o/free      no   no   2026-03-10T12:00:00  untold: its checks ran after the merge
    unruled-none    o/new       no   no   2026-03-10T12:00:00  no check had passed
    unruled-red     o/new       no   no   2026-03-10T12:00:00  no check had passed
    unruled-green   o/new       no   no   2026-03-10T12:00:00  untold: which checks were required is not known
    next-period     o/r         no   no   2026-04-01T00:00:00  out
"""
CHECK_RUNS = """
    change          place  check_name  app  conclusion  started_at           completed_at
    free-mended     head   tests  ci  FAILURE    2026-03-10T10:00:00  2026-03-10T11:00:00
    free-mended     head   tests  ci  SUCCESS    2026-03-10T11:00:00  2026-03-10T11:10:00
    renamed         head   build  ci  SUCCESS    2026-03-10T10:00:00  2026-03-10T11:00:00
    renamed-red     head   tests  ci  FAILURE    2026-03-10T10:00:00  2026-03-10T11:00:00
    renamed-since   head   build  ci  SUCCESS    2026-03-20T10:00:00  2026-03-20T11:00:00
    renamed-before  head   build  ci  SUCCESS    2026-02-10T10:00:00  2026-02-10T11:00:00
    green           head   tests  ci  SUCCESS    2026-03-10T10:00:00  2026-03-10T11:00:00
    at-merge        head   tests  ci  SUCCESS    2026-03-10T10:00:00  2026-03-10T12:00:00
    ran-over        head   tests  ci  SUCCESS    2026-03-10T11:59:59  2026-03-10T12:00:01
    begun-at-merge  head   tests  ci  SUCCESS    2026-03-10T12:00:00  2026-03-10T12:00:01
    re-run          head   tests  ci  SUCCESS    2026-03-10T13:00:00  2026-03-10T14:00:00
    re-run-failed   head   tests  ci  FAILURE    2026-03-10T13:00:00  2026-03-10T14:00:00
    re-run-green    head   tests  ci  SUCCESS    2026-03-10T10:00:00  2026-03-10T11:00:00
    re-run-green    head   tests  ci  FAILURE    2026-03-10T13:00:00  2026-03-10T14:00:00
    re-run-red      head   tests  ci  FAILURE    2026-03-10T10:00:00  2026-03-10T11:00:00
    re-run-red      head   tests  ci  SUCCESS    2026-03-10T13:00:00  2026-03-10T14:00:00
    re-run-running  head   tests  ci  NA         2026-03-10T13:00:00  NA
    running-again   head   tests  ci  SUCCESS    2026-03-10T10:00:00  2026-03-10T11:00:00
    running-again   head   tests  ci  SUCCESS    2026-03-10T11:50:00  2026-03-10T12:10:00
    skipped         head   tests  ci  SKIPPED    2026-03-10T10:00:00  2026-03-10T11:00:00
    neutral         head   tests  ci  NEUTRAL    2026-03-10T10:00:00  2026-03-10T11:00:00
    stale           head   tests  ci  STALE      2026-03-10T10:00:00  2026-03-10T11:00:00
    cancelled       head   tests  ci  CANCELLED  2026-03-10T10:00:00  2026-03-10T11:00:00
    timed-out       head   tests  ci  TIMED_OUT  2026-03-10T10:00:00  2026-03-10T11:00:00
    failed          head   tests  ci  FAILURE    2026-03-10T10:00:00  2026-03-10T11:00:00
    mended          head   tests  ci  FAILURE    2026-03-10T10:00:00  2026-03-10T11:00:00
    mended          head   tests  ci  SUCCESS    2026-03-10T10:00:00  2026-03-10T11:30:00
    broken-again    head   tests  ci  SUCCESS    2026-03-10T10:00:00  2026-03-10T11:00:00
    broken-again    head   tests  ci  FAILURE    2026-03-10T10:00:00  2026-03-10T11:30:00
    one-second      head   tests  ci  SUCCESS    2026-03-10T10:00:00  2026-03-10T11:00:00
    one-second      head   tests  ci  FAILURE    2026-03-10T10:00:00  2026-03-10T11:00:00
    unfinished      head   tests  ci  NA         2026-03-10T10:00:00  NA
    waiting         head   tests  ci  NA         NA                   NA
    other           head   lint   ci  SUCCESS    2026-03-10T10:00:00  2026-03-10T11:00:00
    matrix          head   tests (3.12)  ci  SUCCESS  2026-03-10T10:00:00  2026-03-10T11:00:00
    prefixed        head   ci / tests  ci  SUCCESS  2026-03-10T10:00:00  2026-03-10T11:00:00
    two-apps        head   tests  ci  SUCCESS    2026-03-10T10:00:00  2026-03-10T11:00:00
    two-apps        head   tests  qa  SUCCESS    2026-03-10T10:00:00  2026-03-10T11:00:00
    two-apps-red    head   tests  ci  SUCCESS    2026-03-10T10:00:00  2026-03-10T11:30:00
    two-apps-red    head   tests  qa  FAILURE    2026-03-10T10:00:00  2026-03-10T11:00:00
    two-apps-late   head   tests  ci  SUCCESS    2026-03-10T10:00:00  2026-03-10T11:30:00
    two-apps-late   head   tests  qa  FAILURE    2026-03-10T13:00:00  2026-03-10T14:00:00
    status          head   tests  NA  SUCCESS    NA                   2026-03-10T11:00:00
    status-pending  head   tests  NA  PENDING    NA                   2026-03-10T11:00:00
    status-error    head   tests  NA  ERROR      NA                   2026-03-10T11:00:00
    status-after    head   tests  NA  SUCCESS    NA                   2026-03-10T12:00:01
    by-bot          head   tests  ci  FAILURE    2026-03-10T10:00:00  2026-03-10T11:00:00
    queue           head   tests  ci  SUCCESS    2026-03-10T10:00:00  2026-03-10T10:30:00
    queue           merge  tests  ci  SUCCESS    2026-03-10T11:00:00  2026-03-10T11:30:00
    queue-red       head   tests  ci  SUCCESS    2026-03-10T10:00:00  2026-03-10T10:30:00
    queue-red       merge  tests  ci  FAILURE    2026-03-10T11:00:00  2026-03-10T11:30:00
    queue-head-red  head   tests  ci  FAILURE    2026-03-10T10:00:00  2026-03-10T10:30:00
    queue-head-red  merge  tests  ci  SUCCESS    2026-03-10T11:00:00  2026-03-10T11:30:00
    queue-group     head   tests  ci  SUCCESS    2026-03-10T10:00:00  2026-03-10T10:30:00
    merge-only      merge  tests  ci  SUCCESS    2026-03-10T10:00:00  2026-03-10T10:30:00
    rules-then      head   docs   ci  SUCCESS    2026-03-10T10:00:00  2026-03-10T11:00:00
    rules-before    head   tests  ci  SUCCESS    2026-03-19T10:00:00  2026-03-19T11:00:00
    first-rules     head   tests  ci  SUCCESS    2026-01-31T10:00:00  2026-01-31T11:00:00
    first-rules-red  head  tests  ci  FAILURE    2026-01-31T10:00:00  2026-01-31T11:00:00
    two-rules       head   lint   ci  SKIPPED    2026-03-10T10:00:00  2026-03-10T11:00:00
    two-mixed       head   lint   ci  SUCCESS    2026-03-10T13:00:00  2026-03-10T14:00:00
    two-mixed       head   types  ci  FAILURE    2026-03-10T10:00:00  2026-03-10T11:00:00
    jobs            head   tests (3.12)  ci  SUCCESS  2026-03-10T10:00:00  2026-03-10T11:00:00
    jobs            head   tests (3.13)  ci  SUCCESS  2026-03-10T10:00:00  2026-03-10T11:00:00
    jobs-one-red    head   tests (3.12)  ci  FAILURE  2026-03-10T10:00:00  2026-03-10T11:00:00
    jobs-one-red    head   tests (3.13)  ci  SUCCESS  2026-03-10T10:00:00  2026-03-10T11:00:00
    free-green      head   anything  ci  SUCCESS  2026-03-10T10:00:00  2026-03-10T11:00:00
    free-some       head   anything  ci  SUCCESS  2026-03-10T10:00:00  2026-03-10T11:00:00
    free-some       head   more      ci  FAILURE  2026-03-10T10:00:00  2026-03-10T11:00:00
    free-skipped    head   anything  ci  SKIPPED  2026-03-10T10:00:00  2026-03-10T11:00:00
    free-skipped    head   more      ci  NEUTRAL  2026-03-10T10:00:00  2026-03-10T11:00:00
    free-re-run     head   anything  ci  SUCCESS  2026-03-10T13:00:00  2026-03-10T14:00:00
    unruled-red     head   anything  ci  FAILURE  2026-03-10T10:00:00  2026-03-10T11:00:00
    unruled-green   head   anything  ci  SUCCESS  2026-03-10T10:00:00  2026-03-10T11:00:00
    next-period     head   tests  ci  FAILURE    2026-03-10T10:00:00  2026-03-10T11:00:00
"""
BRANCH_RULES = """
    repository  required_checks            snapshot_at
    o/r         tests                      2026-03-01
    o/r         lint,tests                 2026-03-20
    o/two       lint,types                 2026-03-01
    o/jobs      tests (3.12),tests (3.13)  2026-03-01
    o/free      []                         2026-03-01
    o/named     tests                      2026-03-01
    o/named     build                      2026-03-20
"""

SCENARIOS = (
    Scenario(
        "GH-PR-03", "changes", "{change}", "merged_at",
        {"changes": MERGED, "change_checks": CHECK_RUNS, "branch_rules": BRANCH_RULES},
    ),
)  # fmt: skip


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.check)
def test_rows(scenario: Scenario) -> None:
    judge(scenario)


def test_the_reading_of_the_rules_that_says_what_was_required_is_shown() -> None:
    shown = SCENARIOS[0].run().population.set_index("key")["ruled_at"]
    days = {key: str(shown[key].date()) for key in ("green", "rules-then", "rules-before", "first-rules")}
    assert days == {
        "green": "2026-03-01", "rules-then": "2026-03-20", "rules-before": "2026-03-01", "first-rules": "2026-03-01",
    }  # fmt: skip
    assert str(shown["unruled-none"]) == "NaT"
