"""What the company has, as its systems tell it, beside what its register of assets says of each."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Mapping
from fnmatch import fnmatchcase
from typing import Any

import pandas as pd

from ..period import parse_moment
from ..sources.assets import ASSET_COLUMNS, IN_SCOPE, SHARING_COLUMNS
from .departures import with_contracts
from .schema import FrameSpec, columns, typed

Frames = Mapping[str, pd.DataFrame]
Row = Mapping[str, Any]
REGISTER_COLUMNS = "asset text, owner text?, environment text?, data_class text?, in_scope flag, line number"
COLUMNS = (
    "asset text, kind text, system text, account text?, region text?, first_seen_at time, entry text?, owner text?,"
    " environment text?, data_class text?, in_scope flag?, register_read_at time?"
)
ENTRY_COLUMNS = (
    f"{REGISTER_COLUMNS}, lacking text?, lacking_since time?, owner_left_at time?, matches number, listable flag"
)
#: What assets are listed by; a company has those of the systems that it has.
SYSTEMS = (
    "aws_inventory", "kms_keys", "ec2_security_groups", "acm_certificates", "rds_snapshots", "read_aws_users",
    "organization_accounts", "alerts_enabled", "databases", "live_database_servers", "file_database_servers",
)  # fmt: skip
USES = (*SYSTEMS, "register_of_assets", "read_assets")
ENTRY_USES = ("assets", "register_of_assets", "people")
_FILES = "/files"
_TIME = "datetime64[us, UTC]"


def register(text: str, record: Row) -> Iterator[Row]:
    """One row an entry, in the order of the file; a register without a file is an empty one."""
    for line, row in enumerate(csv.DictReader(io.StringIO(text, newline="")), 2):
        value = {name: row[name].strip() or None for name in ASSET_COLUMNS}
        owner = value["owner"].lower() if value["owner"] else None
        in_scope = IN_SCOPE[(value["in_scope"] or "").lower()]
        yield {**value, "owner": owner, "in_scope": in_scope, "line": line}


def sharing(text: str, record: Row) -> Iterator[Row]:
    """What of production another account may use, each with who approved it and until when."""
    for row in csv.DictReader(io.StringIO(text, newline="")):
        value = {name: row[name].strip() or None for name in SHARING_COLUMNS}
        times = {name: parse_moment(value[name] or "") if value[name] else None for name in ("approved_at", "until")}
        yield {**value, **times}


def assets(frames: Frames) -> pd.DataFrame:
    """One row an asset and snapshot, with the entry of the register that speaks of it.

    An asset has the entry that names it, or the longest pattern of those that match it. Left out is what the company
    neither made nor uses: keys that AWS manages, security groups that nothing has, certificates that nothing uses, and
    snapshots that a database makes of itself. The register is the one that was read last at that time, or first.
    """
    listed = pd.concat(list(_listed(frames)), ignore_index=True).drop_duplicates(["asset", "snapshot_at"])
    readings = sorted(frames["read_assets"]["snapshot_at"].unique())
    entries = {moment: _Entries(lines) for moment, lines in frames["register_of_assets"].groupby("snapshot_at")}
    first = listed.groupby("asset")["snapshot_at"].transform("min")
    rows = []
    for row, seen in zip(listed.to_dict("records"), first, strict=True):
        read = in_force(readings, row["snapshot_at"])
        entry = entries[read].of(row["asset"]) if read in entries else None
        about = {name: entry[name] for name in ASSET_COLUMNS[1:]} if entry else {}
        rows.append({
            **row, **about, "entry": entry["asset"] if entry else None, "first_seen_at": seen,
            "register_read_at": read,
        })  # fmt: skip
    return _framed("assets", COLUMNS, rows)


def in_force(readings: list[pd.Timestamp], moment: pd.Timestamp) -> pd.Timestamp | None:
    """The last reading of a file by a moment, or else the first one after it."""
    before = [reading for reading in readings if reading <= moment]
    return before[-1] if before else readings[0] if readings else None


class _Entries:
    """The register as it was read once."""

    def __init__(self, lines: pd.DataFrame) -> None:
        rows: list[Row] = lines.to_dict("records")
        self._exact: dict[str, Row] = {row["asset"]: row for row in rows if "*" not in row["asset"]}
        patterns = [row for row in rows if "*" in row["asset"]]
        self._patterns = sorted(patterns, key=lambda row: -len(row["asset"].replace("*", "")))

    def of(self, asset: str) -> Row | None:
        if asset in self._exact:
            return self._exact[asset]
        return next((row for row in self._patterns if fnmatchcase(asset, row["asset"])), None)


def _listed(frames: Frames) -> Iterator[pd.DataFrame]:
    columns = ["asset", "kind", "system", "account", "region", "snapshot_at"]
    for part in (_of_aws(frames), _accounts(frames), _repositories(frames), _databases(frames)):
        yield pd.DataFrame({name: part[name] for name in columns}).astype(
            {"snapshot_at": _TIME, **dict.fromkeys(columns[:-1], "string")}
        )


def _of_aws(frames: Frames) -> pd.DataFrame:
    keys, groups = frames["kms_keys"], frames["ec2_security_groups"]
    certificates, snapshots = frames["acm_certificates"], frames["rds_snapshots"]
    nobodys = pd.concat([
        keys.loc[(keys["manager"] == "AWS").fillna(False), ["arn", "snapshot_at"]],
        groups.loc[~groups["in_use"].fillna(True).astype(bool), ["arn", "snapshot_at"]],
        certificates.loc[~certificates["in_use"].fillna(True).astype(bool), ["arn", "snapshot_at"]],
        snapshots.loc[snapshots["type"] == "automated", ["arn", "snapshot_at"]],
    ])  # fmt: skip
    inventory = frames["aws_inventory"]
    out = pd.MultiIndex.from_frame(nobodys)
    theirs = pd.MultiIndex.from_frame(inventory[["arn", "snapshot_at"]]).isin(out)
    return inventory[~theirs].rename(columns={"arn": "asset"}).assign(system="aws")


def _accounts(frames: Frames) -> pd.DataFrame:
    """Accounts that were read, and those of the organisation that are open."""
    read = frames["read_aws_users"].rename(columns={"source_account": "account"})
    others = frames["organization_accounts"]
    both = [read[["account", "snapshot_at"]], others.loc[others["open"], ["account", "snapshot_at"]]]
    every = pd.concat(both, ignore_index=True).drop_duplicates()
    return every.assign(asset=every["account"], kind="account", system="aws", region=pd.NA)


def _repositories(frames: Frames) -> pd.DataFrame:
    rows = frames["alerts_enabled"]
    owner = rows["repository"].str.partition("/")[0] if len(rows) else rows["repository"]
    return rows.assign(asset=rows["repository"], kind="repository", system="github", account=owner, region=pd.NA)


def _databases(frames: Frames) -> pd.DataFrame:
    """Servers, and the databases of those that can be asked."""
    inside = frames["databases"].assign(asset=frames["databases"]["place"], kind="database")
    parts = [inside.rename(columns={"cluster": "account"})[["asset", "kind", "account", "snapshot_at"]]]
    for name in ("live_database_servers", "file_database_servers"):
        server = frames[name]["server"].str.removesuffix(_FILES)
        one = frames[name].assign(asset=server, kind="database server", account=server)
        parts.append(one[["asset", "kind", "account", "snapshot_at"]])
    return pd.concat(parts, ignore_index=True).assign(system="postgres", region=pd.NA)


def entries(frames: Frames) -> pd.DataFrame:
    """One row an entry and reading of the register: what it lacks and since when, its owner, and what it matches.

    `listable` is whether what it names is of a kind that is listed here: an ARN of AWS, an account, or something within
    an organisation or a server that was read. A service of somebody else's can only stand in the register.
    """
    rows, found = frames["register_of_assets"], frames["assets"]
    matched = found.groupby(["register_read_at", "entry"]).size()
    owners = _owners(frames["people"])
    within = {str(account) for account in found["account"].dropna()}
    lacking: dict[str, pd.Timestamp] = {}
    made = []
    for moment, lines in rows.sort_values("snapshot_at", kind="stable").groupby("snapshot_at"):
        now = {}
        for row in lines.to_dict("records"):
            known, left = owners(row["owner"], moment)
            short = _lacking(row, known)
            if short:
                now[row["asset"]] = lacking.get(row["asset"], moment)
            made.append({
                **row, "lacking": short, "lacking_since": now.get(row["asset"]), "owner_left_at": left,
                "matches": int(matched.get((moment, row["asset"]), 0)), "listable": _listable(row["asset"], within),
            })  # fmt: skip
        lacking = now
    return _framed("asset_entries", ENTRY_COLUMNS, made)


def _lacking(row: Row, owner_known: bool) -> str | None:
    """Of what is out of scope only the owner has to be known, who says so."""
    names = {"owner": "owner", "data_class": "class of data", "environment": "environment"}
    wanted = [name for name in names if name == "owner" or row["in_scope"]]
    short = [names[name] for name in wanted if pd.isna(row[name])]
    return ", ".join([*short, *(["owner in the roster"] if not owner_known else [])]) or None


def _owners(people: pd.DataFrame) -> Callable[[Any, pd.Timestamp], tuple[bool, Any]]:
    """Whether an owner that is named is in the roster of a moment, and when the person left by then."""
    whole = with_contracts(people)
    readings = sorted(whole["snapshot_at"].unique())
    lines = {
        (row["snapshot_at"], row["email"].casefold()): row["left_at"]
        for row in whole[["snapshot_at", "email", "left_at"]].to_dict("records")
    }

    def asked(owner: Any, moment: pd.Timestamp) -> tuple[bool, Any]:
        if pd.isna(owner):
            return True, None
        key = (in_force(readings, moment), str(owner).casefold())
        if key not in lines:
            return False, None
        left = lines[key]
        return True, left if not pd.isna(left) and left <= moment else None

    return asked


def _listable(asset: str, within: set[str]) -> bool:
    return asset.startswith("arn:") or asset.isdigit() or asset.partition("/")[0] in within


def _framed(name: str, text: str, rows: list[dict[str, Any]]) -> pd.DataFrame:
    spec = FrameSpec(name, columns(f"{text}, snapshot_at time"))
    plain = [{key: None if _missing(value) else value for key, value in row.items()} for row in rows]
    return typed(spec, plain, "the register and the lists")


def _missing(value: Any) -> bool:
    return value is None or value is pd.NA or value is pd.NaT or (isinstance(value, float) and value != value)
