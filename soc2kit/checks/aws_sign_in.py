"""Tests of who enters AWS, and how: root, IAM users beside single sign-on, and outsiders."""

from __future__ import annotations

import pandas as pd

from ..model import Frame, Outcome
from ..parameters import Parameters
from ..period import Period
from .outcome import outcome, words

#: How far apart a use in the credential report and its event may be and still be the same: root stays signed in for
#: some time, and the report gives only the last use of it.
SAME_USE = pd.Timedelta(hours=1)


def root_not_used(
    aws_root_events: Frame,
    aws_root_last_use: Frame,
    break_glass_records: Frame,
    *,
    period: Period,
    parameters: Parameters,
) -> Outcome:
    """Nobody uses the root user, but in an emergency that somebody approved.

    Population: what root did inside the period, one row per event; and each last use that a credential report gives and
    no event within an hour shows, one row per credential and time. Sign-ins that were refused are not in it.
    Exception: no break-glass record of the account, with somebody who approved it, holds the time.
    Source: cloudtrail.LookupEvents of the regions that were asked; IAM credential report; break-glass register.
    """
    shown = aws_root_events[period.contains(aws_root_events["occurred_at"])]
    events = pd.DataFrame(
        {
            "what": shown["event_id"],
            "used_at": shown["occurred_at"],
            "account": shown["account"],
            "event_name": shown["event_name"],
            "mfa_used": shown["mfa_used"],
        }
    )
    population = pd.concat([events, _unseen_uses(aws_root_last_use, aws_root_events, period)], ignore_index=True)
    excused = [_excused(row.account, row.used_at, break_glass_records) for row in population.itertuples()]
    reasons = words(
        population.index,
        (~pd.Series(excused, index=population.index, dtype="boolean"), _use_in_words(population)),
    )
    return outcome(population, key="what", at="used_at", reasons=reasons)


def _unseen_uses(last_use: Frame, events: Frame, period: Period) -> Frame:
    """Last uses that the event history does not show: it has only the regions that were asked."""
    used = last_use[period.contains(last_use["last_used_at"]).fillna(False)]
    used = used.drop_duplicates(["credential", "last_used_at"])
    seen = [
        bool(
            ((events["account"] == row.account) & ((events["occurred_at"] - row.last_used_at).abs() <= SAME_USE)).any()
        )
        for row in used.itertuples()
    ]
    unseen = used[~pd.Series(seen, index=used.index, dtype=bool)]
    return pd.DataFrame(
        {
            "what": unseen["credential"],
            "used_at": unseen["last_used_at"],
            "account": unseen["account"],
            "event_name": pd.Series(pd.NA, index=unseen.index, dtype="string"),
            "mfa_used": pd.Series(pd.NA, index=unseen.index, dtype="boolean"),
        }
    )


def _excused(account: str, moment: pd.Timestamp, records: Frame) -> bool:
    """Whether the register has the emergency. Entries stay once made, so any reading of it counts."""
    fits = (
        (records["system"] == "aws")
        & (records["account"] == account)
        & (records["starts_at"] <= moment)
        & (moment < records["ends_at"])
        & records["approved_by"].notna()
    )
    return bool(fits.fillna(False).any())


def _use_in_words(population: Frame) -> pd.Series:
    known = "root: " + population["event_name"] + ", without a break-glass record"
    unseen = "root was used, says the credential report, without an event in the regions asked or a break-glass record"
    factor = population["mfa_used"].map({True: "", False: ", without a second factor"}).astype("string").fillna("")
    return known.fillna(unseen) + factor


def people_use_single_sign_on(aws_users: Frame, accounts: Frame, *, period: Period, parameters: Parameters) -> Outcome:
    """People sign in through single sign-on; IAM users are for services and for the day on which it is down.

    Population: every IAM user, whether with a password, with access keys only or with nothing; at each snapshot.
    Exception: neither named in `break_glass_aws_users` nor owned by a service account of the roster.
    Source: IAM credential report, password_enabled; roster, identity file and `email` tags for the owner.
    """
    owners = accounts.loc[accounts["system"] == "aws", ["account_key", "snapshot_at", "kind"]]
    joined = aws_users.merge(
        owners.rename(columns={"account_key": "arn", "kind": "owner_kind"}),
        on=["arn", "snapshot_at"],
        how="left",
        validate="one_to_one",
    )
    allowed = joined["user"].isin(parameters.break_glass_aws_users) | (joined["owner_kind"] == "service").fillna(False)
    no_password = ~joined["console"].fillna(True)
    reasons = words(
        joined.index,
        (~allowed & no_password, "an IAM user that belongs to no service account and is no break-glass user"),
        (~allowed & joined["console"].fillna(False), "signs in with a password of IAM's, and is no break-glass user"),
        (~allowed & joined["console"].isna(), "may sign in with a password of IAM's: the report does not say"),
    )
    return outcome(joined, key="arn", at="snapshot_at", reasons=reasons)


def external_access_approved(
    access_analyzer_findings: Frame, access_analyzers: Frame, *, period: Period, parameters: Parameters
) -> Outcome:
    """What is reachable from outside the account or organisation is on the approved list.

    Population: active results of IAM Access Analyzer, and each region that was asked; at each snapshot.
    Exception: a resource that is not in `approved_external_resources`; a region in which no analyzer looks.
    Source: accessanalyzer.ListFindings of analyzers of external access; accessanalyzer.ListAnalyzers.
    """
    shared = access_analyzer_findings.assign(what=access_analyzer_findings["finding"], analyzers=pd.NA)
    looked = access_analyzers.assign(what=access_analyzers["place"], resource=pd.NA, public=pd.NA, principal=pd.NA)
    columns = ["what", "snapshot_at", "resource", "public", "principal", "analyzers"]
    population = pd.concat(
        [part[columns].astype({"public": "boolean", "analyzers": "Int64"}) for part in (shared, looked)],
        ignore_index=True,
    )
    approved = population["resource"].isin(parameters.approved_external_resources)
    who = population["principal"].mask(population["public"].fillna(False), "everybody").fillna("somebody outside")
    reasons = words(
        population.index,
        (population["analyzers"].isna() & ~approved,
         population["resource"].fillna("a resource that AWS does not name") + " can be reached by " + who),
        (population["analyzers"] == 0, "no analyzer looks at " + population["what"]),
    )  # fmt: skip
    return outcome(population, key="what", at="snapshot_at", reasons=reasons)
