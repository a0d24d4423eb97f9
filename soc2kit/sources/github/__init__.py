"""GitHub: who has access to the organisation, and how code reaches the default branches."""

from __future__ import annotations

from ...config import Config
from ..base import Dataset, Source
from . import access, access_grants, secret_scanning
from .audit_log import AUDIT_LOG_NEEDS, audit_log
from .branch_rules import BRANCH_RULES_NEEDS, BYPASS_NEEDS, branch_rules
from .client import connect
from .default_branch_commits import default_branch_commits
from .deployments import DEPLOYMENTS_NEEDS, deployments
from .environments import ENVIRONMENTS_NEEDS, environments
from .merged_pull_requests import CHANGES_NEEDS, merged_mentions, merged_pull_requests
from .rule_suites import RULE_SUITES_NEEDS, rule_suites
from .saml_identities import SAML_NEEDS, saml_identities
from .vulnerability_alerts import (
    CODE_SCANNING_NEEDS,
    DEPENDABOT_NEEDS,
    ENABLED_NEEDS,
    code_scanning_alerts,
    dependabot_alerts,
    vulnerability_alerts_enabled,
)
from .workflow_files import WORKFLOW_FILES_NEEDS, workflow_files
from .workflow_runs import WORKFLOW_RUNS_NEEDS, workflow_runs

_ACCESS, _CHANGES, _SECRETS = "access-reviews", "change-management", "secret-scanning"
_SCANS = "vulnerability-scans"


def _has_single_sign_on(config: Config) -> bool:
    return config.github is not None and config.github.saml


def _has_audit_log(config: Config) -> bool:
    return config.github is not None and config.github.audit_log


def _has_rule_suites(config: Config) -> bool:
    return config.github is not None and config.github.rule_suites


# fmt: off
SOURCE = Source("github", "GitHub", connect, (
    Dataset("github.organization", "Settings of the organisation", _ACCESS, "github-organization", "snapshot",
            (access.ORGANIZATION_NEEDS,), access.organization),
    Dataset("github.members", "Members and owners", _ACCESS, "github-members", "snapshot",
            (access.MEMBERS_NEEDS,), access.members),
    Dataset("github.members_without_2fa", "Members without two-factor authentication", _ACCESS,
            "github-members-without-2fa", "snapshot", (access.TWO_FACTOR_NEEDS,), access.members_without_2fa),
    Dataset("github.outside_collaborators", "Outside collaborators", _ACCESS, "github-outside-collaborators",
            "snapshot", (access.MEMBERS_NEEDS, access.METADATA_NEEDS), access.outside_collaborators),
    Dataset("github.outside_without_2fa", "Outside collaborators without two-factor authentication", _ACCESS,
            "github-outside-without-2fa", "snapshot", (access.TWO_FACTOR_NEEDS,), access.outside_without_2fa),
    Dataset("github.teams", "Teams, their members and their repositories", _ACCESS, "github-teams", "snapshot",
            (access.MEMBERS_NEEDS, access.METADATA_NEEDS), access_grants.teams),
    Dataset("github.direct_collaborators", "People with a right of their own on a repository", _ACCESS,
            "github-direct-collaborators", "snapshot", (access.METADATA_NEEDS,), access_grants.direct_collaborators),
    Dataset("github.invitations", "Pending invitations", _ACCESS, "github-invitations", "snapshot",
            (access.MEMBERS_NEEDS,), access_grants.invitations),
    Dataset("github.deploy_keys", "Deploy keys", _ACCESS, "github-deploy-keys", "snapshot",
            (access_grants.DEPLOY_KEYS_NEEDS,), access_grants.deploy_keys),
    Dataset("github.app_installations", "Installed apps", _ACCESS, "github-apps", "snapshot",
            (access.ORGANIZATION_NEEDS,), access_grants.app_installations),
    Dataset("github.saml_identities", "Identities of single sign-on", _ACCESS, "github-saml-identities", "snapshot",
            (SAML_NEEDS,), saml_identities, wanted=_has_single_sign_on),
    Dataset("github.audit_log", "Audit log", _ACCESS, "github-audit-log", "events",
            (AUDIT_LOG_NEEDS,), audit_log, wanted=_has_audit_log, resumable=True),
    Dataset("github.secret_scanning_settings", "Secret scanning of each repository", _SECRETS,
            "github-secret-scanning", "snapshot", (secret_scanning.SETTINGS_NEEDS,),
            secret_scanning.secret_scanning_settings),
    Dataset("github.secret_scanning_alerts", "Secrets found in repositories", _SECRETS, "github-secret-alerts",
            "snapshot", (secret_scanning.ALERTS_NEEDS,), secret_scanning.secret_scanning_alerts),
    Dataset("github.repositories", "Repositories", _CHANGES, "github-repositories", "snapshot",
            (access.METADATA_NEEDS,), access.repositories),
    Dataset("github.branch_rules", "Protection of default branches", _CHANGES, "github-branch-protection", "snapshot",
            (BRANCH_RULES_NEEDS, BYPASS_NEEDS), branch_rules),
    Dataset("github.rule_suites", "Pushes refused by branch rules, and pushes past them", _CHANGES,
            "github-rule-suites", "events", (RULE_SUITES_NEEDS,), rule_suites, wanted=_has_rule_suites),
    Dataset("github.merged_pull_requests", "Merged pull requests", _CHANGES, "merged-prs", "events",
            (CHANGES_NEEDS,), merged_pull_requests, mentions=merged_mentions, resumable=True),
    Dataset("github.default_branch_commits", "Default branches: their updates and commits", _CHANGES,
            "default-branch-commits", "events", (CHANGES_NEEDS,), default_branch_commits, shares=True),
    Dataset("github.workflow_files", "Workflow files", _CHANGES, "workflow-files", "snapshot",
            (WORKFLOW_FILES_NEEDS,), workflow_files),
    Dataset("github.workflow_runs", "Runs of workflows", _CHANGES, "workflow-runs", "events",
            (WORKFLOW_RUNS_NEEDS,), workflow_runs),
    Dataset("github.deployments", "Deployments and their statuses", _CHANGES, "deployments", "events",
            (DEPLOYMENTS_NEEDS,), deployments),
    Dataset("github.environments", "Environments and their protection", _CHANGES, "github-environments", "snapshot",
            (ENVIRONMENTS_NEEDS,), environments),
    Dataset("github.vulnerability_alerts_enabled", "Alerts on dependencies of each repository", _SCANS,
            "github-vulnerability-alerts", "snapshot", (ENABLED_NEEDS,), vulnerability_alerts_enabled),
    Dataset("github.dependabot_alerts", "Alerts on dependencies", _SCANS, "dependabot-alerts", "snapshot",
            (DEPENDABOT_NEEDS,), dependabot_alerts),
    Dataset("github.code_scanning_alerts", "Alerts on code", _SCANS, "code-scanning-alerts", "snapshot",
            (CODE_SCANNING_NEEDS,), code_scanning_alerts),
))
# fmt: on

__all__ = ["SOURCE"]
