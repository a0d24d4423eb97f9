"""Where moto's IAM answers unlike AWS: the answer put right."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from datetime import datetime

from .state import AwsState

_REPORT_TIME = "%Y-%m-%dT%H:%M:%S+00:00"
_NO_USERS = "<Users></Users>"


def report(answer: str, state: AwsState, at: datetime) -> str:
    """The credential report with root's row, its real time, and the dates of passwords."""

    def content(match: re.Match[str]) -> str:
        header, *rows = base64.b64decode(match[1]).decode().splitlines()
        passwords = {user.name: user.password_changed_at for user in state.users if user.console}
        lines = [header, _root_row(state, header), *(_with_password_date(row, header, passwords) for row in rows)]
        encoded = base64.b64encode("\n".join(lines).encode()).decode()
        return f"<Content>{encoded}</Content>"

    answer = re.sub(r"<Content>(.*?)</Content>", content, answer, flags=re.S)
    return re.sub(
        r"<GeneratedTime>.*?</GeneratedTime>", f"<GeneratedTime>{at:%Y-%m-%dT%H:%M:%SZ}</GeneratedTime>", answer
    )


def summary(answer: str, state: AwsState) -> str:
    for name, value in (("AccountMFAEnabled", state.root_mfa), ("AccountAccessKeysPresent", state.root_access_key)):
        pattern = rf"(<key>{name}</key>\s*<value>)\d+"
        answer = re.sub(pattern, rf"\g<1>{int(value)}", answer)
    return answer


def devices(answer: str, state: AwsState) -> str:
    """The list of virtual devices with root's."""
    if not state.root_mfa:
        return answer
    device = (
        f"<member><SerialNumber>arn:aws:iam::{state.account}:mfa/root-account-mfa-device</SerialNumber>"
        f"<User><Arn>arn:aws:iam::{state.account}:root</Arn><UserId>{state.account}</UserId></User></member>"
    )
    return re.sub(
        r"<VirtualMFADevices\s*/>|<VirtualMFADevices>", f"<VirtualMFADevices>{device}", answer, count=1
    ).replace(f"{device}<IsTruncated", f"{device}</VirtualMFADevices><IsTruncated")


class UserList:
    """moto's list of all users, taken apart once, so that a page of it costs no more than the page."""

    def __init__(self, answer: str) -> None:
        listed = re.search(r"<Users>(.*)</Users>", answer, flags=re.S)
        self._users = list(_members(listed[1])) if listed else []
        self._rest = f"{answer[: listed.start()]}{_NO_USERS}{answer[listed.end() :]}" if listed else answer

    def page(self, size: int, marker: str) -> str:
        """The users from `marker` on, with the marker of the next page."""
        start = int(marker)
        users = "".join(self._users[start : start + size])
        more = start + size < len(self._users)
        end = f"<IsTruncated>{str(more).lower()}</IsTruncated>" + (f"<Marker>{start + size}</Marker>" if more else "")
        answer = re.sub(r"<IsTruncated>.*?</IsTruncated>(<Marker>.*?</Marker>)?", end, self._rest, flags=re.S)
        return answer.replace(_NO_USERS, f"<Users>{users}</Users>", 1)


def _members(text: str) -> Iterator[str]:
    """The outermost members: a user's tags are members, too."""
    depth = start = 0
    for found in re.finditer(r"<(/?)member>", text):
        if not found[1] and depth == 0:
            start = found.start()
        depth += -1 if found[1] else 1
        if depth == 0:
            yield text[start : found.end()]


def still_making() -> bytes:
    return (
        b'<GenerateCredentialReportResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/">'
        b"<GenerateCredentialReportResult><State>INPROGRESS</State></GenerateCredentialReportResult>"
        b"<ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></GenerateCredentialReportResponse>"
    )


def _root_row(state: AwsState, header: str) -> str:
    used = state.root_last_used_at
    values = {
        "user": "<root_account>",
        "arn": f"arn:aws:iam::{state.account}:root",
        "user_creation_time": "2020-03-01T08:00:00+00:00",
        "password_enabled": "not_supported",
        "password_last_used": used.strftime(_REPORT_TIME) if used else "no_information",
        "password_last_changed": "not_supported",
        "password_next_rotation": "not_supported",
        "mfa_active": str(state.root_mfa).lower(),
        "access_key_1_active": str(state.root_access_key).lower(),
        "access_key_2_active": "false",
        "cert_1_active": "false",
        "cert_2_active": "false",
    }
    return ",".join(values.get(column, "N/A") for column in header.split(","))


def _with_password_date(row: str, header: str, passwords: dict[str, datetime | None]) -> str:
    """moto gives the user's creation for the password's last change; AWS gives N/A where there is no password."""
    columns, values = header.split(","), row.split(",")
    changed = passwords.get(values[0])
    values[columns.index("password_last_changed")] = changed.strftime(_REPORT_TIME) if changed else "N/A"
    return ",".join(values)
