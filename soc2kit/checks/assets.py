"""Tests of the inventory: what the systems tell of is in the company's register, each with an owner."""

from __future__ import annotations

import pandas as pd

from ..model import Frame, Outcome
from ..parameters import Parameters
from ..period import Period
from .outcome import outcome, words
from .unread import stacked

REGISTER = "register of assets: "
#: Lists that tell of no asset by themselves, and what stands in for whole lists.
_NO_ASSETS = {
    "DescribeSecurityGroupRules", "DescribeNetworkInterfaces", "DescribeDBParameterGroups",
    "DescribeDBClusterParameterGroups", "DescribeSSLPolicies", "ListAliases", "DescribeSnapshots that all may restore",
}  # fmt: skip
_LISTING = ("List", "Describe")


def assets_registered(
    assets: Frame, asset_entries: Frame, aws_unread: Frame, aws_organization: Frame,
    *, period: Period, parameters: Parameters,
) -> Outcome:  # fmt: skip
    """Every asset is in the company's register, with an owner who is there and a class of data.

    Population: accounts and resources of AWS, repositories, PostgreSQL servers and their databases, as the systems list
    them, at each snapshot; entries of the register, at each reading of it ("register of assets: …"); lists that could
    not be read. Left out are keys that AWS manages, security groups and certificates that nothing uses, and snapshots
    that a database makes of itself. Unit of the limit: days.
    Exception: an asset that no entry names, by itself or by a pattern, more than `unregistered_asset_days` after it was
    first seen in the evidence; an entry that lacks an owner, an environment or a class of data for longer than that, or
    whose owner left, or is nobody of the roster, for longer. What is out of scope needs an owner alone. An entry of
    production that matches nothing cannot be tested: it is gone, or where nobody looked; only what is of a kind that is
    listed here counts, as a service of somebody else's is known to the register alone. Other entries that match nothing
    are shown.
    Source: aws_inventory and the lists below it; GitHub's repositories; pg_database; assets.csv; roster.
    """
    found, entries = _found(assets, parameters), _entries(asset_entries, parameters)
    lists = pd.concat([_lists(aws_unread), _organizations(aws_organization)], ignore_index=True)
    population = stacked(*(part for part in (found, entries, lists) if len(part) or part is found))
    return outcome(
        population.drop(columns=["why", "untold"]).rename(columns={"asset": "thing"}),
        key="thing", at="snapshot_at", reasons=population["why"], unknown=population["untold"],
    )  # fmt: skip


def _found(assets: Frame, parameters: Parameters) -> Frame:
    limit = pd.Timedelta(days=parameters.unregistered_asset_days)
    overdue = assets["snapshot_at"] - assets["first_seen_at"] > limit
    since = assets["first_seen_at"].dt.strftime("%Y-%m-%d").astype("string")
    text = assets["kind"] + " seen since " + since + " and in no entry of the register"
    why = words(assets.index, (assets["entry"].isna() & overdue, text))
    return assets.assign(why=why, untold=_none(assets))


def _entries(entries: Frame, parameters: Parameters) -> Frame:
    limit = pd.Timedelta(days=parameters.unregistered_asset_days)
    lacking = entries["lacking"].notna() & (entries["snapshot_at"] - entries["lacking_since"] > limit)
    gone = entries["snapshot_at"] - entries["owner_left_at"] > limit
    why = words(
        entries.index,
        (lacking, "without " + entries["lacking"] + " since " + _day(entries["lacking_since"])),
        (gone, "its owner " + entries["owner"] + " left on " + _day(entries["owner_left_at"])),
    )
    words_of_production = {name.lower() for name in parameters.production_environments}
    production = entries["environment"].str.lower().isin(words_of_production) & entries["in_scope"]
    unmatched = production & entries["listable"] & (entries["matches"] == 0)
    untold = words(entries.index, (unmatched, "of production, and nothing that was listed is it: gone, or not read"))
    made = entries.assign(why=why, untold=untold, kind="entry", entry=entries["asset"])
    made = made.assign(asset=REGISTER + entries["asset"], kind=made["kind"].astype("string"))
    return made.drop(columns=["line", "listable"])


def _lists(unread: Frame) -> Frame:
    """Lists of whole regions that AWS did not give."""
    listing = unread["operation"].str.startswith(_LISTING) & ~unread["operation"].isin(_NO_ASSETS)
    rows = unread[unread["what"].isna() & listing]
    why = rows["service"] + "." + rows["operation"] + " could not be read: " + rows["why"]
    return pd.DataFrame(
        {
            "asset": rows["place"], "account": rows["account"], "region": rows["region"],
            "snapshot_at": rows["snapshot_at"], "why": _none(rows), "untold": why.astype("string"),
        }
    )  # fmt: skip


def _organizations(organizations: Frame) -> Frame:
    """Organisations whose accounts none of the accounts that were read may list."""
    told = organizations[organizations["listed"]]
    known = set(zip(told["organization"], told["snapshot_at"], strict=True))
    silent = organizations[~organizations["alone"] & ~organizations["listed"]]
    untold = [(row.organization, row.snapshot_at) not in known for row in silent.itertuples()]
    rows = silent[pd.Series(untold, index=silent.index, dtype="bool")]
    name = rows["organization"].fillna("that " + rows["account"] + " is in").astype("string")
    why = pd.Series("no account that is read may list the accounts of its organisation", index=rows.index)
    return pd.DataFrame(
        {
            "asset": "organisation " + name, "account": rows["account"], "region": pd.Series(pd.NA, index=rows.index),
            "snapshot_at": rows["snapshot_at"], "why": _none(rows), "untold": why.astype("string"),
        }
    ).drop_duplicates(["asset", "snapshot_at"]).astype({"region": "string"})  # fmt: skip


def _none(rows: Frame) -> pd.Series:
    return pd.Series(pd.NA, index=rows.index, dtype="string")


def _day(moments: pd.Series) -> pd.Series:
    return moments.dt.strftime("%Y-%m-%d").astype("string")
