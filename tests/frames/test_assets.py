"""What the register says of each asset, and what there is of AWS beside what was read of it."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from text_tables import as_frame

from soc2kit.frames import FRAMES
from soc2kit.frames.assets import entries, register
from soc2kit.frames.rds_parameters import Member, connections
from soc2kit.frames.schema import typed

Frames = dict[str, pd.DataFrame]


def empty(name: str) -> pd.DataFrame:
    return typed(FRAMES[name], [], "nothing").assign(snapshot_at=pd.Series(dtype="datetime64[us, UTC]"))


def made(name: str, tables: dict[str, str]) -> pd.DataFrame:
    spec = FRAMES[name]
    assert spec.derive is not None
    frames = {used: as_frame(used, tables[used]) if used in tables else empty(used) for used in spec.uses}
    return spec.derive(frames)


INVENTORY = """
    arn       kind               account  region  snapshot_at
    bucket    bucket             1        r       2026-01-31
    bucket    bucket             1        r       2026-02-28
    key-aws   key                1        r       2026-01-31
    key-own   key                1        r       2026-01-31
    sg-used   security group     1        r       2026-01-31
    sg-free   security group     1        r       2026-01-31
    sg-either  security group    1        r       2026-01-31
    cert      certificate        1        r       2026-01-31
    rds:auto  database snapshot  1        r       2026-01-31
"""
TABLES = {
    "aws_inventory": INVENTORY,
    "kms_keys": "arn  manager  aliases  snapshot_at\nkey-aws  AWS  []  2026-01-31\nkey-own  CUSTOMER  []  2026-01-31",
    "ec2_security_groups": """
        arn        in_use  snapshot_at
        sg-used    yes     2026-01-31
        sg-free    no      2026-01-31
        sg-either  NA      2026-01-31
    """,
    "acm_certificates": "arn  in_use  snapshot_at\ncert  no  2026-01-31",
    "rds_snapshots": "arn  type  snapshot_at\nrds:auto  automated  2026-01-31",
    "read_aws_users": "source_account  rows  snapshot_at\n1  3  2026-01-31",
    "organization_accounts": """
        account  open  snapshot_at
        1        yes   2026-01-31
        2        yes   2026-01-31
        3        no    2026-01-31
    """,
    "alerts_enabled": "repository  enabled  snapshot_at\no/r  yes  2026-01-31",
    "databases": "place  cluster  database  snapshot_at\np/app  p  app  2026-01-31",
    "live_database_servers": "server  snapshot_at\np  2026-01-31",
    "file_database_servers": "server  snapshot_at\nq/files  2026-01-31",
    "register_of_assets": """
        asset   owner  in_scope  line  snapshot_at
        b*      a@x    yes       2     2026-01-31
        buck*   b@x    yes       3     2026-01-31
        bucket  c@x    yes       4     2026-01-31
        p/*     d@x    yes       5     2026-01-31
        b*      a@x    yes       2     2026-02-28
        buck*   b@x    yes       3     2026-02-28
    """,
    "read_assets": "source_account  rows  snapshot_at\nx  4  2026-01-31\nx  2  2026-02-28",
}


def test_assets_are_what_the_company_made_and_uses_each_once() -> None:
    found = made("assets", TABLES)
    first = found[found["snapshot_at"] == found["snapshot_at"].min()]
    assert sorted(first["asset"]) == [
        "1", "2", "bucket", "key-own", "o/r", "p", "p/app", "q", "sg-either", "sg-used",
    ]  # fmt: skip
    assert set(found["first_seen_at"]) == {pd.Timestamp("2026-01-31", tz="UTC")}


def test_the_entry_that_says_most_of_an_asset_counts_in_each_reading() -> None:
    found = made("assets", TABLES).set_index(["asset", "snapshot_at"])["entry"]
    january, february = (pd.Timestamp(day, tz="UTC") for day in ("2026-01-31", "2026-02-28"))
    assert (found["bucket", january], found["bucket", february]) == ("bucket", "buck*")
    assert found["p/app", january] == "p/*"
    assert pd.isna(found["p", january])


@pytest.mark.parametrize(
    ("read", "expect"), [("2026-01-30", "b*"), ("2026-02-01", "b*"), ("2026-03-01", "b*"), ("", None)]
)
def test_a_register_that_was_read_at_another_time_counts_all_the_same(read: str, expect: str | None) -> None:
    entry = f"asset  owner  in_scope  line  snapshot_at\nb*  a@x  yes  2  {read}"
    reading = f"source_account  rows  snapshot_at\nx  1  {read}"
    inventory = "arn  kind  account  region  snapshot_at\nbucket  bucket  1  r  2026-01-31"
    tables = {"aws_inventory": inventory, **({"register_of_assets": entry, "read_assets": reading} if read else {})}
    (row,) = made("assets", tables).to_dict("records")
    assert (None if pd.isna(row["entry"]) else row["entry"]) == expect


def test_what_an_entry_lacks_is_counted_from_when_it_first_lacked_it_without_a_break() -> None:
    frames = {
        "assets": empty("assets"),
        "register_of_assets": as_frame("register_of_assets", """
            asset  owner   environment  data_class  in_scope  line  snapshot_at
            a      a@x     production   NA          yes       2     2026-01-31
            a      a@x     production   NA          yes       2     2026-02-28
            b      NA      NA           NA          no        3     2026-02-28
            c      no@x    production   secret      yes       4     2026-02-28
            d      Gone@x  production   secret      yes       5     2026-02-28
            a      a@x     production   secret      yes       2     2026-03-31
            a      a@x     production   NA          yes       2     2026-04-30
        """),
        "people": as_frame("people", """
            email   left_at     snapshot_at
            a@x     NA          2026-01-31
            gone@x  2026-02-01  2026-01-31
        """),
    }  # fmt: skip
    found = entries(frames).set_index(["asset", "snapshot_at"])
    day = [pd.Timestamp(text, tz="UTC") for text in ("2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30")]
    assert found["lacking"]["a", day[1]] == "class of data"
    assert (found["lacking_since"]["a", day[1]], found["lacking_since"]["a", day[3]]) == (day[0], day[3])
    assert pd.isna(found["lacking"]["a", day[2]])
    assert (found["lacking"]["b", day[1]], found["lacking"]["c", day[1]]) == ("owner", "owner in the roster")
    assert found["owner_left_at"]["d", day[1]] == pd.Timestamp("2026-02-01", tz="UTC")


def test_what_stands_in_the_register_is_listed_here_only_if_systems_that_are_read_could_tell_of_it() -> None:
    lines = "\n".join(f"{name}  a@x  yes  {n}  2026-01-31" for n, name in enumerate(
        ["arn:aws:s3:::x", "123456789012", "o/other", "elsewhere/x", "crm.example"]
    ))  # fmt: skip
    found = made("asset_entries", {
        "assets": "asset  kind  system  account  first_seen_at  snapshot_at\no/r  repository  github  o  2026-01-31"
                  "  2026-01-31",
        "register_of_assets": f"asset  owner  in_scope  line  snapshot_at\n{lines}",
        "people": "email  snapshot_at\na@x  2026-01-31",
    })  # fmt: skip
    assert list(found["listable"]) == [True, True, True, False, False]


def test_a_register_says_no_in_words_and_yes_by_saying_nothing() -> None:
    text = "asset,owner,environment,data_class,in_scope\na,Ada@X,production,secret,\nb,,,,No\n"
    one, two = register(text, {})
    assert (one["owner"], one["in_scope"], two["owner"], two["in_scope"]) == ("ada@x", True, None, False)


def regions(*asked: str, out: tuple[str, ...] = ()) -> list[Any]:
    spec = FRAMES["aws_regions_ec2"]
    assert spec.rows is not None
    listed = [{"RegionName": name, "OptInStatus": status} for name, status in (
        ("r1", "opt-in-not-required"), ("r2", "opted-in"), ("r3", "not-opted-in"))]  # fmt: skip
    first = {"call": "ec2.DescribeRegions", "parameters": {"region": "r1", "out_of_scope": list(out)},
             "answer": {"Regions": listed}}  # fmt: skip
    more = [{"call": "ec2.DescribeVolumes", "parameters": {"region": name}, "answer": {}} for name in asked]
    return [(row["region"], row["read"], row["out_of_scope"]) for row in spec.rows([first, *more], RECORD)]


RECORD = {"source": {"account": "1"}}


def test_an_enabled_region_is_read_or_left_out_or_lacks() -> None:
    assert regions("r1", "r2") == [("r1", True, None), ("r2", True, None)]
    assert regions("r1") == [("r1", True, None), ("r2", False, None)]
    assert regions("r1", out=("r2: denied: always",)) == [("r1", True, None), ("r2", False, "denied: always")]


@pytest.mark.parametrize(
    ("engine", "version", "parameter", "expect"),
    [
        ("postgres", "14.12", {}, ("0", "default")),
        ("postgres", "15.4", {}, ("1", "default")),
        ("postgres", "15.4", {"ParameterValue": "0", "Source": "user"}, ("0", "user")),
        ("postgres", "14.12", {"ParameterValue": "1", "Source": "system"}, ("1", "system")),
        ("postgres", None, {}, (None, None)),
        ("aurora-postgresql", "16.6", {}, ("0", "default")),
        ("aurora-postgresql", "17.4", {}, ("1", "default")),
        ("mysql", "8.0.39", {}, ("0", "default")),
        ("mysql", "8.4.3", {}, (None, None)),
        ("mysql", "8.4.3", {"ParameterValue": "ON", "Source": "user"}, ("1", "user")),
        ("aurora-mysql", "8.0.mysql_aurora.3.05.2", {}, ("0", "default")),
        ("mariadb", "11.8.2", {}, (None, None)),
        ("postgres", "15.4", None, (None, None)),
    ],
)
def test_without_a_value_the_engine_decides_by_its_version(
    engine: str, version: str | None, parameter: dict[str, str] | None, expect: tuple[str | None, str | None]
) -> None:
    name = "rds.force_ssl" if "postgres" in engine else "require_secure_transport"
    groups = {("r", "g"): {} if parameter is None else {name: {"ParameterName": name, **parameter}}}
    found = connections(groups, "r", [Member("g", True)], {"Engine": engine, "EngineVersion": version})
    assert (found["force_ssl"], found["force_ssl_source"]) == expect


@pytest.mark.parametrize(
    ("versions", "oldest"),
    [("TLSv1.2,TLSv1.3", "TLSv1.2"), ("TLSv1.3, TLSv1.1 ,TLSv1.2", "TLSv1.1"), ("SSLv3,TLSv1.2", "SSLv3"),
     ("", None), (None, None)],
)  # fmt: skip
def test_what_mysql_may_speak_at_least(versions: str | None, oldest: str | None) -> None:
    groups = {("r", "g"): {"tls_version": {"ParameterName": "tls_version", "ParameterValue": versions}}}
    found = connections(groups, "r", [Member("g", True)], {"Engine": "mysql", "EngineVersion": "8.0"})
    assert found["minimum_protocol"] == oldest


@pytest.mark.parametrize(
    ("method", "in_sync", "waits"),
    [
        ("immediate", False, False),
        ("pending-reboot", False, True),
        (None, False, True),
        ("pending-reboot", True, False),
    ],
)
def test_a_change_that_was_made_at_once_waits_for_no_reboot(method: str | None, in_sync: bool, waits: bool) -> None:
    one = {"ParameterName": "rds.force_ssl", "ParameterValue": "1", **({"ApplyMethod": method} if method else {})}
    groups = {("r", "g"): {"rds.force_ssl": one}}
    assert connections(groups, "r", [Member("g", in_sync)], {"Engine": "postgres"})["waits"] is waits


@pytest.mark.parametrize(
    ("host", "own", "waits", "forced"),
    [
        ("db.rds", "NA", "no", True),
        ("db.rds", "no", "no", False),
        ("db.rds", "NA", "yes", None),
        ("db.elsewhere", "NA", "no", None),
        ("NA", "NA", "no", None),
    ],
)
def test_a_server_of_rds_has_the_parameters_of_its_group(host: str, own: str, waits: str, forced: bool | None) -> None:
    (row,) = made("database_servers", {
        "live_database_servers": f"server  host  force_ssl  snapshot_at\np  {host}  {own}  2026-01-31",
        "rds_databases": "arn  endpoints  force_ssl  minimum_protocol  waits  snapshot_at\n"
                         f"db  DB.rds,ro.rds  1  TLSv1.2  {waits}  2026-01-31",
    }).to_dict("records")  # fmt: skip
    assert (None if pd.isna(row["force_ssl"]) else row["force_ssl"]) == forced
    known = host == "db.rds" and waits == "no"
    assert (None if pd.isna(row["minimum_protocol"]) else row["minimum_protocol"]) == ("TLSv1.2" if known else None)
