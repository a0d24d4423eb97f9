"""Columns of the tables of encryption and network; each fits on a page."""

from __future__ import annotations

from collections.abc import Iterable

from ..tables import Column
from .at_rest import TITLES

_WHERE = (Column("account", "Account"), Column("region", "Region", "short"))
_STATE = Column("said", "State", "words")
ACCOUNTS = (
    Column("account", "Account"), Column("regions", "Regions read", "wide"), Column("used", "Of these in use"),
    Column("things", "Resources", "number"), Column("taken", "Snapshots", "number"), Column("first", "First"),
    Column("last", "Last"),
)  # fmt: skip
UNREAD = (
    Column("call", "Call", "code"), *_WHERE, Column("about", "About", "words"), Column("why", "AWS's answer"),
    Column("first", "First (UTC)"), Column("last", "Last (UTC)"), Column("tests", "Tests with rows it makes dark"),
)  # fmt: skip
SPANS = (
    Column("test", "Test", "short"), Column("item", "Item", "code"), Column("why", "Why it is an exception", "wide"),
    Column("first", "First seen", "short"), Column("last", "Last seen", "short"),
    Column("days", "Days, at least", "number"), Column("then", "Then", "words"),
)  # fmt: skip


def stores(ways: Iterable[str]) -> tuple[Column, ...]:
    """With a column for each of `ways`, those that something is encrypted in."""
    return (
        Column("kind", "Kind"), Column("all", "All", "number"),
        *(Column(way, TITLES[way], "number") for way in ways),
        Column("own", "Own wanted", "number"), Column("exceptions", "Exceptions", "number"),
        Column("not_testable", "Not testable", "number"),
    )  # fmt: skip


ENDPOINTS = (
    Column("name", "Endpoint", "code"), *_WHERE, Column("protocol", "Protocol"), Column("policy", "Policy"),
    Column("protocols", "Versions it allows"), _STATE,
)  # fmt: skip
CERTIFICATES = (
    Column("name", "Certificate", "code"), *_WHERE, Column("status", "Status"), Column("not_after", "Ends (UTC)"),
    Column("days", "Days left", "number"), _STATE,
)  # fmt: skip
REFUSING = (
    Column("kind", "Kind"), Column("all", "Population", "number"), Column("in order", "Refuse it", "number"),
    Column("exception", "Exceptions", "number"), Column("not testable", "Not testable", "number"),
)  # fmt: skip
ACCEPTING = (Column("name", "Item", "code"), *_WHERE, _STATE)
DATABASES = (
    Column("name", "Database", "code"), *_WHERE, Column("engine", "Engine"), Column("version", "Version"),
    Column("force_ssl", "rds.force_ssl"), Column("parameter_group", "Parameter group"),
    Column("waits", "Waits for a reboot"), Column("public", "Public address"),
)  # fmt: skip
SERVERS = (
    Column("server", "Server", "code"), Column("version", "Version", "number"), Column("ssl", "TLS on"),
    Column("minimum_protocol", "Oldest protocol"), Column("rules", "Rules"),
    Column("sessions", "Sessions"), Column("plain_sessions", "Remote, without TLS"), _STATE,
)  # fmt: skip
RULES = (
    Column("place", "Line", "short"), Column("words", "Rule", "code"),
    Column("remote", "Lets another machine in"), Column("mark", "Without TLS", "words"),
)  # fmt: skip
REACHED = (
    Column("name", "Group"), Column("group_id", "Id", "code"), *_WHERE, Column("ports", "Ports"),
    Column("source", "From"),
    Column("family", "By"), Column("attached", "Attached to", "words"), Column("state", "Group is"),
)  # fmt: skip
KEYS = (
    Column("aliases", "Aliases"), Column("key_id", "Key", "code"), *_WHERE, Column("managed", "Managed by"),
    Column("state_of_key", "State in KMS"), Column("rotation", "Rotates"), _STATE,
)  # fmt: skip
