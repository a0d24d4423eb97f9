"""Tests of connections to PostgreSQL, judged row by row."""

from dataclasses import replace

import pytest
from text_tables import Scenario, judge

from soc2kit.parameters import Parameters

# `rules` is missing where they were not read; `local_only` where listen_addresses is not shown.
CONNECTIONS = """
server       ssl  force_ssl  local_only  rules  plain  plain_perhaps  snapshot_at  expect
right        yes  NA         no          3      NA     NA             2026-03-31   ok
off          no   NA         no          3      NA     NA             2026-03-31   TLS is off
hidden       NA   NA         no          3      NA     NA             2026-03-31   untold: ssl is not shown
local        no   NA         yes         3      l2     NA             2026-03-31   ok
listens      yes  NA         NA          3      NA     NA             2026-03-31   untold: listen_addresses
open         yes  NA         no          3      l2     NA             2026-03-31   l2 without TLS
perhaps      yes  NA         no          3      NA     l3             2026-03-31   untold: l3 without TLS, unless
unread       yes  NA         no          NA     NA     NA             2026-03-31   untold: pg_hba.conf were not read
unread-off   no   NA         no          NA     NA     NA             2026-03-31   TLS is off
forced       yes  yes        no          NA     NA     NA             2026-03-31   ok
forced-open  yes  yes        no          3      l2     l3             2026-03-31   ok
not-forced   yes  no         no          NA     NA     NA             2026-03-31   rds.force_ssl is off
right        no   NA         no          3      NA     NA             2026-02-28   TLS is off
"""

# Where what is in the files is not what is in force, or is not all.
NOT_IN_FORCE = """
server       ssl  local_only  rules  plain  rule_problems  not_loaded  plain_sessions  snapshot_at  expect
seen         yes  no          3      NA     NA             NA          ada in app      2026-03-31   TLS: ada in app
errors       yes  no          3      l2     l 4: bad       NA          NA              2026-03-31   untold: l 4: bad
errors-seen  yes  no          3      l2     l 4: bad       NA          ada in app      2026-03-31   ada in app
edited       yes  no          3      l2     NA             2026-02-28  NA              2026-03-31   untold: changed
"""
FILES = """
server   ssl  local_only  rules  plain  problems  unread     snapshot_at  expect
a/files  yes  no          3      NA     NA        NA         2026-03-31   ok
b/files  yes  no          3      NA     NA        auto.conf  2026-03-31   untold: is not among the files
c/files  no   no          3      l2     l 9: bad  NA         2026-03-31   untold: its settings: l 9: bad
d/files  yes  no          3      l2     NA        auto.conf  2026-03-31   l2 without TLS
"""

PROTOCOLS = """
    server   ssl  minimum_protocol  problems     unread                snapshot_at  expect
    at       yes  TLSv1.2           NA           NA                    2026-03-31   ok
    above    yes  TLSv1.3           NA           NA                    2026-03-31   ok
    below    yes  TLSv1.1           NA           NA                    2026-03-31   TLSv1.1 is spoken, at least TLSv1.2
    oldest   yes  TLSv1             NA           NA                    2026-03-31   TLSv1 is spoken
    hidden   yes  NA                NA           NA                    2026-03-31   untold: is not shown
    off      no   TLSv1             NA           NA                    2026-03-31   out
    unknown  NA   TLSv1.3           NA           NA                    2026-03-31   untold: the setting ssl is not shown
    newer    yes  TLSv2             NA           NA                    2026-03-31   untold: no protocol that is known
    a/files  yes  TLSv1.2           line 9: bad  NA                    2026-03-31   untold: its settings
    b/files  yes  TLSv1.2           NA           postgresql.auto.conf  2026-03-31   untold: not among the files
    c/files  yes  TLSv1.1           NA           postgresql.auto.conf  2026-03-31   TLSv1.1 is spoken
    d/files  yes  TLSv1.1           line 9: bad  NA                    2026-03-31   untold: its settings
"""

RULES = """
rule  place  words  method         remote  certain  rule_problems  not_loaded  snapshot_at  expect
c:1   l1     w      scram-sha-256  yes     yes      NA             NA          2026-03-31   ok
c:2   l2     w      cert           yes     yes      NA             NA          2026-03-31   ok
c:3   l3     w      trust          yes     yes      NA             NA          2026-03-31   l3 (w): nobody
c:4   l4     w      password       yes     yes      NA             NA          2026-03-31   crosses the network
c:5   l5     w      md5            yes     yes      NA             NA          2026-03-31   MD5
c:6   l6     w      ident          yes     yes      NA             NA          2026-03-31   own machine
c:7   l7     w      trust          no      NA       NA             NA          2026-03-31   out
c:8   l8     w      trust          yes     no       NA             NA          2026-03-31   untold: unless an
c:9   l9     w      scram-sha-256  yes     no       NA             NA          2026-03-31   ok
d:1   l1     w      trust          yes     yes      bad            NA          2026-03-31   untold: keeps those
d:2   l2     w      ldap           yes     yes      bad            NA          2026-03-31   untold: keeps those
e:1   l1     w      md5            yes     yes      NA             2026-02-28  2026-03-31   untold: not loaded them
"""

UNREAD = """
rule           remote  unread  snapshot_at  expect
c/pg_hba.conf  yes     yes     2026-03-31   untold: were not read
"""

SCENARIOS = (
    Scenario("PG-TLS-01", "database_transport", "{server}", "snapshot_at", {"database_transport": CONNECTIONS}),
    Scenario("PG-TLS-01", "database_transport", "{server}", "snapshot_at", {"database_transport": NOT_IN_FORCE}),
    Scenario("PG-TLS-01", "database_transport", "{server}", "snapshot_at", {"database_transport": FILES}),
    Scenario("PG-TLS-02", "database_servers", "{server}", "snapshot_at", {"database_servers": PROTOCOLS}),
    Scenario("PG-HBA-01", "database_rules", "{rule}", "snapshot_at", {"database_rules": RULES}),
    Scenario("PG-HBA-01", "database_rules", "{rule}", "snapshot_at", {"database_rules": UNREAD}),
)


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.check)
def test_table(scenario: Scenario) -> None:
    judge(scenario)


def test_the_oldest_protocol_is_the_companys_choice() -> None:
    text = """
    server   ssl  minimum_protocol  snapshot_at  expect
    at       yes  TLSv1.3           2026-03-31   ok
    below    yes  TLSv1.2           2026-03-31   TLSv1.2 is spoken, at least TLSv1.3
    """
    judge(
        replace(SCENARIOS[3], tables={"database_servers": text}, parameters=Parameters(minimum_tls_version="TLSv1.3"))
    )


def test_an_empty_minimum_is_any_protocol() -> None:
    scenario = SCENARIOS[3]
    (frame,) = scenario.frames()
    outcome = scenario.run([frame[frame["server"] == "at"].assign(minimum_protocol="")])
    assert list(outcome.exceptions["reason"]) == ["any protocol is spoken, at least TLSv1.2 is asked for"]
