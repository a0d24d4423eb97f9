"""Declared settings beside what is deployed and what a scanner says of their lines; and which things are declared.

A thing is known again by its ARN where a plan or a state has it, else by its name, in any account: a bucket's, a
database's identifier, a key's alias, a group's name, a balancer's name and the port of its listener.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import pandas as pd

from ..terraform.resources import without_index
from ..terraform.settings.model import AWS_KEY, NO_KEY, OWN_KEY
from ..terraform.settings.network import OPEN
from .schema import FrameSpec, columns, typed
from .terraform_config import SETTINGS as DECLARED
from .terraform_live import LIVE, Known, Thing, things
from .terraform_scans import Scanned

__all__ = ["LIVE", "SETTINGS", "THINGS", "terraform_settings", "terraform_things"]
Frames = Mapping[str, pd.DataFrame]
Row = dict[str, Any]
SETTINGS = f"{DECLARED}, standing text, deployed text?, differs text?, deployed_as list, scanners list"
THINGS = "thing text, kind text, standing text, file text?, line number?, name text?, arn text?, why text?"
#: Declared and deployed; declared, and nothing of its name deployed; deployed, and no file speaks of it; or it cannot
#: be told, as its name is open or nothing of its kind was read.
BOTH, DECLARED_ONLY, DEPLOYED_ONLY, UNKNOWN = "declared and deployed", "declared", "deployed", "not known"
_UTC = "datetime64[us, UTC]"
_LEAST_KNOWN = 3


def terraform_settings(frames: Frames) -> pd.DataFrame:
    """One row for each declared setting at each snapshot of the files."""
    scanned = Scanned(frames["scans"], frames["scan_results"])
    rows: list[Row] = []
    for moment, mine in frames["terraform_declared"].groupby("snapshot_at", sort=True):
        exported = _at(frames["terraform_exported"], moment)
        live = list(things({name: _at(frames[name], moment) for name in LIVE}))
        merged = _merged(_rows(mine), _rows(exported))
        rows += [{**row, **scanned.beside(row, moment)} for row in _compared(merged, live)]
    return _typed("terraform_settings", SETTINGS, rows)


def _at(frame: pd.DataFrame, moment: Any) -> pd.DataFrame:
    return frame[frame["snapshot_at"] == moment]


def _rows(frame: pd.DataFrame) -> list[Row]:
    return [
        {str(key): None if not isinstance(value, list) and pd.isna(value) else value for key, value in row.items()}
        for row in frame.to_dict("records")
    ]


def _typed(name: str, text: str, rows: list[Row]) -> pd.DataFrame:
    made = typed(FrameSpec(name, columns(text)), rows, "Terraform files")
    moments = pd.Series([row["snapshot_at"] for row in rows], dtype="object")
    return made.assign(snapshot_at=pd.to_datetime(moments, utc=True).astype(_UTC))


def _merged(declared: list[Row], exported: list[Row]) -> list[Row]:
    """What the files say, with what a plan or a state tells of the same address.

    Where the files leave a value open, that of the plan stands in its place, else that of the state; where a plan says
    otherwise (its variables had other values), it stands beside. A state is what was applied last, so it never speaks
    against the files.
    """
    roots = {row["root"] for row in declared}
    by_place: dict[tuple[Any, ...], list[Row]] = defaultdict(list)
    for row in exported:
        row["arns"] = [row["arn"]] if row["arn"] else []
        by_place[_root_of(row["root"], roots), without_index(row["address"]), row["setting"]].append(row)
    found: list[Row] = []
    for row in declared:
        row["arns"] = [row["arn"]] if row["arn"] else []
        theirs = by_place.pop((row["root"], row["address"], row["setting"]), [])
        found += _with_exports(row, theirs)
    for rest in by_place.values():
        found += _preferred(rest)
    return found


def _preferred(rows: list[Row]) -> list[Row]:
    """Of each workspace and address the plan's word before the state's."""
    planned = {(row["workspace"], row["address"]): row for row in rows if row["origin"] == "plan"}
    return [row for row in rows if row["origin"] == "plan" or (row["workspace"], row["address"]) not in planned]


def _with_exports(row: Row, theirs: list[Row]) -> list[Row]:
    lines = {name: row[name] for name in ("file", "line", "end")}
    row["arns"] += [arn for other in theirs for arn in other["arns"]]
    if row["name"] is None:
        names = {other["name"] for other in theirs if other["name"]}
        row["name"] = names.pop() if len(names) == 1 else None
    preferred = _preferred(theirs)
    usable = [{**other, **lines} for other in preferred if not _open(other)]
    if _open(row) and usable:
        # Of several, some may still be open: what is known of the others says nothing of them.
        return usable if len(usable) == len(preferred) else [row, *usable]
    otherwise = [one for one in usable if one["origin"] == "plan" and not _same(row, one)]
    return [row, *otherwise]


def _open(row: Row) -> bool:
    return bool(row["why"]) or any(OPEN in value.split(" ", 3)[-1][:1] for value in row["values"])


def _same(row: Row, other: Row) -> bool:
    mine, theirs = set(row["values"]), set(other["values"])
    # A plan has the key itself where the files have a reference to it.
    by_reference = row["setting"] == "key" and mine == {OWN_KEY} and not theirs & {AWS_KEY, NO_KEY}
    return mine == theirs or by_reference


def _root_of(path: str, roots: set[str]) -> str | None:
    """The folder of Terraform files that a document is of: the nearest above it, else the only one there is."""
    parts = path.split("/")[:-1]
    above = ("/".join(parts[:depth]) for depth in range(len(parts), -1, -1))
    return next((one for one in above if one in roots), next(iter(roots)) if len(roots) == 1 else None)


def _compared(rows: list[Row], live: list[Thing]) -> Iterator[Row]:
    by_kind: dict[str, list[Thing]] = defaultdict(list)
    for thing in live:
        by_kind[thing.kind].append(thing)
    keys = {name: thing for thing in by_kind["key"] for name in (thing.arn, *thing.names)}
    known = {kind: Known(there) for kind, there in by_kind.items()}
    matched = [_matching(row, known.get(row["kind"], Known(()))) for row in rows]
    said: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row, theirs in zip(rows, matched, strict=True):
        _name_key(row, keys)
        for thing in theirs:
            said[thing.arn, row["setting"]].append(row)
    for row, theirs in zip(rows, matched, strict=True):
        ways = [_difference(row, thing) for thing in theirs]
        # Two folders may declare one name for two accounts: what is deployed may be as any of them says.
        alone = [way for way, thing in zip(ways, theirs, strict=True)
                 if way and all(_difference(other, thing) for other in said[thing.arn, row["setting"]])]  # fmt: skip
        values = sorted({_in_words(thing.settings[row["setting"]]) for thing in theirs
                         if row["setting"] in thing.settings})  # fmt: skip
        yield {
            **row, "standing": _standing(row, theirs, by_kind[row["kind"]]), "deployed": ", ".join(values) or None,
            "differs": "; ".join(dict.fromkeys(alone)) or None, "deployed_as": sorted({one.arn for one in theirs}),
        }  # fmt: skip


def _matching(row: Row, there: Known) -> list[Thing]:
    return there.by_arn(row["arns"]) or (there.called(row["name"]) if _named(row["name"]) else [])


def _named(name: str | None) -> bool:
    """Whether enough of a name is written out to know a thing by it."""
    return name is not None and len("".join(name.split("${")[::2])) >= _LEAST_KNOWN


def _standing(row: Row, theirs: list[Thing], there: list[Thing]) -> str:
    if theirs:
        return BOTH
    told = bool(row["arns"]) or (_named(row["name"]) and "${" not in row["name"])
    # Of a key without an alias, or a parameter group that no database has, nothing says that it is not there.
    return DECLARED_ONLY if there and told and not row["optional"] and row["kind"] != "parameter group" else UNKNOWN


def _name_key(row: Row, keys: Mapping[str, Thing]) -> None:
    """A key that is named in full is the company's or AWS's, as the list of keys says."""
    if row["setting"] == "key" and row["values"] and row["values"][0] not in (NO_KEY, AWS_KEY, OWN_KEY):
        key = keys.get(row["values"][0])
        if key is None:
            row |= {"why": [f"who manages {row['values'][0]}"], "values": []}
        else:
            row["values"] = [OWN_KEY if key.counts else AWS_KEY]


def _difference(row: Row, thing: Thing) -> str:
    """In words, how a thing is deployed otherwise; nothing where either is not known."""
    setting, there = row["setting"], thing.settings.get(row["setting"])
    if there is None or _open(row):
        return ""
    declared = set(row["values"])
    if setting == "blocks off":
        # Blocks that are on for the whole account need not be declared with a bucket.
        more = [name for name in there if name not in declared]
        return f"{', '.join(more)} off" if more else ""
    if setting == "ingress":
        more = [f"{_rule(one)}, which no file declares" for one in there if one not in declared]
        return ", ".join([*more, *(f"without {_rule(one)}" for one in row["values"] if one not in there)])
    return "" if declared == set(there) else f"{setting} is {_in_words(there)}, declared is {_in_words(row['values'])}"


def _rule(text: str) -> str:
    protocol, low, high, source = text.split(" ", 3)
    every = "every protocol" if protocol == "-1" else f"{protocol} {low}" if low == high else f"{protocol} {low}-{high}"
    return f"{every} from {source}"


def _in_words(values: Iterable[str]) -> str:
    return ", ".join(values) or "nothing"


def terraform_things(frames: Frames) -> pd.DataFrame:
    """One row for each declared thing and each that is deployed without being declared, at each snapshot."""
    settings, unfollowed = frames["terraform_settings"], frames["terraform_unfollowed"]
    moments = sorted({*settings["snapshot_at"], *unfollowed["snapshot_at"]})
    rows: list[Row] = []
    for moment in moments:
        mine = _rows(_at(settings, moment))
        live = list(things({name: _at(frames[name], moment) for name in LIVE}))
        exported = set(_at(frames["terraform_exported"], moment)["root"])
        roots = {row["root"] for row in mine if row["origin"] == "file"}
        rest = _unfollowed(_rows(_at(unfollowed, moment)), exported, roots)
        made = [*_declared_things(mine), *_strangers(mine, live), *rest]
        rows += [{**row, "snapshot_at": moment} for row in made]
    return _typed("terraform_things", THINGS, rows)


def _declared_things(rows: list[Row]) -> Iterator[Row]:
    for row in {row["thing"]: row for row in rows}.values():
        arn = row["deployed_as"][0] if len(row["deployed_as"]) == 1 else row["arn"]
        names = ("thing", "kind", "standing", "file", "line", "name")
        yield {**{name: row[name] for name in names}, "arn": arn, "why": None}


def _strangers(rows: list[Row], live: list[Thing]) -> Iterator[Row]:
    """What is deployed and no file speaks of; a kind of which none is declared, or one by an open name, may be."""
    declared = {arn for row in rows for arn in row["deployed_as"]}
    unnamed = {row["kind"]: row["address"] for row in rows if row["standing"] == UNKNOWN and not _named(row["name"])}
    for thing in live:
        if not thing.counts or thing.arn in declared:
            continue
        perhaps = unnamed.get(thing.kind)
        yield {
            "thing": thing.arn, "kind": thing.kind, "standing": UNKNOWN if perhaps else DEPLOYED_ONLY,
            "name": thing.names[0] if thing.names else None, "arn": thing.arn,
            "why": f"{perhaps} may be it" if perhaps else None,
        }  # fmt: skip


def _unfollowed(rows: list[Row], exported: set[str], declared: set[str]) -> Iterator[Row]:
    """But for modules whose resources a plan or a state of their root has."""
    roots = declared | {row["root"] for row in rows if row["kind"] == "module"}
    known = {_root_of(path, roots) for path in exported}
    for row in rows:
        if row["kind"] == "module" and row["root"] in known:
            continue
        names = ("thing", "kind", "file", "line", "why")
        yield {**{name: row[name] for name in names}, "standing": UNKNOWN}
