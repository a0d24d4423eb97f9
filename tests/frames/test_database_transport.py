"""What a server's settings, rules and sessions come to: defaults by version, and rules that are not those in force."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from soc2kit.frames import FRAMES, database_transport
from soc2kit.frames import postgres_transport as frames
from soc2kit.frames.schema import typed

RECORD = {"source": {"account": "c"}}
AUTO = "postgresql.auto.conf"


def pages(**texts: str) -> list[dict[str, Any]]:
    named = {"conf": "postgresql.conf", "hba": "pg_hba.conf", "auto": AUTO, "version": "PG_VERSION"}
    return [{"parameters": {"path": named[name]}, "answer": text} for name, text in texts.items()]


@pytest.mark.parametrize(
    ("conf", "version", "expect"),
    [
        ("", "18", (False, True, "TLSv1.2", "scram-sha-256")),
        ("", "13.4", (False, True, "TLSv1.2", "md5")),
        ("", "12", (False, True, "TLSv1", "md5")),
        ("", "", (False, True, None, None)),
        ("ssl = on\nlisten_addresses = '*'", "16", (True, False, "TLSv1.2", "scram-sha-256")),
        ("listen_addresses = 'localhost, 10.0.0.1'", "16", (False, False, "TLSv1.2", "scram-sha-256")),
        ("listen_addresses = ''", "16", (False, True, "TLSv1.2", "scram-sha-256")),
        ("password_encryption = on\nssl_min_protocol_version = ''", "13", (False, True, "", "md5")),
        ("password_encryption = on", "16", (False, True, "TLSv1.2", None)),
        ("password_encryption = md5", "", (False, True, None, "md5")),
        (
            "password_encryption = SCRAM-SHA-256\nssl_min_protocol_version = tlsv1.3",
            "16",
            (False, True, "TLSv1.3", "scram-sha-256"),
        ),
    ],
)
def test_settings_that_files_do_not_have_are_the_versions_own(
    conf: str, version: str, expect: tuple[object, ...]
) -> None:
    (row,) = frames.file_servers(pages(conf=conf, hba="", auto="", version=version), RECORD)
    assert (row["ssl"], row["local_only"], row["minimum_protocol"], row["password_encryption"]) == expect
    assert (row["server"], row["unread"], row["problems"]) == ("c/files", None, None)


def test_what_alter_system_wrote_stands_over_the_file() -> None:
    (row,) = frames.file_servers(pages(conf="ssl = on", hba="", auto="ssl = 'off'"), RECORD)
    assert row["ssl"] is False
    (row,) = frames.file_servers(pages(conf="ssl = on on", hba=""), RECORD)
    assert (row["unread"], row["problems"]) == (AUTO, "postgresql.conf line 1: the server cannot read this line")


def test_the_first_line_that_lets_in_is_named_with_an_example() -> None:
    hba = "local all all peer\nhostnossl app all all reject\nhost all ada 10.0.0.7/32 md5\nhost all all all md5\n"
    (row,) = frames.file_rule_lists(pages(conf="", hba=hba), RECORD)
    assert row["plain"] == (
        "pg_hba.conf line 3 (host all ada 10.0.0.7 md5) lets ada into any other database from 10.0.0.7"
    )
    assert (row["plain_perhaps"], row["rules"], row["problems"]) == (None, 4, None)
    perhaps = "hostnossl all +dba all reject\nhost all ada all md5\n"
    (row,) = frames.file_rule_lists(pages(conf="", hba=perhaps), RECORD)
    assert row["plain"] is None
    assert row["plain_perhaps"].startswith("pg_hba.conf line 2 (host all ada all md5) lets ada into")


def test_a_rule_is_remote_when_any_connection_from_elsewhere_reaches_it() -> None:
    hba = (
        "host all all 127.0.0.1/32 trust\nhostssl all all 10.0.0.0/8 cert\nhostssl all all 10.1.0.0/16 md5\n"
        "host all +dba all md5\nhostnossl all ada all trust\nhostgssenc all all all gss\n"
    )
    rows = list(frames.file_rules(pages(conf="ssl = on", hba=hba), RECORD))
    assert [(row["remote"], row["certain"]) for row in rows] == [
        (False, None), (True, True), (False, None), (True, True), (True, False), (True, True),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("line", "method"),
    [
        ("hostssl all all all trust clientcert=verify-full", "cert"),
        ("hostssl all all all trust clientcert=verify-ca", "trust"),
        ("hostssl all all all trust", "trust"),
        ("hostssl all all all md5 clientcert=verify-full", "md5"),
    ],
)
def test_trust_in_whoever_has_a_certificate_of_the_name_is_that_of_cert(line: str, method: str) -> None:
    (row,) = frames.file_rules(pages(conf="ssl = on", hba=line), RECORD)
    assert row["method"] == method


@pytest.mark.parametrize(
    ("conf", "others", "remote"),
    [
        ("listen_addresses = 'localhost'", {"auto": ""}, False),
        ("listen_addresses = '*'", {"auto": ""}, True),
        ("listen_addresses = 'localhost'", {}, True),
        ("listen_addresses = 'localhost'\nssl on on", {"auto": ""}, True),
    ],
)
def test_no_rule_lets_anybody_in_where_the_server_listens_to_its_own_machine(
    conf: str, others: dict[str, str], remote: bool
) -> None:
    read = pages(conf=conf, hba="host all all all trust", **others)
    made = {
        name: frame(name, [{**row, "at": "2026-01-10"} for row in of(read, RECORD)])
        for name, of in (
            ("file_database_servers", frames.file_servers),
            ("file_database_rule_lists", frames.file_rule_lists),
            ("file_database_rules", frames.file_rules),
        )
    }
    live_ones = ("live_database_servers", "live_database_rule_lists", "live_database_rules", "database_sessions",
                 "rds_databases")  # fmt: skip
    made |= {name: frame(name, []) for name in live_ones}
    rules = database_transport.rules({**made, "database_transport": database_transport.transport(made)})
    assert list(rules["remote"]) == [remote]


def test_without_tls_a_rule_for_it_matches_nothing() -> None:
    hba = "hostssl all all all md5\nhost all all all md5\n"
    rows = list(frames.file_rules(pages(conf="ssl = off", hba=hba), RECORD))
    assert [(row["remote"], row["error"]) for row in rows] == [(False, "TLS is off"), (True, None)]


def live(columns: str, *rows: list[Any]) -> list[dict[str, Any]]:
    answer = {"columns": columns.split(), "rows": list(rows)}
    return [{"call": "SQL rules of pg_hba.conf", "parameters": {}, "answer": answer}]


COLUMNS = "position file_name line_number type database user_name address auth_method options error"


def test_files_of_a_server_are_named_from_the_folder_that_all_are_in() -> None:
    listed = live(
        COLUMNS,
        [1, "/etc/pg/main/pg_hba.conf", 1, "host", ["all"], ["all"], "10.1.2.3/8", "md5", None, None],
        [2, "/etc/pg/main/more/a.conf", 3, "hostssl", ["all"], ["all"], "all", "md5", [], "cannot match"],
        [3, "/etc/pg/main/pg_hba.conf", 9, None, None, None, None, None, None, "nonsense"],
    )
    rows = list(frames.live_rules(listed, RECORD))
    assert [(row["rule"], row["words"], row["error"]) for row in rows] == [
        ("c/pg_hba.conf:1", "host all all 10.0.0.0/8 md5", None),
        ("c/more/a.conf:3", "hostssl all all all md5", "cannot match"),
    ]
    (row,) = frames.live_rule_lists(listed, RECORD)
    assert (row["rules"], row["problems"]) == (1, "pg_hba.conf line 9: nonsense")


def test_no_rules_at_all_let_nobody_in() -> None:
    (row,) = frames.live_rule_lists(live(COLUMNS), RECORD)
    assert (row["rules"], row["plain"]) == (0, None)


def frame(name: str, rows: list[dict[str, Any]]) -> pd.DataFrame:
    moments = pd.Series([pd.Timestamp(row.pop("at"), tz="UTC") for row in rows], dtype="datetime64[us, UTC]")
    return typed(FRAMES[name], rows, "a test").assign(snapshot_at=moments)


def transport(loaded: str, digests: tuple[str, str, str]) -> pd.DataFrame:
    days = ("2026-01-10", "2026-02-10", "2026-03-10")
    lists = {"not_shown": [], "pending": [], "own_hashing": []}
    servers = [{"server": "c", "ssl": True, "loaded_at": loaded, "at": day, **lists} for day in days]
    rules = [{"server": "c", "rules": 1, "digest": one, "at": day} for day, one in zip(days, digests, strict=True)]
    sessions = [
        {"server": "c", "role": role, "database": "app", "remote": remote, "encrypted": tls, "collector": False,
         "at": days[0]}
        for role, remote, tls in (("ada", True, False), ("ada", True, False), ("bob", True, True),
                                  ("cleo", False, False), ("dora", None, None))
    ]  # fmt: skip
    return database_transport.transport({
        "live_database_servers": frame("live_database_servers", servers),
        "file_database_servers": frame("file_database_servers", []),
        "live_database_rule_lists": frame("live_database_rule_lists", rules),
        "file_database_rule_lists": frame("file_database_rule_lists", []),
        "database_sessions": frame("database_sessions", sessions),
        "rds_databases": frame("rds_databases", []),
    })  # fmt: skip


@pytest.mark.parametrize(
    ("loaded", "digests", "expect"),
    [
        ("2026-01-01", ("a", "a", "a"), [None, None, None]),
        ("2026-01-01", ("a", "b", "b"), [None, "2026-01-10", "2026-01-10"]),
        ("2026-01-10", ("a", "b", "b"), [None, "2026-01-10", "2026-01-10"]),
        ("2026-01-11", ("a", "b", "b"), [None, None, None]),
        ("2026-01-01", ("a", "b", "a"), [None, "2026-01-10", None]),
    ],
)
def test_rules_that_changed_without_being_loaded_are_known_by_their_snapshots(
    loaded: str, digests: tuple[str, str, str], expect: list[str | None]
) -> None:
    found = transport(loaded, digests)["not_loaded"]
    assert [None if pd.isna(moment) else f"{moment:%Y-%m-%d}" for moment in found] == expect


def test_sessions_are_counted_and_those_without_tls_named_once() -> None:
    first, second, _ = transport("2026-01-01", ("a", "a", "a")).to_dict("records")
    assert (first["plain_sessions"], first["sessions"], first["sessions_not_shown"]) == ("ada in app", 4, 1)
    assert pd.isna(second["plain_sessions"])


@pytest.mark.parametrize(
    ("ssl", "gss", "encrypted"),
    [(True, False, True), (False, True, True), (False, False, False), (False, None, False), (None, None, None)],
)
def test_a_session_can_be_encrypted_by_gssapi_in_place_of_tls(
    ssl: bool | None, gss: bool | None, encrypted: bool | None
) -> None:
    columns = ["datname", "usename", "client_addr", "ssl", "version", "cipher", "collector", "shown", "gss"]
    answer = {"columns": columns, "rows": [["app", "ada", "10.0.0.7", ssl, None, None, False, True, gss]]}
    (row,) = frames.sessions([{"call": "SQL sessions", "parameters": {}, "answer": answer}], RECORD)
    assert (row["remote"], row["encrypted"]) == (True, encrypted)
