"""A real PostgreSQL, set up rightly and wrongly: who gets in without TLS is who the evaluation says, and by which line.

127.0.0.2 counts as a remote machine here. The server has no TLS of its own, so lines for it match nothing; what is
asked is what goes without.
"""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import ip_network

import pytest
from postgres_config.listening import ADMIN, PASSWORD, REMOTE, Listening, listening

from soc2kit.frames.postgres_transport import live_rule
from soc2kit.postgres_config.doors import doors
from soc2kit.postgres_config.hba import read_rules

# A user that rules name, one of a group, one that an expression matches, and one of no rule's.
USERS, DATABASES = ("ada", "gina", "svc_loader", "zoe"), ("app", "ada", "other")

RIGHT = {
    "TLS or nothing": "hostssl all all all scram-sha-256",
    "no TLS is refused first": "hostnossl all all all reject\nhost all all all scram-sha-256",
    "no TLS is refused by address, both mask forms": "hostnossl all all 127.0.0.0 255.255.255.254 reject\n"
    "hostnossl all all 127.0.0.2/31 reject\n"
    "host all all 127.0.0.0/24 scram-sha-256",
    "only loopback may go without": "host all all 127.0.0.1/32 scram-sha-256\nhostssl all all all scram-sha-256",
    "a list of refused users in a file": "host all @refused all reject\nhost all svc_loader,zoe all trust",
    "encrypted by GSSAPI": "hostgssenc all all all trust",
}
WRONG = {
    "host instead of hostssl": "host all all all scram-sha-256",
    "the refusal comes too late": "host all all all scram-sha-256\nhostnossl all all all reject",
    "the refusal is too narrow": "hostnossl all all 127.0.0.0/31 reject\nhost all all 127.0.0.0/8 scram-sha-256",
    "the refusal is of another database": "hostnossl app all all reject\nhost all all all scram-sha-256",
    "the refusal is of one user": "hostnossl all ada all reject\nhost all all all scram-sha-256",
    "the refusal is of IPv6 only": "hostnossl all all ::/0 reject\nhost all all all scram-sha-256",
    "the refusal is of a user called all": 'hostnossl all "all" all reject\nhost all all all scram-sha-256',
    "all does not stand for replication": "hostnossl all all all reject\nhost replication ada all scram-sha-256",
    "hostnossl by mistake": "hostnossl all all 127.0.0.2 255.255.255.255 scram-sha-256",
    "not encrypted by GSSAPI": "hostnogssenc app ada all scram-sha-256",
    "no password at all": "host ada all 127.0.0.2/32 trust",
    "a password in plain text": "host all ada all password",
    "a user's own database": "host sameuser all all scram-sha-256",
    "a group": "host all +dba all scram-sha-256",
    "an expression": "host all /^svc_ all scram-sha-256",
    "an expression for databases": "host /^app$ zoe all scram-sha-256",
    "an included file": "include more.conf\nhostnossl all all all reject",
    "a folder of files": "include_dir rules\nhostssl all all all scram-sha-256",
    "a list of users in a file": "host app @allowed all scram-sha-256",
    "a line that goes on": "host all \\\n  ada,zoe \\\n all scram-sha-256 # one line",
    "one of two is closed": "hostnossl app ada all reject\nhost app ada,zoe all scram-sha-256\nhost all all all reject",
    "the server's own network": "host all all samenet scram-sha-256",
}
FILES = {
    "refused": "svc_loader # and\n zoe,\n",
    "allowed": '"ada"\n',
    "more.conf": "host other all all scram-sha-256\n",
    "rules/10.conf": "host all ada all scram-sha-256\n",
    "rules/20.conf": "host all gina all scram-sha-256\n",
}


@pytest.fixture(scope="module")
def server() -> Iterator[Listening]:
    with listening() as made:
        made.execute("CREATE ROLE dba")
        for user in USERS:
            made.execute(f"CREATE ROLE {user} LOGIN REPLICATION PASSWORD '{PASSWORD}'")
        made.execute("GRANT dba TO gina")
        for database in DATABASES:
            made.execute(f"CREATE DATABASE {database}")
        yield made


def got_in(server: Listening) -> set[str]:
    found: set[str] = set()
    for user in USERS:
        found |= server.lines("postgres", user, replication="true")
        for database in DATABASES:
            found |= server.lines(database, user)
    return found


@pytest.mark.parametrize("name", [*RIGHT, *WRONG])
def test_whoever_gets_in_without_tls_is_who_the_evaluation_says(server: Listening, name: str) -> None:
    text = {**RIGHT, **WRONG}[name]
    files = {**FILES, "pg_hba.conf": text}
    server.put(files)
    read = read_rules({**files, "pg_hba.conf": ADMIN + text})
    assert read.problems == []
    found = doors(read.rules, "none", [ip_network(f"{REMOTE}/32")], ())
    lines = {door.rule.place for door in found}
    assert got_in(server) == lines
    assert all(door.certain for door in found)
    assert bool(lines) == (name in WRONG)


@pytest.mark.parametrize("name", [*RIGHT, *WRONG])
def test_the_servers_own_view_of_the_file_says_what_the_file_says(server: Listening, name: str) -> None:
    text = {**RIGHT, **WRONG}[name]
    server.put({**FILES, "pg_hba.conf": text})
    read = read_rules({**FILES, "pg_hba.conf": ADMIN + text})
    shown = [live_rule(row) for row in server.view()]
    # The view has no quotes, and gives the mask beside the address.
    assert [plain(rule) for rule in shown] == [plain(rule) for rule in read.rules]


def plain(rule: object) -> tuple[object, ...]:
    names = vars(rule)
    return (
        names["line"], names["type"], [name.text for name in names["databases"]],
        [name.text for name in names["users"]], names["address"], names["method"],
    )  # fmt: skip


def test_with_a_line_that_it_cannot_read_the_server_keeps_its_last_good_rules(server: Listening) -> None:
    server.put({"pg_hba.conf": "host app ada all scram-sha-256"})
    server.put({"pg_hba.conf": "hostssl all all all scram-sha-256\nhost all all all nonsense"})
    assert server.lines("app", "ada") == {"pg_hba.conf line 2"}
    assert [row["error"] for row in server.view() if row["type"] is None] != []
    assert read_rules({"pg_hba.conf": "host all all all nonsense"}).problems


def test_what_stands_in_place_of_an_option_is_not_read(server: Listening) -> None:
    """A password whose name somebody forgot would be in the server's words."""
    server.put({"pg_hba.conf": "host all all all md5 hush"})
    assert server.view()[-1]["error"] == "authentication option not in name=value format: (not read)"


@pytest.mark.parametrize(
    "line",
    [
        "host all all 0/0 trust", "host all all 10.1/+16 trust", "host all all 010.0.0.1/8 trust",
        "host all @none all all trust", "@none", "host all all 10.1 trust", "host all all all md5 map=x",
        "host all all all md5 foo=bar",
    ],
)  # fmt: skip
def test_odd_lines_are_read_as_the_server_reads_them(server: Listening, line: str) -> None:
    files = {"pg_hba.conf": line, "none": "# nobody\n"}
    server.put(files)
    shown, read = server.view(), read_rules({**files, "pg_hba.conf": ADMIN + line})
    assert [plain(live_rule(row)) for row in shown if row["type"]] == [plain(rule) for rule in read.rules]
    assert bool(read.problems) == any(row["type"] is None for row in shown)
