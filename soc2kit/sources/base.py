"""What every source gives: datasets of raw pages, each with the reason why it is whole.

A dataset is a generator of `Page`s that *returns* a `Completeness`. It either reaches its end, and says why nothing is
missing, or raises a `CollectionError`: nothing is ever returned short. Sources judge nothing and write nothing; the
evidence store consumes the pages.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, Protocol

from ..config import Config
from ..period import Period


@dataclass(frozen=True)
class Page:
    """One answer of a source, as received.

    `call` names it as the source's own documentation does (`iam.ListUsers`, `GET /orgs/acme/members`,
    `GraphQL merged_pull_requests`, `SQL roles`); `parameters` is everything needed to make the call again and holds no
    secret; `rows` counts the records in this answer; `request_id` is the source's own reference where it gives one.
    """

    call: str
    parameters: Mapping[str, Any]
    answer: Any
    rows: int
    request_id: str | None = None


@dataclass(frozen=True)
class Completeness:
    """Why the pages are the whole population: `reason` in words, and the source's own total where it states one.

    Of events whose beginning the source has forgotten, `since` is from when on the pages are whole; None: all of what
    was asked for.
    """

    reason: str
    source_total: int | None = None
    since: datetime | None = None


Pages = Generator[Page, None, Completeness]

#: `snapshot`: the state at the moment of collection, which can never be asked for again.
#: `events`: what happened inside a period, final once the period has closed.
Kind = Literal["snapshot", "events"]


def always(config: Config) -> bool:
    return True


@dataclass(frozen=True)
class Dataset:
    """One list that can be collected.

    `pages(connection, period)` gets the connection its source opened; `period` is the part of a month to read for
    `events`, and for a `snapshot` only names when it was taken.
    """

    id: str
    title: str
    category: str
    stem: str
    kind: Kind
    permissions: tuple[str, ...]
    pages: Callable[[Any, Period], Pages]
    #: How the file is kept: `json` is one page a line, the others are the page's text as it is.
    media: Literal["json", "csv", "toml"] = "json"
    #: Whether a company has it at all: a dataset that its configuration does not ask for is not collected.
    wanted: Callable[[Config], bool] = always


@dataclass(frozen=True)
class Origin:
    """Which system answered, and to whom: `account` is the AWS account, GitHub organisation or database cluster."""

    system: str
    account: str
    identity: str
    endpoint: str
    details: Mapping[str, str] = field(default_factory=dict)


class Connection(Protocol):
    @property
    def origin(self) -> Origin: ...


def one_account(config: Config) -> tuple[Config, ...]:
    return (config,)


def account_unknown(config: Config) -> str:
    return "unknown"


@dataclass(frozen=True)
class Source:
    """A system that can be read. `connect` raises `Unreachable` or `Refused` before anything is collected.

    `accounts` gives one configuration for each account that is read by itself; `account_of` names the account of such
    a configuration as far as it is known before connecting, so that a failed one is recorded under its name.
    """

    name: str
    title: str
    connect: Callable[[Config], AbstractContextManager[Connection]]
    datasets: tuple[Dataset, ...]
    accounts: Callable[[Config], tuple[Config, ...]] = one_account
    account_of: Callable[[Config], str] = account_unknown
