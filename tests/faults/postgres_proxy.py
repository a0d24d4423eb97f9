"""A proxy between a client and PostgreSQL that cuts, delays and corrupts the server's bytes.

An answer is held back until the server says that it is ready again, so what is cut is the same in every run.
"""

from __future__ import annotations

import re
import socket
import struct
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from types import TracebackType
from typing import Self

_QUESTIONS = (b"\x03", b"\x05", b"\x0a", b"\x0b")
_READY = re.compile(rb"Z\x00\x00\x00\x05[ITE]$")


@dataclass(frozen=True)
class Bytes:
    """What the server answers to one message: of it only the first `sent` bytes go out, after `delay` seconds."""

    data: bytes
    delay: float = 0.0
    sent: int | None = None


Edit = Callable[[Bytes], Bytes]


@dataclass
class PostgresFault:
    """An edit of the answer to those messages that have `request` in them; empty means the start of a session."""

    request: bytes
    edit: Edit
    asked: int = 0

    def strikes(self, message: bytes) -> bool:
        matches = re.search(self.request, message, flags=re.S) is not None if self.request else message[:1] == b"\x00"
        self.asked += matches
        return matches


class PostgresProxy:
    """`with PostgresProxy(socket_path) as proxy`: the server, at 127.0.0.1 and `proxy.port`."""

    def __init__(self, upstream: str) -> None:
        self.upstream = upstream
        self.faults: list[PostgresFault] = []
        #: What went wrong with the faults themselves; a test looks here, for nobody sees a thread's exception.
        self.problems: list[str] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._thread = threading.Thread(target=self._accept, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        # Closing alone would leave `accept` waiting.
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._session, args=(client,), daemon=True).start()

    def _session(self, client: socket.socket) -> None:
        with client, socket.socket(socket.AF_UNIX) as server:
            server.connect(self.upstream)
            try:
                while message := client.recv(1 << 16):
                    answer = self._exchange(server, message)
                    time.sleep(answer.delay)
                    client.sendall(answer.data[: answer.sent])
                    if answer.sent is not None or not answer.data:
                        return
            except OSError:
                # The client went away; that is its right.
                return

    def _exchange(self, server: socket.socket, message: bytes) -> Bytes:
        server.sendall(message)
        whole = b""
        while part := server.recv(1 << 16):
            whole += part
            # Encryption is declined with one byte; a question about a password waits for the client, too.
            if whole == b"N" or (whole[:1] == b"R" and whole[8:9] in _QUESTIONS) or _READY.search(whole):
                break
        answer = Bytes(whole)
        for fault in self.faults:
            if _is_query_or_start(message) and fault.strikes(message):
                try:
                    answer = fault.edit(answer)
                except (AssertionError, struct.error) as error:
                    self.problems.append(f"{type(error).__name__}: {error}")
        return answer


def _is_query_or_start(message: bytes) -> bool:
    """Not the request for encryption, whose code is 80877103, nor the one for GSSAPI, 80877104."""
    return not (len(message) == 8 and message[4:8] in (struct.pack("!I", 80877103), struct.pack("!I", 80877104)))


def cut(after: int) -> Edit:
    return lambda answer: replace(answer, sent=after)


def halved(answer: Bytes) -> Bytes:
    return replace(answer, sent=len(answer.data) // 2)


def late(seconds: float) -> Edit:
    return lambda answer: replace(answer, delay=seconds)


def corrupted(old: bytes, new: bytes) -> Edit:
    """Bytes of the answer exchanged for as many others."""

    def edit(answer: Bytes) -> Bytes:
        assert len(old) == len(new)
        assert old in answer.data, f"{old!r} is not in the answer that the fault is for"
        return replace(answer, data=answer.data.replace(old, new, 1))

    return edit


def fewer_rows(answer: Bytes) -> Bytes:
    """The answer with its first row left out, and everything else as it was."""
    place = 0
    while answer.data[place : place + 1] != b"D":
        place += 1 + struct.unpack("!I", answer.data[place + 1 : place + 5])[0]
    after = place + 1 + struct.unpack("!I", answer.data[place + 1 : place + 5])[0]
    return replace(answer, data=answer.data[:place] + answer.data[after:])


def server_error(code: str, message: str, severity: str = "ERROR") -> Edit:
    """The server's own words for a refusal; a FATAL one ends the session."""
    fields = f"S{severity}\0V{severity}\0C{code}\0M{message}\0\0".encode()
    data = b"E" + struct.pack("!I", len(fields) + 4) + fields
    if severity == "FATAL":
        return lambda answer: replace(answer, data=data, sent=len(data))
    return lambda answer: replace(answer, data=data + b"Z\x00\x00\x00\x05E")
