"""Tests of infrastructure that is declared in Terraform against what is deployed."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

import pandas as pd

from ..model import Frame, Outcome
from ..parameters import Parameters
from ..period import Period
from .outcome import outcome, words

_POLICIES = ("aws_iam_policy", "aws_iam_user_policy", "aws_iam_group_policy", "aws_iam_role_policy")
_LINES_SHOWN = 2
_COLUMNS = [
    "thing", "snapshot_at", "file", "line", "type", "name", "optional", "full_wildcard", "statement", "known", "why",
    "whole_services", "deployed", "declared", "to_users", "differs",
]  # fmt: skip


def declared_matches_deployed(
    terraform_iam: Frame, aws_policies: Frame, *, period: Period, parameters: Parameters
) -> Outcome:
    """IAM policies are declared in reviewed files, none of them wide, and what is deployed is what is declared.

    Population: IAM policies and attachments that the Terraform files declare, files that cannot be read, and
    customer-managed policies that are deployed but not declared; at each snapshot of both. A declared policy is known
    again by its name (a pattern where parts of it are not known), managed ones among customer-managed, inline ones
    among inline policies, in any account.
    Exception: a declared policy allows every action on every resource, or all of a service without a condition on what
    can be done, outside `approved_service_wildcards`; AdministratorAccess is attached directly to users; a file cannot
    be read; a policy is declared but not deployed (those under count or for_each may be absent), or deployed under its
    name with other statements than any file declares (a part of a name that is not known may be anything); a
    customer-managed policy is deployed but not declared. What a declared policy allows may depend on what only a run of
    Terraform knows: then its deployed text, which AWS-IAM-08 judges, is what counts.
    Source: text of the .tf files; iam.GetAccountAuthorizationDetails. Modules from outside the folder are not read.
    """
    rows = _with_deployed(terraform_iam, aws_policies)
    accepted = set(parameters.approved_service_wildcards)
    whole = pd.Series(
        [", ".join(f"{name}:*" for name in names if name not in accepted) for names in rows["whole_services"]],
        index=rows.index, dtype="string",
    )  # fmt: skip
    place = rows["file"] + rows["line"].map(lambda line: "" if pd.isna(line) else f" line {line}").astype("string")
    policy = rows["type"].isin(_POLICIES)
    reasons = words(
        rows.index,
        (rows["type"] == "file", place + ": the file cannot be read: " + rows["why"]),
        (policy & rows["full_wildcard"], place + ": allows every action on every resource: " + rows["statement"]),
        (policy & (whole != ""), place + ": allows whole services on every resource: " + whole),
        (rows["to_users"] & rows["full_wildcard"], place + ": " + rows["statement"] + " to users directly"),
        (policy & ~rows["deployed"] & ~rows["optional"], place + ": declared but not deployed"),
        (rows["differs"].notna(), place + ": deployed otherwise: " + rows["differs"]),
        (~rows["declared"], "deployed but declared in no file"),
    )
    return outcome(rows, key="thing", at="snapshot_at", reasons=reasons)


def _with_deployed(terraform: Frame, policies: Frame) -> Frame:
    """Declared rows, each with whether it is deployed, and the deployed policies that none of them declares.

    Where one of the two was not read at a snapshot, nothing is said of the other.
    """
    parts = []
    for moment, mine in terraform.groupby("snapshot_at", sort=True):
        there = policies[policies["snapshot_at"] == moment]
        managed = there.loc[there["type"] == "customer-managed", "policy"]
        inline = there.loc[there["type"] == "inline", "policy"]
        names = {"managed": set(_last(managed)), "inline": set(_last(inline))}
        deployed = [
            _found(str(row.name_), names["managed" if row.type == "aws_iam_policy" else "inline"])
            if row.type in _POLICIES and len(there)
            else pd.NA
            for row in mine.rename(columns={"name": "name_"}).itertuples()
        ]
        differs = _differences(mine, there)
        parts.append(mine.assign(thing=mine["declared"], declared=True, deployed=deployed, differs=differs))
        patterns = [_pattern(str(name)) for name in mine.loc[mine["type"] == "aws_iam_policy", "name"]]
        strangers = [arn for arn, name in zip(managed, _last(managed), strict=True) if not _any(patterns, name)]
        parts.append(pd.DataFrame({"thing": strangers, "snapshot_at": moment, "type": "deployed", "declared": False}))
    every = pd.concat([part.reindex(columns=_COLUMNS) for part in parts], ignore_index=True) if parts else _nothing()
    lists = [value if isinstance(value, list) else [] for value in every["whole_services"]]
    return every.assign(whole_services=pd.Series(lists, index=every.index, dtype="object")).astype(
        {"thing": "string", "file": "string", "type": "string", "statement": "string", "why": "string",
         "line": "Int64", "optional": "boolean", "full_wildcard": "boolean", "deployed": "boolean",
         "declared": "boolean", "known": "boolean", "to_users": "boolean", "differs": "string",
         "snapshot_at": "datetime64[us, UTC]"}
    )  # fmt: skip


def _differences(declared: Frame, deployed: Frame) -> list[str | None]:
    """For each declared row what is deployed under its name that no row of that name declares, in words.

    Two folders may declare one name for two accounts, so a deployed policy may be as any of them says. Where what is
    declared is not wholly known, it may be anything.
    """
    texts = list(zip(deployed["policy"], deployed["type"], deployed["statements"], strict=True))
    found: list[list[str]] = [[] for _ in range(len(declared))]
    rows = list(declared.rename(columns={"name": "name_"}).itertuples())
    for key, kind, lines in texts:
        mine = [place for place, row in enumerate(rows) if _is_of(row, str(key), str(kind))]
        ways = [_difference(rows[place].statements, lines) for place in mine]
        if lines and ways and all(ways):
            for place, way in zip(mine, ways, strict=True):
                found[place].append(way)
    return ["; ".join(dict.fromkeys(ways)) or None for ways in found]


def _is_of(row: Any, key: str, kind: str) -> bool:
    """Whether a deployed policy is the one that a row declares, by its name and, of an inline one, by its holder."""
    if row.type not in _POLICIES or (row.type == "aws_iam_policy") != (kind == "customer-managed"):
        return False
    holder, _, name = key.rpartition("/inline/") if kind == "inline" else ("", "", key.rsplit("/", 1)[-1])
    if _pattern(str(row.name_)).fullmatch(name) is None:
        return False
    return not holder or pd.isna(row.holder) or _pattern(row.holder).fullmatch(_last([holder])[0]) is not None


def _difference(declared: list[str], deployed: list[str]) -> str:
    """The first lines in which two policies differ; nothing where the declared one is not wholly known."""
    if not declared:
        return ""
    patterns = [_pattern(line) for line in declared if "${" in line]
    more = [line for line in deployed if line not in declared and not _any(patterns, line)]
    less = [line for line in declared if line not in deployed and not any(map(_pattern(line).fullmatch, deployed))]
    shown = [f"{line}, which no file declares" for line in more] + [f"without {line}" for line in less]
    return ", ".join(shown[:_LINES_SHOWN]) + (f" and {len(shown) - _LINES_SHOWN} more" if shown[_LINES_SHOWN:] else "")


def _nothing() -> Frame:
    return pd.DataFrame(columns=_COLUMNS)


def _last(policies: Iterable[str]) -> list[str]:
    return [policy.rsplit("/", 1)[-1] for policy in policies]


def _pattern(name: str) -> re.Pattern[str]:
    """A declared name, with anything in place of what only a run of Terraform knows."""
    return re.compile(".*".join(re.escape(part) for part in re.split(r"\$\{[^}]*\}", name)))


def _found(declared: str, names: set[str]) -> bool:
    return declared in names or ("${" in declared and any(_pattern(declared).fullmatch(name) for name in names))


def _any(patterns: Iterable[re.Pattern[str]], name: str) -> bool:
    return any(pattern.fullmatch(name) for pattern in patterns)
