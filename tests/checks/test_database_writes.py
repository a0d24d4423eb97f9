"""Who can change data in PostgreSQL, judged row by row."""

import pytest
from text_tables import Scenario, judge

from soc2kit.parameters import Parameters

# `app` and `dwh` were read in March, `app` alone in February, and nothing of cluster d.
ROLES = """
    cluster  role     login  superuser  snapshot_at
    c        reads    yes    no         2026-03-31
    c        inserts  yes    no         2026-03-31
    c        column   yes    no         2026-03-31
    c        view     yes    no         2026-03-31
    c        future   yes    no         2026-03-31
    c        seq      yes    no         2026-03-31
    c        owner    yes    no         2026-03-31
    c        grouped  yes    no         2026-03-31
    c        deep     yes    no         2026-03-31
    c        all      yes    no         2026-03-31
    c        dbowner  yes    no         2026-03-31
    c        chief    yes    no         2026-03-31
    c        many     yes    no         2026-03-31
    c        steward  yes    no         2026-03-31
    c        etl      yes    no         2026-03-31
    c        nobody   yes    no         2026-03-31
    c        disputed  yes    no         2026-03-31
    c        schemas  yes    no         2026-03-31
    c        writers  no     no         2026-03-31
    c        admins   no     yes        2026-03-31
    c        inserts  yes    no         2026-02-28
    d        inserts  yes    no         2026-03-31
"""
ACCOUNTS = """
    account_key  system    kind        snapshot_at
    c/reads      postgres  employee    2026-03-31
    c/inserts    postgres  employee    2026-03-31
    c/column     postgres  contractor  2026-03-31
    c/view       postgres  employee    2026-03-31
    c/future     postgres  employee    2026-03-31
    c/seq        postgres  employee    2026-03-31
    c/owner      postgres  employee    2026-03-31
    c/grouped    postgres  employee    2026-03-31
    c/deep       postgres  employee    2026-03-31
    c/all        postgres  employee    2026-03-31
    c/dbowner    postgres  employee    2026-03-31
    c/chief      postgres  employee    2026-03-31
    c/many       postgres  employee    2026-03-31
    c/steward    postgres  employee    2026-03-31
    c/etl        postgres  service     2026-03-31
    c/nobody     postgres  NA          2026-03-31
    c/disputed   postgres  NA          2026-03-31
    c/schemas    postgres  employee    2026-03-31
    c/inserts    postgres  employee    2026-02-28
    d/inserts    postgres  employee    2026-03-31
"""
REACH = """
    cluster  member   role               path                       how                       snapshot_at
    c        reads    readers            reads > readers            at once                   2026-03-31
    c        grouped  writers            grouped > writers          at once                   2026-03-31
    c        deep     team               deep > team                by SET ROLE               2026-03-31
    c        deep     writers            deep > team > writers      by SET ROLE               2026-03-31
    c        all      pg_write_all_data  all > pg_write_all_data    by granting it to itself  2026-03-31
    c        chief    admins             chief > admins             at once                   2026-03-31
    c        etl      writers            etl > writers              at once                   2026-03-31
"""
GRANTS = """
    cluster  database  grantee            object     object_kind    privilege  grantable  snapshot_at
    c        app       readers            s.t        table          SELECT     no         2026-03-31
    c        app       inserts            s.t        table          INSERT     no         2026-03-31
    c        app       inserts            s.t        table          DELETE     no         2026-03-31
    c        app       inserts            s.t        table          REFERENCES  no        2026-03-31
    c        app       column             s.t(b)     column         UPDATE     no         2026-03-31
    c        app       view               s.v        view           TRUNCATE   no         2026-03-31
    c        dwh       future             s          future table   UPDATE     no         2026-03-31
    c        app       seq                s.q        sequence       UPDATE     no         2026-03-31
    c        app       seq                s          schema         CREATE     no         2026-03-31
    c        app       seq                s.f()      function       EXECUTE    no         2026-03-31
    c        app       writers            s.t        table          UPDATE     yes        2026-03-31
    c        app       pg_database_owner  s.t        table          INSERT     no         2026-03-31
    c        app       admins             s.t        table          INSERT     no         2026-03-31
    c        app       many               s.a        table          INSERT     no         2026-03-31
    c        app       many               s.b        table          INSERT     no         2026-03-31
    c        app       many               s.c        table          INSERT     no         2026-03-31
    c        app       many               s.d        table          INSERT     no         2026-03-31
    c        app       many               s.e        table          INSERT     no         2026-03-31
    c        app       steward            s.t        table          INSERT     no         2026-03-31
    c        app       etl                s.t        table          INSERT     no         2026-03-31
    c        app       nobody             s.t        table          INSERT     no         2026-03-31
    c        app       PUBLIC             s.f()      function       EXECUTE    no         2026-03-31
    c        app       PUBLIC             app        database       CONNECT    no         2026-03-31
    c        dwh       PUBLIC             s          schema         CREATE     no         2026-03-31
    c        dwh       PUBLIC             s          schema         USAGE      no         2026-03-31
    c        dwh       PUBLIC             s.t        table          SELECT     no         2026-03-31
"""
OWNERS = """
    cluster  database  object  object_kind  owner    snapshot_at
    c        app       app     database     dbowner  2026-03-31
    c        dwh       dwh     database     etl      2026-03-31
    c        app       app     database     etl      2026-02-28
    c        app       s.t     table        etl      2026-03-31
    c        dwh       s.w     table        owner    2026-03-31
    c        app       s.v     view         seq      2026-03-31
    c        dwh       s.x     table        admins   2026-03-31
    c        app       s       schema       schemas  2026-03-31
    c        app       u       schema       schemas  2026-03-31
"""
EXPECTED = """
    key           at          expect
    c/reads@app    2026-03-31  ok
    c/reads@dwh    2026-03-31  ok
    c/inserts@app  2026-03-31  DELETE, INSERT on s.t
    c/inserts@dwh  2026-03-31  ok
    c/column@app   2026-03-31  UPDATE on s.t(b)
    c/column@dwh   2026-03-31  ok
    c/view@app     2026-03-31  TRUNCATE on s.v
    c/view@dwh     2026-03-31  ok
    c/future@app   2026-03-31  ok
    c/future@dwh   2026-03-31  UPDATE on tables yet to be made in s
    c/seq@app      2026-03-31  ok
    c/seq@dwh      2026-03-31  ok
    c/owner@app    2026-03-31  ok
    c/owner@dwh    2026-03-31  owner of s.w
    c/grouped@app  2026-03-31  UPDATE on s.t through grouped > writers
    c/grouped@dwh  2026-03-31  ok
    c/deep@app     2026-03-31  UPDATE on s.t through deep > team > writers (by SET ROLE)
    c/deep@dwh     2026-03-31  ok
    c/all@app      2026-03-31  on every table through all > pg_write_all_data (by granting it to itself)
    c/all@dwh      2026-03-31  on every table through all > pg_write_all_data (by granting it to itself)
    c/dbowner@app  2026-03-31  INSERT on s.t; owner of database app
    c/dbowner@dwh  2026-03-31  ok
    c/chief@app    2026-03-31  ok
    c/chief@dwh    2026-03-31  ok
    c/many@app     2026-03-31  INSERT on s.a, s.b, s.c and 2 more
    c/many@dwh     2026-03-31  ok
    c/steward@app  2026-03-31  ok
    c/steward@dwh  2026-03-31  ok
    c/PUBLIC@app   2026-03-31  ok
    c/PUBLIC@dwh   2026-03-31  CREATE on schema s
    c/inserts@app  2026-02-28  ok
    c/PUBLIC@app   2026-02-28  ok
    c/etl@app      2026-03-31  out
    c/nobody@app   2026-03-31  INSERT on s.t
    c/nobody@dwh   2026-03-31  ok
    c/disputed@app  2026-03-31  ok
    c/disputed@dwh  2026-03-31  ok
    c/schemas@app  2026-03-31  owner of schema s, u
    c/schemas@dwh  2026-03-31  ok
    d/inserts@app  2026-03-31  out
"""

SCENARIOS = (
    Scenario(
        "PG-ROL-04", "population", "", "",
        {"accounts": ACCOUNTS, "database_roles": ROLES, "database_reach": REACH, "database_grants": GRANTS,
         "database_owners": OWNERS, "population": EXPECTED},
        Parameters(approved_database_writers=("steward",)),
    ),
)  # fmt: skip


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.check)
def test_rows(scenario: Scenario) -> None:
    judge(scenario)


def test_superusers_are_named_as_such() -> None:
    population = SCENARIOS[0].run().population
    named = population[population["superuser_by"].notna()]
    assert set(zip(named["key"], named["superuser_by"], strict=True)) == {
        ("c/chief@app", "chief > admins"),
        ("c/chief@dwh", "chief > admins"),
    }
