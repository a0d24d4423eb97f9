"""Who is named in `soc2kit.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from typing import Any

from ...evidence import Record
from .model import Mention
from .texts import texts_of

#: Approved lists that name accounts, each with the system that they are of.
APPROVED = {
    "approved_aws_administrators": "aws",
    "approved_aws_escalation": "aws",
    "break_glass_aws_users": "aws",
    "approved_github_owners": "github",
    "approved_outside_collaborators": "github",
    "approved_deployers": "github",
    "approved_database_superusers": "postgres",
    "approved_database_writers": "postgres",
}
#: Lists that name no person: numbers of accounts, services, resources, keys by number, apps, bots. What may pass
#: rules by is read by itself.
OF_NOBODY = {
    "approved_aws_accounts", "approved_service_wildcards", "approved_external_resources", "approved_deploy_keys",
    "approved_github_apps", "approved_github_organizations", "allowed_bots", "approved_bypass_actors",
    "approved_pushers",
    "emergency_labels",
    "required_job_kinds", "repositories_without_code", "trusted_action_owners", "production_environments",
    "approved_production_branches",
    "scan_targets",
    "production_workspaces", "production_accounts",
    "stores_with_own_key", "databases_in_two_zones", "closed_ports",
    "databases_with_copies", "unmonitored_resources",
}  # fmt: skip


def of_settings(document: Mapping[str, Any]) -> Iterator[Mention]:
    """Approved lists, those of dated changes too, and the collector's database role."""
    parameters = document.get("parameters", {})
    for table in (parameters, *parameters.get("changes", [])):
        for key, system in APPROVED.items():
            for text in table.get(key, []):
                if not (system == "aws" and text.startswith(("role/", "arn:"))):
                    yield Mention("account", text, system)
        for text in table.get("approved_bypass_actors", []):
            kind, _, name = text.partition(":")
            if kind == "User":
                yield Mention("actor", text) if name.isdigit() else Mention("account", name, "github")
    user = document.get("sources", {}).get("postgres", {}).get("user")
    if user:
        yield Mention("account", user, "postgres")
    yield from texts_of(document)


def settings(text: str, record: Record) -> Iterator[Mention]:
    yield from of_settings(tomllib.loads(text))
