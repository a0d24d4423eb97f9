"""For each dataset who reads out of it whom it names. One that is not in the table is not redacted: see `of_record`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ...errors import UsageError
from ...evidence import EvidenceStore, Record
from ...evidence.originals import is_original
from . import (
    aws,
    aws_weaknesses,
    company,
    github,
    github_changes,
    github_pipeline,
    github_settings,
    postgres,
    postgres_transport,
    registers,
    scans,
)
from .model import Mention, Pages, Reader
from .settings import settings
from .texts import texts_of


def nobody(pages: Pages, record: Record) -> Iterator[Mention]:
    """For answers that name people by nothing but what every text is searched for."""
    yield from ()


READERS: Mapping[str, Reader] = {
    "company.roster": company.roster,
    "company.identities": company.identities,
    "company.access_requests": company.requests,
    "company.outside_collaborators": company.outside,
    "company.break_glass": company.emergencies,
    "company.change_exceptions": company.exceptional_changes,
    "company.assets": registers.assets,
    "company.environment_exceptions": registers.environment_exceptions,
    "company.restore_tests": company.restore_tests,
    "company.reviews": company.reviews,
    "company.settings": settings,
    "aws.credential_report": aws.users,
    "aws.users": aws.users,
    "aws.mfa_devices": aws.users,
    "aws.account_summary": nobody,
    "aws.authorization_details": aws.users,
    "aws.identity_center": aws.directory,
    "aws.access_analyzer": nobody,
    "aws.access_events": aws.events,
    "aws.s3": nobody,
    "aws.ec2": nobody,
    "aws.rds": nobody,
    "aws.kms": nobody,
    "aws.elbv2": nobody,
    "aws.acm": nobody,
    "aws.ecr": aws_weaknesses.authors,
    "aws.inspector": aws_weaknesses.authors,
    "aws.organization": nobody,
    "aws.dynamodb": nobody,
    "aws.secrets": nobody,
    "aws.messaging": nobody,
    "aws.lambda": nobody,
    "aws.cloudfront": nobody,
    "aws.backup": nobody,
    "aws.backup_jobs": nobody,
    "aws.alarms": nobody,
    "aws.detection": nobody,
    "github.organization": github.people,
    "github.members": github.people,
    "github.members_without_2fa": github.people,
    "github.outside_collaborators": github.people,
    "github.outside_without_2fa": github.people,
    "github.teams": github.people,
    "github.direct_collaborators": github.people,
    "github.invitations": github.people,
    "github.deploy_keys": github.named,
    "github.app_installations": github.people,
    "github.saml_identities": github.identities,
    "github.audit_log": github.named,
    "github.secret_scanning_settings": github.people,
    "github.secret_scanning_alerts": github.people,
    "github.repositories": github.people,
    "github.branch_rules": github_settings.branch_rules,
    "github.rule_suites": github_settings.rule_suites,
    "github.merged_pull_requests": github_changes.pull_requests,
    "github.default_branch_commits": github.people,
    "github.workflow_files": github_pipeline.workflow_files,
    "github.workflow_runs": github.people,
    "github.deployments": github.people,
    "github.environments": github.people,
    "postgres.roles": postgres.roles,
    "postgres.memberships": postgres.roles,
    "postgres.grants": postgres.roles,
    "postgres.settings": postgres.roles,
    "postgres.password_hashes": postgres.roles,
    "postgres.hba_rules": postgres_transport.rules,
    "postgres.ssl_sessions": postgres_transport.sessions,
    "postgres_files.files": postgres_transport.files,
    "terraform.files": company.terraform,
    "terraform.exports": company.terraform_exports,
    "github.vulnerability_alerts_enabled": nobody,
    "github.dependabot_alerts": github.people,
    "github.code_scanning_alerts": github.people,
    "scans.files": nobody,
}


def of_record(store: EvidenceStore, record: Record) -> Iterator[Mention]:
    """Who is named in a record and in its file.

    Raises `UsageError` for evidence of a dataset of which nobody has said how it names people.
    """
    yield from texts_of(record.fields.get("reason"), record.fields.get("calls"), record.fields.get("source"))
    yield from _collector(record)
    if record.path is None or record.dataset.startswith("view:"):
        return
    if is_original(record):
        yield from scans.report(store.read_bytes(record))
        return
    if record.dataset not in READERS:
        raise UsageError(
            f"nobody decided how {record.dataset} is redacted; package without --redact, and report this dataset"
        )
    content: Any
    if record.path.endswith(".json"):
        content = store.read_pages(record)
    else:
        content = store.read_bytes(record).decode("utf-8-sig")
    yield from READERS[record.dataset](content, record)
    yield from texts_of(content)


def _collector(record: Record) -> Iterator[Mention]:
    """Who collected: the last part of an ARN, or a login."""
    identity, system = str(record.fields.get("identity") or ""), str(record.fields["source"]["system"])
    if system in ("aws", "github", "postgres") and identity not in ("", "unknown"):
        yield Mention("account", identity.rpartition("/")[2].rpartition(":")[2], system)
