"""Progress of long commands: a moving line on a terminal, plain lines everywhere else."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from time import monotonic

from .safe_text import plain

Say = Callable[[str], None]
#: How often a log hears how far something is that lasts.
SECONDS_BETWEEN_LINES = 30


@dataclass(frozen=True)
class Reporter:
    """Called with a line, it says that; `standing` is for what is only so at the moment, and may leave lines out."""

    line: Say
    standing: Say

    def __call__(self, line: str) -> None:
        self.line(line)


def say(line: str) -> None:
    """One line on the error stream: output proper can be piped, and what a source sent cannot steer the terminal."""
    sys.stderr.write(f"{plain(line)}\n")
    sys.stderr.flush()


def now_and_then(write: Say, seconds: float = SECONDS_BETWEEN_LINES, clock: Callable[[], float] = monotonic) -> Say:
    """Of many lines, one in so many seconds: the first comes when the waiting has become long."""
    last = clock()

    def standing(line: str) -> None:
        nonlocal last
        if clock() - last >= seconds:
            last = clock()
            write(line)

    return standing


@contextmanager
def reporting(doing: str) -> Iterator[Reporter]:
    """What to report progress with while something long is done."""
    if not sys.stderr.isatty():
        yield Reporter(say, now_and_then(say))
        return
    from rich.console import Console
    from rich.text import Text

    console = Console(stderr=True, highlight=False)
    with console.status(Text(doing)) as status:

        def show(line: str) -> None:
            console.print(Text(plain(line)))
            status.update(Text(f"{doing} … {plain(line)[:80]}"))

        def rewrite(line: str) -> None:
            # One line of the terminal: a longer one would not be rewritten but pushed up.
            status.update(Text(plain(line)[: max(20, console.width - 4)], no_wrap=True))

        yield Reporter(show, rewrite)
