"""Frames of how PostgreSQL protects connections and passwords, from the live server and from its files."""

from __future__ import annotations

import hashlib
import posixpath
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from ..parameters import TLS_VERSIONS
from ..postgres_config.doors import Door, Encryption, doors
from ..postgres_config.hba import read_rules
from ..postgres_config.rules import Name, Rule, network
from ..postgres_config.settings import AUTO_CONF, flag, read_settings

KINDS: tuple[Encryption, ...] = ("tls", "none", "gss")
Pages = list[dict[str, Any]]
Row = Mapping[str, Any]
_LOCAL = {"localhost", "127.0.0.1", "::1"}
#: Since which version of PostgreSQL a default is what it is; before, it was weaker.
_TLS_12_SINCE, _SCRAM_SINCE = 13, 14
_PROTOCOLS = {name.lower(): name for name in TLS_VERSIONS}
#: Files of a server that cannot be asked; its name is told apart from that of the same server when it can.
FILES = "/files"


def _rows(pages: Pages, call: str) -> Iterator[dict[str, Any]]:
    for page in pages:
        if page["call"] == call:
            for row in page["answer"]["rows"]:
                yield dict(zip(page["answer"]["columns"], row, strict=True))


def _cluster(record: Row) -> str:
    return str(record["source"]["account"])


# Settings: one row a server and snapshot.


def live_servers(pages: Pages, record: Row) -> Iterator[Row]:
    (server,) = _rows(pages, "SQL server configuration")
    found = {row["name"]: row for row in _rows(pages, "SQL settings")}
    values = {name: row["setting"] for name, row in found.items()}
    version = server["server_version_num"] // 10000
    # A name that nothing is known of is hidden, or one that the version does not have.
    hidden = [] if server["may_read_every_setting"] else sorted(name for name, value in values.items() if value is None)
    own = [
        f"{_word(row['setting'].partition('=')[2])} for {' in '.join(filter(None, (row['role'], row['database'])))}"
        for row in _rows(pages, "SQL settings of roles")
    ]
    yield {
        **_server(record, "", version, values),
        "not_shown": hidden,
        "pending": sorted(name for name, row in found.items() if row["pending_restart"]),
        "own_hashing": own,
        "loaded_at": server["loaded_at"],
    }


def file_servers(pages: Pages, record: Row) -> Iterator[Row]:
    """By the files; a setting that they do not have is the default of the version, where `PG_VERSION` says which."""
    files = _texts(pages)
    settings = read_settings(files)
    version = _version(files)
    defaults: dict[str, str | None] = {"ssl": "off", "listen_addresses": "localhost"}
    if version is not None:
        defaults["ssl_min_protocol_version"] = "TLSv1.2" if version >= _TLS_12_SINCE else "TLSv1"
        defaults["password_encryption"] = "scram-sha-256" if version >= _SCRAM_SINCE else "md5"
    values = {**defaults, **{name: one.value for name, one in settings.values.items()}}
    if version is not None and version >= _SCRAM_SINCE and flag(values.get("password_encryption")):
        values["password_encryption"] = None  # `on` was another word for md5 until then
    yield {
        **_server(record, FILES, version, values),
        "not_shown": [],
        "pending": [],
        "own_hashing": [],
        "problems": "; ".join(map(str, settings.problems)) or None,
        "unread": None if AUTO_CONF in files else AUTO_CONF,
    }


def _server(record: Row, suffix: str, version: int | None, values: Mapping[str, str | None]) -> dict[str, Any]:
    hashing = _word(values.get("password_encryption"))
    minimum = _word(values.get("ssl_min_protocol_version"))
    return {
        "server": _cluster(record) + suffix,
        "version": version,
        "ssl": flag(values.get("ssl")),
        "force_ssl": flag(values.get("rds.force_ssl")),
        "minimum_protocol": _PROTOCOLS.get(minimum or "", minimum),
        "password_encryption": "md5" if flag(hashing) else hashing,
        "local_only": _local_only(values.get("listen_addresses")),
        "host": _host(str(record["source"].get("endpoint") or "")),
    }


def _word(text: str | None) -> str | None:
    return text and text.lower()  # of a setting that takes one of several words, the server does not look at the case


def _host(endpoint: str) -> str | None:
    """Of a server that was asked, `db.internal:5432/postgres`: the name that it answers by."""
    host, _, port = endpoint.partition("/")[0].rpartition(":")
    return host.lower() if host and port.isdigit() else None


def _local_only(addresses: str | None) -> bool | None:
    """Whether the server listens to its own machine alone, or to nothing but its socket."""
    if addresses is None:
        return None
    return all(one.strip().lower() in _LOCAL for one in addresses.split(",") if one.strip())


def _texts(pages: Pages) -> dict[str, str]:
    return {page["parameters"]["path"]: page["answer"] for page in pages}


def _version(files: Mapping[str, str]) -> int | None:
    text = files.get("PG_VERSION", "").strip().partition(".")[0]
    return int(text) if text.isdigit() else None


# Rules: one row a rule, and one row for each reading of the list, which may be empty.


def live_rules(pages: Pages, record: Row) -> Iterator[Row]:
    for rule, error, way in _judged(*_live(pages)):
        yield _rule_row(record, "", rule, error, way)


def live_rule_lists(pages: Pages, record: Row) -> Iterator[Row]:
    rules, errors, problems = _live_parts(pages)
    yield _list_row(record, "", [rule for rule in rules if rule.place not in errors], problems)


def file_rules(pages: Pages, record: Row) -> Iterator[Row]:
    files = _texts(pages)
    read = read_rules(files, rules_file(pages))
    off = flag(read_settings(files).value("ssl") or "off") is False
    errors = {rule.place: "TLS is off" for rule in read.rules if off and rule.type == "hostssl"}
    for rule, error, way in _judged(read.rules, errors):
        yield _rule_row(record, FILES, rule, error, way)


def file_rule_lists(pages: Pages, record: Row) -> Iterator[Row]:
    read = read_rules(_texts(pages), rules_file(pages))
    yield _list_row(record, FILES, read.rules, [str(problem) for problem in read.problems])


def rules_file(pages: Pages) -> str:
    named = read_settings(_texts(pages)).value("hba_file")
    return posixpath.basename(named) if named else "pg_hba.conf"


def _live(pages: Pages) -> tuple[list[Rule], dict[str, str]]:
    rules, errors, _ = _live_parts(pages)
    return rules, errors


def _live_parts(pages: Pages) -> tuple[list[Rule], dict[str, str], list[str]]:
    """Rules; by their places, why some of them match nothing; and lines that the server cannot read."""
    listed = list(_rows(pages, "SQL rules of pg_hba.conf"))
    shown = _names(listed)
    rules, errors, problems = [], {}, []
    for row in listed:
        place = {**row, "file_name": shown[row.get("file_name")]}
        if row["type"] is None:
            problems.append(f"{place['file_name']} line {row['line_number']}: {row['error']}")
            continue
        rule = live_rule(place)
        rules.append(rule)
        if row["error"]:
            errors[rule.place] = str(row["error"])
    return rules, errors, problems


def _names(listed: Iterable[Row]) -> dict[str | None, str]:
    """The server's paths without the folder that all of them are in; older servers name no file."""
    paths = [path for path in dict.fromkeys(row.get("file_name") for row in listed) if path]
    folder = posixpath.commonpath([posixpath.dirname(path) for path in paths]) if paths else ""
    return {None: "pg_hba.conf", **{path: posixpath.relpath(path, folder or "/") for path in paths}}


def live_rule(row: Row) -> Rule:
    """A row of the view. It shows no quotes: a database or user called `all` looks like the word."""
    address = row["address"]
    # A word, a host name, or a mask that is none of a network stay as they are.
    address = str(network(address) or address) if address else None
    names = ([Name(text) for text in row[column] or ()] for column in ("database", "user_name"))
    databases, users = map(tuple, names)
    return Rule(
        row.get("file_name") or "pg_hba.conf", row["line_number"], row["type"], databases, users, address,
        row["auth_method"], tuple(row["options"] or ()),
    )  # fmt: skip


def _judged(rules: Sequence[Rule], errors: Mapping[str, str]) -> Iterator[tuple[Rule, str | None, Door | None]]:
    """Each rule with why it matches nothing, and a remote connection of any kind that it lets in."""
    working = [rule for rule in rules if rule.place not in errors]
    found: dict[str, Door] = {}
    for kind in KINDS:
        for door in doors(working, kind):
            if door.certain or door.rule.place not in found:
                found[door.rule.place] = door
    for rule in rules:
        yield rule, errors.get(rule.place), found.get(rule.place)


def _rule_row(record: Row, suffix: str, rule: Rule, error: str | None, door: Door | None) -> Row:
    server = _cluster(record) + suffix
    return {
        "rule": f"{server}/{rule.file}:{rule.line}",
        "server": server,
        "place": rule.place,
        "words": words_of(rule),
        "method": _proof(rule),
        "error": error,
        "remote": door is not None,
        "certain": door.certain if door else None,
    }


def _list_row(record: Row, suffix: str, rules: Sequence[Rule], problems: Sequence[str]) -> Row:
    plain = doors(rules, "none")
    certain = next((door for door in plain if door.certain), None)
    possible = next(iter(plain), None)
    texts = [f"{words_of(rule)} {' '.join(rule.options)}" for rule in rules]
    return {
        "server": _cluster(record) + suffix,
        "rules": len(rules),
        "problems": "; ".join(problems) or None,
        "digest": hashlib.sha256("\n".join(texts).encode()).hexdigest(),
        "plain": _let_in(certain) if certain else None,
        "plain_perhaps": _let_in(possible) if possible and not certain else None,
    }


def _proof(rule: Rule) -> str:
    """How somebody proves who they are. Trust in whoever has a certificate of that name is what `cert` means."""
    certified = rule.type == "hostssl" and "clientcert=verify-full" in rule.options
    return "cert" if rule.method == "trust" and certified else rule.method


def words_of(rule: Rule) -> str:
    names = (",".join(map(str, listed)) for listed in (rule.databases, rule.users))
    return " ".join(filter(None, (rule.type, *names, _shown(rule.address), rule.method)))


def _shown(address: str | None) -> str | None:
    """A machine without the length of its mask: in a redacted copy, files have none, and answers of the server do."""
    found = network(address)
    if found is None:
        return address and address.partition("/")[0]
    return str(found[0]) if found.num_addresses == 1 else address


def _let_in(door: Door) -> str:
    """The line, and an example. The address is the rule's own: one of a network's is nobody's name, and may be one."""
    where = _shown(door.rule.address) if door.rule.address != "all" else "anywhere"
    return f"{door.rule.place} ({words_of(door.rule)}) lets {door.user} into {door.database} from {where}"


# Sessions and kinds of hashes.


def sessions(pages: Pages, record: Row) -> Iterator[Row]:
    for row in _rows(pages, "SQL sessions"):
        yield {
            "server": _cluster(record),
            "role": row["usename"],
            "database": row["datname"],
            "remote": _remote(row["client_addr"]) if row["shown"] else None,
            "encrypted": (row["ssl"] or row.get("gss") or row["ssl"]) if row["shown"] else None,
            "protocol": row["version"],
            "cipher": row["cipher"],
            "collector": row["collector"],
        }


def _remote(address: str | None) -> bool:
    """Whether a session comes from another machine; one over the server's socket has no address."""
    if address is None:
        return False
    # What is no address stands for one in a redacted copy, where loopback ones stay as they are.
    found = network(address)
    return found is None or not found.is_loopback


def passwords(pages: Pages, record: Row) -> Iterator[Row]:
    """Login roles; a kind that the collector may not see is missing."""
    for row in _rows(pages, "SQL kinds of password hashes"):
        if row["rolcanlogin"]:
            server = _cluster(record)
            yield {
                "role_key": f"{server}/{row['rolname']}",
                "server": server,
                "role": row["rolname"],
                "kind": row["kind"],
            }
