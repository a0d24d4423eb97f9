"""Frames of the company's Terraform files: which datasets each is read from, and its columns."""

from __future__ import annotations

from .. import terraform, terraform_config, terraform_deployed
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
    FrameSpec(
        "terraform_declared",
        columns(terraform_config.SETTINGS),
        ("terraform.files",),
        terraform_config.terraform_declared,
    ),
    FrameSpec(
        "terraform_unfollowed",
        columns(terraform_config.UNFOLLOWED),
        ("terraform.files",),
        terraform_config.terraform_unfollowed,
    ),
    FrameSpec(
        "terraform_exported",
        columns(terraform_config.SETTINGS),
        ("terraform.exports",),
        terraform_config.terraform_exported,
    ),
    FrameSpec(
        "terraform_plans",
        columns(terraform_config.PLANS),
        ("terraform.exports",),
        terraform_config.terraform_plans,
    ),
    FrameSpec(
        "terraform_settings",
        columns(terraform_deployed.SETTINGS),
        uses=("terraform_declared", "terraform_exported", *terraform_deployed.LIVE, "scans", "scan_results"),
        optional=("scans", "scan_results"),
        derive=terraform_deployed.terraform_settings,
    ),
    FrameSpec(
        "terraform_things",
        columns(terraform_deployed.THINGS),
        uses=("terraform_settings", "terraform_exported", "terraform_unfollowed", *terraform_deployed.LIVE),
        derive=terraform_deployed.terraform_things,
    ),
)
