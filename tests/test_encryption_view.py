"""What a notebook shows of encryption and network: over frames written as tables, judged by the tests themselves."""

from __future__ import annotations

import re
import time
from dataclasses import replace
from datetime import UTC, date, datetime

import pandas as pd
import pytest
from change_frames import Made, drawn
from text_tables import as_frame

from soc2kit.checks.table import CHECKS
from soc2kit.encryption_view import EncryptionView
from soc2kit.encryption_view.standing import spans, standing
from soc2kit.model import Assessment, TestResult, Verdict
from soc2kit.parameters import Parameters
from soc2kit.period import CIVIL
from soc2kit.tables import Shown

PERIOD = CIVIL.days(date(2026, 1, 1), date(2026, 3, 31))
LIMITS = Parameters(stores_with_own_key=("arn:aws:s3:::own-*",))
#: Markup, and what matplotlib would read as a formula.
HOSTILE = r"</td><script>alert(1)</script>$\frac$"
JUDGED = ("AWS-ENC-01", "AWS-KMS-01", "AWS-NET-01", "AWS-TLS-01", "AWS-TLS-02", "PG-TLS-01", "PG-HBA-01")
CALLS = (
    "population", "unread", "history_chart", "exceptions_chart", "exceptions", "stores_chart", "stores",
    "endpoints_chart", "endpoints", "certificates_chart", "certificates", "plain", "databases", "rules", "reached",
    "keys",
)  # fmt: skip
UNREAD = """
    place           account  region  service  operation        what  why           snapshot_at
    2/r ec2.Desc    2        r       ec2      DescribeVolumes  NA    AccessDenied  2026-02-10
    1/r s3.Policy   1        r       s3       GetBucketPolicy  b     AccessDenied  2026-03-10
"""
TABLES = {
    "ebs_defaults": """
        place  account  region  used  by_default  snapshot_at
        1/r    1        r       yes   yes         2026-01-10
        1/q    1        q       no    no          2026-01-10
        2/r    2        r       no    no          2026-02-10
        1/r    1        r       yes   yes         2026-03-10
        1/q    1        q       no    no          2026-03-10
        1/r    1        r       yes   no          2026-04-10
    """,
    "aws_stores": """
        arn                   kind    account  region  encrypted  algorithm  kms_key  key_manager  snapshot_at
        arn:aws:s3:::own-a    bucket  1        r       yes        AES256     NA       NA           2026-01-10
        arn:aws:s3:::b        bucket  1        r       yes        AES256     NA       NA           2026-01-10
        arn:aws:ec2:r:1:v/x   volume  1        r       no         NA         NA       NA           2026-01-10
        arn:aws:s3:::own-a    bucket  1        r       yes        aws:kms    k        CUSTOMER     2026-03-10
        arn:aws:s3:::b        bucket  1        r       yes        AES256     NA       NA           2026-03-10
        arn:aws:dynamodb:r:t  table   1        r       yes        NA         NA       AWS          2026-03-10
        arn:aws:dynamodb:r:u  table   1        r       yes        NA         else     NA           2026-03-10
        arn:aws:dynamodb:r:w  table   1        r       NA         NA         NA       NA           2026-03-10
    """,
    "aws_s3_unread": UNREAD.replace("2/r ec2.Desc    2        r       ec2      DescribeVolumes  NA", "1/r s3.Get      1"
                                    "        r       s3       GetBucketAcl     b "),
    "aws_ec2_unread": "\n".join(line for line in UNREAD.splitlines() if "s3" not in line),
    "s3_buckets": """
        arn             name  account  region  plain_http_denied  snapshot_at
        arn:aws:s3:::b  b     1        r       no                 2026-01-10
        arn:aws:s3:::c  c     1        r       yes                2026-01-10
        arn:aws:s3:::b  b     1        r       NA                 2026-03-10
        arn:aws:s3:::c  c     1        r       no                 2026-03-10
    """,
    "rds_databases": """
        arn                  name  account  region  engine    force_ssl  waits  snapshot_at
        arn:aws:rds:r:1:d:p  p     1        r       postgres  1          no     2026-03-10
        arn:aws:rds:r:1:d:m  m     1        r       mysql     NA         no     2026-03-10
    """,
    "elbv2_listeners": """
        arn      account  region  balancer  scheme  protocol  port  policy  protocols      only_redirects  snapshot_at
        arn:l:1  1        r       web       NA      HTTPS     443   Old     TLSv1,TLSv1.2  NA              2026-03-10
        arn:l:2  1        r       web       NA      HTTP      80    NA      NA             yes             2026-03-10
        arn:l:3  1        r       api       NA      HTTPS     443   New     TLSv1.3        NA              2026-03-10
        arn:l:4  1        r       plain     NA      HTTP      81    NA      NA             no              2026-03-10
        arn:l:5  1        r       pass      NA      TCP       25    NA      NA             NA              2026-03-10
    """,
    "acm_certificates": f"""
        arn                      account  region  domain      status  not_after   in_use  snapshot_at
        arn:aws:acm:certificate/s  1      r       {HOSTILE}  ISSUED  2026-03-20  yes     2026-03-10
        arn:aws:acm:certificate/l  1      r       long.x      ISSUED  2027-03-10  yes     2026-03-10
        arn:aws:acm:certificate/n  1      r       none.x      NA      NA          yes     2026-03-10
    """,
    "ec2_security_groups": """
        arn                   group_id  name     account  region  in_use  rules_known  snapshot_at
        arn:aws:ec2:r:1:sg/a  a         ssh      1        r       yes     yes          2026-01-10
        arn:aws:ec2:r:1:sg/a  a         ssh      1        r       yes     yes          2026-03-10
        arn:aws:ec2:r:1:sg/w  w         web      1        r       yes     yes          2026-03-10
        arn:aws:ec2:r:1:sg/d  d         default  1        r       no      yes          2026-03-10
    """,
    "ec2_ingress": """
        group                 account  region  protocol  from_port  to_port  source      internet  snapshot_at
        arn:aws:ec2:r:1:sg/a  1        r       tcp       20         30       ::/0        yes       2026-03-10
        arn:aws:ec2:r:1:sg/w  1        r       tcp       443        443      0.0.0.0/0   yes       2026-03-10
        arn:aws:ec2:r:1:sg/w  1        r       tcp       0          65535    pl-1        NA        2026-03-10
        arn:aws:ec2:r:1:sg/w  1        r       tcp       22         22       10.0.0.0/8  no        2026-03-10
        arn:aws:ec2:r:1:sg/d  1        r       -1        -1         -1       0.0.0.0/0   yes       2026-03-10
    """,
    "ec2_interfaces": """
        interface  account  region  group                 attached_to  snapshot_at
        e          1        r       arn:aws:ec2:r:1:sg/a  i-1          2026-03-10
        f          1        r       arn:aws:ec2:r:1:sg/w  ELB app/web  2026-03-10
    """,
    "kms_keys": """
        arn    key_id  account  region  manager   state            rotation  aliases     snapshot_at
        arn:1  one     1        r       CUSTOMER  Enabled          no        alias/data  2026-03-10
        arn:2  two     1        r       CUSTOMER  PendingDeletion  no        []          2026-03-10
        arn:3  three   1        r       AWS       Enabled          NA        alias/aws   2026-03-10
    """,
    "database_transport": """
        server  version  ssl  minimum_protocol  local_only  rules  digest  plain                        snapshot_at
        pg      16       yes  TLSv1.2           no          2      one     pg_hba.conf line 2 (host) x  2026-01-10
        pg      16       yes  TLSv1.2           no          2      one     pg_hba.conf line 2 (host) x  2026-02-10
        pg      16       yes  TLSv1.2           no          1      two     NA                           2026-03-10
    """,
    "database_rules": """
        rule    server  place               words          method  remote  certain  unread  snapshot_at
        pg/h:1  pg      pg_hba.conf line 1  local all all  peer    no      NA       no      2026-02-10
        pg/h:2  pg      pg_hba.conf line 2  host all       md5     yes     yes      no      2026-02-10
        pg/h:1  pg      pg_hba.conf line 1  hostssl all    scram   yes     no       no      2026-03-10
    """,
}  # fmt: skip


def judge(check_id: str, frames: dict[str, pd.DataFrame]) -> TestResult:
    check = next(check for check in CHECKS if check.id == check_id)
    read = [frames[name] for name in check.reads]
    inside = [frame[PERIOD.contains(frame["snapshot_at"])].reset_index(drop=True) for frame in read]
    made = check.function(*inside, period=PERIOD, parameters=LIMITS)
    return TestResult(
        check, Verdict.EXCEPTIONS, made.population, made.exceptions, (), not_testable=made.not_testable
    )  # fmt: skip


def view(frames: dict[str, pd.DataFrame], tests: tuple[TestResult, ...]) -> EncryptionView:
    made = Assessment("X", datetime(2026, 4, 2, tzinfo=UTC), PERIOD, tests, (), (), (), (), "", {"name": "s"})
    return EncryptionView(made, Made(frames), LIMITS)


HEADER = UNREAD.strip().splitlines()[0]
FRAMES = {name: as_frame(name, text) for name, text in TABLES.items()}
SERVICES = (
    "rds", "kms", "elbv2", "acm", "dynamodb", "secrets", "messaging", "ecr", "cloudfront", "lambda",
)  # fmt: skip
FRAMES |= {f"aws_{name}_unread": as_frame(f"aws_{name}_unread", HEADER) for name in SERVICES}
FRAMES["cloudfront_distributions"] = as_frame("cloudfront_distributions", "arn  enabled  snapshot_at")
FRAMES["lambda_addresses"] = as_frame("lambda_addresses", "arn  snapshot_at")
FRAMES["aws_unread"] = as_frame("aws_unread", UNREAD)
FRAMES["aws_inventory"] = FRAMES["aws_stores"][["arn", "kind", "account", "region", "snapshot_at"]]
VIEW = view(FRAMES, tuple(judge(check, FRAMES) for check in JUDGED))
EMPTY = view({name: frame.iloc[:0] for name, frame in FRAMES.items()}, ())
NOTHING = view({}, ())


def row(shown: object, start: str) -> list[str]:
    assert isinstance(shown, Shown)
    return re.split(r"  +", next(line for line in shown.text.splitlines() if line.startswith(start)).strip())


def test_regions_that_were_read_are_named_for_each_account() -> None:
    shown = VIEW.population()
    assert row(shown, "1 ") == ["1", "q, r", "r", "5", "2", "2026-01-10", "2026-03-10"]
    assert row(shown, "2 ") == ["2", "r", "none", "0", "1", "2026-02-10", "2026-02-10"]
    assert row(shown, "volume") == ["volume", "1", "0"]


def test_a_refused_call_names_the_tests_that_it_makes_dark() -> None:
    shown = VIEW.unread()
    assert row(shown, "ec2.DescribeVolumes")[-1] == "AWS-ENC-01"
    assert row(shown, "s3.GetBucketPolicy")[3:5] == ["b", "AccessDenied"]
    assert row(shown, "s3.GetBucketPolicy")[-1] == "AWS-TLS-02"
    other = {**FRAMES, "aws_unread": as_frame("aws_unread", UNREAD.replace(" b ", " bb "))}
    assert row(view(other, VIEW.assessment.tests).unread(), "s3.GetBucketPolicy")[-1].startswith("none")


def test_exceptions_have_the_snapshots_that_show_them() -> None:
    shown = VIEW.exceptions()
    # A volume that is gone was never seen in order, and a policy that was refused says nothing.
    assert row(shown, "AWS-ENC-01  v/x")[-4:] == [
        "2026-01-10",
        "2026-01-10",
        "0",
        "not in the population on 2026-03-10",
    ]
    assert row(shown, "AWS-ENC-01  own-a")[-1] == "in order on 2026-03-10"
    assert row(shown, "AWS-TLS-02  b")[-1] == "not testable on 2026-03-10"
    assert row(shown, "AWS-TLS-02  c")[-1] == "still there"
    assert shown.text.index("still there") < shown.text.index("not in the population")
    assert "AWS-ENC-01 v/x from 2026-01-10 to 2026-01-10" in drawn(VIEW.exceptions_chart()).alt
    history = drawn(VIEW.history_chart()).alt
    assert "AWS-ENC-01 2026-01 2 of 4, 2026-02 0 of 1 and 1 not testable, 2026-03 0 of 6 and 1 not testable" in history


def test_an_exception_that_comes_back_is_two() -> None:
    states = {"2026-01-10": "no", "2026-02-10": "yes", "2026-03-10": "no", "2026-03-20": "no"}
    text = "arn  account  plain_http_denied  snapshot_at\n" + "\n".join(
        f"arn:aws:s3:::b  1  {denied}  {day}" for day, denied in states.items()
    )
    result = judge("AWS-TLS-02", {**FRAMES, "s3_buckets": as_frame("s3_buckets", text)})
    found = [
        (str(one["first"]), str(one["last"]), one["days"], one["then"])
        for one in spans("X", standing(result), CIVIL.day_at)
    ]
    assert found == [
        ("2026-01-10", "2026-01-10", 0, "in order on 2026-02-10"), ("2026-03-10", "2026-03-20", 10, "still there"),
    ]  # fmt: skip


def test_stores_of_any_kind_are_counted_by_what_encrypts_them() -> None:
    shown = VIEW.stores()
    head = row(shown, "Kind")
    table = {kind: dict(zip(head, row(shown, kind), strict=True)) for kind in ("bucket", "table")}
    assert table["bucket"]["Own key"] == table["bucket"]["Own wanted"] == table["bucket"]["Service's"] == "1"
    assert (table["table"]["AWS's key"], table["table"]["Unknown key"], table["table"]["Unknown"]) == ("1",) * 3
    assert (table["table"]["Exceptions"], table["table"]["Not testable"]) == ("0", "1")
    assert "arn:aws:s3:::own-*" in shown.text
    assert (
        "table 3: 1 a key of AWS in KMS, 1 a key whose owner is not known, 1 not known"
        in drawn(VIEW.stores_chart()).alt
    )


def test_endpoints_show_what_their_policies_allow() -> None:
    shown = VIEW.endpoints()
    assert row(shown, "web:443")[4:6] == ["Old", "TLSv1, TLSv1.2"]
    assert row(shown, "web:443")[-1] == "exception: its policy Old allows TLSv1"
    assert row(shown, "pass:25")[-1].startswith("not testable: passes TCP on")
    alt = drawn(VIEW.endpoints_chart()).alt
    assert "web:80 HTTP, to send people on to HTTPS" in alt
    assert "plain:81 HTTP;" in alt
    assert "pass:25 what is not known" in alt


def test_certificates_stand_by_the_days_that_are_left() -> None:
    shown = VIEW.certificates()
    assert HOSTILE not in shown.html
    assert row(shown, "none.x")[-1] == "not testable: the certificate could not be described"
    assert row(shown, "long.x")[-2:] == ["365", "in order"]
    alt = drawn(VIEW.certificates_chart()).alt
    assert alt.startswith("Certificates in use by days left, limit 30: ")
    assert "long.x 365" in alt


def test_what_lets_plain_connections_in_is_named() -> None:
    shown = VIEW.plain()
    assert row(shown, "buckets") == ["buckets", "2", "0", "1", "1"]
    assert row(shown, "c ")[-1] == "exception: no statement of its policy denies everybody without TLS"
    assert row(VIEW.databases(), "m ")[5] == "no such setting"
    assert row(VIEW.databases(), "pg")[-3:] == ["not read", "not read", "in order"]
    rules = VIEW.rules().text
    # The latest list stands first; the line is marked in the one that let plain connections in.
    assert rules.index("rules from 2026-03-10 to 2026-03-10") < rules.index("rules from 2026-01-10 to 2026-02-10")
    assert next(line for line in rules.splitlines() if "◀" in line).startswith("pg_hba.conf line 2")
    assert rules.count("◀") == 1


def test_what_the_internet_reaches_has_ports_and_what_is_behind_them() -> None:
    shown = VIEW.reached()
    assert row(shown, "ssh")[4:] == ["tcp 20-30", "::/0", "IPv6", "i-1", "exception"]
    assert row(shown, "default")[4:] == ["every port of every protocol", "0.0.0.0/0", "IPv4", "nothing",
                                         "not in use, so not tested"]  # fmt: skip
    assert "a prefix list that could not be read" in shown.text
    assert "10.0.0.0/8" not in shown.text


def test_keys_of_the_company_are_listed_and_those_of_aws_counted() -> None:
    shown = VIEW.keys()
    assert row(shown, "alias/data")[-1] == "exception: the key does not rotate"
    assert row(shown, "none")[-1] == "exception: the key waits to be deleted"
    assert "rotates itself: 1" in shown.text
    assert "alias/aws" not in shown.text


@pytest.mark.parametrize("call", CALLS)
def test_without_evidence_or_resources_a_sentence_says_so(call: str) -> None:
    for one in (NOTHING, EMPTY):
        shown = getattr(one, call)()
        assert isinstance(shown, Shown)
        assert re.search(r"No |Nothing|nothing|none|answered|There is", shown.text), shown.text
        assert "<table" not in shown.html


def test_lists_that_were_refused_stand_among_what_they_would_have_listed() -> None:
    lost = {
        f"aws_{service}_unread": as_frame(f"aws_{service}_unread", f"""
            place                   account  region  service    operation    what  why  snapshot_at
            1/q {service}.{operation}  1        q       {service}  {operation}  NA    No   2026-03-10
        """)
        for service, operation in (
            ("elbv2", "DescribeLoadBalancers"), ("acm", "ListCertificates"), ("s3", "ListBuckets"), ("kms", "ListKeys"),
        )
    }  # fmt: skip
    frames = {**FRAMES, **lost, "aws_unread": pd.concat(lost.values(), ignore_index=True)}
    made = view(frames, tuple(judge(check, frames) for check in JUDGED))
    assert row(made.endpoints(), "1/q elbv2.Desc")[-1].startswith("not testable: elbv2.DescribeLoadBalancers could not")
    assert row(made.certificates(), "1/q acm.List")[-1] == "not testable: acm.ListCertificates could not be read: No"
    assert row(made.plain(), "lists") == ["lists", "1", "0", "0", "1"]
    assert "1/q elbv2.DescribeLoadBalancers what is not known" in drawn(made.endpoints_chart()).alt
    assert [row(made.unread(), name)[-1] for name in ("acm", "s3", "kms")] == [
        "AWS-TLS-01", "AWS-ENC-01, AWS-TLS-02", "AWS-KMS-01",
    ]  # fmt: skip
    for call in CALLS:
        getattr(made, call)()


def test_a_period_without_a_snapshot_is_not_one_without_resources() -> None:
    later = {name: frame.assign(snapshot_at=frame["snapshot_at"] + pd.Timedelta(days=365)) for name, frame in
             FRAMES.items()}  # fmt: skip
    none = judge("AWS-ENC-01", later)
    dark = [replace(none, check=replace(none.check, id=check), notes=("no complete aws.s3",)) for check in JUDGED]
    made = view(later, tuple(dark))
    for call in (
        "stores",
        "stores_chart",
        "endpoints",
        "certificates",
        "plain",
        "databases",
        "rules",
        "reached",
        "keys",
    ):
        assert "no complete aws.s3" in getattr(made, call)().text
    for call in ("population", "unread"):
        assert getattr(made, call)().text == "No account was read in the period."


def test_many_resources_are_counted_before_they_are_shown() -> None:
    days = pd.date_range("2026-01-05", "2026-03-30", periods=6, tz="UTC").astype("datetime64[us, UTC]")
    one = FRAMES["aws_stores"].iloc[[2]].drop(columns="snapshot_at")
    stores = pd.concat([one] * 3_000, ignore_index=True)
    stores["arn"] = ("arn:aws:ec2:r:1:volume/" + stores.index.astype("string")).astype("string")
    whole = pd.concat([stores.assign(snapshot_at=day) for day in days], ignore_index=True)
    frames = {**FRAMES, "aws_stores": whole, "ebs_defaults": FRAMES["ebs_defaults"].iloc[:0]}
    made = view(frames, (judge("AWS-ENC-01", frames),))
    start = time.perf_counter()
    shown = made.exceptions()
    assert "(the first 100 of 3000; workpapers have all of them)" in shown.text
    assert "and 2970 more, which the table has" in drawn(made.exceptions_chart()).alt
    assert "volume 3000" in drawn(made.stores_chart()).alt
    made.stores()
    assert time.perf_counter() - start < 20
