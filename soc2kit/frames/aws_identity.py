"""Frames from Identity Center and Access Analyzer: who may enter which account, and what is open to outsiders."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from ..iam_policy import ADMINISTRATOR, Held, Holder, rights_of, statements_of

Pages = list[dict[str, Any]]
Row = Mapping[str, Any]
_ALL = "AdministratorAccess"
_EXTERNAL = ("ACCOUNT", "ORGANIZATION")


def _answers(pages: Pages, call: str) -> Iterator[dict[str, Any]]:
    for page in pages:
        if page["call"] == call:
            yield page["answer"]


def _key(user: str) -> str:
    return f"arn:aws:identitystore:::user/{user}"


def center_users(pages: Pages, record: Mapping[str, Any]) -> Iterator[Row]:
    """Everybody in the directory, whether anything is assigned to them or not."""
    for answer in _answers(pages, "identitystore.ListUsers"):
        for user in answer["Users"]:
            emails = sorted(user.get("Emails") or [], key=lambda email: not email.get("Primary"))
            yield {
                "user_key": _key(user["UserId"]),
                "user_name": user["UserName"],
                "display_name": user.get("DisplayName"),
                "email": emails[0]["Value"].lower() if emails else None,
                "active": {"ENABLED": True, "DISABLED": False}.get(user.get("UserStatus")),
            }


def center_access(pages: Pages, record: Mapping[str, Any]) -> Iterator[Row]:
    """One row for each user, account and permission set, with every way that leads there.

    `administrator_via` looks at what the permission set itself holds: AWS's policies and the inline one. Policies of
    the accounts that it only names stand in `customer_policies`, for whoever knows those accounts. An assignment to
    somebody who was deleted has no row: nobody can use it.
    """
    names = {
        user["UserId"]: user["UserName"]
        for answer in _answers(pages, "identitystore.ListUsers")
        for user in answer["Users"]
    }
    groups = {
        group["GroupId"]: group["DisplayName"]
        for answer in _answers(pages, "identitystore.ListGroups")
        for group in answer["Groups"]
    }
    members = defaultdict(list)
    for answer in _answers(pages, "identitystore.ListGroupMemberships"):
        for item in answer["GroupMemberships"]:
            members[item["GroupId"]].append(item["MemberId"]["UserId"])
    sets = _permission_sets(pages)
    ways: dict[tuple[str, str, str], list[str]] = defaultdict(list)
    for answer in _answers(pages, "sso-admin.ListAccountAssignments"):
        for item in answer["AccountAssignments"]:
            place = (item["AccountId"], item["PermissionSetArn"])
            if item["PrincipalType"] == "USER":
                ways[(item["PrincipalId"], *place)].append("direct")
            else:
                for user in members[item["PrincipalId"]]:
                    ways[(user, *place)].append(f"group {groups[item['PrincipalId']]}")
    for (user, account, arn), via in ways.items():
        if user in names:
            yield {"user_key": _key(user), "account": account, "via": "; ".join(sorted(via)), **sets[arn]}


def center_accounts(pages: Pages, record: Mapping[str, Any]) -> Iterator[Row]:
    """Accounts that a permission set is provisioned in, whether anybody holds it there or not."""
    for account in sorted(
        {
            account
            for answer in _answers(pages, "sso-admin.ListAccountsForProvisionedPermissionSet")
            for account in answer["AccountIds"]
        }
    ):
        yield {"account": account}


def _permission_sets(pages: Pages) -> dict[str, dict[str, str | None]]:
    """By ARN, the columns that a permission set gives to each row of it."""
    names = {}
    held: dict[str, list[Held]] = defaultdict(list)
    referred: dict[str, list[str]] = defaultdict(list)
    for page in pages:
        arn, answer = page["parameters"].get("PermissionSetArn", ""), page["answer"]
        if page["call"] == "sso-admin.DescribePermissionSet":
            names[arn] = answer["PermissionSet"]["Name"]
        elif page["call"] == "sso-admin.ListManagedPoliciesInPermissionSet":
            listed = [policy["Name"] for policy in answer["AttachedManagedPolicies"]]
            held[arn] += [Held(f"attached {name}", statements_of(ADMINISTRATOR)) for name in listed if name == _ALL]
        elif page["call"] == "sso-admin.GetInlinePolicyForPermissionSet" and answer["InlinePolicy"]:
            held[arn].append(Held("inline policy", statements_of(json.loads(answer["InlinePolicy"]))))
        elif page["call"] == "sso-admin.ListCustomerManagedPolicyReferencesInPermissionSet":
            referred[arn] += [policy["Name"] for policy in answer["CustomerManagedPolicyReferences"]]
    return {
        arn: {
            "permission_set": name,
            "administrator_via": _administrator_via(name, held[arn]),
            "customer_policies": ", ".join(referred[arn]) or None,
        }
        for arn, name in names.items()
    }


def _administrator_via(name: str, held: list[Held]) -> str | None:
    rights = [right for right in rights_of(Holder(tuple(held))) if right.kind == "administrator"]
    ways = [path.words for right in rights for path in right.paths]
    return f"permission set {name}: {'; '.join(ways)}" if ways else None


def analyzers(pages: Pages, record: Mapping[str, Any]) -> Iterator[Row]:
    """Each region that was asked, with how many analyzers look there for access from outside."""
    looking: dict[str, int] = {}
    for page in pages:
        if page["call"] == "accessanalyzer.ListAnalyzers":
            active = [
                item for item in page["answer"]["analyzers"] if item["type"] in _EXTERNAL and item["status"] == "ACTIVE"
            ]
            region = page["parameters"]["region"]
            looking[region] = looking.get(region, 0) + len(active)
    account = record["source"]["account"]
    for region, number in looking.items():
        yield {"place": f"{account}/{region}", "account": account, "region": region, "analyzers": number}


def external_access(pages: Pages, record: Mapping[str, Any]) -> Iterator[Row]:
    """What somebody outside can reach, and who; `principal` is AWS's own word for them."""
    for page in pages:
        if page["call"] != "accessanalyzer.ListFindings":
            continue
        for item in page["answer"]["findings"]:
            yield {
                "finding": item["id"],
                "account": item["resourceOwnerAccount"],
                "region": page["parameters"]["region"],
                "resource": item.get("resource"),
                "resource_type": item["resourceType"],
                "public": item.get("isPublic"),
                "principal": ", ".join(sorted((item.get("principal") or {}).values())) or None,
                "actions": ", ".join(item.get("action") or []) or None,
                "since": item["createdAt"],
            }
