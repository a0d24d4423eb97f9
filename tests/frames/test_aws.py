"""IAM's answers as rows: the credential report in its widths, root."""

from __future__ import annotations

from typing import Any

import pytest

from soc2kit.frames import aws

_HEADER_LINE = (
    "user,arn,user_creation_time,password_enabled,password_last_used,password_last_changed,password_next_rotation,"
    "mfa_active,access_key_1_active,access_key_1_last_rotated,access_key_1_last_used_date,access_key_1_last_used_region,"
    "access_key_1_last_used_service,access_key_2_active,access_key_2_last_rotated,access_key_2_last_used_date,"
    "access_key_2_last_used_region,access_key_2_last_used_service,cert_1_active,cert_1_last_rotated,cert_2_active,"
    "cert_2_last_rotated"
)
HEADER = _HEADER_LINE.split(",")
RECORD = {"source": {"account": "123456789012"}}


def _report(*rows: dict[str, str], more: tuple[str, ...] = ()) -> list[dict[str, Any]]:
    header = [*HEADER, *more]
    lines = [",".join(row.get(name, "N/A") for name in header) for row in rows]
    return [{"answer": {"Content": "\n".join([",".join(header), *lines]) + "\n"}}]


ANA = {
    "user": "ana", "arn": "arn:ana", "user_creation_time": "2025-01-01T00:00:00+00:00", "password_enabled": "true",
    "password_last_changed": "2025-06-01T00:00:00+00:00", "password_last_used": "2026-03-01T00:00:00+00:00",
    "mfa_active": "false", "access_key_1_active": "true", "access_key_1_last_rotated": "2025-02-01T00:00:00+00:00",
    "access_key_2_active": "false",
}  # fmt: skip
ROOT = {
    "user": "<root_account>", "arn": "arn:root", "user_creation_time": "2024-01-01T00:00:00+00:00",
    "password_enabled": "not_supported", "mfa_active": "true", "access_key_1_active": "false",
    "access_key_2_active": "false",
}  # fmt: skip


@pytest.mark.parametrize("more", [(), ("additional_credentials_info",), ("additional_credentials_info", "new_column")])
def test_the_report_may_grow(more: tuple[str, ...]) -> None:
    """22 columns, the 23 of today, and one that nobody knows yet read alike."""
    assert len(HEADER) == 22
    pages = _report(ANA, ROOT, more=more)
    assert [row["user"] for row in aws.users(pages, RECORD)] == ["ana"]
    assert [row["credential"] for row in aws.credentials(pages, RECORD)] == ["arn:ana/password", "arn:ana/access-key-1"]


@pytest.mark.parametrize(
    ("column", "text", "name", "value"),
    [
        ("password_enabled", "true", "console", True),
        ("password_enabled", "false", "console", False),
        ("password_enabled", "not_supported", "console", None),
        ("password_enabled", "TRUE", "console", None),
        ("mfa_active", "true", "mfa", True),
        ("mfa_active", "false", "mfa", False),
        ("mfa_active", "", "mfa", None),
        ("password_last_used", "N/A", "password_last_used_at", None),
        ("password_last_used", "no_information", "password_last_used_at", None),
        ("password_last_used", "2026-03-01T00:00:00+00:00", "password_last_used_at", "2026-03-01T00:00:00+00:00"),
    ],
)
def test_words_of_the_report(column: str, text: str, name: str, value: object) -> None:
    (row,) = aws.users(_report({**ANA, column: text}), RECORD)
    assert row[name] is value or row[name] == value


@pytest.mark.parametrize(
    ("text", "state"),
    [
        ("N/A", "N/A"),
        ("no_information", "no_information"),
        ("not_supported", "not_supported"),
        ("2026-03-01T00:00:00+00:00", "used"),
    ],
)
def test_words_for_a_use_that_has_no_time_are_kept_apart(text: str, state: str) -> None:
    pages = _report({**ANA, "password_last_used": text, "access_key_1_last_used_date": text})
    (user,) = aws.users(pages, RECORD)
    assert user["password_last_used_state"] == state
    assert [row["last_used_state"] for row in aws.credentials(pages, RECORD)] == [state, state]


def test_every_row_knows_when_aws_made_the_report() -> None:
    pages = _report(ANA)
    pages[0]["answer"]["GeneratedTime"] = "2026-03-01T00:00:00Z"
    rows = [*aws.users(pages, RECORD), *aws.credentials(pages, RECORD)]
    assert {row["report_generated_at"] for row in rows} == {"2026-03-01T00:00:00Z"}


def test_root_has_a_row_for_each_credential_that_it_may_have() -> None:
    used = {**ROOT, "password_last_used": "2026-02-01T00:00:00+00:00", "access_key_2_last_used_date": "N/A"}
    rows = {row["credential"]: row["last_used_at"] for row in aws.root_last_use(_report(ANA, used), RECORD)}
    assert rows == {
        "arn:root/password": "2026-02-01T00:00:00+00:00", "arn:root/access-key-1": None, "arn:root/access-key-2": None,
    }  # fmt: skip


@pytest.mark.parametrize("used", ["N/A", "no_information"])
def test_a_key_without_a_last_use_keeps_its_creation(used: str) -> None:
    key = list(aws.credentials(_report({**ANA, "access_key_1_last_used_date": used}), RECORD))[1]
    assert (key["last_used_at"], key["created_at"]) == (None, ANA["access_key_1_last_rotated"])


@pytest.mark.parametrize(
    ("summary", "mfa", "keys"),
    [
        ({"AccountMFAEnabled": 1, "AccountAccessKeysPresent": 0}, True, 0),
        ({"AccountMFAEnabled": 0, "AccountAccessKeysPresent": 1}, False, 1),
        ({}, None, None),
    ],
)
def test_root(summary: dict[str, int], mfa: bool | None, keys: int | None) -> None:
    (row,) = aws.root([{"answer": {"SummaryMap": summary}}], RECORD)
    assert row == {"arn": "arn:aws:iam::123456789012:root", "mfa": mfa, "access_keys": keys}
