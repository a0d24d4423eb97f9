"""Tests of rights in AWS: administrators, ways to become one, policies, and who may assume which role."""

from __future__ import annotations

import pandas as pd

from ..model import Frame, Outcome
from ..parameters import Parameters
from ..period import Period
from .outcome import outcome, words

_RIGHTS_SHOWN = 3


def administrators_approved(aws_administrators: Frame, *, period: Period, parameters: Parameters) -> Outcome:
    """Administrator rights are held by the approved few.

    Population: IAM users and roles that hold every action on every resource by any path (attached, inline, group), also
    under a condition or with exceptions, people who do by a permission set of Identity Center, directly or through a
    group, and those from whom only a permissions boundary keeps it; at each snapshot.
    Exception: effective, and not in `approved_aws_administrators`, which names users and people `name` and roles
    `role/name`. A policy whose text IAM did not give counts: what it allows is not known.
    Source: iam.GetAccountAuthorizationDetails; Identity Center's assignments and memberships. Policies of the
    organisation and of sessions are not looked at.
    """
    effective = aws_administrators["administrator_via"]
    approved = aws_administrators["name"].isin(parameters.approved_aws_administrators)
    reasons = words(
        aws_administrators.index,
        (~approved & effective.notna(), "administrator through " + effective + ", not on the approved list"),
    )
    return outcome(aws_administrators, key="arn", at="snapshot_at", reasons=reasons)


def _short_name(principals: Frame) -> pd.Series:
    name = principals["arn"].str.rsplit("/", n=1).str[-1]
    # A role must not pass for the user of the same name.
    return name.mask(principals["type"] == "role", "role/" + name)


def escalation_approved(aws_effective_rights: Frame, *, period: Period, parameters: Parameters) -> Outcome:
    """Rights by which somebody can make himself administrator are held by the approved few.

    Population: IAM users and roles that hold such a right without being administrators; at each snapshot, one row each.
    Such are rights on everything of a kind (all of IAM, policies or keys of others, passing any role to something that
    runs, assuming every role, …), and rights on a single administrator: assuming its role, as far as the role's trust
    lets them, passing it on, changing who may assume it, or making keys or passwords of its user.
    Exception: a right that neither the boundary takes away nor a condition limits in what can be done, held outside
    `approved_aws_escalation` and `approved_aws_administrators` (users by `name`, roles as `role/name`): who may use an
    approved break-glass role has to be approved, too. A condition on how somebody connects (MFA, address, TLS, region,
    date), on who it is or whose things they are, or that a request without the key gets past, leaves it as it is.
    Source: iam.GetAccountAuthorizationDetails. People who assume a role through a provider are judged with their sets
    and trusts, and principals of other accounts with the trusts.
    """
    every = aws_effective_rights[aws_effective_rights["kind"] == "escalation"]
    open_rights = every[~every["narrowed"] & ~every["limited_by_boundary"]]
    listed = open_rights.groupby(["arn", "snapshot_at"])[["right", "via"]].apply(_in_words, include_groups=False)
    holders = every[["arn", "type", "boundary", "snapshot_at"]].drop_duplicates(["arn", "snapshot_at"])
    holders = holders.sort_values(["arn", "snapshot_at"]).reset_index(drop=True)
    places = pd.MultiIndex.from_frame(holders[["arn", "snapshot_at"]])
    texts = listed.reindex(places) if len(listed) else pd.Series(pd.NA, index=places)
    escalates_by = pd.Series(texts.to_numpy(), index=holders.index, dtype="string")
    approved = {*parameters.approved_aws_escalation, *parameters.approved_aws_administrators}
    reasons = words(
        holders.index,
        (
            ~_short_name(holders).isin(approved) & escalates_by.notna(),
            "can become administrator: " + escalates_by + "; not on the approved list",
        ),
    )
    return outcome(holders.assign(escalates_by=escalates_by), key="arn", at="snapshot_at", reasons=reasons)


def _in_words(rights: Frame) -> str:
    distinct = sorted({f"{row.right} through {row.via}" for row in rights.itertuples()})
    more = len(distinct) - _RIGHTS_SHOWN
    return "; ".join(distinct[:_RIGHTS_SHOWN]) + (f"; and {more} more" if more > 0 else "")


def no_full_wildcards(aws_policies: Frame, *, period: Period, parameters: Parameters) -> Outcome:
    """No policy that the company wrote allows everything on everything, or all of a service on everything.

    Population: customer-managed and inline policies, at each snapshot. AWS's own policies are judged by their holders.
    Exception: every action on every resource, also under a condition or with some actions left out; or every action of
    a service on all its resources, unless a condition limits what can be done or the service is in
    `approved_service_wildcards`. What the policy itself denies without a condition it does not allow.
    Source: iam.GetAccountAuthorizationDetails, default versions.
    """
    accepted = set(parameters.approved_service_wildcards)
    services = [", ".join(f"{name}:*" for name in names if name not in accepted) for names in _lists(aws_policies)]
    whole = pd.Series(services, index=aws_policies.index, dtype="string")
    reasons = words(
        aws_policies.index,
        (aws_policies["full_wildcard"], "allows every action on every resource: " + aws_policies["statement"]),
        (whole != "", "allows whole services on every resource: " + whole),
    )
    return outcome(aws_policies.drop(columns="statements"), key="policy", at="snapshot_at", reasons=reasons)


def _lists(policies: Frame) -> list[list[str]]:
    return list(policies["whole_services"])


def roles_assumed_by_known(aws_role_trusts: Frame, *, period: Period, parameters: Parameters) -> Outcome:
    """Roles can be assumed only by principals that the company knows.

    Population: principals that a role's trust policy names, one row each, at each snapshot; service-linked roles not.
    Exception: anybody, without a condition that says who (an external ID does not, it is no secret, nor does a
    condition that a request without the key gets past); an account, as principal or named by such a condition, that is
    neither read here nor in `approved_aws_accounts`; a provider of web identities without a condition on the subject; a
    subject of GitHub whose owner is not in `approved_github_organizations` where that list is given, and without it any
    owner that is written out is taken for the company's, as is any AWS organisation; a principal that was deleted or is
    of no known kind.
    Source: iam.GetAccountAuthorizationDetails, AssumeRolePolicyDocument.
    """
    trusts = aws_role_trusts
    known = {*trusts["role"].str.split(":").str[4].dropna(), *parameters.approved_aws_accounts}
    kind = trusts["principal_kind"]
    federated = (kind == "federated") & ~trusts["principal"].str.contains(":saml-provider/", regex=False)
    unknown = trusts["account"].notna() & ~trusts["account"].isin(known)
    strangers = _outside(trusts["named_accounts"], known).mask(kind != "anyone", "")
    owners = _outside(trusts["github_owners"], {name.lower() for name in parameters.approved_github_organizations})
    owners = owners if parameters.approved_github_organizations else owners.where(owners == "", "")
    condition = (" (" + trusts["condition"] + ")").fillna("")
    identified = trusts["external_id"].map({True: "", False: " and no external ID is asked for"}).astype("string")
    reasons = words(
        trusts.index,
        ((kind == "anyone") & ~trusts["names_who"], "anybody may assume it" + condition),
        (strangers != "", "a condition names account " + strangers + ", which is not in approved_aws_accounts"),
        (owners != "", "repositories of " + owners + " may assume it, which is not in approved_github_organizations"),
        (unknown, "account " + trusts["account"] + " is not in approved_aws_accounts" + identified),
        (
            federated & ~trusts["names_who"],
            "whoever signs in at " + trusts["principal"].str.rsplit("/", n=1).str[-1] + " may assume it: no condition"
            " names the subject",
        ),
        (kind == "deleted", "the principal was deleted; whoever is made anew under its name is not it"),
        (kind == "other", "a principal of no known kind"),
    )
    return outcome(trusts, key="trust", at="snapshot_at", reasons=reasons)


def _outside(names: pd.Series, known: set[str]) -> pd.Series:
    """Of the names of each row those that are not known, in words."""
    return pd.Series([", ".join(sorted(set(each) - known)) for each in names], index=names.index, dtype="string")
