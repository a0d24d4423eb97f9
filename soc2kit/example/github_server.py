"""A local GitHub on a free port of 127.0.0.1, for the example and for tests.

It answers REST and GraphQL for one organisation, in GitHub's published shapes, from a `GithubState` that can be
replaced at any time. Faults are put in its way on purpose.
"""

from __future__ import annotations

import hashlib
import json
import socket
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlencode

from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.wrappers import Request, Response

from .github_graphql import GraphQL
from .github_records import ByCursor, Problem, Wrapped
from .github_rest import Rest
from .github_vulnerability_rest import NoContent
from .state import GithubState

HOST = "127.0.0.1"
DEFAULT_PER_PAGE, LARGEST_PER_PAGE = 30, 100
HOURLY_REQUESTS = 5000
STOPS_WITHIN_SECONDS = 0.02


@dataclass
class Fault:
    """What happens to matching requests instead of, or after, the true answer.

    With `edit`, the true answer is changed; with `drop`, the connection breaks; otherwise `status` and `message` are
    the answer. `larger_than` limits it to GraphQL queries with a larger `pageSize` or more `ids`, `query` to the query
    of that name, `times` to so many requests. Its headers take the place of the server's own.
    """

    path: str = "/"
    status: int = 502
    message: str = "Server Error"
    headers: Mapping[str, str] = field(default_factory=dict)
    larger_than: int | None = None
    times: int | None = None
    drop: bool = False
    edit: Callable[[Any], Any] | None = None
    query: str = ""

    def strikes(self, path: str, page_size: int | None, query: str = "") -> bool:
        if not path.startswith(self.path) or self.times == 0:
            return False
        if self.query and not query.startswith(f"query {self.query}("):
            return False
        if self.larger_than is not None and (page_size is None or page_size <= self.larger_than):
            return False
        if self.times is not None:
            self.times -= 1
        return True


class _QuietHandler(WSGIRequestHandler):
    # Head and body go out in two writes; waiting to join them costs 40 ms a request.
    disable_nagle_algorithm = True

    def send_response(self, code: int, message: str | None = None) -> None:
        """Without a Date of this machine's: the answer has one, that of the company's time."""
        self.send_response_only(code, message)

    def log(self, type: str, message: str, *args: Any) -> None:
        pass


@dataclass(frozen=True)
class _World:
    """One state and what answers for it, replaced as a whole."""

    state: GithubState
    now: datetime
    rest: Rest
    graphql: GraphQL


class GithubServer:
    """`with GithubServer() as github: github.serve(state, at)`; then `github.url` is a base URL for PyGithub.

    `token` is the only one accepted (any, unless set); `viewer` is whom it belongs to: the first owner, unless set
    before `serve`.
    """

    def __init__(self) -> None:
        self.faults: list[Fault] = []
        self.viewer: str | None = None
        self.token: str | None = None
        self._world: _World | None = None
        self._numbers = count(1)
        self._server = make_server(HOST, 0, self._respond, threaded=True, request_handler=_QuietHandler)
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(STOPS_WITHIN_SECONDS,), name="local GitHub", daemon=True
        )

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self._server.server_port}"

    @property
    def state(self) -> GithubState | None:
        return self._world.state if self._world else None

    @state.setter
    def state(self, state: GithubState) -> None:
        self.serve(state, self.now or datetime.now(UTC))

    @property
    def now(self) -> datetime | None:
        return self._world.now if self._world else None

    def serve(self, state: GithubState, at: datetime) -> None:
        """From now on, be the organisation as it is in `state`."""
        viewer = self.viewer or next((m.login for m in state.members if m.role == "admin"), "nobody")
        self._world = _World(state, at, Rest(state, at, self.url, viewer), GraphQL(state, at, self.url))

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def _respond(self, environ: dict[str, Any], start_response: Any) -> Any:
        request = Request(environ)
        response = self._answer(request)
        number = next(self._numbers)
        used = number % HOURLY_REQUESTS
        response.headers["x-github-request-id"] = f"LOCAL:{number:06X}"
        response.date = self.now or datetime.now(UTC)
        response.headers.setdefault("x-ratelimit-limit", str(HOURLY_REQUESTS))
        response.headers.setdefault("x-ratelimit-used", str(used))
        response.headers.setdefault("x-ratelimit-remaining", str(HOURLY_REQUESTS - used))
        response.headers.setdefault("x-ratelimit-reset", str(int((self.now or datetime.now(UTC)).timestamp()) + 3600))
        response.headers.setdefault("x-ratelimit-resource", "graphql" if request.path == "/graphql" else "core")
        return response(environ, start_response)

    def _answer(self, request: Request) -> Response:
        world = self._world
        asked = self._graphql_request(request)
        variables, query = asked.get("variables") or {}, str(asked.get("query"))
        page_size = len(variables["ids"]) if "ids" in variables else variables.get("pageSize")
        struck = [fault for fault in self.faults if fault.strikes(request.path, page_size, query)]
        for fault in struck:
            if fault.drop:
                request.environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)
            if fault.drop or fault.edit is None:
                return _json(fault.status, Problem(fault.status, fault.message).body, fault.headers)
        headers: dict[str, str] = {}
        try:
            self._admit(request)
            if world is None:
                raise Problem(503, "The local GitHub has no state yet")
            if request.path == "/graphql":
                body = world.graphql.answer(query, variables)
            else:
                body, headers = self._page(request, world.rest.answer(request.path, request.args))
        except Problem as problem:
            return _json(problem.status, problem.body)
        if isinstance(body, NoContent):
            return Response(status=204)
        for fault in struck:
            body = fault.edit(body) if fault.edit else body
        return _cached(request, _json(200, body, headers))

    def _admit(self, request: Request) -> None:
        given = request.headers.get("Authorization", "").partition(" ")[2]
        if not given:
            raise Problem(401, "Requires authentication")
        if self.token is not None and given != self.token:
            raise Problem(401, "Bad credentials")
        if request.method != ("POST" if request.path == "/graphql" else "GET"):
            raise Problem(404, "Not Found")

    @staticmethod
    def _graphql_request(request: Request) -> dict[str, Any]:
        if request.path != "/graphql":
            return {}
        asked = request.get_json(force=True, silent=True)
        return asked if isinstance(asked, dict) else {}

    def _page(self, request: Request, body: Any) -> tuple[Any, dict[str, str]]:
        """One page of a list, with the links to the others; anything else as it is."""
        if isinstance(body, Wrapped):
            listed, headers = self._page(request, body.records[: body.most])
            return {"total_count": len(body.records), body.name: [body.record(one) for one in listed]}, headers
        if not isinstance(body, list):
            return body, {}
        asked = request.args
        size = min(asked.get("per_page", DEFAULT_PER_PAGE, type=int), LARGEST_PER_PAGE)
        if isinstance(body, ByCursor):
            start = asked.get("after", 0, type=int)
            following = urlencode({**asked, "after": start + size})
            link = f'<{self.url}{request.path}?{following}>; rel="next"'
            return body[start : start + size], {"Link": link} if start + size < len(body) else {}
        number, last = asked.get("page", 1, type=int), max(1, -(-len(body) // size))
        pages = {"prev": number - 1, "next": number + 1, "first": 1, "last": last}
        shown = {
            name: page
            for name, page in pages.items()
            if 1 <= page <= last and (number > 1 if name in ("first", "prev") else number < last)
        }
        links = [
            f'<{self.url}{request.path}?{urlencode({**asked, "page": page})}>; rel="{name}"'
            for name, page in shown.items()
        ]
        return body[(number - 1) * size : number * size], {"Link": ", ".join(links)} if links else {}


def _json(status: int, body: Any, headers: Mapping[str, str] | None = None) -> Response:
    text = json.dumps(body)
    return Response(text, status, headers=dict(headers or {}), content_type="application/json; charset=utf-8")


def _cached(request: Request, response: Response) -> Response:
    """An unchanged answer to a GET is answered with 304."""
    if request.method == "GET":
        response.set_etag(hashlib.sha256(response.get_data()).hexdigest(), weak=True)
        response.make_conditional(request)
    return response
