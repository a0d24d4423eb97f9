"""Frames from AWS IAM's answers."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from typing import Any

Pages = list[dict[str, Any]]
Row = Mapping[str, Any]
# What the credential report writes where there is no time. `N/A` is "never" for a last use; the other two say that AWS
# does not know, which is not the same.
_NO_TIME = {"N/A", "no_information", "not_supported", ""}


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
