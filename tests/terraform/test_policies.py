"""Policies that Terraform files declare: what their text says, and what it leaves open."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from soc2kit.frames.terraform import terraform_iam
from soc2kit.terraform.module import Module
from soc2kit.terraform.parse import Block, Broken, Call, Unresolved, parse
from soc2kit.terraform.policies import declared

RECORD = {"source": {"account": "infra"}}
STATEMENT = '{ Effect = "Allow", Action = %s, Resource = %s }'
BUCKET = "arn:aws:s3:::one"


def rows(text: str, **more: str) -> list[dict[str, object]]:
    files = {"main.tf": text, **{name.replace("__", "/").replace("_", "."): body for name, body in more.items()}}
    pages = [{"parameters": {"path": path}, "answer": body} for path, body in files.items()]
    return [dict(row) for row in terraform_iam(pages, RECORD)]


def policy(expression: str, before: str = "") -> dict[str, object]:
    text = f'{before}\nresource "aws_iam_policy" "p" {{\n  name   = "p"\n  policy = {expression}\n}}\n'
    return rows(text)[-1]


def encoded(action: str, resource: str, before: str = "") -> dict[str, object]:
    statement = STATEMENT % (action, resource)
    return policy(f"jsonencode({{ Statement = [{statement}] }})", before)


LOCALS = 'locals {\n  all = "*"\n  list = ["s3:*"]\n  a = local.b\n  b = local.a\n  one = "arn:aws:s3:::one"\n}'


@pytest.mark.parametrize(
    ("action", "resource", "wide", "whole", "why"),
    [
        ('"*"', '"*"', True, [], None),
        ('["*"]', '["*"]', True, [], None),
        ('"s3:*"', '"*"', False, ["s3"], None),
        ('"s3:*"', f'"{BUCKET}"', False, [], None),
        ('"s3:*"', '"${local.one}/*"', False, [], None),
        ('"s3:*"', '"${local.all}"', False, ["s3"], None),
        ("local.list", "local.all", False, ["s3"], None),
        ('concat(local.list, ["sqs:*"])', '"*"', False, ["s3", "sqs"], None),
        ('toset(["s3:*"])', '"*"', False, ["s3"], None),
        ('concat(local.list, var.more)', '"*"', None, [], "concat(local.list, var.more)"),
        ('"*"', "var.where", None, [], "var.where"),
        ('"*"', '"${var.where}"', None, [], "${var.where}"),
        ('"*"', '"${var.where}*"', None, [], "${var.where}"),
        ('"*"', '"arn:aws:s3:::${var.bucket}"', False, [], None),
        ('"*"', "aws_s3_bucket.one.arn", False, [], None),
        ('"*"', '"${aws_s3_bucket.one.arn}/*"', False, [], None),
        ('"*"', "[aws_s3_bucket.one.arn, var.where]", None, [], "var.where"),
        ("var.what", '"*"', None, [], "var.what"),
        ('"${var.service}:*"', '"*"', None, [], "${var.service}"),
        ('var.wide ? "*" : "s3:Get*"', '"*"', None, [], 'var.wide ? "*" : "s3:Get*"'),
        ('[for one in var.all : one]', '"*"', None, [], "[for one in var.all : one]"),
        ("local.a", '"*"', None, [], "local.a"),
        ("local.unknown", '"*"', None, [], "local.unknown"),
        ('"iam:PutUserPolicy"', '"arn:aws:iam::1:user/$${aws:username}"', False, [], None),
    ],
)  # fmt: skip
def test_values(action: str, resource: str, wide: bool | None, whole: list[str], why: str | None) -> None:
    row = encoded(action, resource, LOCALS)
    assert (row["full_wildcard"], row["whole_services"]) == (wide, whole)
    assert (row["known"], row["why"] is None) == (why is None, why is None)
    assert why is None or why in str(row["why"])


def test_one_wide_statement_is_enough_whatever_else_is_open() -> None:
    row = policy('jsonencode({ Statement = [{ Effect = "Allow", Action = "*", Resource = "*" }, var.more] })')
    assert (row["full_wildcard"], row["known"], row["why"]) == (True, False, "var.more")


def test_an_effect_that_is_open_makes_the_statement_unknown() -> None:
    row = policy('jsonencode({ Statement = { Effect = var.effect, Action = "*", Resource = "*" } })')
    assert (row["full_wildcard"], row["why"]) == (None, "var.effect")


WIDE_JSON = '{"Statement": [{"Sid": "All", "Effect": "Allow", "Action": "*", "Resource": "*"}]}'
WIDE_BLOCK = '{\n  statement {\n    sid = "All"\n    actions = ["*"]\n    resources = ["*"]\n%s  }\n}\n'


@pytest.mark.parametrize(
    ("expression", "before", "wide", "statement"),
    [
        (f"<<EOT\n{WIDE_JSON}\nEOT", "", True, "All"),
        (f"<<-EOT\n    {WIDE_JSON}\n  EOT", "", True, "All"),
        ("data.aws_iam_policy_document.d.json", 'data "aws_iam_policy_document" "d" ' + WIDE_BLOCK % "", True, "All"),
        ('"${data.aws_iam_policy_document.d.json}"', 'data "aws_iam_policy_document" "d" ' + WIDE_BLOCK % "", True,
         "All"),
        ("data.aws_iam_policy_document.d.json",
         'data "aws_iam_policy_document" "d" ' + WIDE_BLOCK % (
             '    condition {\n      test = "Bool"\n      variable = "aws:MultiFactorAuthPresent"\n'
             '      values = ["true"]\n    }\n'), True, "All, only with MFA"),
        ("data.aws_iam_policy_document.d.json",
         'data "aws_iam_policy_document" "d" {\n  source_policy_documents = [data.aws_iam_policy_document.e.json]\n}\n'
         'data "aws_iam_policy_document" "e" ' + WIDE_BLOCK % "", True, "All"),
        ("data.aws_iam_policy_document.d.json",
         'data "aws_iam_policy_document" "d" {\n  source_policy_documents = [data.aws_iam_policy_document.e.json]\n'
         '  statement {\n    sid = "All"\n    actions = ["s3:Get*"]\n    resources = ["*"]\n  }\n}\n'
         'data "aws_iam_policy_document" "e" ' + WIDE_BLOCK % "", False, None),
        ("data.aws_iam_policy_document.d.json",
         'data "aws_iam_policy_document" "d" {\n  statement {\n    effect = "Deny"\n    actions = ["*"]\n'
         '    resources = ["*"]\n  }\n}\n', False, None),
        ("data.aws_iam_policy_document.d.json",
         'data "aws_iam_policy_document" "d" {\n  statement {\n    not_actions = ["iam:*"]\n'
         '    resources = ["*"]\n  }\n}\n', True, "statement 1, all but iam:*"),
        ("data.aws_iam_policy_document.d.json",
         'data "aws_iam_policy_document" "d" {\n  dynamic "statement" {\n    for_each = var.x\n  }\n}\n',
         None, None),
        ("data.aws_iam_policy_document.elsewhere.json", "", None, None),
        ("var.policy", "", None, None),
        ('templatefile("p.tpl", {})', "", None, None),
        ('file("missing.json")', "", None, None),
        ("<<EOT\n{\"Statement\": ${var.statements}}\nEOT", "", None, None),
    ],
)  # fmt: skip
def test_ways_to_write_a_document(expression: str, before: str, wide: bool | None, statement: str | None) -> None:
    row = policy(expression, before)
    assert (row["full_wildcard"], row["statement"]) == (wide, statement)
    assert (row["why"] is None) == (wide is not None)


def test_a_file_is_read_from_the_modules_own_folder() -> None:
    text = 'resource "aws_iam_policy" "p" {\n  name = "p"\n  policy = file("${path.module}/p.json")\n}\n'
    found = rows("", m__x_tf=text, m__p_json=WIDE_JSON, p_json='{"Statement": []}')
    assert [(row["file"], row["line"], row["full_wildcard"]) for row in found] == [("infra/m/x.tf", 1, True)]


def test_locals_of_another_folder_are_not_this_ones() -> None:
    text = 'resource "aws_iam_policy" "p" {\n  name = "p"\n  policy = jsonencode({ Statement = local.s })\n}\n'
    (row,) = rows('locals {\n  s = [{ Effect = "Allow", Action = "*", Resource = "*" }]\n}', m__x_tf=text)
    assert (row["full_wildcard"], row["why"]) == (None, "local.s")


RESOURCES = """
resource "aws_iam_role_policy" "inline" {
  name   = "${var.prefix}-x"
  role   = aws_iam_role.r.id
  policy = jsonencode({ Statement = [] })
}

resource "aws_iam_role" "r" {
  name                = "r"
  managed_policy_arns = ["arn:aws:iam::aws:policy/AdministratorAccess", aws_iam_policy.p.arn]
  inline_policy {
    name   = "inner"
    policy = jsonencode({ Statement = [{ Effect = "Allow", Action = "*", Resource = "*" }] })
  }
}
resource "aws_iam_policy" "p" {
  for_each    = var.all
  name_prefix = "p-"
  policy      = jsonencode({ Statement = [] })
}
resource "aws_iam_policy" "off" {
  count  = 0
  policy = var.x
}
resource "aws_iam_policy" "unnamed" {
  count  = 1
  policy = jsonencode({ Statement = [] })
}
data "aws_iam_policy" "admin" { name = "AdministratorAccess" }
resource "aws_iam_user_policy_attachment" "u" {
  user       = "ana"
  policy_arn = data.aws_iam_policy.admin.arn
}
resource "aws_iam_policy_attachment" "many" {
  name       = "many"
  users      = ["ben"]
  roles      = [aws_iam_role.r.name]
  policy_arn = "arn:${var.partition}:iam::aws:policy/job-function/ViewOnlyAccess"
}
resource "aws_s3_bucket" "not_iam" { bucket = "b" }
"""


def test_what_is_declared_where() -> None:
    found = [(one.line, one.address, one.name, one.holder, one.attached, one.optional)
             for one in declared({"a.tf": RESOURCES})]  # fmt: skip
    suffix = "${a suffix of Terraform's}"
    assert found == [
        (2, "aws_iam_role_policy.inline", "${var.prefix}-x", "${aws_iam_role.r.id}", None, False),
        (8, "aws_iam_role.r.managed_policy_arns[0]", None, "r", "AdministratorAccess", False),
        (8, "aws_iam_role.r.managed_policy_arns[1]", None, "r", "${aws_iam_policy.p.arn}", False),
        (11, "aws_iam_role.r.inline_policy[0]", "inner", "r", None, False),
        (16, "aws_iam_policy.p", f"p-{suffix}", None, None, True),
        (25, "aws_iam_policy.unnamed", f"terraform-{suffix}", None, None, False),
        (30, "aws_iam_user_policy_attachment.u", None, "ana", "AdministratorAccess", False),
        (34, "aws_iam_policy_attachment.many", None, "ben, ${aws_iam_role.r.name}", "ViewOnlyAccess", False),
    ]


@pytest.mark.parametrize(("text", "line"), [('resource "a" "b" {\n  x =\n}\n', 2), ('x = "open', 1), ("{", 1)])
def test_a_broken_file_is_named_and_the_others_are_read(text: str, line: int) -> None:
    found = rows(text, other_tf='resource "aws_iam_policy" "p" {\n  name = "p"\n  policy = var.x\n}')
    assert [(row["declared"], row["line"], row["type"], row["known"]) for row in found] == [
        ("infra/main.tf", line, "file", False),
        ("infra/other.tf#aws_iam_policy.p", 1, "aws_iam_policy", False),
    ]


def test_expressions() -> None:
    (block,) = parse(
        'x "y" {\n  a = null\n  b = -3\n  c = "q\\"${"lit"}-${local.x["k"]}"\n  d = { (var.k) = 1, "q" : true }\n'
        '  e = (["*"])\n  f = f(1, "x")\n  g = "%{ if true }yes%{ endif }"\n}\n'
    )  # fmt: skip
    assert isinstance(block, Block)
    values = dict(block.attributes)
    assert (values["a"], values["c"], values["e"]) == (None, 'q"lit-${local.x["k"]}', ["*"])
    assert isinstance(values["b"], Unresolved)
    assert isinstance(values["f"], Call)
    assert sorted(values["d"].values(), key=str) == [1, True]


@pytest.mark.parametrize("text", ["", "\n", "# nothing\n", "/* nothing */"])
def test_an_empty_file_declares_nothing(text: str) -> None:
    assert parse(text) == ()


def test_a_text_is_parsed_once() -> None:
    assert parse("locals {\n  x = 1\n}") is parse("locals {\n  x = 1\n}")
    assert isinstance(parse("{"), Broken)


@given(text=st.text(alphabet='ab={}"[]()$.,%?:<E-\n #/*\\\\', max_size=40))
def test_no_text_makes_the_parser_fail_otherwise(text: str) -> None:
    assert isinstance(parse(text), tuple | Broken)


@pytest.mark.parametrize("call", ['concat("a")', "merge(1)", "flatten(2)"])
def test_a_call_that_terraform_would_refuse_stays_open(call: str) -> None:
    (block,) = parse(f"locals {{\n  x = {call}\n}}")  # type: ignore[misc]
    assert isinstance(Module("", [], {}).resolve(block.attributes["x"]), Unresolved)


GET = '{ Effect = "Allow", Action = "s3:GetObject", Resource = RESOURCE MORE }'
BLOCK = (
    'data "aws_iam_policy_document" "d" {\n  statement {\n    actions = ["s3:GetObject"]\n    resources = ["*"]\n'
    "    MORE\n  }\n}\n"
)


@pytest.mark.parametrize(
    ("resource", "more", "lines"),
    [
        # what of a statement is known, and its lines as they are held against what is deployed
        ('"*"', "", ["allow s3:getobject on *"]),
        ("aws_s3_bucket.b.arn", "", ["allow s3:getobject on ${aws_s3_bucket.b.arn}"]),
        ('"arn:aws:s3:::${var.b}/*"', "", ["allow s3:getobject on arn:aws:s3:::${var.b}/*"]),
        ("var.b", "", []),
        ('"*"', ", Condition = { Bool = { \"aws:SecureTransport\" = true } }",
         ["allow s3:getobject on * if bool aws:securetransport true"]),
        ('"*"', ", Condition = { StringEquals = { \"aws:PrincipalOrgID\" = var.o } }",
         ["allow s3:getobject on * if stringequals aws:principalorgid ${var.o}"]),
        ('"*"', ", Condition = var.c", []),
    ],
)  # fmt: skip
def test_lines_that_are_compared(resource: str, more: str, lines: list[str]) -> None:
    statement = GET.replace("RESOURCE", resource).replace("MORE", more)
    assert policy(f"jsonencode({{ Statement = [{statement}] }})")["statements"] == lines


def test_a_block_that_may_have_a_condition_is_not_compared() -> None:
    known = 'condition {\n test = "Bool"\n variable = "aws:SecureTransport"\n values = ["true"]\n }\n'
    may_be = 'dynamic "condition" {\n    }'
    under = ["allow s3:getobject on * if bool aws:securetransport true"]
    for more, lines in (("", ["allow s3:getobject on *"]), (known, under), (may_be, []), (known + may_be, [])):
        found = policy("data.aws_iam_policy_document.d.json", BLOCK.replace("MORE", more))
        assert found["statements"] == lines


@pytest.mark.parametrize(
    ("names", "to_users"),
    [
        ('users = ["a"]', True),
        ('roles = ["a"]', False),
        ('users = []\n  roles = ["a"]', False),
        ("users = var.u", True),
    ],
)
def test_whether_an_attachment_is_to_users(names: str, to_users: bool) -> None:
    (row,) = rows(
        f'resource "aws_iam_policy_attachment" "a" {{\n  {names}\n  policy_arn = "arn:aws:iam::aws:policy/X"\n}}'
    )
    assert row["to_users"] is to_users
