"""Tests of connections to PostgreSQL: encryption, protocols, and how a connection proves who it is."""

from __future__ import annotations

import pandas as pd

from ..model import Frame, Outcome
from ..parameters import TLS_VERSIONS, Parameters
from ..period import Period
from .outcome import outcome, words

_WEAK = {
    "trust": "nobody has to prove who they are",
    "password": "the password crosses the network as it is",
    "md5": "passwords are proved by MD5",
    "ident": "the client's own machine says who connects",
}


def connections_encrypted(database_transport: Frame, *, period: Period, parameters: Parameters) -> Outcome:
    """Nobody connects to a database from another machine without TLS.

    Population: PostgreSQL servers, asked themselves or by copies of their files ("/files"); at each snapshot.
    Exception: TLS is off; or a rule lets a remote connection in without it, where the first rule that matches decides;
    or a remote session without TLS was there. A server that listens to its own machine alone is in order, and rules do
    not matter where the provider forces TLS (rds.force_ssl); where it does not, and shows no rules, anybody may connect
    without. Not testable: the setting or the rules are not shown, the rules in the file are not those in force (a line
    that the server cannot read, or a file changed and not loaded), or what an earlier rule takes is known to the server
    alone (groups, expressions, host names).
    Source: pg_settings, pg_hba_file_rules, pg_stat_ssl and pg_stat_gssapi with pg_stat_activity; postgresql.conf and
    pg_hba.conf. The view shows the file as it is, and names in quotes like words. Of a server that RDS names as one of
    its own, what it does not show itself: rds.DescribeDBParameters.
    """
    rows = database_transport
    reachable = ~rows["local_only"].fillna(False)
    forced = rows["force_ssl"].fillna(False)
    # A provider's server whose rules are not shown takes plain connections unless this parameter says otherwise.
    by_provider = reachable & rows["rules"].isna() & rows["force_ssl"].eq(False).fillna(False)
    asked = reachable & ~forced & ~by_provider
    in_force = rows["rule_problems"].isna() & rows["not_loaded"].isna() & rows["problems"].isna()
    reasons = words(
        rows.index,
        (reachable & ~rows["ssl"] & rows["problems"].isna(), "TLS is off"),
        (reachable & ~forced & in_force & rows["plain"].notna(), rows["plain"] + " without TLS"),
        (by_provider, "rds.force_ssl is off"),
        (rows["plain_sessions"].notna(), "connected without TLS: " + rows["plain_sessions"]),
    )
    perhaps = rows["plain_perhaps"] + " without TLS, unless an earlier line does not"
    unknown = words(
        rows.index,
        (rows["local_only"].isna() & ~forced, "listen_addresses is not shown"),
        (reachable & rows["ssl"].isna(), "the setting ssl is not shown"),
        (asked & rows["rules"].isna(), "the rules of pg_hba.conf were not read"),
        (asked & rows["rule_problems"].notna(), _rules_not_taken(rows)),
        (asked & rows["not_loaded"].notna(), _rules_not_loaded(rows)),
        (asked & rows["plain_perhaps"].notna(), perhaps),
        *_files_say_too_little(rows),
    )
    return outcome(rows, key="server", at="snapshot_at", reasons=reasons, unknown=unknown)


def _rules_not_taken(rows: Frame) -> pd.Series:
    return "the server cannot read its rules and keeps those that it had before: " + rows["rule_problems"]


def _rules_not_loaded(rows: Frame) -> pd.Series:
    days = rows["not_loaded"].dt.strftime("%Y-%m-%d").astype("string")
    return "the rules in the file changed since " + days + ", and the server has not loaded them"


def _files_say_too_little(rows: Frame) -> tuple[tuple[pd.Series, object], ...]:
    return (
        (rows["problems"].notna(), "the server cannot read its settings: " + rows["problems"]),
        (rows["unread"].notna(), rows["unread"] + ", whose settings stand over all, is not among the files"),
    )


def protocols_current(database_servers: Frame, *, period: Period, parameters: Parameters) -> Outcome:
    """Where TLS is on, no protocol older than the company allows is spoken.

    Population: PostgreSQL servers whose setting ssl is on, or not shown; at each snapshot.
    Exception: ssl_min_protocol_version is older than `minimum_tls_version`, or empty, which allows any. Not testable:
    it is not shown, or a default of a version that is not known.
    Source: pg_settings; postgresql.conf, with PG_VERSION for defaults.
    """
    rows = database_servers[database_servers["ssl"].fillna(True).astype(bool)]
    least = TLS_VERSIONS.index(parameters.minimum_tls_version)
    place = rows["minimum_protocol"].map({name: number for number, name in enumerate(TLS_VERSIONS)}).astype("Int64")
    shown = rows["problems"].isna() & rows["minimum_protocol"].notna()
    reasons = words(
        rows.index,
        (
            shown & (rows["minimum_protocol"] == ""),
            f"any protocol is spoken, at least {TLS_VERSIONS[least]} is asked for",
        ),
        (
            shown & (place < least),
            rows["minimum_protocol"] + f" is spoken, at least {TLS_VERSIONS[least]} is asked for",
        ),
    )
    unknown = words(
        rows.index,
        (rows["ssl"].isna(), "the setting ssl is not shown"),
        (rows["minimum_protocol"].isna(), "ssl_min_protocol_version is not shown"),
        (place.isna() & (rows["minimum_protocol"] != ""), rows["minimum_protocol"] + " is no protocol that is known"),
        *_files_say_too_little(rows),
    )
    return outcome(rows, key="server", at="snapshot_at", reasons=reasons, unknown=unknown)


def connections_authenticated(database_rules: Frame, *, period: Period, parameters: Parameters) -> Outcome:
    """Whoever connects from another machine proves who they are, and not by a weak method.

    Population: rules of pg_hba.conf that let some remote connection in, encrypted or not, and servers whose rules were
    not read; at each snapshot. A server that listens to its own machine alone has none.
    Exception: the method is trust (but for a certificate of the user's name), password, md5 or ident. Not testable:
    rules were not read, those in the file are not those in force, or earlier rules may take all that this one would.
    Source: pg_hba_file_rules; copies of pg_hba.conf.
    """
    rows = database_rules[database_rules["remote"]]
    why = rows["method"].map(_WEAK).astype("string")
    in_force = rows["rule_problems"].isna() & rows["not_loaded"].isna()
    place = rows["place"] + " (" + rows["words"] + "): "
    reasons = words(rows.index, (why.notna() & rows["certain"] & in_force, place + why))
    unknown = words(
        rows.index,
        (rows["unread"], "the rules of pg_hba.conf were not read"),
        (rows["rule_problems"].notna(), _rules_not_taken(rows)),
        (rows["not_loaded"].notna(), _rules_not_loaded(rows)),
        (why.notna() & ~rows["certain"], place + why + ", unless an earlier line stands before it"),
    )
    return outcome(rows, key="rule", at="snapshot_at", reasons=reasons, unknown=unknown)
