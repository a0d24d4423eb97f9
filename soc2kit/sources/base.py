"""What every source gives: datasets of raw pages, each with the reason why it is whole.

A dataset is a generator of `Page`s that *returns* a `Completeness`. It either reaches its end, and says why nothing is
missing, or raises a `CollectionError`: nothing is ever returned short. Sources judge nothing and write nothing; the
evidence store consumes the pages.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Literal, Protocol, runtime_checkable

from ..config import Config
from ..period import Period


@dataclass(frozen=True)
class Original:
    """A file that a page speaks of, to be kept beside it as it is: once, however often it is met.

    `at` is what it speaks of, and `name` what it is called among the evidence.
    """

    path: Path
    name: str
    sha256: str
    at: datetime | None


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
    #: How far the reading is, in words for whoever waits; no part of the evidence.
    standing: str = ""
    original: Original | None = None


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


@dataclass(frozen=True)
class Mention:
    """A record that a page speaks of: `at` is its time as text, `of` the record that it is only a part of.

    With neither, an earlier page told one of them.
    """

    name: str
    at: str | None = None
    of: str | None = None


@dataclass(frozen=True)
class Answered:
    """A whole answer as received, and the parameters that got it."""

    parameters: Mapping[str, Any]
    answer: Any
    request_id: str | None


class Answers(Protocol):
    """What was answered to a reading that was interrupted; the evidence store keeps it.

    `question` is all that makes an answer the same again: the text of the query, what it is asked of, and from where.
    """

    def recall(self, call: str, question: str) -> Answered | None: ...

    def keep(self, call: str, question: str, answered: Answered) -> None: ...


class NoAnswers:
    """Of a reading that begins anew each time."""

    def recall(self, call: str, question: str) -> Answered | None:
        return None

    def keep(self, call: str, question: str, answered: Answered) -> None:
        pass


@dataclass
class Shared:
    """What the months of one run, read one after another, need to ask for only once. The latest begins at `latest`."""

    latest: datetime
    known: dict[str, Any] = field(default_factory=dict)


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
    #: What a page speaks of. Events that have it are read once for all the months that are due, when each month by
    #: itself would read the later ones, too.
    mentions: Callable[[Page], Iterable[Mention]] | None = None
    #: Whether an interrupted reading goes on where it was: its connection is `Resuming` then.
    resumable: bool = False
    #: Whether months that are due together have something in common to ask for: its connection is `Sharing` then.
    shares: bool = False


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


@runtime_checkable
class Resuming(Protocol):
    """A connection that asks `answers` before the system, for what a reading would only repeat."""

    answers: Answers


@runtime_checkable
class Sharing(Protocol):
    """A connection that holds what the months of one run share."""

    shared: Shared | None


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
