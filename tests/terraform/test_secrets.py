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
        # wherever it stands in a line, in a comment, too
        (f'e = {{ DB_PASSWORD = "{C}", X = "y" }}', 'e = { DB_PASSWORD = "[left out]", X = "y" }'),
        (f'# dbPassword = "{C}"', '# dbPassword = "[left out]"'),
        (f'password_wo = var.a ? "{C}" : ""', 'password_wo = var.a ? "[left out]" : ""'),
        (f'password = "${{var.a ? "{C}" : ""}}"', 'password = "[left out]"'),
        (f'variable "db_password" {{ default = "{C}" }}', 'variable "db_password" { default = "[left out]" }'),
        (f'variable "x" {{\n  default = "{C}"\n  sensitive = true\n}}\nvariable "y" {{\n  default = "z"\n}}',
         'variable "x" {\n  default = "[left out]"\n  sensitive = true\n}\nvariable "y" {\n  default = "z"\n}'),
        (f'environment {{\n variables = {{\n  "A" = "{C}"\n  B = "${{var.b}}"\n }}\n}}\nc = "d"',
         'environment {\n variables = {\n  "A" = "[left out]"\n  B = "${var.b}"\n }\n}\nc = "d"'),
        (f'[{{"name": "API_TOKEN", "value": "{C}"}}, {{"name": "A", "value": "b"}}]',
         '[{"name": "API_TOKEN", "value": "[left out]"}, {"name": "A", "value": "b"}]'),
        (f'custom_header {{\n name = "x"\n value = "{C}"\n}}\nvalue = "y"',
         'custom_header {\n name = "x"\n value = "[left out]"\n}\nvalue = "y"'),
        (f'http_header {{\n http_header_name = "x"\n values = ["{C}"]\n}}',
         'http_header {\n http_header_name = "x"\n values = ["[left out]"]\n}'),
        (f'url = "postgres://app:{C}@h/db"', 'url = "postgres://app:[left out]@h/db"'),
        ('url = "postgres://${var.u}:${var.p}@h/db"', 'url = "postgres://${var.u}:${var.p}@h/db"'),
        ('bypass = "x"\ntoken == "x"', 'bypass = "x"\ntoken == "x"'),
        ('"aws:PrincipalTag/token" = "x"', '"aws:PrincipalTag/token" = "x"'),
    ],
)  # fmt: skip
def test_texts(text: str, expect: str) -> None:
    assert without_secrets(text) == expect
