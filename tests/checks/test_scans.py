"""The test of scans in every month, judged row by row. The period is the first quarter of 2026."""

from dataclasses import replace

import pandas as pd
from text_tables import Scenario, judge

from soc2kit.parameters import Parameters

PERIODS = """
    unit   name      start       end         snapshot_at
    month  2025-12   2025-12-01  2026-01-01  2026-01-15
    month  2026-01   2026-01-01  2026-02-01  2026-01-15
    month  2026-01   2026-01-01  2026-02-01  2026-03-31T20:00
    month  2026-02   2026-02-01  2026-03-01  2026-03-31T20:00
    month  2026-03   2026-03-01  2026-04-01  2026-03-31T20:00
    week   2026-W08  2026-02-16  2026-02-23  2026-03-31T20:00
    week   2026-W09  2026-02-23  2026-03-02  2026-03-31T20:00
"""
LISTS = """
    repository  enabled  snapshot_at
    O/api       yes      2026-01-15
    o/old       yes      2026-01-15
    o/docs      yes      2026-01-15
    O/api       yes      2026-03-31
    o/new       yes      2026-03-31
    o/docs      yes      2026-03-31
"""
SCANS = """
    scan   file  tool   target  scanned_at           problem         document  snapshot_at
    first  a     Trivy  o/api   2026-01-01           NA              no        2026-01-15
    last   b     Trivy  o/api   2026-02-28T23:59:59  NA              no        2026-03-31
    march  c     Grype  o/api   2026-03-01           NA              no        2026-03-31
    old    d     Trivy  o/old   2026-01-31T23:59:59  NA              no        2026-03-31
    bad    e     Trivy  o/old   2026-02-10           line-1          no        2026-03-31
    worse  f     Trivy  o/new   2026-03-05           line-2          no        2026-03-31
    pdf    g     NA     o/old   2026-02-11           NA              yes       2026-03-31
    image  h     Trivy  r/api   2026-02-11           NA              no        2026-03-31
    where  i     Trivy  NA      2026-02-11           NA              no        2026-03-31
    when   j     Trivy  o/new   NA                   NA              no        2026-03-31
    hush   k     Trivy  NA      NA                   line-9          no        2026-04-01
"""
#: January is of the first list, and so is February, as the next list came after its end.
JUDGED = """
    key            at                          expect
    o/api/2026-01  2026-01-31T23:59:59.999999  ok
    o/old/2026-01  2026-01-31T23:59:59.999999  ok
    r/api/2026-01  2026-01-31T23:59:59.999999  no scan of r/api in 2026-01
    o/api/2026-02  2026-02-28T23:59:59.999999  ok
    o/old/2026-02  2026-02-28T23:59:59.999999  untold: no scan of 2026-02 can be read whole: e
    r/api/2026-02  2026-02-28T23:59:59.999999  ok
    o/api/2026-03  2026-03-31T23:59:59.999999  ok
    o/new/2026-03  2026-03-31T23:59:59.999999  untold: can be read whole: f
    bad            2026-03-31                  untold: cannot be used: line-1
    worse          2026-03-31                  untold: cannot be used: line-2
    where          2026-03-31                  untold: what was scanned
    when           2026-03-31                  untold: when it was scanned
"""
PARAMETERS = Parameters(scan_targets=("r/API",), repositories_without_code=("o/Docs",))
MONTHS = Scenario(
    "VM-SCAN-01", "judged", "{key}", "at",
    {"scan_periods": PERIODS, "scans": SCANS, "alerts_enabled": LISTS, "judged": JUDGED}, PARAMETERS,
)  # fmt: skip

SCENARIOS = (MONTHS,)


def test_months() -> None:
    """March had not ended at the last look, so that r/api is not in it yet."""
    judge(MONTHS)


def test_a_month_without_a_scan_counts_once_a_look_after_its_end_shows_none() -> None:
    later = PERIODS.replace("2026-03-31T20:00", "2026-04-01")
    added = JUDGED + "\n    r/api/2026-03  2026-03-31T23:59:59.999999  no scan of r/api in 2026-03"
    judge(replace(MONTHS, tables={**MONTHS.tables, "scan_periods": later, "judged": added}))


def test_weeks() -> None:
    judged = """
    key             at                          expect
    o/api/2026-W08  2026-02-22T23:59:59.999999  no scan of o/api in 2026-W08
    o/api/2026-W09  2026-03-01T23:59:59.999999  ok
    """
    only = "\n".join(line for line in SCANS.splitlines() if line.split()[:1] and line.split()[0] in ("scan", "last"))
    lists = "\n".join(LISTS.splitlines()[:3])
    judge(replace(MONTHS, tables={**MONTHS.tables, "scans": only, "alerts_enabled": lists, "judged": judged},
                  parameters=Parameters(weekly_scans=True)))  # fmt: skip


def test_the_order_of_files_does_not_matter() -> None:
    frames = MONTHS.frames()
    turned = [frame.iloc[::-1].reset_index(drop=True) for frame in frames]
    first, second = (MONTHS.run(one).population.sort_values("key", ignore_index=True) for one in (frames, turned))
    pd.testing.assert_frame_equal(first, second)
