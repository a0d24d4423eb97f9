"""Tests of how PostgreSQL keeps passwords."""

from __future__ import annotations

import pandas as pd

from ..model import Frame, Outcome
from ..parameters import Parameters
from ..period import Period
from .outcome import outcome, words

SCRAM = "scram-sha-256"


def hashed_by_scram(
    database_servers: Frame, database_passwords: Frame, *, period: Period, parameters: Parameters
) -> Outcome:
    """Passwords are kept as SCRAM hashes, and new ones will be.

    Population: the setting of each PostgreSQL server, asked itself or by copies of its files, and login roles that have
    a password, or of which the collector may not see whether they have one; at each snapshot.
    Exception: the setting password_encryption is anything but scram-sha-256, for all or for a role or database of its
    own; a role's password is kept as an MD5 hash, or in a way that is not known. Not testable: the setting is not shown
    or the default of a version that is not known, or the kinds of hashes may not be seen.
    Source: pg_settings, pg_db_role_setting; pg_authid, of which only the kind of hash is read; postgresql.conf.
    """
    settings, roles = _settings(database_servers), _roles(database_passwords)
    population = pd.concat([part for part in (settings, roles) if len(part)] or [settings], ignore_index=True)
    return outcome(
        population.drop(columns=["why", "untold"]),
        key="thing", at="snapshot_at", reasons=population["why"], unknown=population["untold"],
    )  # fmt: skip


def _settings(servers: Frame) -> Frame:
    hashing = servers["password_encryption"]
    own = servers["own_hashing"].map(lambda kinds: ", ".join(kind for kind in kinds if not kind.startswith(SCRAM)))
    readable = servers["problems"].isna()
    why = words(
        servers.index,
        (readable & (hashing != SCRAM), "new passwords are hashed by " + hashing),
        (own != "", "new passwords are hashed by " + own.astype("string")),
    )
    untold = words(
        servers.index,
        (hashing.isna(), "password_encryption is not shown"),
        (~readable, "the server cannot read its settings: " + servers["problems"]),
        (
            servers["unread"].notna(),
            servers["unread"] + ", whose settings stand over all others, is not among the files",
        ),
    )
    thing = servers["server"] + "/password_encryption"
    return pd.DataFrame(
        {"thing": thing, "snapshot_at": servers["snapshot_at"], "kind": hashing, "why": why, "untold": untold}
    )


def _roles(passwords: Frame) -> Frame:
    mine = passwords[(passwords["kind"] != "none").fillna(True)]
    kind = mine["kind"]
    why = words(
        mine.index,
        (kind == "md5", "the password is kept as an MD5 hash"),
        ((kind != "md5") & (kind != SCRAM), "the password is kept in a way that is not known"),
    )
    untold = words(mine.index, (kind.isna(), "whether it has a password, and how that is kept, may not be seen"))
    return pd.DataFrame(
        {"thing": mine["role_key"], "snapshot_at": mine["snapshot_at"], "kind": kind, "why": why, "untold": untold}
    )
