"""A proxy that stands between the collectors and the example's services, and spoils what comes back.

`HttpProxy` reads whole requests and answers, so that a fault can pick the n-th request it means and change the answer's
meaning; `SocketProxy` passes bytes, for PostgreSQL's own protocol.
"""

from __future__ import annotations

import http.client
import re
import socket
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any, Self

EVERY = 10**9


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes
    #: Bytes of the body that are sent before the connection is closed; -1 closes it before any answer.
    cut_after: int | None = None
    delay_seconds: float = 0.0


Change = Callable[[Answer], Answer]


@dataclass
class Fault:
    """What strikes the requests whose `METHOD path`, line feed, body matches: `skip` pass, then `times` are hit."""

    match: str
    change: Change
    times: int = EVERY
    skip: int = 0
    seen: int = field(default=0, init=False)

    def strikes(self, request: str) -> bool:
        if not re.search(self.match, request):
            return False
        self.seen += 1
        return self.skip < self.seen <= self.skip + self.times

    @property
    def struck(self) -> int:
        return max(0, min(self.seen - self.skip, self.times))


def no_answer(answer: Answer) -> Answer:
    return replace(answer, cut_after=-1)


def cut_in_the_middle(answer: Answer) -> Answer:
    return replace(answer, cut_after=len(answer.body) // 2)


def stalled(seconds: float) -> Change:
    return lambda answer: replace(answer, delay_seconds=seconds)


def status(code: int, body: str, headers: dict[str, str] | None = None) -> Change:
    """Another answer altogether."""
    return lambda answer: Answer(code, {"Content-Type": "application/octet-stream", **(headers or {})}, body.encode())


def body(change: Callable[[bytes], bytes]) -> Change:
    return lambda answer: replace(answer, body=change(answer.body))


def without_header(name: str) -> Change:
    return lambda answer: replace(
        answer, headers={key: value for key, value in answer.headers.items() if key.lower() != name}
    )


class HttpProxy:
    """In front of one HTTP service; addresses of the service in its answers become the proxy's own."""

    def __init__(self, upstream: str) -> None:
        self.upstream = upstream.removeprefix("http://")
        self.faults: list[Fault] = []
        self.requests: list[str] = []
        self._lock = threading.Lock()
        proxy = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def answer(self) -> None:
                proxy.pass_on(self)

            do_GET = do_POST = answer

            def log_message(self, format: str, *args: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        # A client that gave up on a stalled answer is no news.
        self._server.handle_error = lambda request, address: None  # type: ignore[method-assign]
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def pass_on(self, handler: BaseHTTPRequestHandler) -> None:
        sent = handler.rfile.read(int(handler.headers.get("Content-Length") or 0))
        answer = self._ask(handler, sent)
        request = f"{handler.command} {handler.path}\n{sent.decode('latin-1')}"
        with self._lock:
            self.requests.append(request)
            struck = [fault for fault in self.faults if fault.strikes(request)]
        for fault in struck:
            answer = fault.change(answer)
        _send(handler, answer)

    def _ask(self, handler: BaseHTTPRequestHandler, sent: bytes) -> Answer:
        connection = http.client.HTTPConnection(self.upstream)
        headers = {key: value for key, value in handler.headers.items() if key.lower() not in ("host", "connection")}
        connection.request(handler.command, handler.path, sent, {**headers, "Host": self.upstream})
        reply = connection.getresponse()
        own, theirs = self.url.removeprefix("http://"), self.upstream
        kept = {
            key: value.replace(theirs, own)
            for key, value in reply.getheaders()
            if key.lower() not in ("content-length", "connection", "transfer-encoding", "date", "server")
        }
        answer = Answer(reply.status, kept, reply.read().replace(theirs.encode(), own.encode()))
        connection.close()
        return answer

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()


def _send(handler: BaseHTTPRequestHandler, answer: Answer) -> None:
    time.sleep(answer.delay_seconds)
    if answer.cut_after == -1:
        _hang_up(handler)
        return
    handler.send_response(answer.status)
    for name, value in answer.headers.items():
        handler.send_header(name, value)
    if answer.status != 304:
        handler.send_header("Content-Length", str(len(answer.body)))
    handler.end_headers()
    handler.wfile.write(answer.body[: answer.cut_after])
    if answer.cut_after is not None:
        _hang_up(handler)


def _hang_up(handler: BaseHTTPRequestHandler) -> None:
    handler.wfile.flush()
    handler.close_connection = True
    handler.connection.shutdown(socket.SHUT_RDWR)


@dataclass
class Spoil:
    """What becomes of the bytes that a server sends: the first `passes` go through, then this happens."""

    passes: int = EVERY
    then: str = "cut"  # or "stall", or "flip"


class SocketProxy:
    """In front of a PostgreSQL that listens on a Unix socket: a folder with a socket of its own."""

    def __init__(self, folder: str, port: int) -> None:
        self._upstream = f"{folder}/.s.PGSQL.{port}"
        # A Unix socket's path may have about 100 bytes, so the folder is not pytest's own.
        self._own = tempfile.TemporaryDirectory(prefix="s2kp")
        self.folder, self.port = self._own.name, port
        self.spoil = Spoil()
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(Path(self.folder) / f".s.PGSQL.{port}"))
        self._listener.listen()
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            server = socket.socket(socket.AF_UNIX)
            server.connect(self._upstream)
            spoil = replace(self.spoil)
            threading.Thread(target=_pump, args=(client, server, Spoil()), daemon=True).start()
            threading.Thread(target=_pump, args=(server, client, spoil), daemon=True).start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._listener.close()
        self._own.cleanup()


def _pump(source: socket.socket, target: socket.socket, spoil: Spoil) -> None:
    """Pass bytes on until one side ends, or the spoiling does."""
    try:
        while piece := source.recv(65536):
            if len(piece) > spoil.passes:
                target.sendall(piece[: spoil.passes])
                rest = piece[spoil.passes :]
                if spoil.then == "stall":
                    time.sleep(3600)
                if spoil.then == "cut":
                    break
                target.sendall(bytes([rest[0] ^ 0xFF]) + rest[1:])
                spoil = Spoil()
                continue
            spoil.passes -= len(piece)
            target.sendall(piece)
    except OSError:
        pass  # the other side has gone, which is what many faults are about
    for end in (source, target):
        try:
            end.shutdown(socket.SHUT_RDWR)
        except OSError:
            continue
