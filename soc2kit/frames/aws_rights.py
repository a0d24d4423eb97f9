"""Frames of rights: what IAM's policies allow whom, and who may assume which role."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ..iam_policy import Held, Holder, Path, Right, rights_of, statements_of
from ..iam_policy.account import Account, Pages, Principal, default_document, entries, owned_by_aws, service_linked
from ..iam_policy.normalised import normalised
from ..iam_policy.trusts import Trust, repeated, trusts_of

Row = Mapping[str, Any]


def _account(record: Mapping[str, Any]) -> str:
    return str(record["source"]["account"])


def principals(pages: Pages, record: Mapping[str, Any]) -> Iterator[Row]:
    """IAM users and roles, with every way in which each holds administrator rights."""
    account = Account(pages, _account(record))
    for principal in account.principals():
        administrator = [right for right in account.rights(principal) if right.kind == "administrator"]
        held_back = [path.words for right in administrator for path in right.held_back]
        yield {
            "arn": principal.arn,
            "type": principal.type,
            "administrator_via": "; ".join(path.words for right in administrator for path in right.paths) or None,
            "email": principal.tags.get("email"),
            "boundary": principal.boundary,
            "held_back": "; ".join(held_back) or None,
        }


def effective_rights(pages: Pages, record: Mapping[str, Any]) -> Iterator[Row]:
    """Wide rights of users and roles: one row for each right and path to it.

    A row that is limited by the boundary is a right that the policies give and the boundary takes away.
    """
    account = Account(pages, _account(record))
    for principal in account.principals():
        for right in (*account.rights(principal), *account.ways_through_others(principal)):
            for path in right.paths:
                yield _right_row(principal, right, path, limited=False)
            for path in right.held_back:
                yield _right_row(principal, right, path, limited=True)


def _right_row(principal: Principal, right: Right, path: Path, *, limited: bool) -> Row:
    return {
        "arn": principal.arn,
        "type": principal.type,
        "kind": right.kind,
        "right": right.right + (f", {path.left_out}" if path.left_out else ""),
        "via": path.via,
        "condition": path.condition or None,
        "narrowed": path.narrowed,
        "boundary": principal.boundary,
        "limited_by_boundary": limited,
    }


def policies(pages: Pages, record: Mapping[str, Any]) -> Iterator[Row]:
    """Policies the company wrote: customer-managed and inline. AWS's own are left out."""
    account = _account(record)
    for policy in entries(pages, "Policies"):
        document = default_document(policy)
        if not owned_by_aws(policy["Arn"]) and document is not None:
            yield policy_row(policy["Arn"], "customer-managed", document, account)
    for holders, inline in (
        ("UserDetailList", "UserPolicyList"),
        ("GroupDetailList", "GroupPolicyList"),
        ("RoleDetailList", "RolePolicyList"),
    ):
        for holder in entries(pages, holders):
            for policy in holder.get(inline, []):
                key = f"{holder['Arn']}/inline/{policy['PolicyName']}"
                yield policy_row(key, "inline", policy["PolicyDocument"], account)


def policy_row(key: str, kind: str, document: Mapping[str, Any], account: str | None) -> Row:
    """What one policy allows, by itself."""
    rights = list(rights_of(Holder((Held("", statements_of(document)),), account=account)))
    wide = [path for right in rights if right.kind == "administrator" for path in right.paths]
    return {
        "policy": key,
        "type": kind,
        "full_wildcard": bool(wide),
        "statement": "; ".join(_named(path) for path in wide) or None,
        "whole_services": [right.service for right in rights if right.service and right.open],
        "statements": normalised(document),
    }


def _named(path: Path) -> str:
    return ", ".join(part for part in (path.label, path.left_out, path.condition) if part)


def role_trusts(pages: Pages, record: Mapping[str, Any]) -> Iterator[Row]:
    """Who may assume which role: one row for each principal that a trust policy names. Service-linked roles are left
    out."""
    for role in entries(pages, "RoleDetailList"):
        if service_linked(role):
            continue
        trusts = trusts_of(role["AssumeRolePolicyDocument"])
        several = repeated(trusts)
        for trust in trusts:
            name = f"{trust.principal}, {trust.label}" if trust.principal in several else trust.principal
            yield {"trust": f"{role['Arn']} by {name}", "role": role["Arn"], **_trust_row(trust, _account(record))}


def _trust_row(trust: Trust, account: str) -> Row:
    inside = trust.kind == "service" or trust.account == account
    return {
        "principal": trust.principal,
        "principal_kind": trust.kind,
        "account": trust.account,
        # Of a principal that names no account (everybody, one that was deleted) only everybody is surely outside.
        "external": True if trust.kind == "anyone" else None if not inside and trust.account is None else not inside,
        "condition": trust.condition or None,
        "names_who": trust.names_who,
        "named_accounts": list(trust.named_accounts),
        "github_owners": list(trust.github_owners),
        "external_id": trust.external_id,
        "mfa_required": trust.mfa_required,
    }
