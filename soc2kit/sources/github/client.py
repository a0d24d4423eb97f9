"""One connection to GitHub: raw answers over PyGithub, and every page of them."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cache, partial
from importlib.resources import files
from itertools import count
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import github
from requests.exceptions import ChunkedEncodingError
from requests.utils import parse_header_links
from urllib3 import Retry

from ...config import Config
from ...errors import ConfigError, IncompleteCollection, MalformedInput, Refused
from ..base import Answers, NoAnswers, Origin, Page, Shared
from .failures import REDIRECTS, graphql_failure, readable, translated
from .limits import Answered, answered_at, patiently, points_run_out, wait_for_points
from .replies import Reply as Reply
from .replies import RepositoryName as RepositoryName
from .replies import once

PAGE_SIZE = 100
TIMEOUT_SECONDS = 30
SECONDS_BETWEEN_REQUESTS = 0.05
ATTEMPTS_AFTER_THE_FIRST = 2
# `... on Commit` narrows a type and names none.
_FRAGMENT = re.compile(r"\.\.\.(\w+)")
LOOPBACK = {"127.0.0.1", "::1", "localhost"}


@dataclass
class GithubConnection:
    origin: Origin
    requester: Any
    organization: str
    #: Names of `[sources.github] repositories`; none means every repository of the organisation.
    chosen: tuple[str, ...]
    #: What an interrupted reading was answered already; set for each dataset that goes on where it was.
    answers: Answers = field(default_factory=NoAnswers)
    #: What the months of one run share; set for a dataset whose every month would be answered the later ones as well.
    shared: Shared | None = None
    _listed: list[RepositoryName] = field(default_factory=list)
    #: Seconds to wait before the next query, where the last answer said that points are running out.
    _wait: float = 0.0

    def get(
        self,
        path: str,
        parameters: Mapping[str, Any] | None = None,
        *,
        needs: str,
        absent: tuple[str, ...] = (),
        off: tuple[str, ...] = (),
    ) -> Reply:
        """The answer to one GET, untouched.

        `needs` is the permission to name when it is refused; a 404 with one of the messages in `absent` says that
        there is nothing, and answers None; so does a 403 or 404 with one of `off`, of what is not enabled.
        """
        call = f"GET {urlsplit(path).path}"
        with translated(call, needs):
            status, headers, text = _ask(self.requester, call, "GET", path, parameters=dict(parameters or {}))
            if status in (403, 404) and json.loads(text).get("message") in (*(absent if status == 404 else ()), *off):
                return Reply(None, headers.get("x-github-request-id"))
            answer = _read(self.requester, status, headers, text)
            links = {link.get("rel"): link["url"] for link in parse_header_links(headers.get("link") or "")}
            last_page = _page_number(links.get("last"))
            moment = answered_at(headers)
        next_url = self._on_this_host(call, links.get("next"))
        return Reply(answer, headers.get("x-github-request-id"), next_url, last_page, moment)

    def status(self, path: str, *, needs: str) -> tuple[dict[str, Any], str | None]:
        """The answer of a path that has no record: its status, and for a refusal the words that go with it."""
        call = f"GET {path}"
        with translated(call, needs):
            status, headers, text = _ask(self.requester, call, "GET", path)
            message = None if status == 204 else str(json.loads(text).get("message"))
            if status not in (204, 403, 404):
                _read(self.requester, status, headers, text)
                raise ValueError(f"status {status} where 204 or 404 is expected")
        return {"status": status, "message": message}, headers.get("x-github-request-id")

    def get_page(self, path: str, *, needs: str) -> Page:
        """The one page of a path that answers with a single record."""
        reply = self.get(path, needs=needs)
        if not isinstance(reply.answer, Mapping):
            raise MalformedInput(f"github GET {path}: expected one record, got {type(reply.answer).__name__}")
        return Page(f"GET {path}", {}, reply.answer, 1, reply.request_id)

    def get_pages(
        self,
        path: str,
        parameters: Mapping[str, Any] | None = None,
        *,
        needs: str,
        inside: str | None = None,
        numbered: bool = True,
    ) -> Iterator[Page]:
        """Every page of a list, followed by `Link: rel=next` to its end.

        `inside` names the list in answers that wrap it in a record. A list that is followed by cursor is not
        `numbered`: whether its end was lost cannot be asked for by number, and is for the caller to prove.
        """
        asked: dict[str, Any] = {**(parameters or {}), "per_page": PAGE_SIZE}
        url, visited, last_page = path, set(), None
        # A page by cursor says by itself where it is, so that an interrupted reading need not ask for it twice.
        get = self.get if numbered else partial(once, self.answers, self.get)
        reply = get(path, asked, needs=needs)
        for number in count(1):
            rows = len(_listed(path, reply.answer, inside))
            yield Page(f"GET {path}", asked, reply.answer, rows, reply.request_id)
            last_page = reply.last_page or last_page
            if reply.next_url is None:
                full = numbered and rows >= PAGE_SIZE
                self._refuse_cut(path, asked, number, last_page, needs, full=full, inside=inside)
                return
            if reply.next_url in visited:
                raise IncompleteCollection(f"github GET {path}: the page after {url} was read already. Run it again")
            url = reply.next_url
            visited.add(url)
            asked = dict(parse_qsl(urlsplit(url).query))
            reply = get(url, needs=needs)

    def _refuse_cut(
        self, path: str, asked: Mapping[str, Any], number: int, last_page: int | None, needs: str,
        *, full: bool, inside: str | None,
    ) -> None:  # fmt: skip
        """Raise when a list ends before the last page that GitHub named, or ends full with a page behind it.

        Without a Link header a list looks whole; only a full page can have lost one, so only then is it asked about.
        """
        behind: Any = []
        if last_page is None and full:
            behind = _listed(path, self.get(path, {**asked, "page": number + 1}, needs=needs).answer, inside)
        if behind or (last_page is not None and number < last_page):
            raise IncompleteCollection(
                f"github GET {path}: page {number} names no next page, but there is one"
                f"{f': the last is {last_page}' if last_page else ''}. Run the same command again"
            )

    def graphql(self, name: str, variables: Mapping[str, Any], *, needs: str) -> Reply:
        """The `data` of the answer to a query of this package; raises when any of it is missing."""
        call = f"GraphQL {name}"
        with translated(call, needs):
            body = {"query": query_text(name), "variables": dict(variables)}
            wait_for_points(self._wait, call)
            status, headers, text = _ask(self.requester, call, "POST", self.requester.graphql_url, input=body)
            answer = _read(self.requester, status, headers, text)
        if not isinstance(answer, Mapping):
            raise MalformedInput(f"github {call}: expected an object, got {type(answer).__name__}")
        if answer.get("errors"):
            raise graphql_failure(call, needs, answer["errors"])
        if not isinstance(answer.get("data"), Mapping):
            raise MalformedInput(f"github {call}: the answer has no data. Check [sources.github] base_url")
        self._wait = points_run_out(answer["data"], headers)
        return Reply(answer["data"], headers.get("x-github-request-id"))

    def repositories(self, *, needs: str) -> list[RepositoryName]:
        """The repositories in scope, in the order of their names; asked for once per connection."""
        if not self._listed:
            found: list[Mapping[str, Any]] = []
            for name in self.chosen:
                full_name = name if "/" in name else f"{self.organization}/{name}"
                found.append(self.get(f"/repos/{full_name}", needs=needs).answer)
            if not self.chosen:
                for page in self.get_pages(f"/orgs/{self.organization}/repos", {"type": "all"}, needs=needs):
                    found.extend(page.answer)
            with readable("list of repositories"):
                self._listed.extend(sorted((_repository(record) for record in found), key=lambda r: r.full_name))
        return list(self._listed)

    def _on_this_host(self, call: str, url: str | None) -> str | None:
        """The next page, which must be on the same host: the token goes nowhere else."""
        if url is not None and urlsplit(url).netloc != urlsplit(self.origin.endpoint).netloc:
            raise MalformedInput(
                f"github {call}: the next page is at {urlsplit(url).netloc}, not at [sources.github] base_url"
                f" {self.origin.endpoint}. Write the address that GitHub itself gives"
            )
        return url


@cache
def query_text(name: str) -> str:
    """A query of this package, with the fragments that it names: the first page of a list and its rest share one."""
    folder = files(__package__)
    text = (folder / f"{name}.graphql").read_text(encoding="utf-8")
    fragments = dict.fromkeys(_FRAGMENT.findall(text))
    return "\n".join([text, *((folder / "fragments" / f"{one}.graphql").read_text("utf-8") for one in fragments)])


def _listed(path: str, answer: Any, inside: str | None) -> list[Any]:
    """The records of one page of a list. Raises `MalformedInput` for anything else."""
    listed = answer.get(inside) if inside and isinstance(answer, Mapping) else answer
    if not isinstance(listed, list):
        raise MalformedInput(f"github GET {path}: expected a list, got {type(listed).__name__}")
    if not all(isinstance(record, Mapping) for record in listed):
        raise MalformedInput(f"github GET {path}: something in the list is not a record. Run it again")
    return listed


def _page_number(url: str | None) -> int | None:
    """The `page` of an address; lists that are followed by cursor have none."""
    number = dict(parse_qsl(urlsplit(url).query)).get("page", "") if url else ""
    return int(number) if number.isdigit() else None


def _ask(requester: Any, call: str, verb: str, url: str, **options: Any) -> Answered:
    """One request, and again where GitHub was asked too often.

    What breaks before the answer begins is repeated by urllib3; what breaks inside it, here.
    """

    def once() -> Answered:
        for _ in range(ATTEMPTS_AFTER_THE_FIRST):
            with suppress(ChunkedEncodingError):
                answered: Answered = requester.requestJson(verb, url, **options)
                return answered
        answered = requester.requestJson(verb, url, **options)
        return answered

    return patiently(once, call)


def _read(requester: Any, status: int, headers: Mapping[str, str], text: str) -> Any:
    if status == 200:
        return json.loads(text)
    try:
        answer = json.loads(text)
    except ValueError:
        answer = None
    raise requester.createException(status, headers, answer if isinstance(answer, dict) else {})


def _repository(record: Mapping[str, Any]) -> RepositoryName:
    return RepositoryName(
        record["full_name"], record["default_branch"], bool(record["archived"]), record.get("pushed_at")
    )


def _client(base_url: str, token: str) -> Any:
    local = urlsplit(base_url).hostname in LOOPBACK
    return github.Github(
        auth=github.Auth.Token(token),
        base_url=base_url,
        per_page=PAGE_SIZE,
        timeout=TIMEOUT_SECONDS,
        seconds_between_requests=0 if local else SECONDS_BETWEEN_REQUESTS,
        # GraphQL goes by POST, which PyGithub takes for a write and would hold back for a second each.
        seconds_between_writes=0,
        # PyGithub's own retries give up on a limit without Retry-After, or sleep through it unseen: `limits` waits.
        retry=Retry(
            total=ATTEMPTS_AFTER_THE_FIRST,
            allowed_methods=["GET", "POST"],
            respect_retry_after_header=False,
            # PyGithub would follow a redirect without the query: all members in place of the owners among them.
            status_forcelist=[*REDIRECTS, *range(500, 600)],
            backoff_factor=0 if local else 1,
        ),
    )


@contextmanager
def connect(config: Config) -> Iterator[GithubConnection]:
    """A connection as the owner of the token.

    Raises `ConfigError` without `[sources.github]`, `Refused` when the token is missing or not accepted, and
    `Unreachable` when there is no answer.
    """
    settings = config.github
    if settings is None:
        raise ConfigError(f'{config.path} has no [sources.github]; add it with organization = "your-org"')
    token = os.environ.get(settings.token_variable, "").strip()
    if not token:
        raise Refused(
            f"github: the environment variable {settings.token_variable} is not set. Put a read-only token of an"
            f" organisation owner in it: export {settings.token_variable}=…"
        )
    client = _client(settings.base_url.rstrip("/"), token)
    try:
        with translated("GET /user", "to belong to a user"):
            status, headers, text = _ask(client.requester, "GET /user", "GET", "/user")
            user = _read(client.requester, status, headers, text)
        if not isinstance(user, Mapping) or "login" not in user:
            raise MalformedInput("github GET /user: the answer has no login. Check [sources.github] base_url")
        origin = Origin("github", settings.organization, str(user["login"]), settings.base_url)
        yield GithubConnection(origin, client.requester, settings.organization, settings.repositories)
    finally:
        client.close()
