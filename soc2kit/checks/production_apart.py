"""Tests that production is kept apart: copies of its data, and roles in it, that other accounts may use."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import Any

import pandas as pd

from ..model import Frame, Outcome
from ..parameters import Parameters
from ..period import Period
from .outcome import words
from .unread import lost, outcome_with, stacked, texts

#: AWS's word where everybody may restore a snapshot.
_EVERYBODY = "all"
_LISTS = "DescribeSnapshots DescribeDBSnapshots DescribeDBClusterSnapshots"


def production_kept_apart(
    ebs_snapshots: Frame, rds_snapshots: Frame, aws_role_trusts: Frame, environment_exceptions: Frame,
    read_environment_exceptions: Frame, aws_ec2_unread: Frame, aws_rds_unread: Frame,
    *, period: Period, parameters: Parameters,
) -> Outcome:  # fmt: skip
    """No account but production's own can restore production's data, or become somebody in production.

    Population: snapshots of volumes, databases and clusters in the accounts of `production_accounts`, and those in
    other accounts that are copies of such; principals of other accounts that a role of production lets in; lists that
    could not be read; at each snapshot. Where `production_accounts` names none, nothing can be tested.
    Exception: a snapshot that is shared with an account that is not production's; a copy that lies in one; a role that
    an account which is read here, and is not production's, may assume, by its number or as one of all or of an
    organisation. Not: what environment-exceptions.csv, as it was read last at that time, approves for that account,
    from then until its end. Other companies' accounts that may assume roles are AWS-IAM-09's. Sharing that could not be
    read makes a snapshot untestable.
    Source: ec2.DescribeSnapshotAttribute; rds.DescribeDBSnapshotAttributes, …ClusterSnapshotAttributes,
    SourceDBSnapshotIdentifier; trust policies of iam.GetAccountAuthorizationDetails. What leaves production in another
    way is not seen here: exports to S3, dumps by whoever may read a database, a snapshot that was restored and deleted
    between two collections. For these the control needs an answer of a person.
    """
    things = stacked(
        _snapshots(ebs_snapshots, "volume snapshot", parameters),
        _snapshots(rds_snapshots, "database snapshot", parameters),
        _trusts(aws_role_trusts, parameters),
    )
    approvals = _Approvals(environment_exceptions, read_environment_exceptions)
    others = [approvals.without(row) for row in things.to_dict("records")]
    named = texts(things.index, [_in_words(names) for names in others])
    production = bool(parameters.production_accounts)
    role, copy = things["kind"] == "role", things["copied_from"].notna()
    reasons = words(
        things.index,
        (~role & ~copy & (named != ""), "shared with " + named + ", beyond production"),
        (copy & (named != ""), "a copy of " + things["copied_from"] + " in an account that is not production"),
        (role & (named != ""), "account " + named + ", which is not production, may assume it"),
    )
    unknown = words(
        things.index,
        (pd.Series(not production, index=things.index), "production_accounts in soc2kit.toml names no account"),
        (things["with"].isna(), "whom it is shared with could not be read"),
    )
    gone = lost([aws_ec2_unread, aws_rds_unread], _LISTS)
    # Of other accounts only databases' snapshots say what they were copied from.
    beyond = gone["operation"].str.startswith("DescribeDB") & (gone["why"] != "NoEndpoint")
    gone = gone[gone["account"].isin(parameters.production_accounts) | beyond] if production else gone
    return outcome_with(things.drop(columns="with"), gone, key="thing", reasons=reasons, unknown=unknown)


def _in_words(accounts: list[str]) -> str:
    return ", ".join("everybody" if account == _EVERYBODY else account for account in accounts)


def _snapshots(snapshots: Frame, kind: str, parameters: Parameters) -> Frame:
    """Those of production, and copies of them elsewhere; `with` are accounts that have no business with each."""
    ours = set(parameters.production_accounts)
    made = snapshots.assign(thing=snapshots["arn"], kind=kind, trusted=pd.NA)
    source = made["copied_from"] if "copied_from" in made else pd.Series(pd.NA, index=made.index, dtype="string")
    copied = source.str.split(":").str[4].isin(ours).fillna(False).astype(bool)
    mine = made["account"].isin(ours) | (not ours)
    made = made.assign(copied_from=source.where(copied & ~mine))
    made["with"] = pd.Series([_beside(row, ours) for row in made.to_dict("records")], index=made.index, dtype="object")
    return made[mine | copied][_COLUMNS].astype(_TYPES)


_COLUMNS = ["thing", "arn", "kind", "account", "region", "copied_from", "trusted", "with", "snapshot_at"]
_TYPES = dict.fromkeys(["thing", "arn", "kind", "account", "region", "copied_from", "trusted"], "string")


def _beside(row: dict[str, Any], ours: set[str]) -> list[str] | None:
    if isinstance(row["copied_from"], str):
        return [str(row["account"])]
    shared = row["shared_with"]
    return [one for one in shared if one not in ours] if isinstance(shared, list) else None


def _trusts(trusts: Frame, parameters: Parameters) -> Frame:
    """Of roles in production, those that name an account which is read here and is not production's."""
    ours = set(parameters.production_accounts)
    account = trusts["role"].str.split(":").str[4]
    others = set(account.dropna()) - ours
    mine = trusts[account.isin(ours)]
    let_in = [
        sorted(
            others
            if _anyone(row)
            else {*([row.account] if isinstance(row.account, str) else []), *row.named_accounts} & others
        )
        for row in mine.itertuples()
    ]
    made = mine.assign(
        thing=mine["trust"], arn=mine["role"], kind="role", region=pd.NA, copied_from=pd.NA, trusted=mine["principal"],
        account=account[mine.index],
    )  # fmt: skip
    made["with"] = pd.Series(let_in, index=made.index, dtype="object")
    # A mask and not a list: an empty list would choose no columns.
    some = pd.Series([bool(names) for names in let_in], index=made.index, dtype="bool")
    return made[some][_COLUMNS].astype(_TYPES)


def _anyone(trust: Any) -> bool:
    """Whether it names everybody, and no condition names accounts: one on the organisation lets in each of its own."""
    return str(trust.principal_kind) == "anyone" and not trust.named_accounts


class _Approvals:
    """What the register approves, in every reading of it."""

    def __init__(self, entries: Frame, readings: Frame) -> None:
        self._readings = sorted(readings["snapshot_at"].unique())
        self._entries: dict[Any, list[dict[str, Any]]] = {}
        for entry in entries.to_dict("records"):
            self._entries.setdefault(entry["snapshot_at"], []).append(entry)

    def without(self, row: dict[str, Any]) -> list[str]:
        """Of the accounts that something is open to, those for which nothing approved it at that time."""
        accounts = row["with"] if isinstance(row["with"], list) else []
        read = [moment for moment in self._readings if moment <= row["snapshot_at"]] or self._readings[:1]
        entries = self._entries.get(read[-1], []) if read else []
        return [account for account in accounts if not any(_approves(one, row, account) for one in entries)]


def _approves(entry: dict[str, Any], row: dict[str, Any], account: str) -> bool:
    """An entry without the name of whoever approved it, or the time, approves nothing."""
    if entry["account"] != account or pd.isna(entry["approved_by"]) or pd.isna(entry["approved_at"]):
        return False
    at = row["snapshot_at"]
    in_time = entry["approved_at"] <= at and (pd.isna(entry["until"]) or at < entry["until"])
    return bool(in_time and fnmatchcase(str(row["arn"]), entry["resource"]))
