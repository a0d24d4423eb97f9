"""The file of confirmed owners: a confirmation is one more line at its end, and all that stood there stays."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from filelock import FileLock

from .errors import MalformedInput, UsageError
from .replace_file import replace_file
from .sources.company import IDENTITY_COLUMNS

SYSTEMS = ("aws", "github", "postgres")


@dataclass(frozen=True, order=True)
class Confirmation:
    """That an account is a person's, and who says so. `shared`: it is others' as well."""

    system: str
    account: str
    email: str
    confirmed_by: str
    confirmed_on: date
    shared: bool = False


def confirm(path: Path, confirmations: Iterable[Confirmation], roster: Collection[str]) -> None:
    """Add lines, in order, to the identity file; its folder has the lock while it is read and replaced.

    Raises `UsageError`, and writes nothing, for an owner or a confirming person who is not in the roster, an account
    that is confirmed for the person already, or for somebody else without both being marked as sharing it; and
    `MalformedInput` for a file with another header.
    """
    try:
        with FileLock(path.parent / f".{path.name}.lock", timeout=10):
            present = path.read_bytes()
            replace_file(path, present + _lines(path.name, present, sorted(confirmations), roster))
    except OSError as error:
        reason = error.strerror or "somebody else is saving"
        raise UsageError(f"{path.name} cannot be written: {reason}. What stood in it still does") from None


def _lines(name: str, present: bytes, added: list[Confirmation], roster: Collection[str]) -> bytes:
    """The new lines as they follow on what the file holds."""
    text = present.decode("utf-8-sig")
    reader = csv.DictReader(io.StringIO(text, newline=""))
    if list(reader.fieldnames or ()) != list(IDENTITY_COLUMNS):
        raise MalformedInput(
            f"{name} has the columns {', '.join(reader.fieldnames or ()) or 'none'}; a confirmation can only be added"
            f" to {', '.join(IDENTITY_COLUMNS)}, in this order. Correct its first line"
        )
    owners: dict[tuple[str, str], list[str]] = {}
    for row in reader:
        owners.setdefault((row["system"].strip(), row["account"].strip()), []).append(row["email"].strip().lower())
    ending = "\r\n" if "\r\n" in text else "\n"
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, lineterminator=ending)
    for one in added:
        known = owners.setdefault((one.system, one.account), [])
        _refuse(one, known, roster)
        known.append(one.email)
        writer.writerow([one.system, one.account, one.email, one.confirmed_by, one.confirmed_on.isoformat()])
    return (("" if text.endswith("\n") else ending) + stream.getvalue()).encode()


def _refuse(one: Confirmation, owners: Collection[str], roster: Collection[str]) -> None:
    account = f"{one.system} account {one.account}"
    if one.system not in SYSTEMS or not one.account.strip():
        raise UsageError(f"{account!r} is no account; systems are {', '.join(SYSTEMS)}")
    for what, email in (("the owner", one.email), ("whoever confirms it", one.confirmed_by)):
        if email not in roster:
            raise UsageError(f"{account}: {what}, {email or 'nobody'}, is not in the roster; choose a person of it")
    if one.email in owners:
        raise UsageError(f"{account} is confirmed for {one.email} already; collect again to see it")
    if owners and not one.shared:
        raise UsageError(
            f"{account} is confirmed for {', '.join(owners)} already. Mark it as shared if both use it; if the line in"
            " the file is wrong, correct it there"
        )
