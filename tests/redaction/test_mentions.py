"""What names somebody is read out of texts by its form, and out of Terraform by the type of the resource."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from soc2kit.evidence import Record
from soc2kit.redaction.mentions import Identifier, company, scans
from soc2kit.redaction.mentions.texts import texts_of
from soc2kit.redaction.pseudonyms import FILE_NAME, Pseudonyms
from soc2kit.redaction.replacer import Replacer

USER = "arn:aws:iam::111122223333:user"


@pytest.mark.parametrize(
    ("text", "expect"),
    [
        (f"{USER}/ana", ["ana"]),
        (f"User: {USER}/team/a/ana.b is not authorized", ["ana.b"]),
        (f"by {USER}/ana.", ["ana"]),
        (f"by {USER}/ana, or {USER}/bo", ["ana", "bo"]),
        (f"x,{USER}/ana,2026-01-01T00:00:00", []),
        (f"{USER}/*", []),
        (f"{USER}/dev-*", []),
        (f"{USER}/dev/*", []),
        (f"{USER}/${{aws:username}}", []),
        ("arn:aws-us-gov:sts::111122223333:assumed-role/Admin/ana@x.example", ["ana@x.example", "ana@x.example"]),
        ("arn:aws:sts::111122223333:federated-user/ana", ["ana"]),
        ("arn:aws:iam::111122223333:role/Admin", []),
        ("arn:aws:iam::111122223333:group/Engineers", []),
        ("AIDA373A19CA838A3D98 AROA373A19CA838A3D98 AIDAXY", ["AIDA373A19CA838A3D98"]),
    ],
)
def test_forms(text: str, expect: list[str]) -> None:
    assert [mention.text for mention in texts_of({"a": [text]})] == expect


TERRAFORM = """
resource "aws_iam_user" "deploy" {
  name = "svc-deploy"
}
resource "aws_iam_group" "engineers" {
  name = "Engineers"
}
resource "aws_iam_user_policy_attachment" "a" {
  user       = "ana"
}
resource "github_membership" "b" {
  username = "bo-gh"
}
resource "aws_ssoadmin_user" "c" {
  user_name = "cy@x.example"
}
"""


def test_users_that_terraform_declares_are_of_the_system_of_the_resource() -> None:
    found = [(one.kind, one.system, one.text) for one in company.terraform([{"answer": TERRAFORM}], Record({}))]
    assert found == [
        ("account", "aws", "svc-deploy"), ("account", "aws", "ana"), ("account", "github", "bo-gh"),
        ("e-mail", "", "cy@x.example"),
    ]  # fmt: skip


def replacer(folder: Path, *pairs: tuple[Any, str], **options: Any) -> Replacer:
    found = [Identifier(kind, text) for kind, text in pairs]
    numbers = Pseudonyms(folder / FILE_NAME)
    numbers.assign(found)
    return Replacer(found, numbers, **options)


def test_an_account_in_a_register_is_spelt_as_its_system_does(tmp_path: Path) -> None:
    one = replacer(tmp_path, ("account", "ANA"), spelt={"ana": "ana"})
    assert one.text("ana") != one.text("ANA")
    assert one.of_system("Ana") == one.text("ana")


def test_a_name_is_found_again_in_lower_case(tmp_path: Path) -> None:
    one = replacer(tmp_path, ("name", "Ana Lind"))
    assert list(one.original([one.text("Ana Lind").lower()])) == [one.plain("Ana Lind")]


@pytest.mark.parametrize(
    ("text", "expect"),
    [
        ("/home/ana/dev/web", ["home/ana"]),
        ("C:\\Users\\Ana.B\\web", ["Users\\Ana.B"]),
        ("file:///Users/ana/a.py and '/home/bo/b.py'", ["Users/ana", "home/bo"]),
        ("src/users/models.py", []),
        ("src/home/page.py", []),
        ("https://x.example/home/page", []),
    ],
)
def test_whose_folder_was_scanned(text: str, expect: list[str]) -> None:
    document = json.dumps({"Results": [{"Target": text}]}).encode()
    assert [mention.text for mention in scans.report(document)] == expect
