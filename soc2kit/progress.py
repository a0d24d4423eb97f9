"""Progress of long commands: a moving line on a terminal, plain lines everywhere else."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from .safe_text import plain

Say = Callable[[str], None]


def say(line: str) -> None:
    """One line on the error stream: output proper can be piped, and what a source sent cannot steer the terminal."""
    sys.stderr.write(f"{plain(line)}\n")
    sys.stderr.flush()


@contextmanager
def reporting(doing: str) -> Iterator[Say]:
    """A function to report progress with while something long is done."""
    if not sys.stderr.isatty():
        yield say
        return
    from rich.console import Console
    from rich.text import Text

    console = Console(stderr=True, highlight=False)
    with console.status(Text(doing)) as status:

        def show(line: str) -> None:
            console.print(Text(plain(line)))
            status.update(Text(f"{doing} … {plain(line)[:80]}"))

        yield show
