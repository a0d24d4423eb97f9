"""Settings, rules and sessions of a server put beside each other, snapshot by snapshot."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

Frames = Mapping[str, pd.DataFrame]
_KEYS = ["server", "snapshot_at"]


def servers(frames: Frames) -> pd.DataFrame:
    """Servers that were asked, and those whose files were read.

    Of one that AWS runs, the parameters of its group say what the server itself does not show.
    """
    every = _together(frames["live_database_servers"], frames["file_database_servers"])
    return _by_provider(every, frames["rds_databases"])


def _by_provider(servers: pd.DataFrame, databases: pd.DataFrame) -> pd.DataFrame:
    """A value that waits for a reboot is not in force, and its opposite is not known to be."""
    told = databases[["snapshot_at", "endpoints", "force_ssl", "minimum_protocol", "waits"]].explode("endpoints")
    known = {
        (row.endpoints.lower(), row.snapshot_at): row for row in told[told["endpoints"].notna()].itertuples(index=False)
    }
    found = [known.get((row.host, row.snapshot_at)) for row in servers.itertuples(index=False)]
    forced = [None if one is None or one.waits or pd.isna(one.force_ssl) else one.force_ssl == "1" for one in found]
    least = [None if one is None or one.waits else one.minimum_protocol for one in found]
    by_group = pd.Series(forced, index=servers.index, dtype="boolean")
    minimum = pd.Series(least, index=servers.index, dtype="string")
    return servers.assign(
        force_ssl=servers["force_ssl"].fillna(by_group), minimum_protocol=servers["minimum_protocol"].fillna(minimum)
    )


def rules(frames: Frames) -> pd.DataFrame:
    """Every rule, with what may keep the whole file from being in force; one row where no rules were read."""
    every = _together(frames["live_database_rules"], frames["file_database_rules"])
    about = frames["database_transport"]
    lacking = about[about["rules"].isna() & ~about["local_only"].fillna(False)]
    unread = lacking[_KEYS].assign(rule=lacking["server"] + "/pg_hba.conf", remote=True, unread=True)
    whole = _together(every.assign(unread=False), unread).astype({"remote": "boolean", "unread": "boolean"})
    # Whoever the rules would let in, no other machine reaches a server that listens to its own alone, as far as its
    # settings were all there to be read.
    whole_settings = about["problems"].isna() & about["unread"].isna()
    about = about.assign(closed=about["local_only"].fillna(False).astype("boolean") & whole_settings)
    of_server = about[[*_KEYS, "rule_problems", "not_loaded", "closed"]]
    joined = whole.merge(of_server, on=_KEYS, how="left", validate="many_to_one")
    return joined.assign(remote=joined["remote"] & ~joined["closed"]).drop(columns="closed")


def transport(frames: Frames) -> pd.DataFrame:
    """One row a server and snapshot, with what its rules and sessions say where these could be read.

    `not_loaded` is the snapshot since which the rules in the file are others, when the server has not loaded its
    configuration since: then those in force are the old ones.
    """
    lists = _together(frames["live_database_rule_lists"], frames["file_database_rule_lists"])
    lists = lists.rename(columns={"problems": "rule_problems"})
    whole = servers(frames).merge(lists, on=_KEYS, how="left", validate="one_to_one")
    return _with_sessions(_with_loading(whole), frames["database_sessions"])


def _together(live: pd.DataFrame, files: pd.DataFrame) -> pd.DataFrame:
    filled = [frame for frame in (live, files) if len(frame)]
    return pd.concat(filled, ignore_index=True) if filled else live


def _with_loading(whole: pd.DataFrame) -> pd.DataFrame:
    """The first snapshot after the server loaded its configuration shows what it loaded, as far as can be seen."""
    ordered = whole.sort_values(_KEYS, kind="stable", ignore_index=True)
    known = ordered[ordered["digest"].notna() & ordered["loaded_at"].notna()]
    since: dict[int, pd.Timestamp] = {}
    for _, mine in known.groupby("server"):
        for row in mine.itertuples():
            between = mine[(mine["snapshot_at"] >= row.loaded_at) & (mine["snapshot_at"] < row.snapshot_at)]
            if len(between) and between["digest"].iloc[0] != row.digest:
                since[row.Index] = between["snapshot_at"].iloc[0]
    found = pd.Series(since, index=ordered.index, dtype="datetime64[us, UTC]")
    return ordered.assign(not_loaded=found)


def _with_sessions(whole: pd.DataFrame, sessions: pd.DataFrame) -> pd.DataFrame:
    """The number of sessions that the server shows whole, and in words those of other machines without TLS."""
    shown = sessions[sessions["remote"].notna()]
    plain = shown[shown["remote"].astype(bool) & ~shown["encrypted"].fillna(False).astype(bool)]
    texts = plain.assign(words=plain["role"] + " in " + plain["database"].fillna("no database"))
    words = texts.sort_values("words").groupby(_KEYS)["words"].agg(lambda found: ", ".join(dict.fromkeys(found)))
    counts = shown.groupby(_KEYS).size()
    hidden = sessions[sessions["remote"].isna()].groupby(_KEYS).size()
    return (
        whole.join(words.rename("plain_sessions"), on=_KEYS)
        .join(counts.rename("sessions").astype("Int64"), on=_KEYS)
        .join(hidden.rename("sessions_not_shown").astype("Int64"), on=_KEYS)
        .astype({"plain_sessions": "string", "sessions": "Int64", "sessions_not_shown": "Int64"})
    )
