"""The limits and approved lists that tests compare with; a company sets its own in soc2kit.toml.

A limit that changes inside the window keeps its old value for what happened before: each version says from when it is
in force.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from .period import Period

#: Protocols of TLS, oldest first.
TLS_VERSIONS = ("TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3")


@dataclass(frozen=True)
class Parameters:
    """The limits that tests compare with. Units are in the names; the control library explains each."""

    snapshot_max_age_days: int = 35
    leaver_removal_hours: int = 24
    key_max_age_days: int = 90
    dormant_days: int = 90
    credential_expiry_days: int = 90
    review_limit_business_days: int = 2
    #: How long after an access review was signed what it decided may take.
    review_removal_days: int = 14
    minimum_approvals: int = 1
    minimum_github_owners: int = 2
    secret_revocation_hours: int = 24
    #: The oldest protocol by which anything may be reached, one of `TLS_VERSIONS`.
    minimum_tls_version: str = "TLSv1.2"
    #: How many days before its end a certificate that is in use must have been renewed.
    certificate_expiry_days: int = 30
    #: Patterns of ARNs of buckets, volumes, databases and snapshots that the company's own keys must encrypt; and of
    #: databases that must run in two zones.
    stores_with_own_key: tuple[str, ...] = ()
    databases_in_two_zones: tuple[str, ...] = ()
    backup_retention_days: int = 7
    #: Patterns of ARNs of databases whose backups must be copied to another region or account; and how old the newest
    #: copy may be.
    databases_with_copies: tuple[str, ...] = ()
    backup_copy_days: int = 2
    #: How long a restore may take in a test, and how long after it the register may still be without it.
    restore_minutes: int = 240
    restore_record_days: int = 7
    #: Patterns of ARNs of databases and load balancers that need no alarm.
    unmonitored_resources: tuple[str, ...] = ()
    #: Ports of administration and of databases, which nobody may reach from the internet.
    closed_ports: tuple[str, ...] = (
        "22", "23", "445", "1433", "1521", "2375", "3306", "3389", "5432", "5439", "5900", "5985", "5986", "6379",
        "9042", "9200", "11211", "27017",
    )  # fmt: skip
    #: Whether what is deployed and no Terraform file declares is an exception. Few companies began with Terraform, and
    #: what AWS and other tools make is nobody's to declare; so a company says it when it is done with the rest.
    everything_declared: bool = False
    #: Patterns of the workspaces whose plans must be empty, by the path of their plans without a date; none named: all.
    production_workspaces: tuple[str, ...] = ()
    plan_max_age_days: int = 7
    #: How many days an asset may be known without an owner and a class of data in the register.
    unregistered_asset_days: int = 30
    #: Accounts of AWS, by number, that are production; what they keep belongs in no other account.
    production_accounts: tuple[str, ...] = ()
    #: How long after a push past the rules its approval may be recorded.
    bypass_approval_hours: int = 24
    #: How long after its period evidence may still come in and be in time, by how often its control operates.
    daily_grace_days: int = 1
    weekly_grace_days: int = 2
    monthly_grace_days: int = 5
    quarterly_grace_days: int = 15
    annual_grace_days: int = 30
    approved_aws_administrators: tuple[str, ...] = ()
    #: Users and roles that may hold rights by which one becomes administrator, without being one.
    approved_aws_escalation: tuple[str, ...] = ()
    #: Accounts, by number, that may assume roles beside those that are read.
    approved_aws_accounts: tuple[str, ...] = ()
    #: Owners on GitHub whose repositories may assume roles. Where none is named, any that a trust writes out may.
    approved_github_organizations: tuple[str, ...] = ()
    #: Services, as IAM writes them (`logs`), all of which the company's policies may allow on everything.
    approved_service_wildcards: tuple[str, ...] = ()
    #: IAM users that sign in to the console when nothing else works, by name.
    break_glass_aws_users: tuple[str, ...] = ()
    #: What may be reached from outside the AWS accounts, by ARN.
    approved_external_resources: tuple[str, ...] = ()
    approved_github_owners: tuple[str, ...] = ()
    approved_database_superusers: tuple[str, ...] = ()
    approved_database_writers: tuple[str, ...] = ()
    approved_bypass_actors: tuple[str, ...] = ()
    approved_outside_collaborators: tuple[str, ...] = ()
    #: Deploy keys that may write, each as "owner/repository/keys/number"; apps by their slug.
    approved_deploy_keys: tuple[str, ...] = ()
    approved_github_apps: tuple[str, ...] = ()
    allowed_bots: tuple[str, ...] = ("dependabot",)
    #: Bots, by login, that may push to default branches without a pull request, as a release bot does. Never people.
    approved_pushers: tuple[str, ...] = ()
    #: What emergency changes are labelled with; how long after the merge a label or an entry may come and still be in
    #: time, and how many days from Monday to Friday a review afterwards may take.
    emergency_labels: tuple[str, ...] = ("emergency", "hotfix")
    emergency_label_hours: int = 24
    emergency_review_business_days: int = 2
    #: What jobs must do on every pull request, and the repositories ("owner/repository") that have nothing to test.
    required_job_kinds: tuple[str, ...] = ("test", "lint", "type-check", "security-scan")
    repositories_without_code: tuple[str, ...] = ()
    #: Owners on GitHub, beside the company itself, whose actions need not be pinned to a commit.
    trusted_action_owners: tuple[str, ...] = ("actions", "github")
    production_environments: tuple[str, ...] = ("production",)
    #: Patterns of branches and tags ("tag v*") that may be deployed to production beside the default branch.
    approved_production_branches: tuple[str, ...] = ()
    #: How many people or teams an environment must name, one of whom approves each deployment to production.
    minimum_deployment_reviewers: int = 0
    minimum_deployment_wait_minutes: int = 0
    #: Days from when a weakness is first seen to when it has to be fixed, by severity; 0: no limit.
    critical_vulnerability_days: int = 7
    high_vulnerability_days: int = 30
    medium_vulnerability_days: int = 90
    low_vulnerability_days: int = 0
    #: What is scanned beside the repositories of GitHub, as images by name without a tag; and whether a scan is due in
    #: every week, and not only in every month.
    scan_targets: tuple[str, ...] = ()
    weekly_scans: bool = False
    #: Accounts that may deploy to production themselves, by login. Bots are the pipeline.
    approved_deployers: tuple[str, ...] = ()


@dataclass(frozen=True)
class Version:
    """Parameters from a moment on (UTC), and why they were changed then."""

    since: datetime
    parameters: Parameters
    reason: str


@dataclass(frozen=True)
class ParameterHistory:
    """`first` until the first of `changes`, which are ordered by time and each whole."""

    first: Parameters = Parameters()
    changes: tuple[Version, ...] = ()

    def at(self, moment: datetime) -> Parameters:
        """What was in force at a moment."""
        in_force = [version.parameters for version in self.changes if version.since <= moment]
        return in_force[-1] if in_force else self.first

    def segments(self, period: Period) -> Iterator[tuple[Period, Parameters]]:
        """The parts of a period in which nothing changed, in order, each with what was in force."""
        inside = [version.since for version in self.changes if period.start < version.since < period.end]
        for start, end in pairwise([period.start, *inside, period.end]):
            yield Period(start, end, period.name), self.at(start)
