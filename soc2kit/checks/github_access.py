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


def everybody_has_two_factor(github_sign_ins: Frame, *, period: Period, parameters: Parameters) -> Outcome:
    """Everybody who can reach the organisation's code signs in with a second factor.

    Population: members, owners and outside collaborators, at each snapshot; outside collaborators where GitHub lets the
    list of those without a second factor be read.
    Exception: listed by GitHub as without two-factor sign-in.
    Source: GET /orgs/{org}/members and /orgs/{org}/outside_collaborators, whole and with filter=2fa_disabled.
    """
    reasons = words(github_sign_ins.index, (~github_sign_ins["two_factor"], "no two-factor sign-in"))
    return outcome(github_sign_ins, key="login", at="snapshot_at", reasons=reasons)


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


def outside_collaborators_approved(outside_access: Frame, *, period: Period, parameters: Parameters) -> Outcome:
    """People from outside are known, somebody answers for each until a day, and none administers a repository.

    Population: outside collaborators by repository, at each snapshot.
    Exception: where a register is kept, not in it, or in it without a sponsor or an end date, or with one that had
    passed when the snapshot was taken (access may last to the end of that day); where none is kept, not in
    `approved_outside_collaborators`. Admin permission is one in any case.
    Source: GET /repos/{owner}/{repo}/collaborators?affiliation=outside; the register outside-collaborators.csv as it
    was then.
    """
    pair = outside_access["login"] + "@" + outside_access["repository"]
    population = outside_access.assign(collaborator=pair)
    registered, until = population["registered"], population["until"]
    listed = population["login"].isin(parameters.approved_outside_collaborators)
    reasons = words(
        population.index,
        (registered.isna() & ~listed, "outside collaborator, not on the approved list"),
        (~registered & ~listed, "outside collaborator, not in the register"),
        (~registered & listed, "on the approved list, but the register names no sponsor and no end date"),
        (registered & population["sponsor"].isna(), "in the register without a sponsor"),
        (registered & until.isna(), "in the register without an end date"),
        (until < population["snapshot_at"], "access was to end on " + until.dt.strftime("%Y-%m-%d")),
        (population["permission"] == "admin", "outside collaborator with admin permission"),
    )
    return outcome(population, key="collaborator", at="snapshot_at", reasons=reasons)
