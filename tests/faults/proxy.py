"""A proxy between a collector and an HTTP service that cuts, delays, truncates and corrupts chosen answers.

Everything else passes through unchanged, so that what a test sees is the collector's own doing.
"""

from __future__ import annotations

import http.client
import json
import re
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

# Every address that an answer names is the service's; the collector must be led back to the proxy instead.
_HOP = {"connection", "keep-alive", "transfer-encoding", "content-length", "content-encoding", "server"}
EVERY, FIRST, SECOND = range(1, 10**9), range(1, 2), range(2, 3)


@dataclass(frozen=True)
class Answer:
    """What goes out: after `delay` seconds, and of the body only the first `sent` bytes (-1: not even the head)."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    delay: float = 0.0
    sent: int | None = None


Edit = Callable[[Answer], Answer]


@dataclass
class Fault:
    """An edit of the answers to those requests whose "METHOD target body" has `request` in it.

    Where AWS names the operation in a header, it stands before the body.

    Requests are counted as they match, repeated ones too; `on` holds the numbers of those that are struck.
    """

    request: str
    edit: Edit
    on: range = EVERY
    asked: int = field(default=0, compare=False)

    def strikes(self, request: str) -> bool:
        if not re.search(self.request, request, flags=re.S):
            return False
        self.asked += 1
        return self.asked in self.on


class HttpProxy:
    """`with HttpProxy(service_url) as proxy`: `proxy.url` is the service's address as long as `faults` is empty."""

    def __init__(self, upstream: str, rewrites: Mapping[str, str] | None = None) -> None:
        #: Patterns in the bodies of requests, and what takes their place.
        self.rewrites = dict(rewrites or {})
        self.upstream = urlsplit(upstream).netloc
        self.faults: list[Fault] = []
        #: What went wrong with the faults themselves; a test looks here, for nobody sees a thread's exception.
        self.problems: list[str] = []
        self._lock = threading.Lock()
        proxy = self

        class Handler(_Handler):
            owner = proxy

        self._server = _Server(("127.0.0.1", 0), Handler)
        self.netloc = f"127.0.0.1:{self._server.server_port}"
        self.url = f"http://{self.netloc}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def edits(self, request: str) -> list[Edit]:
        with self._lock:
            return [fault.edit for fault in self.faults if fault.strikes(request)]


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    # A delayed answer may outlive its test by the rest of its delay; nobody waits for it.
    block_on_close = False


class _Handler(BaseHTTPRequestHandler):
    owner: HttpProxy
    disable_nagle_algorithm = True

    def _relay(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        # AWS's younger services name the operation in a header.
        target = self.headers.get("X-Amz-Target", "")
        edits = self.owner.edits(f"{self.command} {self.path} {target}{body.decode('latin-1')}")
        answer = self._ask(body)
        for edit in edits:
            try:
                answer = edit(answer)
            except (AssertionError, KeyError, TypeError, ValueError) as error:
                self.owner.problems.append(f"{self.path}: {type(error).__name__}: {error}")
        self._send(answer)

    do_GET = do_POST = _relay

    def _ask(self, body: bytes) -> Answer:
        for pattern, text in self.owner.rewrites.items():
            body = re.sub(pattern.encode(), text.encode(), body)
        connection = http.client.HTTPConnection(self.owner.upstream, timeout=30)
        try:
            # Without the encodings and conditions of the request, answers come whole and readable.
            headers = {
                name: value
                for name, value in self.headers.items()
                if name.lower() not in ("accept-encoding", "if-none-match", "connection", "content-length")
            }
            connection.request(self.command, self.path, body, headers)
            response = connection.getresponse()
            old, new = self.owner.upstream, self.owner.netloc
            kept = {k: v.replace(old, new) for k, v in response.getheaders() if k.lower() not in _HOP}
            return Answer(response.status, kept, response.read().replace(old.encode(), new.encode()))
        finally:
            connection.close()

    def _send(self, answer: Answer) -> None:
        time.sleep(answer.delay)
        self.close_connection = True
        if answer.sent == -1:
            return
        try:
            self.send_response_only(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(answer.body)))
            self.send_header("Connection", "close")
            self.end_headers()
            self.wfile.write(answer.body[: answer.sent])
        except OSError:
            # The collector's patience ended before the delay did, as the test wants it to.
            return

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: the test asks what it wants to know."""


def closed(answer: Answer) -> Answer:
    """The connection ends without an answer."""
    return replace(answer, sent=-1)


def halved(answer: Answer) -> Answer:
    """The connection ends in the middle of the body that was announced."""
    return replace(answer, sent=len(answer.body) // 2)


def emptied(answer: Answer) -> Answer:
    return replace(answer, body=b"")


def late(seconds: float) -> Edit:
    return lambda answer: replace(answer, delay=seconds)


def instead(status: int, body: str | Mapping[str, Any], **headers: str) -> Edit:
    """Another answer, as the service itself gives it; header names have `_` for `-`."""
    text = body if isinstance(body, str) else json.dumps(body)
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda _: Answer(status, named, text.encode())


def rewritten(pattern: str, text: str) -> Edit:
    """The body with one change; raises when there is nothing to change, for then the fault never happened."""

    def edit(answer: Answer) -> Answer:
        body, count = re.subn(pattern.encode(), text.encode(), answer.body, count=1, flags=re.S)
        if not count:
            raise AssertionError(f"{pattern!r} is not in the answer that the fault is for: {answer.body[:300]!r}")
        return replace(answer, body=body)

    return edit


def corrupted(pattern: str, junk: bytes) -> Edit:
    """The bytes that match, replaced by `junk` as it is."""

    def edit(answer: Answer) -> Answer:
        body, count = re.subn(pattern.encode(), lambda _: junk, answer.body, count=1, flags=re.S)
        assert count, pattern
        return replace(answer, body=body)

    return edit


def in_json(change: Callable[[Any], Any]) -> Edit:
    """The answer's JSON, changed in place or by what `change` returns."""

    def edit(answer: Answer) -> Answer:
        document = json.loads(answer.body)
        made = change(document)
        return replace(answer, body=json.dumps(document if made is None else made).encode())

    return edit


def without_header(name: str) -> Edit:
    def edit(answer: Answer) -> Answer:
        return replace(answer, headers={k: v for k, v in answer.headers.items() if k.lower() != name.lower()})

    return edit
