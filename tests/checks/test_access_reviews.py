"""Whether access was reviewed and by whom, and whether what was decided was done: judged row by row.

What a test of this file expects stands in a table of keys, as some rows of the population are no account: the review
as a whole has one.
"""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from text_tables import Scenario, judge

from soc2kit.period import CIVIL

QUARTERS = """
    quarter  start       end         snapshot_at
    2025-Q4  2025-10-01  2026-01-01  2026-03-31T18:00:00
    2026-Q1  2026-01-01  2026-04-01  2026-03-31T18:00:00
    2026-Q1  2026-01-01  2026-04-01  {looked}
    2026-Q2  2026-04-01  2026-07-01  {looked}
"""
PEOPLE = """
    email    name  kind        started_on  left_at     contract_ends_on  left_earlier_at       snapshot_at
    ana@x.y  Ana   employee    NA          NA          NA                []                    2026-03-31T18:00:00
    ben@x.y  Ben   employee    2025-01-01  NA          NA                []                    2026-03-31T18:00:00
    bot@x.y  Bot   service     NA          NA          NA                []                    2026-03-31T18:00:00
    eve@x.y  Eve   employee    2026-04-10  NA          NA                []                    2026-03-31T18:00:00
    fay@x.y  Fay   employee    2025-01-01  2026-04-10  NA                []                    2026-03-31T18:00:00
    gus@x.y  Gus   contractor  2025-01-01  NA          2026-04-02        []                    2026-03-31T18:00:00
    hal@x.y  Hal   employee    2025-01-01  NA          NA                []                    2026-03-31T18:00:00
    hal@x.y  Hal   employee    2026-06-01  NA          NA                2026-04-05            2026-06-15
    ida@x.y  Ida   employee    2025-01-01  NA          NA                []                    2026-03-31T18:00:00
    ida@x.y  Ida   employee    2025-01-01  2026-01-10  NA                []                    2026-06-15
    jan@x.y  Jan   employee    2026-06-01  NA          NA                2026-01-10,2026-04-20  2026-06-15
"""
POPULATIONS = """
    system  rows  sha256  snapshot_at
    aws     1     old-q   2025-12-31
    aws     1     older   2026-02-15
    aws     2     p1      2026-03-31T18:00:00
    aws     2     p2      2026-04-15
"""
ROWS = """
    system  account_key  email    held_by          privileges  row_digest  snapshot_at
    aws     one          ana@x.y  ana@x.y          reads       r1          2025-12-31
    aws     one          ana@x.y  ana@x.y          reads       r1          2026-02-15
    aws     one          ana@x.y  ana@x.y          reads       r1          2026-03-31T18:00:00
    aws     two          NA       ana@x.y,hal@x.y  writes      r2          2026-03-31T18:00:00
    aws     one          ana@x.y  ana@x.y          reads       r1          2026-04-15
    aws     two          NA       ana@x.y,hal@x.y  writes      r2          2026-04-15
"""
FILES = """
  period   system  population_at        population_sha256  signed_by  signed_at  signature  signature_valid  snapshot_at
  2026-Q1  aws     2026-03-31T18:00:00  p1                 ben@x.y    {signed}   s1         yes              {looked}
"""
DECISIONS = """
    period   system  account_key  access  decision  reason  change_to  decided_by  decided_at  row_digest  snapshot_at
    2026-Q1  aws     one          reads   keep      works   NA         ben@x.y     2026-04-02  r1          {looked}
    2026-Q1  aws     two          writes  change    old     reads      ben@x.y     2026-04-02  r2          {looked}
"""
# The last collection comes a second after the limit of 15 days, or at it.
AFTER, AT_LIMIT, SIGNED = "2026-04-16T00:00:01", "2026-04-16T00:00:00", "2026-04-10T12:00:00"
IN_ORDER = """
    account_key      snapshot_at          expect
    2026-Q1/aws      2026-03-31T18:00:00  {0}
    2026-Q1/aws/one  2026-03-31T18:00:00  {1}
    2026-Q1/aws/two  2026-03-31T18:00:00  {2}
"""
ALONE = """
    account_key  snapshot_at          expect
    2026-Q1/aws  2026-03-31T18:00:00  {0}
"""
NOTHING = "account_key  snapshot_at  expect"


def review(expected: str, *, signed: str = SIGNED, looked: str = AFTER, **tables: str) -> Scenario:
    whole: Mapping[str, str] = {
        "review_quarters": QUARTERS,
        "review_files": FILES,
        "review_decisions": DECISIONS,
        "review_populations": POPULATIONS,
        "review_rows": ROWS,
        "people": PEOPLE,
        **tables,
    }
    filled = {name: text.replace("{looked}", looked).replace("{signed}", signed) for name, text in whole.items()}
    return Scenario("ACC-REV-01", "accounts", "{account_key}", "snapshot_at", {**filled, "accounts": expected})


def edited(table: str, *changes: tuple[str, str]) -> str:
    for old, new in changes:
        assert old in table
        table = table.replace(old, new)
    return table


def header(table: str) -> str:
    return table.strip().splitlines()[0]


ON = "ben@x.y     2026-04"
UNSIGNED = edited(FILES, ("ben@x.y    {signed}   s1         yes", "NA         NA         NA         no "))
REVIEWS = {
    "in order": review(IN_ORDER.format("ok", "ok", "ok")),
    "signed at the limit": review(IN_ORDER.format("ok", "ok", "ok"), signed=AT_LIMIT),
    "signed late": review(IN_ORDER.format("signed 1 days late", "ok", "ok"), signed=AFTER),
    "none": review(
        ALONE.format("no review; one was due by 2026-04-16"),
        review_files=header(FILES), review_decisions=header(DECISIONS),
    ),
    "none, not due": review(
        NOTHING, looked=AT_LIMIT, review_files=header(FILES), review_decisions=header(DECISIONS)
    ),
    "not signed": review(IN_ORDER.format("not signed", "ok", "ok"), review_files=UNSIGNED),
    "not signed, not due": review(NOTHING, looked=AT_LIMIT, review_files=UNSIGNED),
    "signed by no person": review(
        IN_ORDER.format("not a person of the roster", "ok", "ok"),
        review_files=edited(FILES, ("ben@x.y", "bot@x.y")),
    ),
    "edited after signing": review(
        IN_ORDER.format("signature does not match", "ok", "ok"), review_files=edited(FILES, ("yes", "no "))
    ),
    "unreadable": review(
        ALONE.format("cannot be read: line 3"), review_decisions=header(DECISIONS),
        review_files="period  system  signature_valid  problem  snapshot_at\n 2026-Q1  aws  no  line 3  {looked}",
    ),
    "signed earlier than it can have been": review(
        IN_ORDER.format("collection of 2026-04-10 does not show it", "ok", "ok"),
        review_quarters=QUARTERS + "2026-Q1  2026-01-01  2026-04-01  2026-04-10T12:00:01",
    ),
    "a collection at the moment of signing need not show it": review(
        IN_ORDER.format("ok", "ok", "ok"),
        review_quarters=QUARTERS + "2026-Q1  2026-01-01  2026-04-01  2026-04-10T12:00:00",
    ),
    "gone": review(
        IN_ORDER.format("gone since the collection of 2026-04-16", "ok", "ok"),
        review_quarters=QUARTERS + "2026-Q1  2026-01-01  2026-04-01  2026-05-15",
    ),
    "another population": review(
        IN_ORDER.format("not those of the snapshot in the evidence", "ok", "ok"),
        review_populations=edited(POPULATIONS, ("p1", "p9")),
    ),
    "an account that came later": review(
        IN_ORDER.format("not in the review: two", "ok", "no decision"),
        review_populations=edited(POPULATIONS, ("p1", "p9")),
        review_decisions="\n".join(DECISIONS.splitlines()[:-1]),
    ),
    "no such snapshot": review(
        ALONE.format("2026-03-30, is not in the evidence"),
        review_files=edited(FILES, ("2026-03-31T18:00:00", "2026-03-30T18:00:00")),
    ),
    "no snapshot with every list": review(
        IN_ORDER.format("no snapshot of 2026-Q1 has every list of accounts and rights", "ok", "ok"),
        review_populations="\n".join(line for line in POPULATIONS.splitlines() if "2026-0" not in line),
    ),
    "snapshot of another quarter": review(
        """
        account_key      snapshot_at          expect
        2026-Q1/aws      2026-03-31T18:00:00  is not of 2026-Q1
        2026-Q1/aws/one  2026-04-15           ok
        2026-Q1/aws/two  2026-04-15           ok
        """,
        review_files=edited(FILES, ("2026-03-31T18:00:00", "2026-04-15T00:00:00"), ("p1", "p2")),
    ),
    "by the holder": review(
        IN_ORDER.format("ok", "who holds the account", "ok"),
        review_decisions=edited(DECISIONS, ("NA         ben@x.y", "NA         ana@x.y")),
    ),
    "by a service account": review(
        IN_ORDER.format("ok", "bot@x.y, who is not a person", "ok"),
        review_decisions=edited(DECISIONS, ("NA         ben@x.y", "NA         bot@x.y")),
    ),
    "by one who shares the account": review(
        IN_ORDER.format("ok", "ok", "decided by ana@x.y, who holds the account"),
        review_decisions=edited(DECISIONS, ("reads      ben@x.y", "reads      ana@x.y")),
    ),
    **{
        f"signed by {who} at {at}": review(
            IN_ORDER.format(said, "ok", "ok"), signed=at, review_files=edited(FILES, ("ben@x.y", f"{who}@x.y"))
        )
        for who, at, said in (
            ("eve", "2026-04-09T23:59:59", "eve@x.y, who started only on 2026-04-10"),
            ("eve", "2026-04-10T00:00:00", "ok"),
            ("fay", "2026-04-09T23:59:59", "ok"),
            ("fay", "2026-04-10T00:00:00", "fay@x.y, who had left on 2026-04-10"),
            ("gus", "2026-04-10T00:00:00", "gus@x.y, who had left on 2026-04-02"),
            # Left and came back: what the roster said before, and when the earlier employment ended.
            ("hal", "2026-04-04T00:00:00", "ok"),
            ("hal", "2026-04-10T00:00:00", "hal@x.y, who had left on 2026-04-05"),
            # Of a leaving that was entered late the latest roster knows.
            ("ida", "2026-04-10T00:00:00", "ida@x.y, who had left on 2026-01-10"),
            # Between two earlier endings: when the person came back is in no roster; there was another end to come.
            ("jan", "2026-04-10T00:00:00", "ok"),
        )
    },
    "decided by one who had left": review(
        IN_ORDER.format("ok", "decided by gus@x.y, who had left on 2026-04-02", "ok"),
        review_decisions=edited(DECISIONS, ("NA         ben@x.y", "NA         gus@x.y")),
    ),
    "decided after signing": review(
        IN_ORDER.format("ok", "ok", "decided on 2026-04-10, after it was signed"),
        review_decisions=edited(DECISIONS, (f"reads      {ON}-02", f"reads      {ON}-10T12:00:01")),
    ),
    "decided as it was signed": review(
        IN_ORDER.format("ok", "ok", "ok"),
        review_decisions=edited(DECISIONS, (f"reads      {ON}-02", f"reads      {ON}-10T12:00:00")),
    ),
    # A decision made over an earlier snapshot of the quarter stands while the account stays as it was.
    "decided over an earlier snapshot": review(
        IN_ORDER.format("ok", "ok", "decided on 2026-02-15, before a snapshot of the quarter showed this access"),
        review_decisions=edited(DECISIONS, (f"{ON}-02", "ben@x.y     2026-02-15")),
    ),
    "decided before the quarter's first snapshot": review(
        IN_ORDER.format("ok", "decided on 2026-02-14, before a snapshot of the quarter showed this access", "ok"),
        review_decisions=edited(DECISIONS, (f"NA         {ON}-02", "NA         ben@x.y     2026-02-14T23:59:59")),
    ),
    "signed before the snapshot": review(
        IN_ORDER.format("signed on 2026-03-31, before the reviewed snapshot", "ok", "ok"),
        signed="2026-03-31T17:59:59",
        review_decisions=edited(DECISIONS, (f"{ON}-02", "ben@x.y     2026-03-31T17:59:59")),
        review_rows=ROWS + "aws  two  NA  ana@x.y,hal@x.y  writes  r2  2026-02-15",
    ),
    "without a reason": review(
        IN_ORDER.format("ok", "keep without a reason", "ok"),
        review_decisions=edited(DECISIONS, ("works", "NA   ")),
    ),
    "change to nothing": review(
        IN_ORDER.format("ok", "ok", "without saying to what"),
        review_decisions=edited(DECISIONS, ("old     reads", "old     NA   ")),
    ),
    "decided on other rights": review(
        IN_ORDER.format("ok", "ok", "other access than the snapshot shows: writes"),
        review_decisions=edited(DECISIONS, ("r2", "r9")),
    ),
    "an earlier version had more": review(
        IN_ORDER.format("ok", "ok", "ok"),
        review_files=FILES + edited(UNSIGNED.splitlines()[2], ("{looked}", "2026-04-05")),
        review_decisions=DECISIONS + edited(DECISIONS.splitlines()[2], ("{looked}", "2026-04-05"), ("keep", "revoke")),
    ),
}  # fmt: skip


# Signed on 10 April at noon; the limit of 14 days ends on the 24th at noon.
FOLLOWED = """
    period   system  population_at        signed_at            signature_valid  snapshot_at
    2026-Q1  aws     2026-03-31T18:00:00  2026-04-10T12:00:00  yes              2026-04-20
    2026-Q2  aws     2026-06-30T18:00:00  2026-07-01T00:00:00  yes              2026-04-20
    2026-Q1  github  2026-03-31T18:00:00  NA                   no               2026-04-20
"""
DECIDED = """
    period   system  account_key  access  decision  reason  change_to  decided_by  decided_at  row_digest  snapshot_at
    2026-Q1  aws     kept         reads   keep      works   NA         ben@x.y     2026-04-02  r           2026-04-20
    2026-Q1  aws     in-time      reads   revoke    old     NA         ben@x.y     2026-04-02  r           2026-04-20
    2026-Q1  aws     late         reads   revoke    old     NA         ben@x.y     2026-04-02  r           2026-04-20
    2026-Q1  aws     stays        reads   revoke    old     NA         ben@x.y     2026-04-02  r           2026-04-20
    2026-Q1  aws     disabled     key     revoke    old     NA         ben@x.y     2026-04-02  r           2026-04-20
    2026-Q1  aws     powerless    key     revoke    old     NA         ben@x.y     2026-04-02  r           2026-04-20
    2026-Q1  aws     unusable     key     revoke    old     NA         ben@x.y     2026-04-02  r           2026-04-20
    2026-Q1  aws     changed      writes  change    much    reads      ben@x.y     2026-04-02  r           2026-04-20
    2026-Q1  aws     same         writes  change    much    reads      ben@x.y     2026-04-02  r           2026-04-20
    2026-Q1  aws     more         writes  change    much    reads      ben@x.y     2026-04-02  r           2026-04-20
    2026-Q1  aws     swapped      writes  change    much    reads      ben@x.y     2026-04-02  r           2026-04-20
    2026-Q1  aws     lessened     writes  change    much    reads      ben@x.y     2026-04-02  r           2026-04-20
    2026-Q1  aws     gone-before  reads   revoke    old     NA         ben@x.y     2026-03-02  r           2026-04-20
    2026-Q2  aws     stays        reads   revoke    old     NA         ben@x.y     2026-04-02  r           2026-04-20
    2026-Q1  github  login        reads   revoke    old     NA         ben@x.y     2026-04-02  r           2026-04-20
"""
SEEN = """
    system  source_account  account_key  privileges          privileged_rights  enabled  snapshot_at
    aws     1               gone-before  reads               []                 yes      2026-02-15
    aws     1               in-time      reads               []                 yes      2026-03-31T18:00:00
    aws     1               late         reads               []                 yes      2026-03-31T18:00:00
    aws     1               stays        reads               []                 yes      2026-03-31T18:00:00
    aws     1               disabled     key                 []                 yes      2026-03-31T18:00:00
    aws     1               powerless    key                 []                 yes      2026-03-31T18:00:00
    aws     1               unusable     group x             []                 no       2026-03-31T18:00:00
    aws     1               changed      writes              []                 yes      2026-03-31T18:00:00
    aws     1               same         writes              []                 yes      2026-03-31T18:00:00
    aws     1               more         writes              []                 yes      2026-03-31T18:00:00
    aws     1               swapped      writes              []                 yes      2026-03-31T18:00:00
    aws     1               lessened     administers; reads  administers        yes      2026-03-31T18:00:00
    aws     1               late         reads               []                 yes      2026-04-24T12:00:00
    aws     1               stays        reads               []                 yes      2026-04-24T12:00:00
    aws     1               disabled     group x             []                 no       2026-04-24T12:00:00
    aws     1               powerless    group x             []                 NA       2026-04-24T12:00:00
    aws     1               unusable     group x             []                 no       2026-04-24T12:00:00
    aws     1               changed      reads               []                 yes      2026-04-24T12:00:00
    aws     1               same         writes              []                 yes      2026-04-24T12:00:00
    aws     1               more         reads; writes       []                 yes      2026-04-24T12:00:00
    aws     1               swapped      administers         administers        yes      2026-04-24T12:00:00
    aws     1               lessened     administers         administers        yes      2026-04-24T12:00:00
    aws     1               stays        reads               []                 yes      2026-04-24T12:00:01
    aws     1               powerless    group x             []                 NA       2026-04-24T12:00:01
    aws     1               unusable     group x             []                 no       2026-04-24T12:00:01
    aws     1               same         writes              []                 yes      2026-04-24T12:00:01
    aws     1               more         reads; writes       []                 yes      2026-04-24T12:00:01
    aws     1               swapped      administers         administers        yes      2026-04-24T12:00:01
"""
READ = """
    system  source_account  whole  snapshot_at
    aws     1               yes    2026-03-31T18:00:00
    aws     1               no     2026-04-14
    aws     2               yes    2026-04-15
    aws     1               yes    2026-04-24T12:00:00
    aws     1               yes    2026-04-24T12:00:01
"""
CARRIED = """
    key                      at                   expect
    2026-Q1/aws/in-time      2026-04-10T12:00:00  ok
    2026-Q1/aws/late         2026-04-10T12:00:00  first shown on 2026-04-24, 15 days after signing, limit 14
    2026-Q1/aws/stays        2026-04-10T12:00:00  no snapshot shows it yet
    2026-Q1/aws/disabled     2026-04-10T12:00:00  ok
    2026-Q1/aws/powerless    2026-04-10T12:00:00  no snapshot shows it yet
    2026-Q1/aws/unusable     2026-04-10T12:00:00  no snapshot shows it yet
    2026-Q1/aws/changed      2026-04-10T12:00:00  ok
    2026-Q1/aws/same         2026-04-10T12:00:00  no snapshot shows it yet
    2026-Q1/aws/more         2026-04-10T12:00:00  no snapshot shows it yet
    2026-Q1/aws/swapped      2026-04-10T12:00:00  no snapshot shows it yet
    2026-Q1/aws/lessened     2026-04-10T12:00:00  ok
    2026-Q1/aws/gone-before  2026-04-10T12:00:00  ok
"""


def follow_up(**tables: str) -> Scenario:
    whole = {
        "review_files": FOLLOWED, "review_decisions": DECIDED, "review_rows": SEEN, "review_reads": READ,
        "carried": CARRIED, **tables,
    }  # fmt: skip
    return Scenario("ACC-REV-02", "carried", "", "", whole, period=CIVIL.parse("2026-Q2"))


# As of the limit itself nobody is late yet: what is not done is pending, which is in order.
PENDING = edited(
    CARRIED,
    ("first shown on 2026-04-24, 15 days after signing, limit 14", "ok"),
    ("no snapshot shows it yet", "ok"),
)
# Signed with a revocation, opened again, and signed anew: what was decided first was not carried out in time.
FIRST = "2026-Q1  aws  2026-03-31T18:00:00  2026-04-10T12:00:00  yes  2026-04-20"
AGAIN = "2026-Q1  aws  2026-03-31T18:00:00  {0}  yes  2026-05-20"
REOPENED = "2026-Q1  aws  2026-03-31T18:00:00  NA  no  2026-04-25"
MADE = "2026-Q1  aws  stays  reads  {0}  old  NA  ben@x.y  2026-04-02  r  {1}"


def versions(expected: str, second: str, signed_again: str = "2026-05-10T12:00:00") -> Scenario:
    files = [header(FOLLOWED), FIRST, REOPENED, AGAIN.format(signed_again)]
    made = [header(DECIDED), MADE.format("revoke", "2026-04-20"), MADE.format("keep", "2026-04-25"),
            MADE.format(second, "2026-05-20")]  # fmt: skip
    return follow_up(review_files="\n".join(files), review_decisions="\n".join(made), carried=expected)


FOLLOW_UPS = {
    "followed": follow_up(),
    "pending": follow_up(
        carried=PENDING,
        review_rows="\n".join(line for line in SEEN.splitlines() if "12:00:01" not in line),
        review_reads="\n".join(line for line in READ.splitlines() if "12:00:01" not in line),
    ),
    "kept in a later version": versions(
        """
        key                at                   expect
        2026-Q1/aws/stays  2026-04-10T12:00:00  signed again on 2026-05-10 with: keep
        """,
        "keep",
    ),
    "revoked again": versions(
        """
        key                at                   expect
        2026-Q1/aws/stays  2026-04-10T12:00:00  no snapshot shows it yet; the limit of 14 days ended on 2026-04-24
        2026-Q1/aws/stays  2026-05-10T12:00:00  ok
        """,
        "revoke",
    ),
    # Nobody signed again: the file was edited under its signature.
    "edited under the signature": versions(
        """
        key                at                   expect
        2026-Q1/aws/stays  2026-04-10T12:00:00  no snapshot shows it yet
        """,
        "keep",
        "2026-04-10T12:00:00",
    ),
}
NAMED = {**REVIEWS, **FOLLOW_UPS}
SCENARIOS = tuple(NAMED.values())


@pytest.mark.parametrize("name", NAMED)
def test_rows(name: str) -> None:
    judge(NAMED[name])


def test_days_taken_and_state_are_shown() -> None:
    shown = FOLLOW_UPS["pending"].run().population.set_index("account")
    assert shown.loc["in-time", "days_taken"] == 14
    assert shown.loc["gone-before", "days_taken"] == 0
    assert shown.loc["stays", "state"] == "pending until 2026-04-24"
    assert list(shown.loc["changed", ["access_before", "access_after"]]) == ["writes", "reads"]
    late = FOLLOW_UPS["followed"].run().population.set_index("account")
    assert late.loc["late", ["days_taken", "state"]].tolist() == [15, "carried out late"]
