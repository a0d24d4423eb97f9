"""Whether repositories are watched for secrets, and which were found. The secrets themselves are never kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ...period import Period
from ..base import Completeness, Page, Pages
from .access import pages_word
from .client import GithubConnection

SETTINGS_NEEDS = "Repository permission Administration: read (all repositories)"
ALERTS_NEEDS = (
    "Repository permission Secret scanning alerts: read (all repositories), and must belong to an owner or security"
    " manager"
)
LEFT_OUT = "left out of the evidence"


def secret_scanning_settings(connection: GithubConnection, _: Period) -> Pages:
    """The record of each repository: its `security_and_analysis` is left out by GitHub for those who may not see it."""
    repositories = connection.repositories(needs=SETTINGS_NEEDS)
    for repository in repositories:
        yield connection.get_page(f"/repos/{repository.full_name}", needs=SETTINGS_NEEDS)
    return Completeness(f"every one of {len(repositories)} repositories answered", source_total=len(repositories))


def secret_scanning_alerts(connection: GithubConnection, _: Period) -> Pages:
    """Every alert, open and resolved, newest first. GitHub is asked to hide the secrets; one that comes is dropped."""
    path, read, left_out = f"/orgs/{connection.organization}/secret-scanning/alerts", 0, 0
    for page in connection.get_pages(path, {"hide_secret": "true"}, needs=ALERTS_NEEDS):
        kept, dropped = _without_secrets(page)
        read, left_out = read + 1, left_out + dropped
        yield kept
    dropped_words = f"; {left_out} values of the field secret came all the same and are {LEFT_OUT}" if left_out else ""
    return Completeness(f"the list was followed to its last page: {pages_word(read)}{dropped_words}")


def _without_secrets(page: Page) -> tuple[Page, int]:
    """The page, with the field `secret` of each alert replaced by a word that says so; and how many there were."""
    found = sum(alert.get("secret") is not None for alert in page.answer)
    return replace(page, answer=[_without_secret(alert) for alert in page.answer]), found


def _without_secret(alert: Mapping[str, Any]) -> Mapping[str, Any]:
    return {**alert, "secret": LEFT_OUT} if alert.get("secret") is not None else alert
