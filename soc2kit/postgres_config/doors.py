"""Which rules let a remote connection in, when the first rule that matches decides.

Nothing is guessed by trying: databases, users and addresses are cut into the parts that the rules tell apart, and for
each database and user the addresses that no earlier rule has taken are followed down the list. A group, a regular
expression, a host name and the server's own network stand for somebody whom only the server knows; whether an earlier
rule takes them is then certain, impossible, or not known.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_network
from itertools import pairwise
from typing import Literal

from .rules import Name, Network, Rule, network

Encryption = Literal["none", "tls", "gss"]
YES, MAYBE, NO = 2, 1, 0

EVERYWHERE: tuple[Network, ...] = (ip_network("0.0.0.0/0"), ip_network("::/0"))
LOOPBACK: tuple[Network, ...] = (ip_network("127.0.0.0/8"), ip_network("::1/128"))
#: Names that nobody has, for whoever and whatever a list of rules does not name.
ANYBODY, ANYTHING, OWN, OF_ROLE = "any other user", "any other database", "a database of the user's name", (
    "a database of the name of the user's group"
)  # fmt: skip
REPLICATION = "physical replication"
_WORDS = ("all", "sameuser", "samerole", "samegroup", "replication")
_TYPES: dict[Encryption, frozenset[str]] = {
    "none": frozenset({"host", "hostnossl", "hostnogssenc"}),
    "tls": frozenset({"host", "hostssl", "hostnogssenc"}),
    "gss": frozenset({"host", "hostnossl", "hostgssenc"}),
}


@dataclass(frozen=True)
class Door:
    """A rule that lets somebody in, with one example; where it is not `certain`, an earlier rule may be in the way."""

    rule: Rule
    certain: bool
    database: str
    user: str
    address: str


def doors(
    rules: Sequence[Rule], encryption: Encryption, remote: Iterable[Network] = EVERYWHERE,
    not_remote: Iterable[Network] = LOOPBACK,
) -> tuple[Door, ...]:  # fmt: skip
    """Accepting rules that a TCP connection reaches, in the order of the rules; `encryption` is what protects it.

    A literal name is never taken for a member of a group or for what a regular expression matches. A rule for
    `samehost` is of the server's own machine and not of a remote one.
    """
    mine = [rule for rule in rules if rule.type in _TYPES[encryption]]
    addresses = _Addresses(mine, tuple(remote), tuple(not_remote))
    found: dict[int, Door] = {}
    databases = _databases(mine)
    by_user, by_database = _Named([rule.users for rule in mine]), _Named([rule.databases for rule in mine])
    for user in _users(mine):
        levels = {number: level for number in by_user.near(user.text) if (level := _user_level(mine[number], user))}
        for database in databases:
            near = by_database.near(user.text if database.text == OWN else database.text)
            of_both = [(number, mine[number], levels[number]) for number in sorted(near & levels.keys())]
            for number, certain, atom in _followed(of_both, addresses, database, user):
                if number not in found or (certain and not found[number].certain):
                    shown = addresses.shown(atom)
                    found[number] = Door(mine[number], certain, database.text, user.text, shown)
    return tuple(found[number] for number in sorted(found))


def _followed(
    rules: Iterable[tuple[int, Rule, int]], addresses: _Addresses, database: Name, user: Name
) -> Iterator[tuple[int, bool, int]]:
    """Down a user's rules: number of each accepting one that is reached, whether for certain, and an address."""
    surely = possibly = addresses.every
    for number, rule, level in rules:
        match = min(level, _database_level(rule, database, user))
        if match == NO:
            continue
        all_of, some_of = addresses.of(rule)
        reached = possibly & (all_of | some_of)
        if rule.accepts and reached:
            hit = addresses.whole(surely & all_of) if match == YES else 0
            yield number, bool(hit), _lowest(hit or reached)
        if match == YES:
            possibly &= ~all_of
        surely &= ~(all_of | some_of)
        if not possibly:
            return


def _lowest(mask: int) -> int:
    return (mask & -mask).bit_length() - 1


# Databases and users: every name that a rule writes, somebody of each group and expression, and one that none writes.


def _users(rules: Iterable[Rule]) -> list[Name]:
    names = dict.fromkeys(name for rule in rules for name in rule.users if not name.keyword("all"))
    return [*names, Name(ANYBODY, True)]


def _databases(rules: Iterable[Rule]) -> list[Name]:
    named = dict.fromkeys(
        name for rule in rules for name in rule.databases if not any(name.keyword(word) for word in _WORDS)
    )
    return [*named, *(Name(text, True) for text in (ANYTHING, OWN, OF_ROLE, REPLICATION))]


class _Named:
    """Which rules may speak of a name: those that write it, and those with words, groups or expressions.

    Files have a line for each of hundreds of users; trying all lines for all users and databases would take minutes.
    """

    def __init__(self, names: Sequence[Sequence[Name]]) -> None:
        self._literal: dict[str, set[int]] = {}
        self._others: set[int] = set()
        for number, listed in enumerate(names):
            for name in listed:
                if _literal(name) and (name.quoted or name.text not in _WORDS):
                    self._literal.setdefault(name.text, set()).add(number)
                else:
                    self._others.add(number)

    def near(self, text: str) -> set[int]:
        return self._others | self._literal.get(text, set())


def _literal(name: Name) -> bool:
    return not name.group and not name.regular_expression


def _level(name: Name, one: Name) -> int:
    """How a written name stands to one that is tried: a literal, or somebody of a group or an expression."""
    if name.text == one.text and (name.group, name.regular_expression) == (one.group, one.regular_expression):
        return YES
    if _literal(name) or one.text in (ANYBODY, ANYTHING):
        return NO
    return MAYBE


def _user_level(rule: Rule, user: Name) -> int:
    return max(YES if name.keyword("all") else _level(name, user) for name in rule.users)


def _database_level(rule: Rule, database: Name, user: Name) -> int:
    return max(_one_database(name, database, user) for name in rule.databases)


def _one_database(name: Name, database: Name, user: Name) -> int:
    if database.text == REPLICATION:
        return YES if name.keyword("replication") else NO
    if name.keyword("replication"):
        return NO
    if name.keyword("all"):
        return YES
    own = database.text == OWN
    if name.keyword("sameuser"):
        return YES if own or (_literal(database) and database.text == user.text) else NO
    if name.keyword("samerole") or name.keyword("samegroup"):
        return YES if own or database.text in (OF_ROLE, user.text) else NO if database.text == ANYTHING else MAYBE
    if own:
        return _level(name, Name(user.text, True)) if _literal(user) else NO if _literal(name) else MAYBE
    return _level(Name(name.text, True), Name(database.text, True))


class _Addresses:
    """Addresses cut where a network begins or ends, each part a bit; and parts for what only the server knows."""

    def __init__(self, rules: Sequence[Rule], remote: tuple[Network, ...], not_remote: tuple[Network, ...]) -> None:
        networks = [found for rule in rules if (found := network(rule.address))]
        self._parts: list[tuple[int, int, int]] = []  # version, first, last
        for version in (4, 6):
            self._parts += _cut(version, [*networks, *remote, *not_remote], remote, not_remote)
        hosts = dict.fromkeys(rule.address for rule in rules if _unknown(rule.address))
        self._versions = sorted({one.version for one in remote})
        self._hosts = [(address, version) for address in hosts for version in self._versions]
        self.every = (1 << len(self._parts) + len(self._hosts)) - 1
        self._known: dict[str | None, tuple[int, int]] = {}

    def of(self, rule: Rule) -> tuple[int, int]:
        """Parts that a rule has for certain, and parts of which it may have some."""
        if rule.address not in self._known:
            self._known[rule.address] = self._masks(rule.address)
        return self._known[rule.address]

    def _masks(self, address: str | None) -> tuple[int, int]:
        if address == "all":
            return self.every, 0
        if address == "samehost" or address == "localhost":
            return 0, 0
        found = network(address)
        sure = maybe = 0
        for bit, (version, first, last) in enumerate(self._parts):
            if found is None:
                # A host is one machine, so it never takes a whole network away; an odd mask may.
                maybe |= (first == last or address == "samenet" or " " in str(address)) << bit
            elif found.version == version and int(found[0]) <= first and last <= int(found[-1]):
                sure |= 1 << bit
        for bit, (host, version) in enumerate(self._hosts, len(self._parts)):
            if found is None:
                sure |= (host == address) << bit
                maybe |= (host != address) << bit
            elif found.version == version and self._has_remote(found):
                sure |= (found.prefixlen == 0) << bit
                maybe |= (found.prefixlen > 0) << bit
        return sure, maybe

    def _has_remote(self, found: Network) -> bool:
        return any(
            version == found.version and first <= int(found[-1]) and int(found[0]) <= last
            for version, first, last in self._parts
        )

    def whole(self, mask: int) -> int:
        """Without hosts that are there with one kind of address only: which kind a host has is not known."""
        for at in range(len(self._parts), len(self._parts) + len(self._hosts), len(self._versions)):
            one = ((1 << len(self._versions)) - 1) << at
            if mask & one != one:
                mask &= ~one
        return mask

    def shown(self, bit: int) -> str:
        if bit >= len(self._parts):
            return str(self._hosts[bit - len(self._parts)][0])
        version, first, last = self._parts[bit]
        # The first address of a network stands for the network itself.
        return str((IPv4Address if version == 4 else IPv6Address)(min(first + 1, last)))


def _unknown(address: str | None) -> bool:
    return address not in (None, "all", "samehost", "localhost") and network(address) is None


def _cut(
    version: int, networks: Iterable[Network], remote: Iterable[Network], not_remote: Iterable[Network]
) -> Iterator[tuple[int, int, int]]:
    mine = [one for one in networks if one.version == version]
    edges = sorted({int(one[0]) for one in mine} | {int(one[-1]) + 1 for one in mine})
    for first, after in pairwise(edges):
        inside = any(_holds(one, version, first) for one in remote)
        if inside and not any(_holds(one, version, first) for one in not_remote):
            yield version, first, after - 1


def _holds(one: Network, version: int, first: int) -> bool:
    return one.version == version and int(one[0]) <= first <= int(one[-1])
