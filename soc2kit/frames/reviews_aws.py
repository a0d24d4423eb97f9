"""What is attached to IAM users, as an access review shows it: names, not what the policies allow."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ..iam_policy.account import Pages, entries


def user_policies(pages: Pages, record: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    groups = {group["GroupName"]: group for group in entries(pages, "GroupDetailList")}
    for user in entries(pages, "UserDetailList"):
        yield {"arn": user["Arn"], "holds": list(_held(user, groups))}


def _held(user: Mapping[str, Any], groups: Mapping[str, Any]) -> Iterator[str]:
    yield from (f"policy {name}" for name in _names(user, "UserPolicyList"))
    for group in user.get("GroupList", []):
        inside = list(_names(groups[group], "GroupPolicyList")) if group in groups else ["unknown policies"]
        yield f"group {group} ({', '.join(inside) or 'no policy'})"
    if "PermissionsBoundary" in user:
        yield f"limited by boundary {user['PermissionsBoundary']['PermissionsBoundaryArn'].rsplit('/', 1)[-1]}"


def _names(holder: Mapping[str, Any], inline: str) -> Iterator[str]:
    yield from (policy["PolicyName"] for policy in holder.get("AttachedManagedPolicies", []))
    yield from (f"{policy['PolicyName']} (inline)" for policy in holder.get(inline, []))
