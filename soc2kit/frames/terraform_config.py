"""Frames of what Terraform declares of encryption, reach, connections and backups, and of its plans."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any

from ..scans.dates import in_name, of_file
from ..terraform.exports import resources_of
from ..terraform.resources import Resource, declared
from ..terraform.settings import Setting, settings_of

Pages = list[dict[str, Any]]
Row = Mapping[str, Any]
SETTINGS = (
    "declared text, thing text, file text, line number?, end number?, address text, type text, kind text, name text?,"
    " arn text?, setting text, values list, why list, by_default flag, optional flag, root text, origin text,"
    " workspace text?"
)
UNFOLLOWED = "thing text, file text, line number?, kind text, root text, why text"
PLANS = (
    "workspace text, file text, made_at time?, changes list, drift list, resources number, errored flag, complete flag,"
    " problem text?"
)
#: At the end of a file's name: when it was made, and what it is.
_SUFFIX = re.compile(r"(?:[-_.](?:\d{4}-\d{2}(?:-\d{2})?(?:T[\d:.-]+Z?)?|tfplan|plan|state|show|tfstate))+$")
_NO_PLAN = "there is no plan; let the pipeline write `terraform show -json` of one into [sources.terraform] exports"
_BARE = re.compile(r"(?:\d{4}-\d{2}(?:-\d{2})?|tfplan|plan|state|show|tfstate)")


def terraform_declared(pages: Pages, record: Mapping[str, Any]) -> Iterator[Row]:
    """One row for each setting of each resource that the files declare, with the lines of the block that says it."""
    folder = record["source"]["account"]
    found = declared(_files(pages))
    for one in settings_of(found.resources):
        file = f"{folder}/{one.stands.file}"
        yield {
            **_setting(one), "declared": f"{file}#{one.thing.address} {one.setting}",
            "thing": f"{folder}/{one.thing.file}#{one.thing.address}", "file": file, "root": one.thing.root,
            "origin": "file",
        }  # fmt: skip


def _files(pages: Pages) -> dict[str, str]:
    return {page["parameters"]["path"]: page["answer"] for page in pages}


def _setting(one: Setting) -> Row:
    arn = one.thing.values.get("arn")
    return {
        "line": one.stands.line or None, "end": one.stands.end or None, "address": one.thing.address,
        "type": one.thing.type, "kind": one.kind, "name": one.name, "arn": arn if isinstance(arn, str) else None,
        "setting": one.setting, "values": list(one.values), "why": list(one.why), "by_default": one.by_default,
        "optional": one.thing.optional,
    }  # fmt: skip


def terraform_unfollowed(pages: Pages, record: Mapping[str, Any]) -> Iterator[Row]:
    """One row for each module from elsewhere, and for each file that cannot be read."""
    folder = record["source"]["account"]
    found = declared(_files(pages))
    for one in found.outside:
        yield {"thing": f"{folder}/{one.file}#{one.address}", "file": f"{folder}/{one.file}", "line": one.line,
               "kind": "module", "root": one.root, "why": f"it comes from {one.source}, not in the folder"}  # fmt: skip
    for path, broken in found.broken:
        yield {"thing": f"{folder}/{path}", "file": f"{folder}/{path}", "line": broken.line or None, "kind": "file",
               "root": "", "why": broken.why}  # fmt: skip


def terraform_exported(pages: Pages, record: Mapping[str, Any]) -> Iterator[Row]:
    """One row for each setting of each resource of the latest plan and the latest state of every workspace."""
    for page in _latest(pages, ("plan", "state")):
        document, file = page["answer"], _place(page)
        resources = resources_of(document, page["parameters"]["path"])
        for one in settings_of(_numbered(resources)):
            yield {
                **_setting(one), "declared": f"{file}#{one.thing.address} {one.setting}",
                "thing": f"{file}#{one.thing.address}", "file": file, "root": page["parameters"]["path"],
                "origin": document["kind"], "workspace": workspace_of(page["parameters"]["path"]),
            }  # fmt: skip


def _numbered(resources: Iterable[Resource]) -> list[Resource]:
    """Each address once: a document that has one twice is no document of Terraform's."""
    return list({one.address: one for one in resources}.values())


def terraform_plans(pages: Pages, record: Mapping[str, Any]) -> Iterator[Row]:
    """One row for each workspace with its latest plan; exports that could not be read are rows, too.

    Where there is no plan at all one row says so.
    """
    latest = _latest(pages, ("plan", "log", "unread"))
    if not latest:
        folder = record["source"]["account"]
        yield {"workspace": folder, "file": folder, "changes": [], "drift": [], "resources": 0, "errored": False,
               "complete": True, "problem": _NO_PLAN}  # fmt: skip
    for page in latest:
        document = page["answer"]
        changes = document.get("changes", [])
        yield {
            "workspace": workspace_of(page["parameters"]["path"]), "file": _place(page), "made_at": _made_at(page),
            "changes": [_in_words(one) for one in changes],
            "drift": [_in_words(one) for one in document.get("drift", [])],
            # A log names what is to be changed alone, so it says how much there is only by having come to its end.
            "resources": len(changes) + document.get("unchanged", 0 if document["kind"] == "plan" else 1),
            "errored": document.get("errored", False), "complete": document.get("complete", True),
            "problem": document.get("problem"),
        }  # fmt: skip


def _in_words(change: Mapping[str, Any]) -> str:
    return f"{' and '.join(change['actions'])} {change['address']}"


def _latest(pages: Pages, kinds: tuple[str, ...]) -> list[dict[str, Any]]:
    """Of each workspace the latest document of a kind; plans are one kind, whichever way they are written."""
    found: dict[tuple[str, bool], dict[str, Any]] = {}
    wanted = [page for page in pages if page["call"].startswith("export ") and page["answer"]["kind"] in kinds]
    for page in sorted(wanted, key=lambda page: (_made_at(page) or "", page["parameters"]["path"])):
        found[workspace_of(page["parameters"]["path"]), page["answer"]["kind"] == "state"] = page
    return list(found.values())


def _made_at(page: Mapping[str, Any]) -> str | None:
    """What the document says itself, else the end of the day in its name: no earlier plan can be meant."""
    own = of_file(page["answer"].get("timestamp"))
    if own is not None:
        return own.isoformat()
    named = in_name(PurePosixPath(page["parameters"]["path"]).name)
    return f"{named}T00:00:00+00:00" if named and len(named) == len("2026-01-31") else None


def _place(page: Mapping[str, Any]) -> str:
    return f"{page['parameters']['folder']}/{page['parameters']['path']}"


def workspace_of(path: str) -> str:
    """`plans/production-2026-03-30.json` and `plans/production/plan.json` are of `plans/production`."""
    whole = PurePosixPath(path)
    stem = _SUFFIX.sub("", whole.stem)
    folder = "" if str(whole.parent) == "." else str(whole.parent)
    if _BARE.fullmatch(stem):
        return folder or stem
    return f"{folder}/{stem}" if folder else stem
