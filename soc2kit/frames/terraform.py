"""Frames from Terraform files: which IAM policies and attachments they declare."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ..terraform.policies import Declared, declared
from .aws_rights import policy_row

Pages = list[dict[str, Any]]
Row = Mapping[str, Any]
ADMINISTRATOR = "AdministratorAccess"


def terraform_iam(pages: Pages, record: Mapping[str, Any]) -> Iterator[Row]:
    """One row for each policy and attachment, and for each file that cannot be read."""
    files = {page["parameters"]["path"]: page["answer"] for page in pages}
    folder = record["source"]["account"]
    for one in declared(files):
        file = f"{folder}/{one.file}"
        yield {
            "declared": file if one.type == "file" else f"{file}#{one.address}",
            "file": file,
            "line": one.line or None,
            "address": one.address,
            "type": one.type,
            "name": one.name,
            "holder": one.holder,
            "optional": one.optional,
            "to_users": one.to_users,
            **_judged(one),
        }


def _judged(one: Declared) -> Row:
    if one.document is None:
        wide = None if one.type == "file" else one.attached == ADMINISTRATOR
        return {
            "full_wildcard": wide,
            "statement": f"attaches {one.attached}" if one.attached else None,
            "known": one.type != "file",
            "why": one.why,
            "whole_services": [],
            "statements": [],
        }
    row = policy_row(one.address, one.type, one.document.json, None)
    unknown = one.document.unknown
    return {
        # A wide statement that is known is enough; that there is none is only known when all are.
        "full_wildcard": row["full_wildcard"] or (None if unknown else False),
        "statement": row["statement"],
        "known": not unknown,
        "why": ", ".join(unknown) or None,
        "whole_services": row["whole_services"],
        "statements": row["statements"] if one.document.comparable else [],
    }
