"""Declared settings: what a value is, what it depends on, and which resource speaks of which."""

from __future__ import annotations

from typing import Any

import pytest

from soc2kit.terraform.resources import declared
from soc2kit.terraform.settings import Setting, settings_of

BUCKET = 'resource "aws_s3_bucket" "b" {\n  bucket = "lake"\n}\n'
CALL = 'module "m" {\n  source = "./m"\n%s\n}\n'


def found(text: str, **more: str) -> list[Setting]:
    files = {"main.tf": text, **{name.replace("__", "/") + ".tf": body for name, body in more.items()}}
    return list(settings_of(declared(files).resources))


def one(setting: str, text: str, **more: str) -> Setting:
    (only,) = (item for item in found(text, **more) if item.setting == setting)
    return only


def attribute(kind: str, line: str, setting: str) -> tuple[Any, ...]:
    item = one(setting, f'resource "{kind}" "x" {{\n{line}\n}}\n')
    return item.values, item.why, item.by_default


@pytest.mark.parametrize(
    ("kind", "line", "setting", "values", "why", "by_default"),
    [
        ("aws_db_instance", "storage_encrypted = true", "encrypted", ("yes",), (), False),
        ("aws_db_instance", 'storage_encrypted = "true"', "encrypted", ("yes",), (), False),
        ("aws_db_instance", "storage_encrypted = null", "encrypted", ("no",), (), True),
        ("aws_db_instance", "", "encrypted", ("no",), (), True),
        ("aws_db_instance", "storage_encrypted = var.on", "encrypted", (), ("var.on",), False),
        ("aws_db_instance", "storage_encrypted = module.x.on", "encrypted", (), ("module.x.on",), False),
        ("aws_db_instance", "storage_encrypted = data.aws_x.y.on", "encrypted", (), ("data.aws_x.y.on",), False),
        ("aws_db_instance", 'storage_encrypted = "${var.on}"', "encrypted", (), ("var.on",), False),
        ("aws_db_instance", "storage_encrypted = !var.off", "encrypted", (), ("!var.off",), False),
        ("aws_db_instance", 'snapshot_identifier = "s"', "encrypted", (),
         ("snapshot_identifier, whose encryption it has",), False),
        ("aws_rds_cluster", "", "encrypted", ("no",), (), True),
        ("aws_rds_cluster", 'engine_mode = "serverless"', "encrypted", ("yes",), (), True),
        ("aws_rds_cluster", "", "retention days", ("1",), (), True),
        ("aws_db_instance", "", "retention days", ("0",), (), True),
        ("aws_db_instance", "backup_retention_period = 7", "retention days", ("7",), (), False),
        ("aws_db_instance", "", "public", ("no",), (), True),
        ("aws_rds_cluster_instance", "publicly_accessible = true", "public", ("yes",), (), False),
        ("aws_ebs_volume", "", "encrypted", (), ("encrypted is not written, and AWS decides",), False),
        ("aws_ebs_volume", "encrypted = false", "encrypted", ("no",), (), False),
        ("aws_ebs_encryption_by_default", "", "encrypted", ("yes",), (), True),
        ("aws_ebs_encryption_by_default", "enabled = false", "encrypted", ("no",), (), False),
        ("aws_sns_topic", "", "encrypted", ("no",), (), False),
        ("aws_sns_topic", 'kms_master_key_id = "alias/aws/sns"', "key", ("AWS",), (), False),
        ("aws_sqs_queue", "sqs_managed_sse_enabled = true", "encrypted", ("yes",), (), False),
        ("aws_sqs_queue", "kms_master_key_id = aws_kms_key.k.id", "encrypted", ("yes",), (), False),
        ("aws_sqs_queue", "kms_master_key_id = var.key", "encrypted", (), ("var.key",), False),
        ("aws_sqs_queue", "", "encrypted", (), ("sqs_managed_sse_enabled is not written, and AWS decides",), False),
        ("aws_dynamodb_table", "", "key", ("none",), (), True),
        ("aws_dynamodb_table", "server_side_encryption {\nenabled = true\n}", "key", ("AWS",), (), False),
        ("aws_dynamodb_table", "server_side_encryption {\nenabled = true\nkms_key_arn = aws_kms_key.k.arn\n}", "key",
         ("own",), (), False),
        ("aws_kms_key", "", "rotation", ("no",), (), True),
        ("aws_kms_key", "enable_key_rotation = true", "rotation", ("yes",), (), False),
        ("aws_lb_listener", "", "protocol", ("HTTP",), (), True),
        ("aws_lb_listener", 'protocol = "HTTPS"', "oldest protocol", ("TLSv1",), (), True),
        ("aws_lb_listener", 'protocol = "HTTPS"\nssl_policy = "ELBSecurityPolicy-TLS13-1-2-Res-2021-06"',
         "oldest protocol", ("TLSv1.2",), (), False),
        ("aws_lb_listener", 'protocol = "HTTPS"\nssl_policy = "ELBSecurityPolicy-TLS-1-1-2017-01"', "oldest protocol",
         ("TLSv1.1",), (), False),
        ("aws_lb_listener", 'protocol = "TLS"\nssl_policy = "own"', "oldest protocol", (),
         ("what the policy own allows",), False),
        ("aws_lb_listener", 'default_action {\ntype = "redirect"\nredirect {\nprotocol = "HTTPS"\n}\n}', "protocol",
         ("HTTP to HTTPS",), (), False),
        ("aws_lb_listener", 'default_action {\ntype = "redirect"\nredirect {\nport = "80"\n}\n}', "protocol",
         ("HTTP",), (), True),
        ("aws_cloudfront_distribution", 'default_cache_behavior {\nviewer_protocol_policy = "allow-all"\n}',
         "protocol", ("HTTP",), (), False),
        ("aws_cloudfront_distribution", 'default_cache_behavior {\nviewer_protocol_policy = "https-only"\n}',
         "protocol", ("HTTPS",), (), False),
        ("aws_cloudfront_distribution", "viewer_certificate {\ncloudfront_default_certificate = true\n}",
         "oldest protocol", ("TLSv1",), (), True),
        ("aws_cloudfront_distribution", 'viewer_certificate {\nminimum_protocol_version = "TLSv1.2_2021"\n}',
         "oldest protocol", ("TLSv1.2",), (), False),
        ("aws_db_parameter_group", 'family = "postgres14"', "rds.force_ssl", ("0",), (), True),
        ("aws_db_parameter_group", 'family = "postgres15"', "rds.force_ssl", ("1",), (), True),
        ("aws_rds_cluster_parameter_group", 'family = "aurora-postgresql16"', "rds.force_ssl", ("0",), (), True),
        ("aws_db_parameter_group", 'family = "postgres15"\nparameter {\nname = "rds.force_ssl"\nvalue = 0\n}',
         "rds.force_ssl", ("0",), (), False),
        ("aws_db_parameter_group", 'family = "postgres15"\ndynamic "parameter" {\ncontent {\nname = "x"\n}\n}',
         "rds.force_ssl", (), ('dynamic "parameter"',), False),
    ],
)  # fmt: skip
def test_attributes(
    kind: str, line: str, setting: str, values: tuple[str, ...], why: tuple[str, ...], by_default: bool
) -> None:
    assert attribute(kind, line, setting) == (values, why, by_default)


def rule(name: str, lines: str) -> str:
    return f'resource "{name}" "r" {{\n{lines}\n}}\n'


ENCRYPTION = (
    "rule {\napply_server_side_encryption_by_default {\nsse_algorithm = %s\nkms_master_key_id = aws_kms_key.k.arn\n}\n}"
)
ENCRYPTED = "aws_s3_bucket_server_side_encryption_configuration"


@pytest.mark.parametrize(
    ("more", "values", "why"),
    [
        ("", ("none",), ()),
        (rule(ENCRYPTED, "bucket = aws_s3_bucket.b.id\n" + ENCRYPTION % '"aws:kms"'), ("own",), ()),
        (rule(ENCRYPTED, "bucket = aws_s3_bucket.b.id\n" + ENCRYPTION % '"AES256"'), ("none",), ()),
        (rule(ENCRYPTED, "bucket = aws_s3_bucket.b.id\n" + ENCRYPTION % "var.how"), (), ("var.how",)),
        (rule(ENCRYPTED, 'bucket = "lake"\n' + ENCRYPTION % '"aws:kms"'), ("own",), ()),
        (rule(ENCRYPTED, "bucket = aws_s3_bucket.b[0].bucket\n" + ENCRYPTION % '"aws:kms"'), ("own",), ()),
        # One of another bucket says nothing; one of which nobody knows whose it is leaves it open.
        (rule(ENCRYPTED, 'bucket = "other"\n' + ENCRYPTION % '"aws:kms"'), ("none",), ()),
        (rule(ENCRYPTED, "bucket = var.bucket\n" + ENCRYPTION % '"aws:kms"'), (), (f"bucket of {ENCRYPTED}.r",)),
    ],
)
def test_which_configuration_is_a_buckets(more: str, values: tuple[str, ...], why: tuple[str, ...]) -> None:
    item = one("key", BUCKET + more)
    assert (item.values, item.why) == (values, why)


BLOCK = "aws_s3_bucket_public_access_block"
ALL = "block_public_acls = true\nignore_public_acls = true\nblock_public_policy = true\nrestrict_public_buckets = %s"


@pytest.mark.parametrize(
    ("more", "values", "known"),
    [
        (rule(BLOCK, "bucket = aws_s3_bucket.b.id\n" + ALL % "true"), (), True),
        (rule(BLOCK, "bucket = aws_s3_bucket.b.id\n" + ALL % "false"), ("restrict_public_buckets",), True),
        (rule(BLOCK, "bucket = aws_s3_bucket.b.id\n" + ALL % "var.x"), (), False),
        (rule(BLOCK, "bucket = aws_s3_bucket.b.id\nblock_public_acls = true"),
         ("ignore_public_acls", "block_public_policy", "restrict_public_buckets"), True),
        (rule("aws_s3_account_public_access_block", ALL % "true"), (), True),
        ("", (), False),
    ],
)  # fmt: skip
def test_blocks_of_public_access(more: str, values: tuple[str, ...], known: bool) -> None:
    item = one("blocks off", BUCKET + more)
    assert (item.values, not item.why) == (values, known)


DENY = '{ Effect = "Deny", Principal = "*", Action = "s3:*", Resource = %s, Condition = { Bool = { %s } } }'
PLAIN = '"aws:SecureTransport" = "false"'


@pytest.mark.parametrize(
    ("policy", "values"),
    [
        (DENY % ('["${aws_s3_bucket.b.arn}", "${aws_s3_bucket.b.arn}/*"]', PLAIN), ("yes",)),
        (DENY % ('["arn:aws:s3:::lake", "arn:aws:s3:::lake/*"]', '"aws:SecureTransport" = false'), ("yes",)),
        (DENY % ('["${aws_s3_bucket.b.arn}/*"]', PLAIN), ("no",)),
        (DENY % ('["arn:aws:s3:::lakes", "arn:aws:s3:::lakes/*"]', PLAIN), ("no",)),
        ('{ Effect = "Allow", Principal = "*", Action = "s3:*", Resource = "*" }', ("no",)),
        ("var.statement", ()),
    ],
)  # fmt: skip
def test_whether_a_policy_denies_plain_http(policy: str, values: tuple[str, ...]) -> None:
    text = f"bucket = aws_s3_bucket.b.id\npolicy = jsonencode({{ Statement = [{policy}] }})"
    item = one("plain HTTP denied", BUCKET + rule("aws_s3_bucket_policy", text))
    assert item.values == values
    assert bool(item.why) == (not values)


GROUP = 'resource "aws_security_group" "g" {\n  name = "g"\n%s\n}\n'
OPEN = "ingress {\nprotocol = %s\nfrom_port = %s\nto_port = %s\n%s\n}"
RANGE = 'protocol = "tcp"\nfrom_port = 1\nto_port = 9\ncidr_blocks = ["::/0"]'
OF_GROUP = "security_group_id = aws_security_group.g.id\n"


@pytest.mark.parametrize(
    ("inner", "more", "values"),
    [
        ("", "", ()),
        (OPEN % ('"tcp"', 22, 22, 'cidr_blocks = ["0.0.0.0/0"]'), "", ("tcp 22 22 0.0.0.0/0",)),
        (OPEN % ('"tcp"', 22, 22, 'ipv6_cidr_blocks = ["::/0"]'), "", ("tcp 22 22 ::/0",)),
        (OPEN % ('"6"', 22, 22, 'cidr_blocks = ["0.0.0.0/1", "10.0.0.0/8"]'), "", ("tcp 22 22 0.0.0.0/1",)),
        (OPEN % ('"-1"', 0, 0, 'cidr_blocks = ["0.0.0.0/0"]'), "", ("-1 - - 0.0.0.0/0",)),
        (OPEN % ('"tcp"', 22, 22, "cidr_blocks = var.from"), "", ("tcp 22 22 ?var.from",)),
        (OPEN % ('"tcp"', 22, 22, 'prefix_list_ids = ["pl-1"]'), "", ("tcp 22 22 ?pl-1",)),
        (OPEN % ('"tcp"', "var.a", 22, 'cidr_blocks = ["0.0.0.0/0"]'), "", ("tcp ? 22 0.0.0.0/0",)),
        ('dynamic "ingress" {\nfor_each = var.x\ncontent {\nprotocol = "tcp"\n}\n}', "", ('? ? ? ?dynamic "ingress"',)),
        ("", rule("aws_security_group_rule", OF_GROUP + 'type = "ingress"\n' + RANGE),
         ("tcp 1 9 ::/0",)),
        ("", rule("aws_security_group_rule", OF_GROUP + 'type = "egress"\n' + RANGE), ()),
        ("", rule("aws_vpc_security_group_ingress_rule", OF_GROUP + 'ip_protocol = -1\ncidr_ipv4 = "0.0.0.0/0"'),
         ("-1 - - 0.0.0.0/0",)),
    ],
)  # fmt: skip
def test_what_a_group_lets_in(inner: str, more: str, values: tuple[str, ...]) -> None:
    assert one("ingress", GROUP % inner + more).values == values


INNER = (
    'variable "name" {}\nvariable "on" {\n  default = true\n}\n'
    'resource "aws_ebs_encryption_by_default" "d" {\n  enabled = var.on\n}\n'
    + rule(BLOCK, "bucket = var.name\n" + ALL % "true")
)


@pytest.mark.parametrize(
    ("call", "values", "why"),
    [
        ("", ("yes",), ()),
        ("on = false", ("no",), ()),
        ("on = var.outer", (), ("var.outer",)),
        ("on = local.off", ("no",), ()),
    ],
)
def test_a_module_of_the_folder_gets_its_arguments(call: str, values: tuple[str, ...], why: tuple[str, ...]) -> None:
    item = one("encrypted", CALL % call + "locals {\n  off = false\n}\n", m__main=INNER)
    assert (item.values, item.why, item.thing.address) == (values, why, "module.m.aws_ebs_encryption_by_default.d")


def test_a_reference_that_is_given_to_a_module_is_the_callers() -> None:
    item = one("blocks off", BUCKET + CALL % "name = aws_s3_bucket.b.id", m__main=INNER)
    assert (item.values, item.why, item.stands.file) == ((), (), "m/main.tf")


def test_what_is_not_there_and_what_may_be() -> None:
    made = declared({"main.tf": CALL % "count = 0" + CALL.replace('"m"', '"n"') % "for_each = var.x"
                     + 'module "far" {\n  source = "acme/vpc/aws"\n}\n', "m/x.tf": INNER})  # fmt: skip
    assert [(one.address, one.optional) for one in made.resources] == [
        ("module.n.aws_ebs_encryption_by_default.d", True), (f"module.n.{BLOCK}.r", True),
    ]  # fmt: skip
    assert [(one.address, one.source, one.line) for one in made.outside] == [("module.far", "acme/vpc/aws", 9)]
    assert made.roots == {""}


def test_modules_that_call_each_other_come_to_an_end() -> None:
    made = declared({"main.tf": CALL % "", "m/x.tf": 'module "n" {\n  source = "../n"\n}\n',
                     "n/x.tf": 'module "m" {\n  source = "../m"\n}\n'})  # fmt: skip
    assert made.resources == []
    assert len(made.outside) == 1


def test_lines_are_those_of_the_block_that_says_it() -> None:
    item = one("blocks off", BUCKET + rule(BLOCK, "bucket = aws_s3_bucket.b.id\n" + ALL % "true"))
    assert (item.stands.line, item.stands.end, item.thing.line, item.name) == (4, 10, 1, "lake")


DENIED = """resource "aws_s3_bucket_policy" "p" {
  %s
  policy = jsonencode({ Statement = [{
    Effect = "Deny", Principal = %s, Action = "s3:*", Resource = [%s.arn, "${%s.arn}/*"]
    Condition = { Bool = { "aws:SecureTransport" = "false" } %s }
  }] })
}
"""
TWO = 'resource "aws_s3_bucket" "b" {\n  %s\n  bucket = "lake-${each.key}"\n}\n'
THIS, EACH = "aws_s3_bucket.b", "aws_s3_bucket.b[each.key]"


@pytest.mark.parametrize(
    ("setting", "text", "values", "why"),
    [
        # A condition decides whether what protects is there; where the thing hangs on one, too, it is the same.
        ("blocks off", BUCKET + rule(BLOCK, "count = var.on ? 1 : 0\nbucket = aws_s3_bucket.b.id\n" + ALL % "true"),
         (), (f"whether {BLOCK}.r is there",)),
        ("blocks off", TWO % "for_each = var.x" + rule(BLOCK, f"for_each = var.x\nbucket = {EACH}.id\n" + ALL % "true"),
         (), ()),
        ("blocks off", BUCKET + rule("aws_s3_account_public_access_block", "count = var.on ? 1 : 0\n" + ALL % "true"),
         (), ("whether aws_s3_account_public_access_block.r is there",)),
        # It is of one of several.
        ("blocks off", TWO % "for_each = var.x" + rule(BLOCK, f'bucket = {THIS}["a"].id\n' + ALL % "true"),
         (), (f"bucket of {BLOCK}.r",)),
        ("plain HTTP denied", BUCKET + DENIED % ("bucket = aws_s3_bucket.b.id", '"*"', THIS, THIS, ""), ("yes",), ()),
        ("plain HTTP denied", TWO % "for_each = var.x" + DENIED % (
            f"for_each = var.x\n  bucket = {EACH}.id", '"*"', EACH, EACH, ""), ("yes",), ()),
        ("plain HTTP denied", BUCKET + DENIED % (
            "bucket = aws_s3_bucket.b.id", "{ AWS = aws_iam_role.r.arn }", THIS, THIS, ""), ("no",), ()),
        ("plain HTTP denied", BUCKET + DENIED % (
            "bucket = aws_s3_bucket.b.id", '"*"', THIS, THIS, "\n StringNotEquals = local.some"), ("no",), ()),
        ("ingress", 'resource "aws_security_group" "g" {\n}\n' + rule(
            "aws_security_group_rule", "security_group_id = aws_security_group.g.id\ntype = var.type\nfrom_port = 22\n"
            'to_port = 22\nprotocol = "tcp"\ncidr_blocks = ["0.0.0.0/0"]'), ("tcp 22 22 0.0.0.0/0",), ()),
        ("oldest protocol", rule("aws_cloudfront_distribution", "viewer_certificate {\n"
            'cloudfront_default_certificate = true\nminimum_protocol_version = "TLSv1.2_2021"\n}'), ("TLSv1",), ()),
        ("key", rule("aws_sns_topic", 'kms_master_key_id = aws_kms_key.k.arn == "" ? "alias/aws/sns" : "x"'),
         (), ('aws_kms_key.k.arn == "" ? "alias/aws/sns" : "x"',)),
    ],
)  # fmt: skip
def test_what_protects_by_a_condition_or_another_one(
    setting: str, text: str, values: tuple[str, ...], why: tuple[str, ...]
) -> None:
    item = one(setting, text)
    assert (item.values, item.why) == (values, why)


@pytest.mark.parametrize("given", ["data.aws_kms_alias.s.target_key_arn", "var.own ? null : aws_kms_key.k.arn"])
def test_a_key_that_a_module_is_given_is_the_companys_only_by_its_own_name(given: str) -> None:
    inner = 'variable "key" {}\n' + rule("aws_sns_topic", "kms_master_key_id = var.key")
    item = one("key", CALL % f"key = {given}", m__main=inner)
    assert (item.values, item.why) == ((), (given,))
