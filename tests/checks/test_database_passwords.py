"""Tests of how PostgreSQL keeps passwords, judged row by row."""

import pytest
from text_tables import Scenario, judge

SERVERS = """
server    password_encryption  own_hashing                              problems     unread                snapshot_at
right     scram-sha-256        []                                       NA           NA                    2026-03-31
old       md5                  []                                       NA           NA                    2026-03-31
hidden    NA                   []                                       NA           NA                    2026-03-31
own       scram-sha-256        md5 for app,scram-sha-256 for ada        NA           NA                    2026-03-31
own-good  scram-sha-256        scram-sha-256 for ada in app             NA           NA                    2026-03-31
a/files   scram-sha-256        []                                       NA           postgresql.auto.conf  2026-03-31
b/files   md5                  []                                       line 9: bad  NA                    2026-03-31
"""
PASSWORDS = """
    role_key   server  kind           snapshot_at
    right/ada  right   scram-sha-256  2026-03-31
    right/old  right   md5            2026-03-31
    right/odd  right   other          2026-03-31
    right/sso  right   none           2026-03-31
    rds/ada    rds     NA             2026-03-31
"""
EXPECTED = """
    key                           at          expect
    right/password_encryption     2026-03-31  ok
    old/password_encryption       2026-03-31  hashed by md5
    hidden/password_encryption    2026-03-31  untold: not shown
    own/password_encryption       2026-03-31  hashed by md5 for app
    own-good/password_encryption  2026-03-31  ok
    a/files/password_encryption   2026-03-31  untold: not among the files
    b/files/password_encryption   2026-03-31  untold: its settings
    right/ada                     2026-03-31  ok
    right/old                     2026-03-31  kept as an MD5 hash
    right/odd                     2026-03-31  not known
    rds/ada                       2026-03-31  untold: may not be seen
"""

SCENARIOS = (
    Scenario(
        "PG-PWD-01", "expected", "{key}", "at",
        {"database_servers": SERVERS, "database_passwords": PASSWORDS, "expected": EXPECTED},
    ),
)  # fmt: skip


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.check)
def test_table(scenario: Scenario) -> None:
    judge(scenario)
