"""What the example company's systems look like at one moment.

The timeline computes a `State`; each example service is made to match it. Nothing here knows a test or a control.
All times are aware and in UTC.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from .github_access_state import GithubAccess
from .github_change_state import OrganizationRuleset, Repository
from .github_vulnerability_state import VulnerabilityState


@dataclass(frozen=True)
class AccessKey:
    created_at: datetime
    active: bool = True
    last_used_at: datetime | None = None


@dataclass(frozen=True)
class IamUser:
    name: str
    created_at: datetime
    email: str | None = None  # becomes the tag `email`
    console: bool = False
    password_changed_at: datetime | None = None
    password_last_used_at: datetime | None = None
    mfa: bool = False
    keys: tuple[AccessKey, ...] = ()
    groups: tuple[str, ...] = ()
    attached_policies: tuple[str, ...] = ()  # policy names: AWS-managed or of this account
    inline_policies: tuple[tuple[str, dict[str, Any]], ...] = ()
    boundary: str | None = None  # name of a policy of this account


@dataclass(frozen=True)
class IamGroup:
    name: str
    attached_policies: tuple[str, ...] = ()


@dataclass(frozen=True)
class IamRole:
    name: str
    created_at: datetime
    trust: dict[str, Any]
    attached_policies: tuple[str, ...] = ()
    path: str = "/"


@dataclass(frozen=True)
class PermissionSet:
    name: str
    managed_policies: tuple[str, ...] = ()  # names of AWS-managed policies
    customer_policies: tuple[str, ...] = ()  # names of policies that each account must have
    inline_policy: dict[str, Any] | None = None
    boundary: str | None = None  # name of an AWS-managed policy


@dataclass(frozen=True)
class CenterUser:
    name: str
    display_name: str
    email: str | None = None
    enabled: bool = True


@dataclass(frozen=True)
class CenterGroup:
    name: str
    members: tuple[str, ...] = ()  # user names


@dataclass(frozen=True)
class Assignment:
    account: str
    permission_set: str
    principal: str  # the name of a group or a user
    kind: Literal["GROUP", "USER"] = "GROUP"


@dataclass(frozen=True)
class IdentityCenter:
    owner: str
    region: str
    users: tuple[CenterUser, ...] = ()
    groups: tuple[CenterGroup, ...] = ()
    permission_sets: tuple[PermissionSet, ...] = ()
    assignments: tuple[Assignment, ...] = ()


@dataclass(frozen=True)
class ExternalAccess:
    """Something that somebody outside can reach; a principal of `*` is everybody."""

    resource: str
    resource_type: str
    principal: str
    since: datetime
    region: str


@dataclass(frozen=True)
class AwsState:
    account: str
    root_mfa: bool
    root_access_key: bool
    root_last_used_at: datetime | None
    users: tuple[IamUser, ...]
    groups: tuple[IamGroup, ...]
    roles: tuple[IamRole, ...]
    policies: tuple[tuple[str, dict[str, Any]], ...]  # customer-managed: name, document
    identity_center: IdentityCenter | None = None
    analyzer_regions: tuple[str, ...] = ()  # where an analyzer of external access is active
    external_access: tuple[ExternalAccess, ...] = ()
    events: tuple[Mapping[str, Any], ...] = ()  # CloudTrail's, as it writes them, oldest first
    members: tuple[AwsState, ...] = ()  # other accounts, each reached by the role soc2kit-reader
    regions: tuple[str, ...] = ("us-east-1",)  # those enabled
    cloud: Mapping[str, tuple[Mapping[str, Any], ...]] = field(default_factory=dict)  # see aws_cloud.py, by kind


@dataclass(frozen=True)
class GithubAccount:
    login: str
    kind: Literal["User", "Bot"] = "User"
    name: str | None = None
    email: str | None = None
    created_at: datetime | None = None


@dataclass(frozen=True)
class Member:
    login: str
    role: Literal["admin", "member"] = "member"
    two_factor: bool = True


@dataclass(frozen=True)
class GithubState:
    organization: str
    two_factor_required: bool
    default_repository_permission: Literal["none", "read", "write", "admin"]
    accounts: tuple[GithubAccount, ...]  # everybody who ever appears
    members: tuple[Member, ...]
    outside_collaborators: tuple[tuple[str, str, str], ...]  # login, repository, permission
    repositories: tuple[Repository, ...]
    access: GithubAccess = field(default_factory=GithubAccess)
    rulesets: tuple[OrganizationRuleset, ...] = ()
    vulnerabilities: VulnerabilityState = field(default_factory=VulnerabilityState)


@dataclass(frozen=True)
class DatabaseRole:
    name: str
    login: bool = True
    superuser: bool = False
    create_role: bool = False
    create_database: bool = False
    bypass_rls: bool = False
    replication: bool = False
    valid_until: datetime | None = None
    member_of: tuple[str, ...] = ()
    password: Literal["md5", "scram-sha-256"] | None = None  # how it is kept, if there is one


@dataclass(frozen=True)
class Schema:
    name: str
    owner: str
    tables: tuple[str, ...] = ()


@dataclass(frozen=True)
class Grant:
    """Privileges on a schema, or on tables of it; `to` is a role or PUBLIC."""

    privileges: tuple[str, ...]
    schema: str
    to: str
    tables: tuple[str, ...] = ()


@dataclass(frozen=True)
class Database:
    name: str
    owner: str
    schemas: tuple[Schema, ...] = ()
    grants: tuple[Grant, ...] = ()


@dataclass(frozen=True)
class DatabaseServer:
    """What the database server says of itself: settings, the text of pg_hba.conf, and who is connected."""

    settings: tuple[tuple[str, str], ...] = ()
    rules: str = ""
    sessions: tuple[tuple[str, str, str, bool], ...] = ()  # role, database, address, whether with TLS


@dataclass(frozen=True)
class State:
    """The company at `at`."""

    at: datetime
    aws: AwsState
    github: GithubState
    roles: tuple[DatabaseRole, ...]
    roster_csv: str
    identities_csv: str
    access_requests_csv: str
    break_glass_csv: str
    terraform: tuple[tuple[str, str], ...]  # path below the folder, text
    databases: tuple[Database, ...]
    outside_csv: str
    change_exceptions_csv: str = ""
    restore_tests_csv: str = ""
    database_server: DatabaseServer = DatabaseServer()
    postgres_files: tuple[tuple[str, str], ...] = ()  # path below the folder, text
    terraform_exports: tuple[tuple[str, str], ...] = ()  # plans and states: path below the folder, text
    scans: tuple[tuple[str, bytes], ...] = ()  # reports of scanners: path below the folder, content
    registers: tuple[tuple[str, str], ...] = ()  # further registers of the company: file name, text
