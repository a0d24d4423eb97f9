"""Who is named in AWS's answers: IAM users, Identity Center's directory, and CloudTrail's events."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping
from typing import Any

from ...evidence import Record
from ..finder import fold
from .model import Mention, Pages
from .texts import texts_of

# Fields of CloudTrail whose value is an account or a session; the issuer of a session is a role.
_OF_EVENT = {"username", "rolesessionname", "sourceidentity"}
_ROLE = "sessionIssuer"


def users(pages: Pages, record: Record) -> Iterator[Mention]:
    """IAM users, of lists, of the credential report and beside their devices."""
    for page in pages:
        answer = page["answer"]
        if record.dataset == "aws.credential_report":
            for row in csv.DictReader(io.StringIO(answer["Content"], newline="")):
                yield Mention("account", row["user"], "aws", True)
        for name in ("Users", "UserDetailList"):
            for user in answer.get(name, []):
                tags = {tag["Key"].lower(): fold(tag["Value"]) for tag in user.get("Tags", [])}
                yield Mention("account", user["UserName"], "aws", True, tags.get("email"))
        for device in answer.get("VirtualMFADevices", []):
            if "UserName" in device.get("User", {}):
                yield Mention("account", device["User"]["UserName"], "aws", True)


def directory(pages: Pages, record: Record) -> Iterator[Mention]:
    """Users of Identity Center, each with the address that the directory keeps."""
    for page in pages:
        for user in page["answer"].get("Users", []):
            emails = sorted(user.get("Emails") or [], key=lambda email: not email.get("Primary"))
            owner = fold(emails[0]["Value"]) if emails else None
            yield Mention("account", user["UserName"], "aws", True, owner)
            yield from (Mention("e-mail", email["Value"].strip()) for email in emails)
            for name in _names(user):
                if " " in name:
                    yield Mention("name", name, owner=owner)


def _names(user: Mapping[str, Any]) -> Iterator[str]:
    name = user.get("Name") or {}
    whole = " ".join(filter(None, (name.get("GivenName"), name.get("MiddleName"), name.get("FamilyName"))))
    for text in (user.get("DisplayName"), name.get("Formatted"), whole):
        yield str(text or "").strip()


def events(pages: Pages, record: Record) -> Iterator[Mention]:
    """Who did what to whom. An event is JSON within the answer's JSON."""
    for page in pages:
        for shown in page["answer"]["Events"]:
            if shown.get("Username"):
                yield Mention("account", shown["Username"], "aws")
            event = json.loads(shown["CloudTrailEvent"])
            yield from _of_event(event)
            # Escapes of the inner JSON hide letters from whoever reads it as a text.
            yield from texts_of(event)


def _of_event(value: Any) -> Iterator[Mention]:
    if isinstance(value, list):
        for inner in value:
            yield from _of_event(inner)
    if not isinstance(value, Mapping):
        return
    for key, inner in value.items():
        if key == _ROLE:
            continue
        if isinstance(inner, str) and inner and key.lower() in _OF_EVENT:
            yield Mention("account", inner, "aws")
        elif key == "principalId" and isinstance(inner, str) and ":" in inner:
            yield Mention("account", inner.partition(":")[2], "aws")
        else:
            yield from _of_event(inner)
