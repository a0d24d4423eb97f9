"""Frames from AWS IAM's answers."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any

Pages = list[dict[str, Any]]
Row = Mapping[str, Any]
# What the credential report writes where there is no time. `N/A` is "never" for a last use; the other two say that AWS
# does not know, which is not the same.
_NO_TIME = {"N/A", "no_information", "not_supported", ""}
ADMINISTRATOR = "AdministratorAccess"


def _report(pages: Pages) -> Iterator[dict[str, str]]:
    """Rows of the credential report, by its own header: 22 or 23 columns, and unknown ones are tolerated."""
    yield from csv.DictReader(io.StringIO(pages[-1]["answer"]["Content"], newline=""))


def _flag(text: str | None) -> bool | None:
    return {"true": True, "false": False}.get(text or "")


def _use(text: str | None) -> str:
    """`used`, or AWS's own word for why there is no time of a last use."""
    word = text or "no_information"
    return word if word in _NO_TIME else "used"


def _generated(pages: Pages) -> str | None:
    """When AWS made the report: up to four hours before it was fetched."""
    made: str | None = pages[-1]["answer"].get("GeneratedTime")
    return made


def _time(text: str | None) -> str | None:
    return None if text is None or text in _NO_TIME else text


def users(pages: Pages, record: Mapping[str, Any]) -> Iterator[Row]:
    """IAM users without root."""
    generated = _generated(pages)
    for row in _report(pages):
        if row["user"] == "<root_account>":
            continue
        yield {
            "arn": row["arn"],
            "user": row["user"],
            "created_at": _time(row["user_creation_time"]),
            "console": _flag(row["password_enabled"]),
            "password_last_used_at": _time(row["password_last_used"]),
            "password_last_used_state": _use(row["password_last_used"]),
            "mfa": _flag(row["mfa_active"]),
            "report_generated_at": generated,
        }


def listed_users(pages: Pages, record: Mapping[str, Any]) -> Iterator[Row]:
    """IAM users by the list call: the second source beside the credential report."""
    for user in _details(pages, "Users"):
        yield {"arn": user["Arn"], "created_at": user["CreateDate"]}


def user_counts(pages: Pages, record: Mapping[str, Any]) -> Iterator[Row]:
    """How many IAM users the account's own summary counts."""
    yield {"account": record["source"]["account"], "users": pages[-1]["answer"]["SummaryMap"].get("Users")}


def root(pages: Pages, record: Mapping[str, Any]) -> Iterator[Row]:
    summary = pages[-1]["answer"]["SummaryMap"]
    account = record["source"]["account"]
    yield {
        "arn": f"arn:aws:iam::{account}:root",
        "mfa": _bit(summary, "AccountMFAEnabled"),
        "access_keys": summary.get("AccountAccessKeysPresent"),
    }


def _bit(summary: Mapping[str, int], name: str) -> bool | None:
    return bool(summary[name]) if name in summary else None


def credentials(pages: Pages, record: Mapping[str, Any]) -> Iterator[Row]:
    """One row per password and access key that exists, root's included."""
    generated = _generated(pages)
    for row in _report(pages):
        created = _time(row["user_creation_time"])
        if row["password_enabled"] == "true":
            yield {
                "credential": f"{row['arn']}/password",
                "arn": row["arn"],
                "type": "password",
                "active": True,
                "created_at": _time(row["password_last_changed"]) or created,
                "last_used_at": _time(row["password_last_used"]),
                "last_used_state": _use(row["password_last_used"]),
                "report_generated_at": generated,
            }
        for number in ("1", "2"):
            rotated, active = _time(row[f"access_key_{number}_last_rotated"]), _flag(row[f"access_key_{number}_active"])
            # An active key whose age AWS does not tell is still a key.
            if rotated is None and not active:
                continue
            yield {
                "credential": f"{row['arn']}/access-key-{number}",
                "arn": row["arn"],
                "type": "access key",
                "active": active,
                "created_at": rotated,
                "last_used_at": _time(row[f"access_key_{number}_last_used_date"]),
                "last_used_state": _use(row[f"access_key_{number}_last_used_date"]),
                "report_generated_at": generated,
            }


def root_last_use(pages: Pages, record: Mapping[str, Any]) -> Iterator[Row]:
    """When root's password and keys were last used, as the credential report knows it; one row for each of them."""
    for row in _report(pages):
        if row["user"] != "<root_account>":
            continue
        for credential, column in (
            ("password", "password_last_used"),
            ("access-key-1", "access_key_1_last_used_date"),
            ("access-key-2", "access_key_2_last_used_date"),
        ):
            yield {
                "credential": f"{row['arn']}/{credential}",
                "account": record["source"]["account"],
                "last_used_at": _time(row.get(column)),
            }


def _details(pages: Pages, name: str) -> Iterator[dict[str, Any]]:
    for page in pages:
        yield from page["answer"].get(name, [])


def principals(pages: Pages, record: Mapping[str, Any]) -> Iterator[Row]:
    """IAM users and roles, with every way in which each holds administrator rights."""
    groups = {group["GroupName"]: group for group in _details(pages, "GroupDetailList")}
    documents = _policy_documents(pages)
    # A managed policy can be attached to hundreds of holders, so each is judged once.
    wide = cache(lambda arn: bool(full_wildcards(documents.get(arn, {}))))
    for user in _details(pages, "UserDetailList"):
        paths = list(_administrator_paths(user, wide, "UserPolicyList"))
        for name in user.get("GroupList", []):
            paths += [f"group {name}: {path}" for path in _administrator_paths(groups[name], wide, "GroupPolicyList")]
        tags = {tag["Key"].lower(): tag["Value"] for tag in user.get("Tags", [])}
        yield {
            "arn": user["Arn"],
            "type": "user",
            "administrator_via": "; ".join(paths) or None,
            "email": tags.get("email"),
        }
    for role in _details(pages, "RoleDetailList"):
        # Service-linked roles belong to AWS: nobody at the company can change or assume them.
        if role["Path"].startswith("/aws-service-role/"):
            continue
        paths = list(_administrator_paths(role, wide, "RolePolicyList"))
        yield {"arn": role["Arn"], "type": "role", "administrator_via": "; ".join(paths) or None, "email": None}


def _policy_documents(pages: Pages) -> dict[str, Any]:
    documents = {}
    for policy in _details(pages, "Policies"):
        for version in policy.get("PolicyVersionList", []):
            if version.get("IsDefaultVersion"):
                documents[policy["Arn"]] = version["Document"]
    return documents


def _administrator_paths(holder: Mapping[str, Any], wide: Callable[[str], bool], inline: str) -> Iterator[str]:
    for policy in holder.get("AttachedManagedPolicies", []):
        if policy["PolicyName"] == ADMINISTRATOR or wide(policy["PolicyArn"]):
            yield f"attached {policy['PolicyName']}"
    for policy in holder.get(inline, []):
        if full_wildcards(policy["PolicyDocument"]):
            yield f"inline {policy['PolicyName']}"


def policies(pages: Pages, record: Mapping[str, Any]) -> Iterator[Row]:
    """Policies the company wrote: customer-managed and inline. AWS's own are left out."""
    for policy in _details(pages, "Policies"):
        if not policy["Arn"].startswith("arn:aws:iam::aws:"):
            for version in policy.get("PolicyVersionList", []):
                if version.get("IsDefaultVersion"):
                    yield _policy_row(policy["Arn"], "customer-managed", version["Document"])
    for holders, inline in (
        ("UserDetailList", "UserPolicyList"),
        ("GroupDetailList", "GroupPolicyList"),
        ("RoleDetailList", "RolePolicyList"),
    ):
        for holder in _details(pages, holders):
            for policy in holder.get(inline, []):
                yield _policy_row(f"{holder['Arn']}/inline/{policy['PolicyName']}", "inline", policy["PolicyDocument"])


def _policy_row(key: str, kind: str, document: Mapping[str, Any]) -> Row:
    wide = full_wildcards(document)
    return {"policy": key, "type": kind, "full_wildcard": bool(wide), "statement": "; ".join(wide) or None}


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def full_wildcards(document: Mapping[str, Any]) -> list[str]:
    """Statements of a policy document that allow every action on every resource, each named by Sid or position."""
    found = []
    for position, statement in enumerate(_listed(document.get("Statement")), start=1):
        if statement.get("Effect") != "Allow":
            continue
        actions = _listed(statement.get("Action"))
        everything = any(str(action).strip("*") in ("", ":") for action in actions)
        # NotAction with Allow grants all but the listed actions, so on * it is as wide as a wildcard.
        everything = everything or "NotAction" in statement
        # NotResource names what is left out: all the rest is still everything for practical purposes.
        anywhere = "NotResource" in statement or "*" in _listed(statement.get("Resource"))
        if everything and anywhere:
            found.append(str(statement.get("Sid") or f"statement {position}"))
    return found
