"""What a row of the table of faults says, and the words for its outcomes."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from typing import Any

import pytest
from faults.postgres_proxy import PostgresFault
from faults.proxy import Fault
from faults.services import Services

from soc2kit.config import Config
from soc2kit.errors import CollectionError, IncompleteCollection, MalformedInput, Refused, Unreachable
from soc2kit.evidence import EvidenceStore, Record

Pages = list[dict[str, Any]]


@dataclass(frozen=True)
class Retried:
    """The record is complete and its answers are those of an undisturbed collection.

    In `smaller_pages`, the records are the same, and the pages are more.
    """

    smaller_pages: bool = False

    def __str__(self) -> str:
        return "retried"


@dataclass(frozen=True)
class Unharmed(Retried):
    """As `Retried`, but nothing had to be asked twice: all answers had come."""

    def __str__(self) -> str:
        return "unharmed"


@dataclass(frozen=True)
class Recorded:
    """A failure record, and no file."""

    error: type[CollectionError]
    says: str
    completeness: str

    def __str__(self) -> str:
        return f"{self.completeness} ({self.error.__name__})"


def refused(says: str) -> Recorded:
    return Recorded(Refused, says, "partial-permission")


def unreachable(says: str) -> Recorded:
    return Recorded(Unreachable, says, "unknown")


def malformed(says: str) -> Recorded:
    return Recorded(MalformedInput, says, "unknown")


def cut_short(says: str) -> Recorded:
    return Recorded(IncompleteCollection, says, "truncated")


@dataclass(frozen=True)
class Undetectable:
    """The answer is whole by every mark that it has. `shown` finds in the other evidence what is not right with it."""

    shown: Callable[[Collected], Iterable[str]]

    def __str__(self) -> str:
        return "not detectable by this answer alone"


@dataclass(frozen=True)
class Told(Undetectable):
    """The evidence itself says, in a page of its own, what could not be read; `shown` finds it there."""

    def __str__(self) -> str:
        return "a page that says so"


Outcome = Retried | Recorded | Undetectable
Circumstances = Callable[[Services, Config, pytest.MonkeyPatch], AbstractContextManager[Config]]


def as_usual(services: Services, config: Config, patch: pytest.MonkeyPatch) -> AbstractContextManager[Config]:
    return nullcontext(config)


@dataclass(frozen=True)
class Row:
    """One fault and what becomes of it.

    `dataset` is the one that `outcome` is about, and `struck` are others for which the same request is made; None is
    the whole source: it could not be connected to. `asked` is how many requests matched, where that is the point.
    """

    service: str
    name: str
    dataset: str | None
    fault: Fault | PostgresFault | None
    outcome: Outcome
    asked: int | None = None
    struck: tuple[str, ...] = ()
    circumstances: Circumstances = field(default=as_usual, compare=False)

    def __str__(self) -> str:
        return f"{self.service} {self.dataset or 'connection'}: {self.name} -> {self.outcome}"


@dataclass(frozen=True)
class Collected:
    """The latest complete files of a store, by dataset."""

    store: EvidenceStore
    records: dict[str, Record]

    def pages(self, dataset: str) -> Pages:
        return self.store.read_pages(self.records[dataset])

    def answers(self, dataset: str) -> list[Any]:
        """Answers without what differs from one request to the next."""
        return [_steady(page["answer"]) for page in self.pages(dataset)]

    def contents(self, dataset: str) -> set[str]:
        """Every record in the answers, however they were cut into pages."""
        return {json.dumps(item, sort_keys=True) for answer in self.answers(dataset) for item in _items(answer)}


def _steady(answer: Any) -> Any:
    if isinstance(answer, dict):
        return {key: value for key, value in answer.items() if key != "ResponseMetadata"}
    return answer


def _items(answer: Any) -> Iterable[Any]:
    """The records in an answer: of a list, of AWS's lists, of a GraphQL connection, of a table."""
    if isinstance(answer, list):
        yield from answer
    elif "nodes" in answer:
        yield from answer["nodes"]
    elif "pullRequest" in (answer.get("repository") or {}):
        yield from answer["repository"]["pullRequest"]["reviews"]["nodes"]
    elif "repository" in answer and isinstance(answer["repository"], dict):
        repository = answer["repository"]
        listed = next((repository[name] for name in ("pullRequests", "deployments") if repository.get(name)), None)
        listed = listed or (repository.get("object") or {}).get("history")
        yield from listed["nodes"] if listed else [repository]
    else:
        lists = [value for key, value in answer.items() if isinstance(value, list) and key != "columns"]
        yield from [item for items in lists for item in items] if lists else [answer]
