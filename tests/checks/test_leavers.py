"""What leavers keep, judged row by row: at the limit and a second later, with and without a log's word for it."""

from __future__ import annotations

from datetime import timedelta

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from text_tables import Scenario, judge, verdicts

# People are named by when they leave. The limit is 24 hours, the period the first quarter.
DEPARTURES = """
    email     name   kind        left_at              rejoined_at          because
    noon@x    Noon   employee    2026-03-10T12:00:00  NA                   left
    noon2@x   Noon2  contractor  2026-03-10T12:00:00  NA                   contract ended
    late@x    Late   employee    2026-03-30T18:00:00  NA                   left
    early@x   Early  employee    2026-03-30T17:59:59  NA                   left
    last@x    Last   employee    2026-03-31T23:59:59  NA                   left
    next@x    Next   employee    2026-04-01T00:00:00  NA                   left
    first@x   First  employee    2026-01-01T00:00:00  NA                   left
    before@x  Befor  employee    2025-12-31T23:59:59  NA                   left
    back@x    Back   employee    2026-03-01T12:00:00  2026-03-20T00:00:00  left
    soon@x    Soon   employee    2026-03-10T12:00:00  2026-03-11T12:00:00  left
    unseen@x  Unsee  employee    2026-03-12T12:00:00  2026-03-20T00:00:00  left
"""

# Snapshots are taken at the limit of those who leave on 10 March, a second later, and on 31 March.
LEAVERS = """
    account_key     system  source_account  enabled  email      shared_by       left_at              snapshot_at          expect
    stays           {0}     x               yes      stays@x    NA              NA                   2026-03-31T18:00:00  out
    gone-in-time    {0}     x               yes      noon@x     NA              2026-03-10T12:00:00  2026-03-11T12:00:00  ok
    gone-late       {0}     x               yes      noon@x     NA              2026-03-10T12:00:00  2026-03-11T12:00:01  still there 24 hours later
    seen-again      {0}     x               yes      noon@x     NA              2026-03-10T12:00:00  2026-03-31T18:00:00  not removed yet
    kept            {0}     x               yes      noon@x     NA              2026-03-10T12:00:00  2026-03-11T12:00:01  not removed yet
    kept            {0}     x               yes      noon@x     NA              2026-03-10T12:00:00  2026-03-31T18:00:00  not removed yet
    contract        {0}     x               yes      noon2@x    NA              2026-03-10T12:00:00  2026-03-11T12:00:01  contract ended 2026-03-10; still there
    disabled        {0}     x               no       noon@x     NA              2026-03-10T12:00:00  2026-03-11T12:00:01  ok
    disabled-late   {0}     x               yes      noon@x     NA              2026-03-10T12:00:00  2026-03-11T12:00:01  first absent 2026-03-31
    disabled-late   {0}     x               no       noon@x     NA              2026-03-10T12:00:00  2026-03-31T18:00:00  first absent 2026-03-31
    who-knows       {0}     x               NA       noon@x     NA              2026-03-10T12:00:00  2026-03-11T12:00:01  still there
    gone-before     {0}     x               yes      late@x     NA              2026-03-30T18:00:00  2026-03-11T12:00:00  ok
    not-shown       {0}     x               yes      late@x     NA              2026-03-30T18:00:00  2026-03-31T18:00:00  no snapshot since shows
    a-second-more   {0}     x               yes      early@x    NA              2026-03-30T17:59:59  2026-03-11T12:00:00  ok
    a-second-kept   {0}     x               yes      early@x    NA              2026-03-30T17:59:59  2026-03-31T18:00:00  still there 24 hours
    last-second     {0}     x               yes      last@x     NA              2026-03-31T23:59:59  2026-03-31T18:00:00  no snapshot since shows
    next-period     {0}     x               yes      next@x     NA              2026-04-01T00:00:00  2026-03-31T18:00:00  out
    first-second    {0}     x               yes      first@x    NA              2026-01-01T00:00:00  2026-01-01T00:00:00  ok
    second-before   {0}     x               yes      before@x   NA              2025-12-31T23:59:59  2026-01-01T00:00:00  out
    elsewhere       {1}     x               yes      noon@x     NA              2026-03-10T12:00:00  2026-03-31T18:00:00  out
    of-another      {0}     y               yes      noon@x     NA              2026-03-10T12:00:00  2026-01-01T00:00:00  no snapshot since shows
    gap-removed     {0}     x               yes      back@x     NA              2026-03-01T12:00:00  2026-01-01T00:00:00  ok
    gap-removed     {0}     x               yes      back@x     NA              2026-03-01T12:00:00  2026-03-31T18:00:00  ok
    gap-kept        {0}     x               yes      back@x     NA              2026-03-01T12:00:00  2026-03-11T12:00:00  still there 240 hours
    gap-kept-all    {0}     x               yes      back@x     NA              2026-03-01T12:00:00  2026-03-11T12:00:01  came back 2026-03-20
    gap-new         {0}     x               yes      back@x     NA              2026-03-01T12:00:00  2026-03-31T18:00:00  out
    gap-short       {0}     x               yes      soon@x     NA              2026-03-10T12:00:00  2026-03-11T11:59:59  ok
    gap-unseen      {0}     x               yes      unseen@x   NA              2026-03-12T12:00:00  2026-03-11T12:00:01  nothing shows a removal before
    shared-gone     {0}     x               yes      NA         noon@x,stays@x  2026-03-10T12:00:00  2026-03-11T12:00:00  ok
"""  # noqa: E501

# Snapshots in which every account list was read: of the second account only in January.
READS = """
    system  source_account  snapshot_at
    {0}     x               2026-01-01T00:00:00
    {0}     y               2026-01-01T00:00:00
    {0}     x               2026-03-11T12:00:00
    {0}     x               2026-03-11T12:00:01
    {0}     x               2026-03-31T18:00:00
    {1}     x               2026-03-31T23:00:00
"""


def _tables(system: str, other: str, **more: str) -> dict[str, str]:
    return {"accounts": LEAVERS.format(system, other), "departures": DEPARTURES,
            "account_reads": READS.format(system, other), **more}  # fmt: skip


# The log names when an account went. Snapshots stand on 1 January, at 12:00 on 11 March (the limit), and on 31 March.
LOGGED = """
    account_key     system  source_account  enabled  email   left_at              snapshot_at          expect
    at-the-limit    aws     x               yes      noon@x  2026-03-10T12:00:00  2026-01-01T00:00:00  ok
    a-second-late   aws     x               yes      noon@x  2026-03-10T12:00:00  2026-03-11T12:00:00  removed 24.1 hours later by its log, limit 24
    days-late       aws     x               yes      noon@x  2026-03-10T12:00:00  2026-03-11T12:00:00  removed 240 hours later by its log, limit 24
    undone          aws     x               yes      noon@x  2026-03-10T12:00:00  2026-03-31T18:00:00  still there 510 hours later (2026-03-31); not removed yet
    gone-today      aws     x               yes      noon@x  2026-03-10T12:00:00  2026-03-31T18:00:00  removed 2026-03-31 20:00 UTC
    twice           aws     x               yes      noon@x  2026-03-10T12:00:00  2026-03-11T12:00:00  removed 240 hours later by its log
    locked-first    aws     x               yes      noon@x  2026-03-10T12:00:00  2026-01-01T00:00:00  ok
    unlocked        aws     x               yes      noon@x  2026-03-10T12:00:00  2026-03-11T12:00:00  removed 240 hours later by its log
    refused         aws     x               yes      noon@x  2026-03-10T12:00:00  2026-03-11T12:00:00  ok
    of-a-right      aws     x               yes      noon@x  2026-03-10T12:00:00  2026-03-11T12:00:00  ok
    by-name         aws     x               yes      noon@x  2026-03-10T12:00:00  2026-03-11T12:00:00  removed 240 hours later by its log
    never-listed    aws     NA              NA       noon@x  2026-03-10T12:00:00  NA                   ok
    never-in-time   aws     NA              NA       noon@x  2026-03-10T12:00:00  NA                   removed 240 hours later by its log
"""  # noqa: E501
EVENTS = """
    event_id  system  occurred_at          account_key    account_name  email   kind    what          whole  made_by  event_name
    e1        aws     2026-03-11T12:00:00  at-the-limit   NA            noon@x  revoke  user deleted  yes    deniz    DeleteUser
    e2        aws     2026-03-11T12:00:01  a-second-late  NA            noon@x  revoke  user deleted  yes    deniz    DeleteUser
    e3        aws     2026-03-20T12:00:00  days-late      NA            noon@x  revoke  user deleted  yes    NA       DeleteUser
    e4        aws     2026-03-10T18:00:00  undone         NA            noon@x  revoke  user deleted  yes    deniz    DeleteUser
    e5        aws     2026-03-31T20:00:00  gone-today     NA            noon@x  revoke  user deleted  yes    deniz    DeleteUser
    e6        aws     2026-03-11T12:30:00  twice          NA            noon@x  revoke  user deleted  yes    deniz    DeleteUser
    e7        aws     2026-03-20T12:00:00  twice          NA            noon@x  revoke  user deleted  yes    deniz    DeleteUser
    e8        aws     2026-03-20T12:00:00  of-a-right     NA            noon@x  revoke  from a group  no     deniz    RemoveUserFromGroup
    e9        aws     2026-03-20T12:00:00  NA             by-name       noon@x  revoke  user deleted  yes    deniz    DeleteUser
    e10       aws     2026-03-11T12:00:00  never-listed   NA            noon@x  revoke  user deleted  yes    deniz    DeleteUser
    e11       aws     2026-03-20T12:00:00  never-in-time  NA            noon@x  revoke  user deleted  yes    deniz    DeleteUser
    e12       github  2026-03-20T12:00:00  elsewhere      NA            noon@x  revoke  user deleted  yes    deniz    org.remove_member
    e13       aws     2026-03-20T12:00:00  a-stranger     NA            zoe@x   revoke  user deleted  yes    deniz    DeleteUser
    e15       aws     2026-03-10T12:30:00  locked-first   NA            noon@x  revoke  disabled      yes    deniz    DisableUser
    e16       aws     2026-03-20T12:00:00  locked-first   NA            noon@x  revoke  user deleted  yes    deniz    DeleteUser
    e17       aws     2026-03-11T13:00:00  unlocked       NA            noon@x  revoke  disabled      yes    deniz    DisableUser
    e18       aws     2026-03-12T09:00:00  unlocked       NA            noon@x  grant   enabled       yes    deniz    EnableUser
    e19       aws     2026-03-20T12:00:00  unlocked       NA            noon@x  revoke  user deleted  yes    deniz    DeleteUser
    e14       aws     2026-03-20T12:00:00  refused        NA            noon@x  grant   user created  yes    deniz    CreateUser
"""  # noqa: E501

# When a credential of a shared account was made: at the ending, a second later, at the limit, a second after that.
SHARED = """
    account_key  system  source_account  enabled  shared_by       left_at              snapshot_at          expect
    not-since    aws     x               yes      noon@x,stays@x  2026-03-10T12:00:00  2026-03-31T18:00:00  not-since/password not renewed since
    at-once      aws     x               yes      noon@x,stays@x  2026-03-10T12:00:00  2026-03-31T18:00:00  ok
    at-limit     aws     x               yes      noon@x,stays@x  2026-03-10T12:00:00  2026-03-31T18:00:00  ok
    too-late     aws     x               yes      noon@x,stays@x  2026-03-10T12:00:00  2026-03-31T18:00:00  renewed only 2026-03-11 12:00 UTC
    one-of-two   aws     x               yes      noon@x,stays@x  2026-03-10T12:00:00  2026-03-31T18:00:00  one-of-two/key not renewed since
    age-unknown  aws     x               yes      noon@x,stays@x  2026-03-10T12:00:00  2026-03-31T18:00:00  not renewed since
    none-known   aws     x               yes      noon@x,stays@x  2026-03-10T12:00:00  2026-03-31T18:00:00  none of its credentials is known
    nobody-went  aws     x               yes      stays@x,zoe@x   2026-03-10T12:00:00  2026-03-31T18:00:00  out
    both-went    aws     x               yes      noon@x,noon2@x  2026-03-10T12:00:00  2026-03-31T18:00:00  shared by noon@x and noon2@x; both-went/password not
    used-by-all  aws     x               no       noon@x,stays@x  2026-03-10T12:00:00  2026-03-31T18:00:00  ok
"""  # noqa: E501
SHARED_CREDENTIALS = """
    credential            arn          active  created_at           last_used_at         snapshot_at
    not-since/password    not-since    yes     2026-03-10T12:00:00  2026-03-30T12:00:00  2026-03-31T18:00:00
    at-once/password      at-once      yes     2026-03-10T12:00:01  2026-03-30T12:00:00  2026-03-31T18:00:00
    at-limit/password     at-limit     yes     2026-03-11T12:00:00  2026-03-30T12:00:00  2026-03-31T18:00:00
    too-late/password     too-late     yes     2026-03-11T12:00:01  2026-03-30T12:00:00  2026-03-31T18:00:00
    one-of-two/password   one-of-two   yes     2026-03-11T12:00:00  NA                   2026-03-31T18:00:00
    one-of-two/key        one-of-two   yes     2024-03-11T12:00:00  NA                   2026-03-31T18:00:00
    one-of-two/old        one-of-two   no      2024-03-11T12:00:00  NA                   2026-03-31T18:00:00
    age-unknown/password  age-unknown  yes     NA                   NA                   2026-03-31T18:00:00
    both-went/password    both-went    yes     2024-03-11T12:00:00  NA                   2026-03-31T18:00:00
"""
SOME_READS = """
    system  source_account  snapshot_at
    aws     x               2026-01-01T00:00:00
    aws     x               2026-03-11T12:00:00
    aws     x               2026-03-31T18:00:00
"""

# Sign-ins at the ending and a second later; a rehired person's after the return.
USED = """
    account_key  system  source_account  enabled  email   left_at              snapshot_at          expect
    that-moment  aws     x               yes      noon@x  2026-03-10T12:00:00  2026-03-11T12:00:00  ok
    a-second     aws     x               yes      noon@x  2026-03-10T12:00:00  2026-03-11T12:00:00  used after that: a-second/key on 2026-03-10 12:00 UTC
    never        aws     x               yes      noon@x  2026-03-10T12:00:00  2026-03-11T12:00:00  ok
    in-the-gap   aws     x               yes      back@x  2026-03-01T12:00:00  2026-01-01T00:00:00  used after that: in-the-gap/key on 2026-03-19
    after-gap    aws     x               yes      back@x  2026-03-01T12:00:00  2026-01-01T00:00:00  ok
"""  # noqa: E501
USES = """
    credential       arn          active  last_used_at         snapshot_at
    that-moment/key  that-moment  yes     2026-03-10T12:00:00  2026-03-11T12:00:00
    a-second/key     a-second     no      2026-03-10T12:00:01  2026-03-11T12:00:00
    never/key        never        yes     NA                   2026-03-11T12:00:00
    in-the-gap/key   in-the-gap   yes     2026-03-19T23:59:59  2026-03-31T18:00:00
    after-gap/key    after-gap    yes     2026-03-20T00:00:00  2026-03-31T18:00:00
"""

# Whom an account belongs to changed after its holder left; what a whole reading lacked meanwhile is another account.
GIVEN = """
    account_key    system  source_account  enabled  created_at           email    shared_by       claimed_by      left_at              snapshot_at          expect
    to-the-boss    aws     x               yes      NA                   noon@x   NA              NA              2026-03-10T12:00:00  2026-01-01T00:00:00  since 2026-03-11 the account of stays@x; to-the-boss/key not renewed
    to-the-boss    aws     x               yes      NA                   stays@x  NA              NA              2026-03-10T12:00:00  2026-03-11T12:00:00  since 2026-03-11 the account of stays@x; to-the-boss/key not renewed
    to-the-boss    aws     x               yes      NA                   stays@x  NA              NA              2026-03-10T12:00:00  2026-03-31T18:00:00  since 2026-03-11 the account of stays@x; to-the-boss/key not renewed
    to-nobody      aws     x               yes      NA                   noon@x   NA              NA              2026-03-10T12:00:00  2026-03-11T12:00:00  since 2026-03-31 the account of nobody; none of its credentials
    to-nobody      aws     x               yes      NA                   NA       NA              NA              2026-03-10T12:00:00  2026-03-31T18:00:00  since 2026-03-31 the account of nobody; none of its credentials
    off-the-list   aws     x               yes      NA                   NA       noon@x,stays@x  NA              2026-03-10T12:00:00  2026-03-11T12:00:00  shared by noon@x and stays@x; none of its
    off-the-list   aws     x               yes      NA                   stays@x  NA              NA              2026-03-10T12:00:00  2026-03-31T18:00:00  shared by noon@x and stays@x; none of its
    handed-over    aws     x               yes      NA                   noon@x   NA              NA              2026-03-10T12:00:00  2026-01-01T00:00:00  ok
    handed-over    aws     x               yes      NA                   stays@x  NA              NA              2026-03-10T12:00:00  2026-03-11T12:00:00  ok
    handed-over    aws     x               yes      NA                   stays@x  NA              NA              2026-03-10T12:00:00  2026-03-31T18:00:00  ok
    gone-then      aws     x               yes      NA                   noon@x   NA              NA              2026-03-10T12:00:00  2026-01-01T00:00:00  ok
    gone-then      aws     x               yes      NA                   stays@x  NA              NA              2026-03-10T12:00:00  2026-03-31T18:00:00  ok
    made-anew      aws     x               yes      2024-01-01T00:00:00  noon@x   NA              NA              2026-03-10T12:00:00  2026-03-11T12:00:00  ok
    made-anew      aws     x               yes      2026-03-11T12:00:01  stays@x  NA              NA              2026-03-10T12:00:00  2026-03-31T18:00:00  ok
    locked         aws     x               yes      NA                   noon@x   NA              NA              2026-03-10T12:00:00  2026-03-11T12:00:00  ok
    locked         aws     x               no       NA                   NA       NA              NA              2026-03-10T12:00:00  2026-03-31T18:00:00  ok
    disputed       aws     x               yes      NA                   NA       NA              noon@x,stays@x  2026-03-10T12:00:00  2026-03-11T12:00:00  still there 510 hours
    disputed       aws     x               yes      NA                   NA       NA              noon@x,stays@x  2026-03-10T12:00:00  2026-03-31T18:00:00  still there 510 hours
    not-disputed   aws     x               yes      NA                   NA       NA              zoe@x,stays@x   2026-03-10T12:00:00  2026-03-31T18:00:00  out
"""  # noqa: E501
GIVEN_CREDENTIALS = """
    credential       arn          active  created_at           snapshot_at
    to-the-boss/key  to-the-boss  yes     2026-01-01T00:00:00  2026-03-31T18:00:00
    handed-over/key  handed-over  yes     2026-01-01T00:00:01  2026-03-31T18:00:00
"""

LEAVING = {"departures": DEPARTURES, "account_reads": SOME_READS}
SCENARIOS = (
    *(
        Scenario(check, "accounts", "{account_key}", "left_at", _tables(system, other))
        for check, system, other in (
            ("ACC-OFF-01", "aws", "github"),
            ("ACC-OFF-02", "github", "postgres"),
            ("ACC-OFF-03", "postgres", "aws"),
        )
    ),
    Scenario("ACC-OFF-01", "accounts", "{account_key}", "left_at",
             {"accounts": SHARED, "aws_credentials": SHARED_CREDENTIALS, **LEAVING}),
    Scenario("ACC-OFF-01", "accounts", "{account_key}", "left_at",
             {"accounts": USED, "aws_credentials": USES, **LEAVING}),
    Scenario("ACC-OFF-01", "accounts", "{account_key}", "left_at",
             {"accounts": GIVEN, "aws_credentials": GIVEN_CREDENTIALS, **LEAVING}),
    # What does not tell when a credential was made cannot show that it was renewed.
    Scenario("ACC-OFF-03", "accounts", "{account_key}", "left_at", {"accounts": """
        account_key  system    source_account  shared_by       left_at              snapshot_at          expect
        shared       postgres  x               noon@x,stays@x  2026-03-10T12:00:00  2026-03-31T18:00:00  cannot be told
    """, "account_reads": """
        system    source_account  snapshot_at
        postgres  x               2026-03-31T18:00:00
    """, "departures": DEPARTURES}),
    # A leaver's account that comes to light only after the limit: the first snapshot past it decides.
    Scenario("ACC-OFF-01", "accounts", "{account_key}", "left_at", {"accounts": """
        account_key  system  source_account  email   left_at              snapshot_at          expect
        only         aws     x               noon@x  2026-03-10T12:00:00  2026-03-11T12:00:00  no snapshot since shows
    """, "account_reads": """
        system  source_account  snapshot_at
        aws     x               2026-03-11T12:00:00
    """, "departures": DEPARTURES}),
    # In March only one of the two lists of GitHub was read: that the member is not in it shows nothing.
    Scenario("ACC-OFF-02", "accounts", "{account_key}", "left_at", {"accounts": """
        account_key  system  source_account  email    left_at              snapshot_at          expect
        member       github  x               noon@x   2026-03-10T12:00:00  2026-02-01T00:00:00  no snapshot since shows
        outsider     github  x               stays@x  NA                   2026-03-31T00:00:00  out
    """, "account_reads": """
        system  source_account  snapshot_at
        github  x               2026-02-01T00:00:00
    """, "departures": DEPARTURES}),
)  # fmt: skip
# Two rows of these tables are known from events alone, so they have no snapshot.
LOGGED_SCENARIO = Scenario(
    "ACC-OFF-01", "accounts", "{account_key}", "left_at", {"accounts": LOGGED, "access_events": EVENTS, **LEAVING}
)


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.check)
def test_rows(scenario: Scenario) -> None:
    judge(scenario)


def _logged() -> list[pd.DataFrame]:
    frames = LOGGED_SCENARIO.frames()
    return [frames[0].dropna(subset=["snapshot_at"]).reset_index(drop=True), *frames[1:]]


def test_rows_with_removal_events() -> None:
    found, expected = verdicts(LOGGED_SCENARIO.run(_logged())), LOGGED_SCENARIO.expected()
    assert found.keys() == expected.keys()
    for key, words in expected.items():
        assert (found[key] == "ok") if words == "ok" else words in found[key], key


def test_what_shows_a_removal_is_said() -> None:
    population = LOGGED_SCENARIO.run(_logged()).population.set_index("key")
    shown = population.loc["at-the-limit"]
    assert shown["evidence"] == "removal event 2026-03-11 12:00 UTC by deniz"
    assert (shown["removed_at"], shown["hours_after"]) == (pd.Timestamp("2026-03-11T12:00:00Z"), 24.0)
    unlogged = population.loc["refused"]
    assert pd.isna(unlogged["removed_at"])
    assert unlogged["evidence"] == (
        "absent in the first snapshot after the limit; removed between 2026-03-11 12:00 UTC and 2026-03-31 18:00 UTC,"
        " between 24 and 510 hours after"
    )


LIMIT, SEEN = pd.Timestamp("2026-03-11T12:00:00Z"), pd.Timestamp("2026-03-11T12:00:00Z")
ABSENT = pd.Timestamp("2026-03-31T18:00:00Z")


@given(seconds=st.integers(min_value=-40 * 86_400, max_value=40 * 86_400))
def test_an_event_moves_the_removal_only_inside_its_bracket(seconds: int) -> None:
    """Whenever an event says it happened, the removal stays between the last snapshot with the account and the first
    without it."""
    when = SEEN + timedelta(seconds=seconds)
    events = (
        EVENTS.splitlines()[1]
        + f"\n    e  aws  {when:%Y-%m-%dT%H:%M:%S}  days-late  NA  noon@x  revoke  x  yes  NA  DeleteUser"
    )
    scenario = Scenario("ACC-OFF-01", "accounts", "{account_key}", "left_at",
                        {"accounts": LOGGED, "access_events": events, **LEAVING})  # fmt: skip
    frames = scenario.frames()
    frames[0] = frames[0].dropna(subset=["snapshot_at"]).reset_index(drop=True)
    row = scenario.run(frames).population.set_index("key").loc["days-late"]
    assert (row["last_seen_at"], row["first_absent_at"]) == (SEEN, ABSENT)
    if SEEN < when <= ABSENT:
        assert row["removed_at"] == when
    else:
        assert pd.isna(row["removed_at"])


@given(dropped=st.sets(st.integers(0, 11)))
def test_another_account_changes_no_row(dropped: set[int]) -> None:
    """The row of an account is the same with or without the other accounts."""
    accounts, *rest = _logged()
    whole = verdicts(LOGGED_SCENARIO.run([accounts, *rest]))
    fewer = accounts.drop(index=[row for row in dropped if row in accounts.index]).reset_index(drop=True)
    kept = set(fewer["account_key"]) | {"never-listed", "never-in-time"}
    found = verdicts(LOGGED_SCENARIO.run([fewer, *rest]))
    assert {key: words for key, words in found.items() if key[0] in kept} == {
        key: words for key, words in whole.items() if key[0] in kept
    }
