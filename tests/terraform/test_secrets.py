"""Secrets that somebody wrote into a Terraform file are not kept; the lines stay where they are."""

from __future__ import annotations

import pytest

from soc2kit.terraform.secrets import without_secrets

C = "canary-55"


@pytest.mark.parametrize(
    ("text", "expect"),
    [
        (f'password = "{C}"', 'password = "[left out]"'),
        (f'  master_password   = "{C}" # x', '  master_password   = "[left out]" # x'),
        (f'auth_token = "a-${{var.x}}-{C}"', 'auth_token = "[left out]"'),
        (f'"api_key" : "{C}",', '"api_key" : "[left out]",'),
        ("password = var.password", "password = var.password"),
        ('password = "${var.password}"', 'password = "${var.password}"'),
        ('kms_key_id = "alias/x"', 'kms_key_id = "alias/x"'),
        ('secret_id = "x"', 'secret_id = "x"'),
        (f'secret_string = jsonencode({{\n  a = "{C}"\n}})\nb = "c"',
         'secret_string = jsonencode({\n  a = "[left out]"\n})\nb = "c"'),
        (f'secret_string = <<-X\n  {C}\n  X\nb = "c"', 'secret_string = <<-X\n[left out]\n  X\nb = "c"'),
        (f'variable "db_password" {{\n  default = "{C}"\n}}\nvariable "x" {{\n  default = "y"\n}}',
         'variable "db_password" {\n  default = "[left out]"\n}\nvariable "x" {\n  default = "y"\n}'),
    ],
)  # fmt: skip
def test_texts(text: str, expect: str) -> None:
    assert without_secrets(text) == expect
