"""Tests of backups on every day, of restores and of alarms, judged row by row."""

import pytest
from text_tables import Scenario, judge

from soc2kit.parameters import Parameters
from soc2kit.period import Calendar, Period

NOTHING = "place  account  region  service  operation  what  why  snapshot_at"
BERLIN = Calendar("Europe/Berlin")
NONE_DAILY = {
    "rds_snapshots": "", "recovery_points": "arn  snapshot_at", "backup_jobs": "", "aws_rds_unread": NOTHING,
}  # fmt: skip


def periods(unit: str, first: str, last: str, calendar: Calendar = BERLIN) -> str:
    """The company's days or quarters as a table."""
    parts = calendar.parts(calendar.parse(f"{first}..{last}"), unit)  # type: ignore[arg-type]
    lines = [f"{unit}  {one.name}  {one.start:%Y-%m-%dT%H:%M:%SZ}  {one.end:%Y-%m-%dT%H:%M:%SZ}" for one in parts]
    return "\n".join(["unit  name  start  end  snapshot_at", *(f"{line}  2026-05-01T00" for line in lines)])


def window(first: str, last: str) -> Period:
    return BERLIN.parse(f"{first}..{last}")


#: All jobs were read until the 10th of April, and each list of snapshots still has the automated ones of a week.
READ = """
    account  region  kind    read  starts_at             ends_at
    1        r       backup  yes   2026-03-01T00  2026-04-01T00
    1        r       backup  yes   2026-03-31T22  2026-04-10T00
"""
LOOKS = "source_account  rows  snapshot_at\n1  1  2026-03-27T12\n1  1  2026-04-03T12"
DATABASES = """
    arn  name  kind      account  region  created_at            retention_days  snapshot_at
    db   app   instance  1        r       2025-01-01T00  7               2026-03-27T12
    db   app   instance  1        r       2025-01-01T00  7               2026-04-03T12
"""
JOBS = "job  kind    account  region  resource  state      created_at"


def daily(judged: str, first: str, last: str, **tables: str) -> Scenario:
    given = {
        **NONE_DAILY, "rds_databases": DATABASES, "read_aws_rds": LOOKS, "backup_job_readings": READ,
        "company_periods": periods("day", "2026-03-20", "2026-04-12"), "judged": judged, **tables,
    }  # fmt: skip
    return Scenario("AWS-BKP-02", "judged", "{key}", "at", given, period=window(first, last))


DAYS = (
    # In Berlin the 28th of March ends at 23:00 UTC and the 29th, of 23 hours, at 22:00. A minute on either side counts.
    daily("""
        key  at                          expect
        db   2026-03-27T22:59:59.999999  ok
        db   2026-03-28T22:59:59.999999  no backup on 2026-03-28
        db   2026-03-29T21:59:59.999999  ok
        db   2026-03-30T21:59:59.999999  ok
        db   2026-03-31T21:59:59.999999  no backup on 2026-03-31
    """, "2026-03-27", "2026-03-31", backup_jobs=f"""
        {JOBS}
        j1   backup  1        r       db        COMPLETED  2026-03-27T22:59:00Z
        j2   backup  1        r       db        COMPLETED  2026-03-28T23
        j3   backup  1        r       db        COMPLETED  2026-03-29T22:01:00Z
    """),
    # Failed and done again; failed alone; still running when read; a job of another database, and a restore.
    daily("""
        key  at                          expect
        db   2026-03-27T22:59:59.999999  ok
        db   2026-03-28T22:59:59.999999  no backup on 2026-03-28; failed: job j3 (FAILED), job j4 (ABORTED)
        db   2026-03-29T21:59:59.999999  untold: job j5 still ran when it was read
        db   2026-03-30T21:59:59.999999  no backup on 2026-03-30
    """, "2026-03-27", "2026-03-30", backup_jobs=f"""
        {JOBS}
        j1   backup   1        r       db        FAILED     2026-03-27T01
        j2   backup   1        r       db        COMPLETED  2026-03-27T05
        j3   backup   1        r       db        FAILED     2026-03-28T01
        j4   backup   1        r       db        ABORTED    2026-03-28T02
        j5   backup   1        r       db        RUNNING    2026-03-29T01
        j6   backup   1        r       other     COMPLETED  2026-03-30T01
        j7   restore  1        r       db        COMPLETED  2026-03-30T01
    """),
    # What else shows a backup, and what does not: of another place, a copy, not done, of an earlier database.
    daily("""
        key  at                          expect
        db   2026-03-24T22:59:59.999999  ok
        db   2026-03-25T22:59:59.999999  ok
        db   2026-03-26T22:59:59.999999  no backup on 2026-03-26
        db   2026-03-27T22:59:59.999999  ok
        db   2026-03-28T22:59:59.999999  no backup on 2026-03-28
    """, "2026-03-24", "2026-03-28", rds_databases="""
        arn  name  kind      account  region  created_at            retention_days  restorable_until  snapshot_at
        db   app   instance  1        r       2025-01-01T00  7               2026-03-27T11:55:00Z  2026-03-27T12
        db   app   instance  1        r       2025-01-01T00  7               NA                    2026-04-03T12
    """, rds_snapshots="""
        arn                 of   account  region  status     taken_at              copied_from  snapshot_at
        r:snapshot:a        app  1        r       available  2026-03-24T03  NA           2026-03-27T12
        r:snapshot:b        app  1        r       creating   2026-03-26T03  NA           2026-03-27T12
        r:snapshot:c        app  1        r       available  2026-03-26T03  x            2026-03-27T12
        r:snapshot:d        app  1        other   available  2026-03-26T03  NA           2026-03-27T12
        r:cluster-snapshot:e  app  1      r       available  2026-03-26T03  NA           2026-03-27T12
        r:snapshot:f        web  1        r       available  2026-03-26T03  NA           2026-03-27T12
    """, recovery_points="""
        arn  account  region  resource  status     created_at            copied_from  snapshot_at
        p1   1        r       db        COMPLETED  2026-03-25T03  NA           2026-03-27T12
        p2   1        r       db        PARTIAL    2026-03-28T03  NA           2026-04-03T12
        p3   1        r       db        COMPLETED  2026-03-28T03  vault        2026-04-03T12
        p4   1        other   db        COMPLETED  2026-03-28T03  NA           2026-04-03T12
    """),
    # Jobs that nobody read, a region that was refused, and automated snapshots that were gone before anybody looked.
    daily("""
        key  at                          expect
        db   2026-03-24T22:59:59.999999  untold: jobs of AWS Backup were not read
        db   2026-03-25T22:59:59.999999  no backup on 2026-03-25
        db   2026-03-26T22:59:59.999999  untold: jobs of AWS Backup were not read
        db   2026-03-27T22:59:59.999999  untold: snapshots were not listed while an automated one
        db   2026-03-28T22:59:59.999999  untold: snapshots were not listed while an automated one
        db   2026-03-29T21:59:59.999999  no backup on 2026-03-29
    """, "2026-03-24", "2026-03-29", backup_job_readings="""
        account  region  kind     read  starts_at             ends_at
        1        r       backup   yes   2026-03-24T23  2026-03-25T23
        1        r       backup   no    2026-03-01T00  2026-04-01T00
        1        r       restore  yes   2026-03-01T00  2026-04-01T00
        1        other   backup   yes   2026-03-01T00  2026-04-01T00
        2        r       backup   yes   2026-03-01T00  2026-04-01T00
        1        r       backup   yes   2026-03-26T23  2026-04-01T00
    """, rds_databases="""
        arn  name  kind      account  region  created_at            retention_days  snapshot_at
        db   app   instance  1        r       2025-01-01T00  7               2026-03-27T12
        db   app   instance  1        r       2025-01-01T00  6               2026-04-03T23
    """),
    # Created at noon: from the next midnight on. Gone later: until it was seen last. Members and replicas not at all.
    daily("""
        key  at                          expect
        new  2026-03-26T22:59:59.999999  no backup on 2026-03-26
        old  2026-03-25T22:59:59.999999  no backup on 2026-03-25
        old  2026-03-26T22:59:59.999999  no backup on 2026-03-26
    """, "2026-03-25", "2026-03-27", rds_databases="""
        arn  name  kind      account  region  created_at            cluster  replica_of  retention_days  snapshot_at
        new  new   instance  1        r       2026-03-25T11  NA       NA          7               2026-03-27T12
        old  old   instance  1        r       2025-01-01T00  NA       NA          7               2026-03-27T12
        m    m     instance  1        r       2025-01-01T00  c        NA          7               2026-03-27T12
        rep  rep   instance  1        r       2025-01-01T00  NA       old         7               2026-03-27T12
    """),
    # A cluster can be brought back to any moment from the first to the last; without backups by RDS, jobs decide.
    daily("""
        key  at                          expect
        c    2026-03-25T22:59:59.999999  ok
        c    2026-03-26T22:59:59.999999  ok
        c    2026-03-27T22:59:59.999999  ok
        c    2026-03-28T22:59:59.999999  no backup on 2026-03-28
        off  2026-03-25T22:59:59.999999  untold: snapshots were not listed
        off  2026-03-26T22:59:59.999999  untold: snapshots were not listed
        off  2026-03-27T22:59:59.999999  untold: snapshots were not listed
        off  2026-03-28T22:59:59.999999  no backup on 2026-03-28
    """, "2026-03-25", "2026-03-28", rds_databases="""
        arn  name  kind  account  region  created_at  retention_days  restorable_from  restorable_until  snapshot_at
        c    c     cluster   1        r       2025-01-01T00  7               2026-03-25T20  2026-03-27T00  2026-03-27T12
        c  c  cluster  1  r  2025-01-01T00  7  NA  NA  2026-04-03T12
        off  off  instance  1  r  2025-01-01T00  0  NA  NA  2026-03-27T12
        off  off  instance  1  r  2025-01-01T00  0  NA  NA  2026-04-03T12
    """),
    # Restored to a new database that took the old name: the days of the old one count, too, each day once.
    daily("""
        key  at                          expect
        db   2026-03-25T22:59:59.999999  no backup on 2026-03-25
        db   2026-03-26T22:59:59.999999  no backup on 2026-03-26
        db   2026-03-28T22:59:59.999999  no backup on 2026-03-28
    """, "2026-03-25", "2026-03-28", rds_databases="""
        arn  name  kind      account  region  created_at     retention_days  snapshot_at
        db   app   instance  1        r       2025-01-01T00  7               2026-03-27T12
        db   app   instance  1        r       2026-03-26T11  7               2026-04-03T12
    """),
    # Lists of snapshots that touch make one: kept for a day, and looked at every noon.
    daily("""
        key  at                          expect
        db   2026-03-26T22:59:59.999999  no backup on 2026-03-26
    """, "2026-03-26", "2026-03-26", rds_databases="""
        arn  name  kind      account  region  created_at     retention_days  snapshot_at
        db   app   instance  1        r       2025-01-01T00  1               2026-03-26T12
        db   app   instance  1        r       2025-01-01T00  1               2026-03-27T12
    """),
    # A list that was refused has a row of its own, and nothing follows from what it does not show.
    daily("""
        key   at                    expect
        list  2026-04-03T12  untold: rds.DescribeDBInstances could not be read
        db    2026-04-03T21:59:59.999999  untold: snapshots were not listed
        db    2026-04-04T21:59:59.999999  untold: snapshots were not listed
    """, "2026-04-03", "2026-04-04", rds_databases="""
        arn  name  kind      account  region  created_at            retention_days  snapshot_at
        db   app   instance  1        r       2025-01-01T00  7               2026-03-27T12
    """, aws_rds_unread="""
        place  account  region  service  operation            what  why  snapshot_at
        list   1        r       rds      DescribeDBInstances  NA    No   2026-04-03T12
    """),
)  # fmt: skip


def restores(judged: str, **tables: str) -> Scenario:
    given = {
        "rds_databases": """
            arn  name  kind      account  region  snapshot_at
            db   app   instance  1        r       2026-03-27T12
        """, "backup_jobs": "", "backup_job_readings": """
            account  region  kind     read  starts_at             ends_at
            1        r       restore  yes   2025-12-31T00  2026-04-01T00
        """, "restore_tests": "store  snapshot_at", "read_restore_tests": """
            source_account  rows  snapshot_at
            X               0     2026-02-10T00
            X               0     2026-04-01T00
        """, "company_periods": periods("quarter", "2025-10-01", "2026-06-30"), "judged": judged, **tables,
    }  # fmt: skip
    return Scenario("AWS-BKP-03", "judged", "{key}", "at", given, Parameters(), window("2026-01-01", "2026-03-31"))


END = "2026-03-31T21:59:59.999999"
DONE = "job  kind     account  region  resource  state      validation  created_at            completed_at"
ENTRY = (
    "store  day         starts_at             ends_at               minutes  rows_checked  tested_by  evidence"
    "  snapshot_at"
)


def quarter(expect: str, **tables: str) -> Scenario:
    return restores(f"key  at  expect\ndb/2026-Q1  {END}  {expect}", **tables)


def entry(day: str, minutes: str, rows: str, by: str, evidence: str, *moments: str, store: str = "app") -> str:
    start, end = (f"{BERLIN.parse(day).start:%Y-%m-%dT%H:%M:%SZ}", f"{BERLIN.parse(day).end:%Y-%m-%dT%H:%M:%SZ}")
    lines = [f"{store}  {day}  {start}  {end}  {minutes}  {rows}  {by}  {evidence}  {moment}" for moment in moments]
    return "\n".join([ENTRY, *lines])


def job(*cells: str) -> str:
    return "\n".join([DONE, "  ".join(cells)])


APRIL, FEBRUARY = "2026-04-01T00", "2026-02-10T00"
RESTORES = (
    quarter("no restore of app in 2026-Q1"),
    quarter("untold: restore jobs were not all read", backup_job_readings="""
        account  region  kind     read  starts_at             ends_at
        1        r       restore  yes   2025-12-31T00  2026-03-31T21
        1        r       backup   yes   2025-12-31T00  2026-04-01T00
    """),
    quarter("ok", restore_tests=entry("2026-03-31", "240", "10", "x", "f", APRIL)),
    quarter("ok", restore_tests=entry("2026-01-01", "240", "10", "x", "f", FEBRUARY, APRIL, store="db")),
    quarter("no restore", restore_tests=entry("2025-12-31", "240", "10", "x", "f", FEBRUARY, APRIL)),
    quarter("no restore", restore_tests=entry("2026-04-01", "240", "10", "x", "f", APRIL)),
    quarter("no restore", restore_tests=entry("2026-03-31", "240", "10", "x", "f", APRIL, store="other")),
    quarter("took 241 minutes, limit 240", restore_tests=entry("2026-03-31", "241", "10", "x", "f", APRIL)),
    quarter("nobody knows how long", restore_tests=entry("2026-03-31", "NA", "10", "x", "f", APRIL)),
    quarter("nobody checked", restore_tests=entry("2026-03-31", "9", "NA", "x", "f", APRIL)),
    quarter("nobody checked", restore_tests=entry("2026-03-31", "9", "0", "x", "f", APRIL)),
    quarter("not say who tested", restore_tests=entry("2026-03-31", "9", "1", "NA", "f", APRIL)),
    quarter("names no evidence", restore_tests=entry("2026-03-31", "9", "1", "x", "NA", APRIL)),
    # Seven days after the test ended the register has to show it: that of the 10th of February does, or does not.
    quarter("ok", restore_tests=entry("2026-02-02", "9", "1", "x", "f", FEBRUARY, APRIL)),
    quarter("register of 2026-02-10 does not show it", restore_tests=entry("2026-02-01", "9", "1", "x", "f", APRIL)),
    quarter("ok", restore_tests=entry("2026-02-03", "9", "1", "x", "f", APRIL)),
    # An entry that was mended later counts as it stood then.
    quarter("took 999 minutes", restore_tests=entry("2026-02-01", "999", "1", "x", "f", FEBRUARY) + "\n"
            + entry("2026-02-01", "9", "1", "x", "f", APRIL).splitlines()[1]),
    quarter("ok", backup_jobs=job("j", "restore", "1", "r", "db", "COMPLETED", "SUCCESSFUL",
                                  "2026-03-31T18", "2026-03-31T21:59:00Z")),
    quarter("took 241 minutes", backup_jobs=job("j", "restore", "1", "r", "db", "COMPLETED", "SUCCESSFUL",
                                                "2026-03-01T10", "2026-03-01T14:00:01Z")),
    quarter("nobody checked", backup_jobs=job("j", "restore", "1", "r", "db", "COMPLETED", "NA",
                                              "2026-03-01T10", "2026-03-01T14")),
    quarter("no restore", backup_jobs=job("j", "restore", "1", "r", "db", "FAILED", "NA",
                                          "2026-03-01T10", "2026-03-01T14")),
    quarter("no restore", backup_jobs=job("j", "restore", "1", "r", "db", "COMPLETED", "SUCCESSFUL",
                                          "2026-03-31T18", "2026-03-31T22")),
    # Rows were counted, and AWS's own test says that they are wrong.
    quarter("the test of what job j restored failed", backup_jobs=job("j", "restore", "1", "r", "db", "COMPLETED",
                                                "FAILED", "2026-03-01T10", "2026-03-01T10:30:00Z"),
            restore_tests=entry("2026-03-01", "9", "5", "x", "f", APRIL)),
    # Planned, and not there any more; taken out again before it was due.
    quarter("no restore", restore_tests=entry("2026-03-20", "9", "5", "x", "f", FEBRUARY)),
    quarter("the register of 2026-02-15 does not show it", read_restore_tests="""
        source_account  rows  snapshot_at
        X               1     2026-02-10T00
        X               0     2026-02-15T00
    """, restore_tests=entry("2026-02-09", "9", "5", "x", "f", FEBRUARY)),
    # The quarter is over, as the jobs show, and nobody read the register since.
    quarter("untold: the register was not read since it ended", read_restore_tests="""
        source_account  rows  snapshot_at
        X               0     2026-03-31T21
    """),
    # A job without a check, and the entry of that day: one test.
    quarter("ok", backup_jobs=job("j", "restore", "1", "r", "db", "COMPLETED", "NA",
                                  "2026-03-01T10", "2026-03-01T10:30:00Z"),
            restore_tests=entry("2026-03-01", "NA", "5", "x", "f", APRIL)),
    quarter("took 300 minutes", backup_jobs=job("j", "restore", "1", "r", "db", "COMPLETED", "NA",
                                                "2026-03-01T10", "2026-03-01T10:30:00Z"),
            restore_tests=entry("2026-03-01", "300", "5", "x", "f", APRIL)),
    # Two databases of one name: only the ARN tells them apart.
    restores(f"""
        key         at     expect
        db/2026-Q1  {END}  ok
        b2/2026-Q1  {END}  no restore of app
    """, rds_databases="""
        arn  name  kind      account  region  snapshot_at
        db   app   instance  1        r       2026-03-27T12
        b2   app   instance  1        r       2026-03-27T12
    """, restore_tests=entry("2026-03-31", "9", "1", "x", "f", APRIL, store="db") + "\n"
        + entry("2026-03-30", "9", "1", "x", "f", APRIL).splitlines()[1]),
)  # fmt: skip

TOPICS = """
    topic           account  exists  confirmed  pending  snapshot_at
    a:b:sns:r:1:ok  1        yes     1          3        2026-03-31
    a:b:sns:r:1:ask  1       yes     0          1        2026-03-31
    a:b:sns:r:1:nil  1       yes     0          0        2026-03-31
    a:b:sns:r:1:bye  1       no      0          0        2026-03-31
    a:b:sns:r:9:far  1       NA      0          0        2026-03-31
"""
ALARMS = Scenario("AWS-MON-01", "rds_databases", "{arn}", "snapshot_at", {"rds_databases": """
    arn       name      kind      account  region  cluster  snapshot_at  expect
    ok        ok        instance  1        r       NA       2026-03-31   ok
    none      none      instance  1        r       NA       2026-03-31   no alarm watches the database
    else      else      instance  1        r2      NA       2026-03-31   no alarm watches the database
    off       off       instance  1        r       NA       2026-03-31   actions of off are off
    mute      mute      instance  1        r       NA       2026-03-31   mute tells nobody
    scale     scale     instance  1        r       NA       2026-03-31   scale tells nobody
    asked  asked  instance  1  r  NA  2026-03-31  nobody is subscribed to the topic ask of asked: 1
    empty     empty     instance  1        r       NA       2026-03-31   nobody is subscribed to the topic nil
    gone      gone      instance  1        r       NA       2026-03-31   the topic bye of gone is gone
    far       far       instance  1        r       NA       2026-03-31   untold: the topic far of far could not be read
    lambda    lambda    instance  1        r       NA       2026-03-31   untold: lambda starts a function
    two       two       instance  1        r       NA       2026-03-31   ok
    cluster   cluster   cluster   1        r       NA       2026-03-31   ok
    member    member    instance  1        r       cluster  2026-03-31   out
    through   through   instance  1        r       NA       2026-03-31   ok
    complex   complex   instance  1        r       NA       2026-03-31   ok
    free      free      instance  1        r       NA       2026-03-31   out
    refused  refused  instance  1  r3  NA  2026-03-31  untold: alarms of the region could not be listed
""", "elbv2_listeners": "", "aws_alarms": """
    arn  name  account  region  composite  actions_enabled  actions  dimensions  any_of  snapshot_at
    a1  ok  1  r  no  yes  a:b:sns:r:1:ok  DBInstanceIdentifier=ok  []  2026-03-31
    a2  else  1  r  no  yes  a:b:sns:r:1:ok  DBInstanceIdentifier=else  []  2026-03-31
    a3  off  1  r  no  no  a:b:sns:r:1:ok  DBInstanceIdentifier=off  []  2026-03-31
    a4  mute  1  r  no  yes  []  DBInstanceIdentifier=mute  []  2026-03-31
    a5  scale  1  r  no  yes  a:b:automate:r:ec2:stop  DBInstanceIdentifier=scale  []  2026-03-31
    a6  asked  1  r  no  yes  a:b:sns:r:1:ask  DBInstanceIdentifier=asked  []  2026-03-31
    a7  empty  1  r  no  yes  a:b:sns:r:1:nil  DBInstanceIdentifier=empty  []  2026-03-31
    a8  gone  1  r  no  yes  a:b:sns:r:1:bye  DBInstanceIdentifier=gone  []  2026-03-31
    a9  far  1  r  no  yes  a:b:sns:r:9:far  DBInstanceIdentifier=far  []  2026-03-31
    b1  lambda  1  r  no  yes  a:b:lambda:r:1:f  DBInstanceIdentifier=lambda  []  2026-03-31
    b2  two-a  1  r  no  no  []  DBInstanceIdentifier=two  []  2026-03-31
    b3  two-b  1  r  no  yes  a:b:sns:r:1:bye,a:b:sns:r:1:ok  Role=W,DBInstanceIdentifier=two  []  2026-03-31
    b4  member  1  r  no  yes  a:b:sns:r:1:ok  DBInstanceIdentifier=member  []  2026-03-31
    b5  through  1  r  no  no  []  DBInstanceIdentifier=through  []  2026-03-31
    b6  any  1  r  yes  yes  a:b:sns:r:1:ok  []  x,through,b7  2026-03-31
    b7  complex  1  r  no  yes  []  DBInstanceIdentifier=complex  []  2026-03-31
""", "alarm_topics": TOPICS, "aws_rds_unread": NOTHING, "aws_elbv2_unread": NOTHING, "aws_alarms_unread": """
    place  account  region  service     operation       what  why  snapshot_at
    p      1        r3      cloudwatch  DescribeAlarms  NA    No   2026-03-31
"""}, Parameters(unmonitored_resources=("fre*",)))  # fmt: skip
MORE_ALARMS = (
    Scenario("AWS-MON-01", "rds_databases", "{arn}", "snapshot_at", {"rds_databases": """
        arn    name   kind      account  region  snapshot_at  expect
        parts  parts  instance  1        r       2026-03-31   untold: both has a rule of several parts
        other  other  instance  1        r       2026-03-31   other tells nobody
    """, "elbv2_listeners": "", "aws_alarms": """
        arn  name  account  region  composite  actions_enabled  actions  dimensions  any_of  rule  snapshot_at
        a1  parts  1  r  no  no  []  DBInstanceIdentifier=parts  []  NA  2026-03-31
        a2  both  1  r  yes  yes  a:b:sns:r:1:ok  []  NA  ALARM(parts) AND ALARM(x)  2026-03-31
        a3  other  1  r  no  yes  []  DBInstanceIdentifier=other  []  NA  2026-03-31
    """, "alarm_topics": TOPICS, "aws_rds_unread": NOTHING, "aws_elbv2_unread": NOTHING,
        "aws_alarms_unread": NOTHING}),
    Scenario("AWS-MON-01", "judged", "{key}", "at", {"judged": """
        key                     at          expect
        p:loadbalancer/app/w/0  2026-03-31  ok
        p:loadbalancer/net/n/1  2026-03-31  no alarm watches the load balancer
        p:loadbalancer/first    2026-03-31  ok
        p:loadbalancer/old      2026-03-31  no alarm watches the load balancer
        list                    2026-03-31  untold: elbv2.DescribeLoadBalancers could not be read
        one                     2026-03-31  untold: elbv2.DescribeListeners could not be read
    """, "rds_databases": "arn  snapshot_at", "elbv2_listeners": """
        arn                   account  region  snapshot_at
        p:listener/app/w/0/x  1        r       2026-03-31
        p:listener/app/w/0/y  1        r       2026-03-31
        p:listener/net/n/1/z  1        r       2026-03-31
        p:loadbalancer/first/443  1    r       2026-03-31
        p:loadbalancer/first/80  1     r       2026-03-31
        p:loadbalancer/old/443  1      r       2026-03-31
    """, "aws_alarms": """
        arn  name  account  region  composite  actions_enabled  actions  dimensions  any_of  snapshot_at
        a1   up    1        r       no         yes              a:b:sns:r:1:ok  LoadBalancer=app/w/0  []      2026-03-31
        a2   first  1       r       no         yes              a:b:sns:r:1:ok  LoadBalancerName=first  []    2026-03-31
    """, "alarm_topics": TOPICS, "aws_rds_unread": NOTHING, "aws_alarms_unread": NOTHING, "aws_elbv2_unread": """
        place  account  region  service  operation              what  why  snapshot_at
        list   1        r       elbv2    DescribeLoadBalancers  NA    No   2026-03-31
        one    1        r       elbv2    DescribeListeners      lb    No   2026-03-31
    """}),
)  # fmt: skip


COPIED = Parameters(databases_with_copies=("*",), backup_copy_days=2)
KEPT = "arn  name  account  region  retention_days  deletion_protection  copied_to  snapshot_at  expect"


def copies(rows: str, **tables: str) -> Scenario:
    given = {
        "rds_databases": f"{KEPT}\n{rows}", "rds_snapshots": "arn  snapshot_at",
        "recovery_points": "arn  snapshot_at", "aws_rds_unread": NOTHING, "aws_backup_unread": NOTHING, **tables,
    }  # fmt: skip
    return Scenario("AWS-BKP-01", "rds_databases", "{arn}", "snapshot_at", given, COPIED)


COPIES = (
    copies("""
        region   n  1  r  7  yes  []  2026-03-31  ok
        account  n  1  r  7  yes  []  2026-03-31  ok
        here     n  1  r  7  yes  []  2026-03-31  no copy of the last 2 days elsewhere
        edge     n  1  r  7  yes  []  2026-03-31  ok
        old      n  1  r  7  yes  []  2026-03-31  elsewhere: the newest is of 2026-03-28
        late     n  1  r  7  yes  []  2026-03-31  no copy of the last 2 days elsewhere
        part     n  1  r  7  yes  []  2026-03-31  no copy of the last 2 days elsewhere
        always   n  1  r  7  yes  b   2026-03-31  ok
    """, recovery_points="""
        arn  account  region  resource  status     created_at           snapshot_at
        p1   1        other   region    COMPLETED  2026-03-30           2026-03-31
        p2   2        r       account   COMPLETED  2026-03-30           2026-03-31
        p3   1        r       here      COMPLETED  2026-03-30           2026-03-31
        p4   1        other   edge      COMPLETED  2026-03-29           2026-03-31
        p5   1        other   old       COMPLETED  2026-03-28T23:59:59  2026-03-31
        p6   1        other   late      COMPLETED  2026-03-30           2026-04-30
        p7   1        other   part      PARTIAL    2026-03-30           2026-03-31
    """),
    copies("""
        a  copied  1  r  7  yes  []  2026-03-31  ok
        b  within  1  r  7  yes  []  2026-03-31  no copy
        c  else    1  r  7  yes  []  2026-03-31  no copy
    """, rds_snapshots="""
        arn  of      account  region  status     copied_from                 taken_at    snapshot_at
        s1   copied  1        other   available  arn:aws:rds:r:1:snapshot:x  2026-03-30  2026-03-31
        s2   within  1        r       available  arn:aws:rds:r:1:snapshot:x  2026-03-30  2026-03-31
        s3   else    1        other   available  arn:aws:rds:q:1:snapshot:x  2026-03-30  2026-03-31
        s4   else    1        other   available  NA                          2026-03-30  2026-03-31
    """),
    copies("""
        a  a  1  r  7  yes  []  2026-03-31  untold: copies in other regions and accounts could not all be listed
        b  b  1  r  6  yes  []  2026-03-31  limit 7
    """, aws_backup_unread="""
        place  account  region  service  operation                        what   why  snapshot_at
        list   1        other   backup   ListRecoveryPointsByBackupVault  vault  No   2026-03-31
    """),
)  # fmt: skip


SCENARIOS = (*COPIES, *DAYS, *RESTORES, ALARMS, *MORE_ALARMS)


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_each_row_is_where_it_should_be(scenario: Scenario) -> None:
    judge(scenario)
