"""What a list of rules lets in: case by case, and against the plainest simulation of the first match."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import ip_address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from soc2kit.postgres_config.doors import Encryption, doors
from soc2kit.postgres_config.hba import read_rules
from soc2kit.postgres_config.rules import Name, Rule, network


def rules_of(text: str) -> list[Rule]:
    found = read_rules({"pg_hba.conf": text.replace(";", "\n")})
    assert found.problems == []
    return found.rules


# Lines by which somebody remote gets in without encryption; `?` where an earlier line may be in the way.
CASES = [
    ("hostssl all all all scram-sha-256", ""),
    ("local all all peer; host all all 127.0.0.1/32 trust; host all all ::1/128 trust", ""),
    ("host all all all scram-sha-256", "1"),
    ("hostnossl all all all scram-sha-256", "1"),
    ("hostnogssenc all all all scram-sha-256", "1"),
    ("hostgssenc all all all gss", ""),
    ("hostnossl all all all reject; host all all all scram-sha-256", ""),
    ("host all all all scram-sha-256; hostnossl all all all reject", "1"),
    ("hostssl all all all reject; host all all all scram-sha-256", "2"),
    ("host all all all reject; host all all all trust", ""),
    # IPv4 alone is refused.
    ("hostnossl all all 0.0.0.0/0 reject; host all all all scram-sha-256", "2"),
    ("hostnossl all all 0.0.0.0/0 reject; hostnossl all all ::/0 reject; host all all all scram-sha-256", ""),
    # A narrower refusal, and several that fill a network together.
    ("hostnossl all all 10.0.0.0/9 reject; host all all 10.0.0.0/8 md5", "2"),
    ("hostnossl all all 10.0.0.0/9 reject; hostnossl all all 10.128.0.0/9 reject; host all all 10.0.0.0/8 md5", ""),
    ("hostnossl all all 10.0.0.0 255.0.0.0 reject; host all all 10.1.2.3/32 md5", ""),
    ("hostnossl app all all reject; host all all all md5", "2"),
    ("hostnossl all ada all reject; host all all all md5", "2"),
    ("hostnossl all ada all reject; host all ada all md5", ""),
    ("hostnossl app all all reject; host app ada 10.0.0.0/8 md5; hostssl all all all md5", ""),
    # In quotes a keyword is a name.
    ('hostnossl "all" all all reject; host all all all md5', "2"),
    ('hostnossl all "all" all reject; host all all all md5', "2"),
    ('host all all "all" md5', "1"),
    ('hostnossl all all all reject; host "replication" ada all md5', ""),
    # Everything does not stand for replication.
    ("hostnossl all all all reject; host replication ada all md5", "2"),
    ("hostnossl all,replication all all reject; host replication ada all md5", ""),
    ("hostnossl sameuser all all reject; host all all all md5", "2"),
    ("hostnossl sameuser all all reject; host ada ada all md5", ""),
    ("hostnossl sameuser all all reject; host sameuser ada all md5", ""),
    ("hostnossl samerole all all reject; host sameuser all all md5", ""),
    ("hostnossl samerole all all reject; host app ada all md5", "2?"),
    ("host sameuser all all md5", "1"),
    ("host samerole all all md5", "1"),
    # Groups and expressions: the same one is the same, another may be.
    ("host all +dba all md5", "1"),
    ("hostnossl all +dba all reject; host all +dba all md5", ""),
    ("hostnossl all +dba all reject; host all ada all md5", "2?"),
    ("hostnossl all +dba all reject; host all +readers all md5", "2?"),
    ("hostnossl all +dba all reject; host all all all md5", "2"),
    ("hostnossl all ada all reject; host all +dba all md5", "2"),
    ("host all /^svc_ all md5", "1"),
    ("hostnossl all /^svc_ all reject; host all svc_a all md5", "2?"),
    ("hostnossl /^app all all reject; host app1 all all md5", "2?"),
    ("hostnossl all all all reject; host all +dba,/^svc_ all md5", ""),
    # Hosts by name, and the server's own networks.
    ("host all all db.example.com md5", "1"),
    ("host all all localhost trust; host all all samehost trust", ""),
    ("host all all samenet md5", "1"),
    ("hostssl all all db.example.com md5; host all all 127.0.0.1/32 trust; hostssl all all samenet md5", ""),
    ("host all all 127.0.0.1/32 trust; host all all db.example.com md5", "2"),
    ("hostnossl all all db.example.com reject; host all all 10.0.0.0/8 md5", "2"),
    ("hostnossl all all db.example.com reject; host all all 10.0.0.1/32 md5", "2?"),
    ("hostnossl all all samenet reject; host all all 10.0.0.0/8 md5", "2?"),
    ("hostnossl all all samenet reject; host all all all md5", "2?"),
    ("hostnossl all all all reject; host all all db.example.com md5", ""),
    ("hostnossl all all 0.0.0.0/0 reject; hostnossl all all ::/0 reject; host all all db.example.com md5", ""),
    ("hostnossl all all 10.0.0.0/8 reject; host all all db.example.com md5", "2?"),
    ("hostnossl all all 10.0.0.0 255.0.255.0 reject; host all all 10.0.0.0/8 md5", "2?"),
    ("", ""),
]


@pytest.mark.parametrize(("text", "expect"), CASES)
def test_lines_that_let_in_what_is_not_encrypted(text: str, expect: str) -> None:
    found = doors(rules_of(text), "none")
    assert " ".join(f"{door.rule.line}{'' if door.certain else '?'}" for door in found) == expect


@pytest.mark.parametrize(
    ("encryption", "lines"),
    [("none", [2, 4]), ("tls", [1, 4]), ("gss", [2, 3])],
)
def test_each_kind_of_line_speaks_of_its_own_connections(encryption: Encryption, lines: list[int]) -> None:
    text = "hostssl a all all md5; hostnossl b all all md5; hostgssenc c all all gss; hostnogssenc d all all md5"
    assert [door.rule.line for door in doors(rules_of(text), encryption)] == lines


def test_an_example_is_one_that_gets_in() -> None:
    text = "hostnossl all all 10.0.0.0/9 reject; hostnossl app all all reject; host all ada 10.0.0.0/8 md5"
    (door,) = doors(rules_of(text), "none")
    assert (door.user, door.database, door.address) == ("ada", "any other database", "10.128.0.1")


def test_networks_that_count_as_remote_can_be_given() -> None:
    rules = rules_of("host all all 127.0.0.1/32 trust; host all all 127.0.0.0/8 md5")
    assert [door.rule.line for door in doors(rules, "none", [ip_network("127.0.0.2/32")], [])] == [2]


# A universe that can be counted.
REMOTE = (ip_network("10.0.0.0/29"), ip_network("fd00::/127"))
USERS = ("ada", "bob", "app", "all", "somebody else")
DATABASES = ("app", "ada", "bob", "all", "something else", "somebody else", None)
ADDRESSES = [address for one in REMOTE for address in one]
NAMES = [Name("ada"), Name("bob"), Name("app")]
WORDS = [Name("all"), Name("all", True), Name("sameuser"), Name("replication")]
RULES = st.builds(
    Rule,
    st.just("pg_hba.conf"),
    st.just(0),
    st.sampled_from(["host", "host", "hostnossl", "hostssl", "hostgssenc", "hostnogssenc", "local"]),
    st.lists(st.sampled_from([*NAMES, *WORDS]), min_size=1, max_size=2).map(tuple),
    st.lists(st.sampled_from([*NAMES, Name("all"), Name("all", True)]), min_size=1, max_size=2).map(tuple),
    st.sampled_from(["all", "10.0.0.0/29", "10.0.0.0/30", "10.0.0.4/31", "10.0.0.5/32", "0.0.0.0/0", "::/0",
                     "fd00::/128", "192.0.2.0/24", "samehost", "127.0.0.1/32"]),
    st.sampled_from(["reject", "scram-sha-256"]),
)  # fmt: skip
LISTS = st.lists(RULES, max_size=7).map(lambda rules: [Rule(**{**vars(r), "line": n}) for n, r in enumerate(rules, 1)])


def simulated(rules: list[Rule], encryption: Encryption) -> set[int]:
    """Lines that accept, found by trying every connection there can be."""
    found = set()
    for user in USERS:
        for database in DATABASES:
            for address in ADDRESSES:
                rule = next((one for one in rules if matches(one, encryption, database, user, address)), None)
                if rule is not None and rule.method != "reject":
                    found.add(rule.line)
    return found


def matches(rule: Rule, encryption: Encryption, database: str | None, user: str, address: object) -> bool:
    if rule.type == "local" or (rule.type == "hostssl") > (encryption == "tls"):
        return False
    if (rule.type == "hostnossl" and encryption == "tls") or (rule.type == "hostnogssenc" and encryption == "gss"):
        return False
    if rule.type == "hostgssenc" and encryption != "gss":
        return False
    inside = rule.address == "all" or (network(rule.address) is not None and address in network(rule.address))  # type: ignore[operator]
    return inside and any(of_user(name, user) for name in rule.users) and any(of_database(rule, database, user))


def of_user(name: Name, user: str) -> bool:
    return name.keyword("all") or name.text == user


def of_database(rule: Rule, database: str | None, user: str) -> Iterator[bool]:
    for name in rule.databases:
        if name.keyword("replication") or database is None:
            yield name.keyword("replication") and database is None
        else:
            yield (
                name.keyword("all")
                or (name.keyword("sameuser") and database == user)
                or (not name.keyword("sameuser") and name.text == database)
            )


ENCRYPTIONS: st.SearchStrategy[Encryption] = st.sampled_from(["none", "tls", "gss"])


def lines(rules: list[Rule], encryption: Encryption) -> set[int]:
    found = doors(rules, encryption, REMOTE)
    assert all(door.certain for door in found)
    return {door.rule.line for door in found}


@given(rules=LISTS, encryption=ENCRYPTIONS)
def test_it_agrees_with_trying_every_connection(rules: list[Rule], encryption: Encryption) -> None:
    assert lines(rules, encryption) == simulated(rules, encryption)


@given(rules=LISTS, encryption=ENCRYPTIONS)
def test_an_example_reaches_its_line(rules: list[Rule], encryption: Encryption) -> None:
    named = {"any other user": "somebody else", "any other database": "something else", "physical replication": None}
    for door in doors(rules, encryption, REMOTE):
        user = named.get(door.user, door.user)
        own = {**named, "a database of the user's name": user}
        database = own.get(door.database, door.database)
        address = ip_address(door.address)
        first = next(one for one in rules if matches(one, encryption, database, str(user), address))
        assert first.line == door.rule.line


@given(rules=LISTS, more=LISTS, encryption=ENCRYPTIONS)
def test_after_a_line_that_matches_everything_no_line_counts(
    rules: list[Rule], more: list[Rule], encryption: Encryption
) -> None:
    everything = Rule("x", 99, "host", (Name("all"), Name("replication")), (Name("all"),), "all", "reject")
    added = [Rule(**{**vars(one), "line": 100 + one.line}) for one in more]
    assert lines([*rules, everything, *added], encryption) == lines(rules, encryption)


@given(rules=LISTS, encryption=ENCRYPTIONS, data=st.data())
def test_lines_for_different_addresses_may_change_places(
    rules: list[Rule], encryption: Encryption, data: st.DataObject
) -> None:
    swapped = list(rules)
    places = [n for n in range(len(rules) - 1) if apart(rules[n], rules[n + 1])]
    if places:
        n = data.draw(st.sampled_from(places))
        swapped[n], swapped[n + 1] = swapped[n + 1], swapped[n]
    assert lines(swapped, encryption) == lines(rules, encryption)


def apart(one: Rule, other: Rule) -> bool:
    first, second = network(one.address), network(other.address)
    return first is not None and second is not None and not first.overlaps(second)
