"""Who is named in the company's own files."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping

from ...errors import ReviewError
from ...evidence import Record
from ...frames.accounts import INVITATION
from ...frames.company import people as roster_people
from ...reviews.file import NAME
from ...reviews.text import parse
from ..finder import fold
from .model import Mention, Pages, people_in

# Users and members that Terraform declares; one that nobody has made yet is in no other answer. The type of a resource
# says which system its names are of.
_DECLARED = re.compile(
    r'^\s*resource\s+"(?P<system>[a-z]+)_(?P<type>\w+)"|^\s*(?P<field>user|username|user_name|name)\s*=\s*"(?P<name>[\w+=,.@-]+)"',
    re.MULTILINE,
)

_FOR_EACH = re.compile(r'(?P<type>[a-z]\w*)\.[\w-]+\["(?P<index>[^"]+)"\]')


def _rows(text: str) -> Iterator[Mapping[str, str]]:
    yield from csv.DictReader(io.StringIO(text, newline=""))


def roster(text: str, record: Record) -> Iterator[Mention]:
    for row in roster_people(text, record.fields):
        email = fold(str(row["email"]))
        if row["kind"] == "service":
            yield Mention("service", email)
        else:
            yield Mention("e-mail", email)
            yield Mention("name", str(row["name"]), owner=email)
        yield from people_in(row, "manager", "owner")


def identities(text: str, record: Record) -> Iterator[Mention]:
    for row in _rows(text):
        email = fold(row["email"].strip())
        yield Mention("account", row["account"].strip(), row["system"].strip(), owner=email)
        yield from people_in({"email": row["email"]}, "email")
        yield from people_in(row, "confirmed_by")


def requests(text: str, record: Record) -> Iterator[Mention]:
    columns = record.fields["calls"][0]["parameters"].get("columns", {})
    for row in _rows(text):
        ours = {name: row[columns.get(name, name)] for name in ("account", "email", "requested_by", "approved_by")}
        system = row[columns.get("system", "system")].strip().lower()
        yield from _account(ours["account"].strip(), system)
        yield from people_in(ours, "email", "requested_by", "approved_by")


def outside(text: str, record: Record) -> Iterator[Mention]:
    for row in _rows(text):
        yield from _account(row["login"].strip(), "github")
        yield from people_in(row, "sponsor")


def emergencies(text: str, record: Record) -> Iterator[Mention]:
    for row in _rows(text):
        yield from _account(row["account"].strip(), row["system"].strip().lower())
        yield from people_in(row, "approved_by")


def exceptional_changes(text: str, record: Record) -> Iterator[Mention]:
    """Who approved and who reviewed: an address, a name, or a login as people write it."""
    for row in _rows(text):
        for column in ("approved_by", "reviewed_by"):
            yield from people_in(row, column)
            if re.fullmatch(r"[A-Za-z0-9-]+", row[column].strip()):
                yield from _account(row[column].strip(), "github")


def restore_tests(text: str, record: Record) -> Iterator[Mention]:
    """Who restored: an address or a name."""
    for row in _rows(text):
        yield from people_in(row, "tested_by")


def _account(text: str, system: str) -> Iterator[Mention]:
    """An account as a person or another system writes it: not a number of AWS, nor an ARN, which has a form."""
    if text and not text.isdigit() and not text.startswith(("arn:", "role/")):
        yield Mention("account", text.rpartition("/")[2] if system == "postgres" else text, system)


def reviews(pages: Pages, record: Record) -> Iterator[Mention]:
    """Reviewers, and accounts that a file may name by itself."""
    for page in pages[1:]:
        name = page["call"].rpartition("/")[2]
        try:
            review = parse(page["answer"], name) if NAME.fullmatch(name) else None
        except ReviewError:
            continue  # such a file is only searched
        if review is None:
            continue
        if review.signed:
            yield from people_in({"by": review.signed.by}, "by")
        for made in review.decisions.values():
            yield from people_in({"by": made.decided_by}, "by")
            account = made.account.removeprefix(INVITATION)
            if "@" not in account:
                yield from _account(account, review.system)


def terraform_exports(pages: Pages, record: Record) -> Iterator[Mention]:
    """People stand in the index of what is made for each of them: `aws_iam_user.all["ana"]`."""
    for page in pages:
        if page["call"].startswith("export "):
            document = page["answer"]
            listed = [one for name in ("resources", "changes", "drift") for one in document.get(name, [])]
            for address in [str(one["address"]) for one in listed]:
                for found in _FOR_EACH.finditer(address):
                    yield from _indexed(found["index"], found["type"])


def _indexed(index: str, kind: str) -> Iterator[Mention]:
    if "@" in index:
        yield Mention("e-mail", index)
    elif any(word in kind for word in ("user", "member", "collaborator")):
        yield Mention("account", index, kind.partition("_")[0])


def terraform(pages: Pages, record: Record) -> Iterator[Mention]:
    for page in pages:
        system, user = "", False
        for found in _DECLARED.finditer(page["answer"]):
            if found["type"]:
                system, user = found["system"], found["type"] == "iam_user"
            elif system and (user or found["field"] != "name"):
                name = found["name"]
                yield Mention("e-mail", name) if "@" in name else Mention("account", name, system)
