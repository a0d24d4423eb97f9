"""Tests of access to GitHub: two-factor sign-in, owners, default rights, outside collaborators."""

from __future__ import annotations

from ..model import Frame, Outcome
from ..parameters import Parameters
from ..period import Period
from .outcome import outcome, words


def two_factor_required(github_organization: Frame, *, period: Period, parameters: Parameters) -> Outcome:
    """The organisation lets nobody in without a second factor.

    Population: the organisation, at each snapshot.
    Exception: the requirement is off. Not visible to the token is an exception, too: only an owner may see it.
    Source: GET /orgs/{org}, two_factor_requirement_enabled.
    """
    required = github_organization["two_factor_required"]
    reasons = words(
        github_organization.index,
        (~required, "two-factor requirement is off"),
        (required.isna(), "GitHub does not show the requirement to this token; it needs an owner's"),
    )
    return outcome(github_organization, key="organization", at="snapshot_at", reasons=reasons)


def members_have_two_factor(github_members: Frame, *, period: Period, parameters: Parameters) -> Outcome:
    """Every member signs in with a second factor.

    Population: members and owners, at each snapshot.
    Exception: listed by GitHub as without two-factor sign-in.
    Source: GET /orgs/{org}/members, whole and with filter=2fa_disabled.
    """
    reasons = words(github_members.index, (~github_members["two_factor"], "no two-factor sign-in"))
    return outcome(github_members, key="login", at="snapshot_at", reasons=reasons)


def owners_approved(github_member_roles: Frame, *, period: Period, parameters: Parameters) -> Outcome:
    """Owners are few and approved, and one can stand in for the other.

    Population: owners of the organisation, at each snapshot.
    Exception: not in `approved_github_owners`; or fewer owners than `minimum_github_owners` in that snapshot.
    Source: GET /orgs/{org}/members?role=admin.
    """
    population = github_member_roles[github_member_roles["role"] == "admin"]
    number = population.groupby("snapshot_at")["login"].transform("count")
    least = parameters.minimum_github_owners
    reasons = words(
        population.index,
        (~population["login"].isin(parameters.approved_github_owners), "owner, not on the approved list"),
        (number < least, "one of " + number.astype("string") + f" owners; at least {least} are needed"),
    )
    return outcome(population, key="login", at="snapshot_at", reasons=reasons)


def default_permission_at_most_read(github_organization: Frame, *, period: Period, parameters: Parameters) -> Outcome:
    """Being a member gives no right to write.

    Population: the organisation, at each snapshot.
    Exception: default repository permission above read, or not visible to the token.
    Source: GET /orgs/{org}, default_repository_permission.
    """
    permission = github_organization["default_permission"]
    reasons = words(
        github_organization.index,
        (~permission.isin(["none", "read"]) & permission.notna(), "members get " + permission + " on every repository"),
        (permission.isna(), "GitHub does not show the default permission to this token"),
    )
    return outcome(github_organization, key="organization", at="snapshot_at", reasons=reasons)


def outside_collaborators_approved(outside_collaborators: Frame, *, period: Period, parameters: Parameters) -> Outcome:
    """People from outside are known and never administer a repository.

    Population: outside collaborators by repository, at each snapshot.
    Exception: not in `approved_outside_collaborators`, or with admin permission.
    Source: GET /repos/{owner}/{repo}/collaborators?affiliation=outside.
    """
    pair = outside_collaborators["login"] + "@" + outside_collaborators["repository"]
    population = outside_collaborators.assign(collaborator=pair)
    approved = population["login"].isin(parameters.approved_outside_collaborators)
    reasons = words(
        population.index,
        (~approved, "outside collaborator, not on the approved list"),
        (population["permission"] == "admin", "outside collaborator with admin permission"),
    )
    return outcome(population, key="collaborator", at="snapshot_at", reasons=reasons)
