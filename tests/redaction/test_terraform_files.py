"""Terraform files keep their lines and what they declare; comments, descriptions and names of people go."""

from __future__ import annotations

from pathlib import Path

import pytest

from soc2kit.redaction.mentions import Identifier
from soc2kit.redaction.pseudonyms import FILE_NAME, Pseudonyms
from soc2kit.redaction.replacer import Replacer
from soc2kit.redaction.terraform_files import redact_terraform

LEFT_OUT = "# [redacted text]"


@pytest.mark.parametrize(
    ("text", "expect"),
    [
        ("# by ana", LEFT_OUT),
        ("  // by ana", f"  {LEFT_OUT}"),
        ("a = 1 # x", f"a = 1 {LEFT_OUT}"),
        ('a = "https://x/#y"', 'a = "https://x/#y"'),
        ('a = "s3:::b/*" # x', f'a = "s3:::b/*" {LEFT_OUT}'),
        (r'a = "\"" // x', rf'a = "\"" {LEFT_OUT}'),
        ("/* x\n y\n*/\nz = 1", f"{LEFT_OUT}\n{LEFT_OUT}\n{LEFT_OUT}\nz = 1"),
        ("/* x */ a = 1", " a = 1"),
        ("a = <<-EOT\n# kept for ana\n  EOT\n# x", f"a = <<-EOT\n# kept for account-001\n  EOT\n{LEFT_OUT}"),
        ('description = "by \\"Ana\\""', 'description = "[redacted text]"'),
        ('resource "aws_iam_user" "ana" {}', 'resource "aws_iam_user" "account-001" {}'),
        ("user = aws_iam_user.ana.name", "user = aws_iam_user.account-001.name"),
        ("user = aws_iam_user.anagram.name", "user = aws_iam_user.anagram.name"),
    ],
)
def test_lines(text: str, expect: str, tmp_path: Path) -> None:
    found = [Identifier("account", "ana")]
    numbers = Pseudonyms(tmp_path / FILE_NAME)
    numbers.assign(found)
    shown = redact_terraform(text, Replacer(found, numbers))
    assert shown == expect
    assert shown.count("\n") == text.count("\n")
