"""Tests of declared settings, of things that are declared, and of plans, judged row by row."""

from __future__ import annotations

import re

import pandas as pd
import pytest
from text_tables import Q1, Scenario, as_frame, judge, verdicts

from soc2kit.checks.terraform_config import reach_limited
from soc2kit.parameters import Parameters

SETTINGS = "terraform_settings"


#: What a table need not say of each row.
USUAL = {"file": "a.tf", "line": "3", "why": "[]", "by_default": "no", "differs": "NA", "deployed_as": "[]",
         "snapshot_at": "2026-03-31"}  # fmt: skip


def declared(check: str, table: str, parameters: Parameters | None = None) -> Scenario:
    """Each row is of line 3 of a.tf, known by what is declared."""
    header, *rows = [line.strip() for line in table.strip().splitlines()]
    rest = {name: value for name, value in USUAL.items() if name not in header.split()}
    text = "\n".join(["  ".join([header, *rest]), *("  ".join([row, *rest.values()]) for row in rows)])
    return Scenario(check, SETTINGS, "{declared}", "snapshot_at", {SETTINGS: text}, parameters or Parameters())


def planned(table: str) -> Scenario:
    """Each plan as it lies there on 31 March at four; `made_at` is of the same year."""
    header, *rows = [re.sub(r"\b(\d\d-\d\dT)", r"2026-\1", line.strip()) for line in table.strip().splitlines()]
    text = "\n".join([f"{header}  snapshot_at", *(f"{row}  2026-03-31T04:00" for row in rows)])
    return Scenario("IAC-DRF-01", "terraform_plans", "{workspace}", "snapshot_at", {"terraform_plans": text})


OWN = Parameters(stores_with_own_key=("arn:aws:s3:::lake", "arn:own:*"))
WWW = Parameters(approved_external_resources=("arn:aws:s3:::www",))
SCENARIOS = (
    declared("IAC-ENC-01", """
        declared  kind      setting    values  why    by_default  differs  expect
        on        volume    encrypted  yes     []     no          NA       ok
        off       volume    encrypted  no      []     no          NA       a.tf line 3: volume is declared without
        default   database  encrypted  no      []     yes         NA       without encryption, by default
        open      database  encrypted  []      var.x  no          NA       untold: encrypted depends on var.x
        drifted   database  encrypted  yes     []     no          is no    a.tf line 3: deployed otherwise: is no
        both      database  encrypted  []      var.x  no          is no    deployed otherwise: is no
        turns     key       rotation   yes     []     no          NA       ok
        stays     key       rotation   no      []     yes         NA       key is declared without rotation
        other     group     ingress    []      []     no          NA       out
    """),
    declared("IAC-ENC-01", """
        declared  kind      setting  values  why    deployed_as  arn        name  expect
        lake      bucket    key      none    []     []           NA         lake  without a key of the company's
        lake-aws  bucket    key      AWS     []     []           NA         lake  without a key of the company's
        lake-own  bucket    key      own     []     []           NA         lake  ok
        other     bucket    key      none    []     []           NA         logs  ok
        db-arn    database  key      AWS     []     []           arn:own:1  db    without a key
        db-there  database  key      AWS     []     arn:own:2    NA         db    without a key
        db-open   database  key      []      var.k  arn:own:2    NA         db    untold: var.k
        db-other  database  key      AWS     []     arn:aws:2    NA         db    ok
    """, OWN),
    declared("IAC-NET-01", """
        declared  kind    setting     values    why    differs  name  expect
        blocked   bucket  blocks off  []        []     NA       b     ok
        off       bucket  blocks off  restrict  []     NA       b     public access is declared not blocked: restrict
        silent    bucket  blocks off  []        none   NA       b     untold: blocks off depends on none
        www       bucket  blocks off  restrict  none   off      www   ok
        private   db      public      no        []     NA       d     ok
        public    db      public      yes       []     NA       d     the database is declared public
        perhaps   db      public      []        var.p  NA       d     untold: public depends on var.p
        more      sg      ingress     []        []     tcp 22   g     deployed otherwise: tcp 22
    """, WWW),
    declared("IAC-NET-01", """
        declared  kind  setting  values                 expect
        closed    sg    ingress  []                     ok
        web       sg    ingress  tcp 443 443 0.0.0.0/0  ok
        ssh       sg    ingress  tcp 22 22 0.0.0.0/0    internet can reach port 22 from 0.0.0.0/0
        ssh6      sg    ingress  tcp 22 22 ::/0         port 22 from ::/0
        below     sg    ingress  tcp 1 21 ::/0          ok
        range     sg    ingress  tcp 1 22 ::/0          port 22
        every     sg    ingress  -1 - - 0.0.0.0/0       every port of every protocol
        source    sg    ingress  tcp 22 22 ?var.from    untold: it may open port 22 from var.from
        harmless  sg    ingress  tcp 443 443 ?var.from  ok
        ports     sg    ingress  tcp ? 30 0.0.0.0/0     untold: a port from 0.0.0.0/0
        dynamic   sg    ingress  ? ? ? ?dynamic         untold: a port from dynamic
    """),
    declared("IAC-TLS-01", """
        declared  kind          setting            values         why  by_default  differs  expect
        plain     listener      protocol           HTTP           []   yes         NA       to speak HTTP, by default
        on        listener      protocol           HTTP to HTTPS  []   no          NA       ok
        tls       listener      protocol           HTTPS          []   no          NA       ok
        passed    listener      protocol           TCP            []   no          NA       untold: it passes TCP on
        old       listener      oldest protocol    TLSv1.1        []   no          NA       to allow TLSv1.1
        new       listener      oldest protocol    TLSv1.2        []   no          NA       ok
        newest    listener      oldest protocol    TLSv1.3        []   no          NA       ok
        named     listener      oldest protocol    []             own  no          NA       untold: depends on own
        unsaid    listener      protocol           []             own  no          NA       untold: depends on own
        odd       distribution  oldest protocol    SSLv3          []   no          NA       allow SSLv3
        denied    bucket        plain HTTP denied  yes            []   no          NA       ok
        silent    bucket        plain HTTP denied  no             []   yes         NA       no declared policy denies
        forced    group         rds.force_ssl      1              []   yes         NA       ok
        unforced  group         rds.force_ssl      0              []   yes         NA       force_ssl is declared 0
        drifted   group         rds.force_ssl      1              []   no          is 0     deployed otherwise: is 0
    """),
    declared("IAC-BKP-01", """
        declared  kind      setting              values  why    by_default  differs  expect
        week      database  retention days       7       []     no          NA       ok
        short     database  retention days       6       []     no          NA       kept for 6 days, limit 7
        none      database  retention days       0       []     yes         NA       for 0 days, limit 7, by default
        open      database  retention days       []      var.d  no          NA       untold: days depends on var.d
        guarded   database  deletion protection  yes     []     no          NA       ok
        exposed   database  deletion protection  no      []     yes         NA       without deletion protection
        drifted   database  retention days       7       []     no          is 3     deployed otherwise: is 3
    """),
    *(
        Scenario("IAC-CFG-01", "terraform_things", "{thing}", "snapshot_at", {"terraform_things": f"""
            thing     kind    standing               file  line  why   snapshot_at  expect
            both      bucket  declared and deployed  a.tf  1     NA    2026-03-31   ok
            unbuilt   bucket  declared               a.tf  1     NA    2026-03-31   ok
            open      bucket  not known              a.tf  1     NA    2026-03-31   ok
            stranger  bucket  deployed               NA    NA    NA    2026-03-31   {stranger}
            perhaps   bucket  not known              NA    NA    b     2026-03-31   {perhaps}
            far       module  not known              a.tf  9     away  2026-03-31   untold: a.tf line 9: what it
            broken    file    not known              b.tf  NA    odd   2026-03-31   file cannot be read: odd
        """}, Parameters(everything_declared=everything))
        for everything, stranger, perhaps in (
            (False, "ok", "ok"),
            (True, "bucket is deployed but declared in no file", "untold: whether it is declared cannot be told: b"),
        )
    ),
    planned("""
        workspace  made_at      changes      drift     resources  errored  complete  problem  expect
        empty      03-30T04:00  []           []        5          no       yes       NA       ok
        changes    03-30T04:00  update x     []        5          no       yes       NA       not empty: update x
        many       03-30T04:00  a,b,c,d,e,f  []        5          no       yes       NA       a, b, c, d, e and 1 more
        outside    03-30T04:00  []           update x  5          no       yes       NA       ok
        refresh    03-30T04:00  []           []        0          no       yes       NA       untold: no resource at all
        refreshed  03-30T04:00  []           update x  0          no       yes       NA       past Terraform: update x
        week       03-24T04:00  []           []        5          no       yes       NA       ok
        older      03-24T03:59  []           []        5          no       yes       NA       untold: 8 days old
        stale      03-01T04:00  update x     []        5          no       yes       NA       untold: 30 days old
        undated    NA           update x     []        5          no       yes       NA       untold: has no date
        future     03-31T04:01  update x     []        5          no       yes       NA       untold: dated after
        failed     03-30T04:00  []           []        5          yes      no        NA       untold: an error
        partly     03-30T04:00  []           []        5          no       no        NA       untold: leaves something
        both       03-30T04:00  update x     []        5          no       no        NA       the plan is not empty
        unread     NA           []           []        0          no       yes       odd      untold: odd
    """),
    Scenario("IAC-DRF-01", "own", "", "", {"terraform_plans": """
        workspace            made_at     changes   resources  errored  complete  snapshot_at
        plans/production     2026-03-30  []        5          no       yes       2026-03-31
        plans/staging        2026-03-30  update x  5          no       yes       2026-03-31
    """, "own": """
        key               at          expect
        plans/production  2026-03-31  ok
        eu-production     2026-03-31  untold: there is no plan of it
    """}, Parameters(production_workspaces=("production", "eu-production"))),
)  # fmt: skip


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.check)
def test_rows(scenario: Scenario) -> None:
    judge(scenario)


def test_a_line_that_is_not_known_is_left_out() -> None:
    text = "declared  file  line  kind  setting  values  why  by_default  differs  deployed_as  snapshot_at\n"
    frame = as_frame(SETTINGS, text + "x  plans/p.json  NA  db  public  yes  []  no  NA  []  2026-03-31")
    found = verdicts(reach_limited(frame, period=Q1, parameters=Parameters()))
    assert list(found.values()) == ["plans/p.json: the database is declared public"]


def test_nothing_declared_is_an_empty_population() -> None:
    frame = as_frame(SETTINGS, "declared  setting  snapshot_at")
    result = reach_limited(frame, period=Q1, parameters=Parameters())
    assert isinstance(result.population, pd.DataFrame)
    assert len(result.population) == len(result.exceptions) == 0
