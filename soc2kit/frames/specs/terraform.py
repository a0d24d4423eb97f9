"""Frames of the company's Terraform files: which datasets each is read from, and its columns."""

from __future__ import annotations

from .. import terraform
from ..schema import FrameSpec, columns

SPECS = (
    FrameSpec(
        "terraform_iam",
        columns(
            "declared text, file text, line number?, address text, type text, name text?, holder text?, optional flag,"
            " to_users flag, full_wildcard flag?, statement text?, known flag, why text?, whole_services list,"
            " statements list"
        ),
        ("terraform.files",),
        terraform.terraform_iam,
    ),
)
