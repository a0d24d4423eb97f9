"""Declared settings beside plans, states, what is deployed, and what scanners say."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from text_tables import as_frame

from soc2kit.frames.terraform_deployed import LIVE, terraform_settings, terraform_things
from soc2kit.frames.terraform_scans import path_of

DAY = "2026-03-31"
LAKE, KEY = "arn:aws:s3:::lake", "arn:aws:kms:eu:1:key/k"
USUAL = {
    "thing": "t", "file": "infra/a.tf", "line": "1", "end": "9", "address": "aws_s3_bucket.b", "type": "aws_s3_bucket",
    "kind": "bucket", "name": "lake", "arn": "NA", "setting": "key", "values": "own", "why": "[]", "by_default": "no",
    "optional": "no", "root": "NA", "origin": "file", "workspace": "NA", "snapshot_at": DAY,
}  # fmt: skip
DEPLOYED = {
    "s3_buckets": f"""
        arn                name   account  region  block_acls  ignore_acls  block_policy  restrict  plain_http_denied
        {LAKE}             lake   1        eu      yes         yes          yes           no        yes
        arn:aws:s3:::logs  logs   1        eu      NA          NA           NA            NA        NA
    """,
    "aws_stores": f"""
        arn     kind    account  region  encrypted  algorithm  kms_key  key_manager
        {LAKE}  bucket  1        eu      yes        aws:kms    {KEY}    CUSTOMER
        vol     volume  1        eu      no         NA         NA       NA
    """,
    "rds_databases": """
        arn  name  engine    public  retention_days  deletion_protection  force_ssl  parameter_group  waits
        db   app   postgres  no      3               yes                  0          app-16           no
    """,
    "kms_keys": f"""
        arn    key_id  account  region  manager   rotation  aliases
        {KEY}  k       1        eu      CUSTOMER  no        alias/data
        aws    a       1        eu      AWS       NA        alias/aws/ebs
    """,
    "ec2_security_groups": """
        arn   group_id  name     account  region  in_use  rules_known
        sg-1  sg-1      web      1        eu      yes     yes
        sg-2  sg-2      default  1        eu      yes     yes
        sg-3  sg-3      unused   1        eu      no      yes
    """,
    "ec2_ingress": """
        rule  group  protocol  from_port  to_port  source     internet
        r1    sg-1   tcp       443        443      0.0.0.0/0  yes
        r2    sg-1   tcp       22         22       10.0.0.0/8  no
    """,
    "elbv2_listeners": """
        arn  account  region  balancer  protocol  port  protocols        only_redirects
        l-1  1        eu      web       HTTPS     443   TLSv1.3,TLSv1.2  NA
        l-2  1        eu      web       HTTP      80    NA               yes
    """,
}  # fmt: skip
SCANS = """
    scan          file          sha256  tool     target  scope  scanned_at  document  problem
    s/old.json#1  s/old.json    1       Checkov  x/y     NA     2026-02-01  no        NA
    s/new.json#1  s/new.json    2       Checkov  x/y     NA     2026-03-01  no        NA
    s/late.json#1  s/late.json  3       Checkov  x/y     NA     2026-04-01  no        NA
"""
RESULTS = """
    file         sha256  number  kind           ids  location     line  suppressed
    s/old.json   1       1       configuration  OLD  a.tf         3     no
    s/new.json   2       1       configuration  IN   /a.tf        9     no
    s/new.json   2       1       configuration  OUT  a.tf         10    no
    s/new.json   2       1       configuration  ALL  infra/a.tf   1     no
    s/new.json   2       1       configuration  SUB  m/a.tf       1     no
    s/new.json   2       1       configuration  WAS  a.tf         3     yes
    s/new.json   2       1       secret         KEY  a.tf         3     no
    s/late.json  3       1       configuration  NEW  a.tf         3     no
"""


def row(**more: str) -> dict[str, str]:
    merged = {**USUAL, **more}
    return {"declared": f"{merged['file']}#{merged['address']} {merged['setting']}", **merged}


def frame(name: str, *rows: dict[str, str]) -> pd.DataFrame:
    listed = rows or (row(),)
    text = "\n".join(["  ".join(listed[0]), *("  ".join(one.values()) for one in listed)])
    made = as_frame(name, text)
    made["root"] = made["root"].fillna("")
    return made if rows else made.iloc[:0]


def frames(declared: list[dict[str, str]], exported: list[dict[str, str]], deployed: bool = True) -> dict[str, Any]:
    live = {name: as_frame(name, DEPLOYED[name]).assign(snapshot_at=pd.Timestamp(DAY, tz="UTC")) for name in LIVE}
    return {
        **{name: one if deployed else one.iloc[:0] for name, one in live.items()},
        "terraform_declared": frame("terraform_declared", *declared),
        "terraform_exported": frame("terraform_exported", *exported),
        "scans": as_frame("scans", SCANS), "scan_results": as_frame("scan_results", RESULTS),
    }  # fmt: skip


def settings(*declared: dict[str, str], exported: tuple[dict[str, str], ...] = (), deployed: bool = True) -> Any:
    return terraform_settings(frames(list(declared), list(exported), deployed)).to_dict("records")


def told(value: Any) -> Any:
    return None if pd.isna(value) else value


DB = {"kind": "database", "type": "aws_db_instance", "address": "aws_db_instance.app", "name": "app"}
GROUP = {"kind": "security group", "type": "aws_security_group", "address": "aws_security_group.g", "name": "web",
         "setting": "ingress"}  # fmt: skip
WEB = {"kind": "listener", "type": "aws_lb_listener", "name": "web:443"}


BOTH = "declared and deployed"


@pytest.mark.parametrize(
    ("declared", "standing", "differs"),
    [
        ({}, BOTH, None),
        ({"values": "none"}, BOTH, "key is own, declared is none"),
        ({"values": KEY}, BOTH, None),
        ({"values": "[]", "why": "var.k"}, BOTH, None),
        ({"name": "gone"}, "declared", None),
        ({"name": "gone", "optional": "yes"}, "not known", None),
        ({"name": "NA"}, "not known", None),
        ({"name": "${var.x}"}, "not known", None),
        ({"name": "lak${var.x}", "values": "none"}, BOTH, "key is own, declared is none"),
        ({"name": "other", "arn": LAKE, "values": "none"}, BOTH, "key is own, declared is none"),
        ({"setting": "blocks off", "values": "restrict_public_buckets"}, BOTH, None),
        ({"setting": "blocks off", "values": "[]"}, BOTH, "restrict_public_buckets off"),
        ({"setting": "blocks off", "values": "[]", "name": "logs"}, BOTH, None),
        ({**DB, "setting": "retention days", "values": "3"}, BOTH, None),
        ({**DB, "setting": "retention days", "values": "7"}, BOTH, "retention days is 3, declared is 7"),
        ({"kind": "volume", "arn": "vol", "name": "NA", "setting": "encrypted", "values": "yes"}, BOTH,
         "encrypted is no, declared is yes"),
        ({"kind": "key", "name": "alias/data", "setting": "rotation", "values": "yes"}, BOTH,
         "rotation is no, declared is yes"),
        ({"kind": "parameter group", "name": "app-16", "setting": "rds.force_ssl", "values": "1"}, BOTH,
         "rds.force_ssl is 0, declared is 1"),
        ({**WEB, "setting": "oldest protocol", "values": "TLSv1.2"}, BOTH, None),
        ({**WEB, "name": "web:80", "setting": "protocol", "values": "HTTP to HTTPS"}, BOTH, None),
        ({**GROUP, "values": "tcp 443 443 0.0.0.0/0"}, BOTH, None),
        ({**GROUP, "values": "[]"}, BOTH, "tcp 443 from 0.0.0.0/0, which no file declares"),
        ({**GROUP, "values": "tcp 443 443 0.0.0.0/0,tcp 80 80 ::/0"}, BOTH, "without tcp 80 from ::/0"),
        ({**GROUP, "values": "tcp 22 22 ?var.from"}, BOTH, None),
    ],
)  # fmt: skip
def test_what_is_deployed_as_declared(declared: dict[str, str], standing: str, differs: str | None) -> None:
    (found,) = settings(row(**declared))
    assert (found["standing"], told(found["differs"])) == (standing, differs)


def test_a_key_that_no_list_has_is_not_known() -> None:
    (found,) = settings(row(values="arn:other"))
    assert (found["values"], found["why"]) == ([], ["who manages arn:other"])


def test_where_nothing_was_read_nothing_is_said_of_it() -> None:
    (found,) = settings(row(values="none"), deployed=False)
    assert (found["standing"], told(found["differs"])) == ("not known", None)


def test_one_name_that_is_declared_twice_may_be_deployed_as_either_says() -> None:
    found = settings(row(values="none"), row(values="own", root="b", file="infra/b/a.tf"))
    assert [told(one["differs"]) for one in found] == [None, None]


OPEN = {"values": "[]", "why": "var.k"}
PLAN = {"file": "plans/p.json", "line": "NA", "end": "NA", "root": "p.json", "origin": "plan", "workspace": "p"}
STATE = {**PLAN, "file": "plans/s.json", "root": "s.json", "origin": "state"}


@pytest.mark.parametrize(
    ("declared", "exported", "expected"),
    [
        # what the files, the plan and the state say, and the values that stand: each with its origin
        ({}, [PLAN], [("file", ["own"])]),
        (OPEN, [PLAN], [("plan", ["own"])]),
        (OPEN, [STATE], [("state", ["own"])]),
        (OPEN, [PLAN, {**STATE, "values": "none"}], [("plan", ["own"])]),
        (OPEN, [{**PLAN, **OPEN}], [("file", [])]),
        ({}, [{**PLAN, "values": KEY}], [("file", ["own"])]),
        ({}, [{**PLAN, "values": "none"}], [("file", ["own"]), ("plan", ["none"])]),
        ({}, [{**STATE, "values": "none"}], [("file", ["own"])]),
        ({}, [{**PLAN, "address": "module.m.aws_s3_bucket.x"}], [("file", ["own"]), ("plan", ["own"])]),
        (OPEN, [{**PLAN, "address": "aws_s3_bucket.b[0]"}], [("plan", ["own"])]),
        # Of two the plan knows one; the other stays open.
        (OPEN, [{**PLAN, "address": "aws_s3_bucket.b[0]"}, {**PLAN, **OPEN, "address": "aws_s3_bucket.b[1]"}],
         [("file", []), ("plan", ["own"])]),
    ],
)  # fmt: skip
def test_plans_and_states_beside_the_files(
    declared: dict[str, str], exported: list[dict[str, str]], expected: list[tuple[str, list[str]]]
) -> None:
    found = settings(row(**declared), exported=tuple(row(**one) for one in exported))
    assert [(one["origin"], one["values"]) for one in found] == expected


def test_a_value_of_the_plan_stands_on_the_line_of_the_file() -> None:
    (found,) = settings(row(**OPEN), exported=(row(**PLAN),))
    assert (found["file"], found["line"]) == ("infra/a.tf", 1)


def test_what_scanners_say_of_the_lines_of_a_block() -> None:
    (found,) = settings(row())
    assert found["scanners"] == ["Checkov ALL", "Checkov IN"]


@pytest.mark.parametrize("location", ["m/a.tf", "/m/a.tf", "./m/a.tf", "file:///m/a.tf", "m%2Fa.tf"])
def test_places_of_scanners(location: str) -> None:
    assert path_of(location) == "m/a.tf"


def things(
    *declared: dict[str, str], unfollowed: str = "", exported: tuple[dict[str, str], ...] = ()
) -> dict[str, str]:
    made = frames(list(declared), list(exported))
    header = "thing  file  line  kind  root  why  snapshot_at\n"
    made["terraform_unfollowed"] = as_frame("terraform_unfollowed", header + unfollowed)
    made["terraform_settings"] = terraform_settings(made)
    return dict(terraform_things(made)[["thing", "standing"]].itertuples(index=False, name=None))


def test_what_is_deployed_and_no_file_declares() -> None:
    assert things(row()) == {
        "t": BOTH, "arn:aws:s3:::logs": "deployed", "db": "deployed", "vol": "deployed",
        KEY: "deployed", "sg-1": "deployed", "l-1": "deployed", "l-2": "deployed",
    }  # fmt: skip
    # A bucket of an open name may be any.
    assert things(row(name="NA"))["arn:aws:s3:::logs"] == "not known"


def test_a_module_from_elsewhere_is_known_by_a_plan_of_its_root() -> None:
    far = f"far  infra/a.tf  7  module  root  away  {DAY}"
    declared = row(root="root", file="infra/root/a.tf")
    assert things(declared, unfollowed=far)["far"] == "not known"
    assert "far" not in things(declared, unfollowed=far, exported=(row(**{**PLAN, "root": "root/p.json"}),))


def test_a_plan_of_another_root_tells_nothing_of_a_module() -> None:
    far = f"far  infra/a.tf  7  module  prod  away  {DAY}"
    declared = row(root="dev", file="infra/dev/a.tf")
    exported = (row(**{**PLAN, "root": "dev/p.json"}),)
    assert things(declared, unfollowed=far, exported=exported)["far"] == "not known"
