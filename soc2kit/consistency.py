"""What the evidence itself contradicts: settings that changed, leaving dates that moved, people who vanished.

The latest file of the company decides many tests, so a reader must know where an earlier one said something else.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

from .config import FILE_NAME, REDACTION_MARKER, Config, parameter_history
from .errors import EvidenceDamaged, MalformedInput
from .evidence import EvidenceStore, Record
from .frames import FrameSet
from .frames.specs.assets import REGIONS
from .parameters import Parameters
from .sources.company import SETTINGS

#: What decides what a test finds and what is in scope; other settings only say where a system answers.
DECIDING = ("company", "scope", "window", "sampling")
SCOPES = {
    "aws": ("profile", "accounts", "regions_out_of_scope"),
    "github": ("organization", "repositories"),
    "postgres": ("cluster", "database", "databases", "databases_out_of_scope"),
}


def consistency_notes(config: Config, frames: FrameSet, store: EvidenceStore) -> Iterator[str]:
    """Every contradiction in words; a file that cannot be read is said, too, as by the tests that rest on it."""
    yield from redaction_notes(config.workspace)
    yield from overlay_notes(config.workspace)
    yield from account_notes(config, frames)
    parts: tuple[tuple[str, Callable[[], Iterator[str]]], ...] = (
        (SETTINGS, lambda: settings_notes(config, frames, store)),
        ("company.roster", lambda: roster_notes(frames.frame("people"))),
        ("company.identities", lambda: identity_notes(frames.frame("identities"))),
        ("postgres.grants", lambda: database_notes(frames.frame("databases"))),
        ("aws.identity_center", lambda: directory_notes(frames)),
        ("aws.organization", lambda: organization_notes(frames)),
        ("aws.ec2", lambda: region_notes(frames)),
    )
    for dataset, notes in parts:
        if dataset != SETTINGS and not frames.records(dataset):
            continue
        try:
            yield from notes()
        except (EvidenceDamaged, MalformedInput) as error:
            yield f"{dataset} was not compared over time: {error}"


def settings_notes(config: Config, frames: FrameSet, store: EvidenceStore) -> Iterator[str]:
    """Every time at which the settings were others than those that this assessment uses for that time."""
    records = frames.records(SETTINGS)
    if not records:
        yield f"the limits and approved lists of {FILE_NAME} were never collected as evidence. Run: soc2kit collect"
        return
    # Settings seldom change from one collection to the next, so each text is parsed once.
    parsed = cache(tomllib.loads)
    collected = [(record, parsed(store.read_bytes(record).decode("utf-8"))) for record in records]
    used = _deciding(tomllib.loads(config.path.read_text(encoding="utf-8")))
    for name in used:
        days = [_day(record) for record, settings in collected if _deciding(settings)[name] != used[name]]
        if days:
            yield f"[{name}] in {FILE_NAME} is not what was collected on {', '.join(days)}: the one of now was used"
    yield from _parameter_notes(config, collected)


def _parameter_notes(config: Config, collected: list[tuple[Record, dict[str, Any]]]) -> Iterator[str]:
    """Limits that were collected with one value and are said, now, to have had another on that day."""
    days: dict[tuple[str, str, str], list[str]] = {}
    for record, settings in collected:
        history = parameter_history(Path(str(record.path)), settings, config.calendar)
        then, now = history.at(record.run_at), config.parameters.at(record.run_at)
        for item in fields(Parameters):
            one, other = getattr(then, item.name), getattr(now, item.name)
            if one != other:
                days.setdefault((item.name, shown(one), shown(other)), []).append(_day(record))
    for (name, then_value, now_value), moments in days.items():
        yield (
            f"[parameters] {name} was {then_value} when collected on {', '.join(moments)}, and {FILE_NAME} says that it"
            f" was {now_value} then: {now_value} was used. A change belongs in [[parameters.changes]], with its day"
        )


def shown(value: object) -> str:
    """A parameter as it stands in the file."""
    return ", ".join(map(str, value)) or "empty" if isinstance(value, tuple) else str(value)


def _deciding(document: Mapping[str, Any]) -> dict[str, Any]:
    sources = document.get("sources", {})
    scopes = {f"sources.{name}": {key: sources.get(name, {}).get(key) for key in keys} for name, keys in SCOPES.items()}
    return {**{name: document.get(name) for name in DECIDING}, **scopes}


def _day(record: Record) -> str:
    return f"{record.run_at:%Y-%m-%d}"


def redaction_notes(workspace: Path) -> Iterator[str]:
    """Said by every report of a redacted copy; the file is written with the copy."""
    path = workspace / REDACTION_MARKER
    if path.is_file():
        head = json.loads(path.read_text(encoding="utf-8"))["original_ledger_head"]
        yield f"this is a redacted copy, in which pseudonyms stand for people; the original's ledger head is {head}"


def overlay_notes(workspace: Path) -> Iterator[str]:
    """Controls that the company changed: an overlay can take a control out of scope."""
    path = workspace / "controls.yaml"
    if path.is_file():
        entries = yaml.safe_load(path.read_text(encoding="utf-8"))["controls"]
        changed = [f"{entry['id']} ({', '.join(sorted(set(entry) - {'id'}))})" for entry in entries]
        yield f"the company's controls.yaml changes or adds: {'; '.join(changed)}"


def account_notes(config: Config, frames: FrameSet) -> Iterator[str]:
    """Systems that were collected from several accounts though the company names one: all are in the populations."""
    accounts: dict[str, set[str]] = {}
    for record in frames.attempts:
        if record.complete and not record.dataset.startswith("view:"):
            accounts.setdefault(record.system, set()).add(record.account)
    for system, names in sorted(accounts.items()):
        if len(names) > 1 and not config.has_several_accounts(system):
            yield f"{system} was collected from several accounts: {', '.join(sorted(names))}"


def database_notes(databases: pd.DataFrame) -> Iterator[str]:
    """Databases that the settings leave out, on the days of which evidence says so."""
    left = databases[databases["out_of_scope"] & ~databases["read"]]
    for place, moments in left.groupby("place", sort=True)["snapshot_at"]:
        first, last = moments.min(), moments.max()
        yield (
            f"postgres database {place} is out of scope by databases_out_of_scope in {FILE_NAME}, from {first:%Y-%m-%d}"
            f" to {last:%Y-%m-%d}: no test looks at its grants"
        )


def directory_notes(frames: FrameSet) -> Iterator[str]:
    """AWS accounts that people may enter and that the settings leave out."""
    named = frames.frame("identity_center_accounts")["account"]
    for account in sorted(set(named)):
        if not frames.admits("aws", account):
            yield (
                f"Identity Center lets people into the AWS account {account}, which [sources.aws] accounts in"
                f" {FILE_NAME} leaves out: no test looks at it"
            )


def organization_notes(frames: FrameSet) -> Iterator[str]:
    """AWS accounts of the company's organisation that the settings leave out."""
    others = frames.frame("organization_accounts")
    for account in sorted(set(others.loc[others["open"], "account"])):
        if not frames.admits("aws", account):
            yield (
                f"the organisation has the AWS account {account}, which [sources.aws] accounts in {FILE_NAME} leaves"
                " out: no test looks at it"
            )


def region_notes(frames: FrameSet) -> Iterator[str]:
    """Regions of AWS in which services were not read because the settings say so, and on which days."""
    read = [frames.frame(frame).assign(of=dataset) for dataset, frame in REGIONS.items() if frames.records(dataset)]
    regions = pd.concat(read, ignore_index=True)
    left = regions[regions["out_of_scope"].notna() & ~regions["read"]]
    for (place, reason), rows in left.groupby(["place", "out_of_scope"], sort=True):
        services, days = ", ".join(dict.fromkeys(rows["of"])), rows["snapshot_at"]
        yield (
            f"AWS region {place} is out of scope by regions_out_of_scope in {FILE_NAME} ({reason}), from"
            f" {days.min():%Y-%m-%d} to {days.max():%Y-%m-%d}: no test looks at what {services} would tell of it"
        )


def roster_notes(people: pd.DataFrame) -> Iterator[str]:
    """Leaving dates that moved or went, and people who are in an earlier roster but not in the latest."""
    ordered = people.sort_values("snapshot_at", kind="stable")
    latest = ordered[ordered["snapshot_at"] == ordered["snapshot_at"].max()].set_index("email")["left_at"]
    for email, dates in ordered.groupby("email", sort=True)["left_at"]:
        known = sorted(set(dates.dropna()))
        if email not in latest.index:
            yield f"{email} is in an earlier roster and not in the latest one"
        elif known and (len(known) > 1 or pd.isna(latest[email])):
            said = ", ".join(f"{date:%Y-%m-%d}" for date in known)
            now = "no leaving date" if pd.isna(latest[email]) else f"{latest[email]:%Y-%m-%d}"
            yield f"rosters disagree on when {email} left: {said}; the latest says {now}"


def identity_notes(identities: pd.DataFrame) -> Iterator[str]:
    """Accounts that were confirmed for one owner and later for another, or for none; several at once share one."""
    last = identities["snapshot_at"].max()
    for (system, account), rows in identities.groupby(["system", "account_name"], sort=True):
        together = rows.groupby("snapshot_at", sort=True)["email"].agg(lambda emails: " and ".join(sorted(set(emails))))
        owners = list(dict.fromkeys(together))
        if len(owners) > 1:
            yield f"{system} account {account} was confirmed for {', then '.join(owners)}"
        elif rows["snapshot_at"].max() < last:
            yield f"{system} account {account} was confirmed for {owners[0]}, and is not in the latest identity file"
