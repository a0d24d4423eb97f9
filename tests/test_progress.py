"""Progress: one line rewritten on a terminal, a line now and then in a log."""

from __future__ import annotations

import os
import pty
import select
import subprocess
import sys

import pytest

from soc2kit.progress import now_and_then, reporting


@pytest.mark.parametrize(
    ("times", "said"),
    [
        ([0, 1, 29.9], []),
        ([0, 30], [30]),
        ([10, 20, 31, 40, 60, 61, 62, 100], [31, 61, 100]),
        ([1000, 1001], [1000]),
    ],
)
def test_a_log_hears_of_a_long_reading_now_and_then(times: list[float], said: list[float]) -> None:
    lines: list[str] = []
    now = [0.0]
    standing = now_and_then(lines.append, 30, lambda: now[0])
    for moment in times:
        now[0] = moment
        standing(f"{moment}")
    assert lines == [f"{moment}" for moment in said]


def test_without_a_terminal_what_is_done_is_a_line_each_and_how_far_it_is_none_yet(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with reporting("collecting") as progress:
        for page in range(500):
            progress.standing(f"page {page}")
        progress("done\x1b[2J")
    assert capsys.readouterr().err == "done\ufffd[2J\n"


ON_A_TERMINAL = """
import time
from soc2kit.progress import reporting
with reporting("collecting") as progress:
    progress("first line")
    for page in range(8):
        progress.standing(f"page {page} " + "x" * 400)
        time.sleep(0.15)
    progress("last line")
"""


def test_on_a_terminal_one_line_is_rewritten() -> None:
    """A real terminal of 80 columns: only what is done stays, and no line is longer than the terminal is wide."""
    ours, theirs = pty.openpty()
    environment = {**os.environ, "COLUMNS": "80", "TERM": "xterm"}
    process = subprocess.Popen([sys.executable, "-c", ON_A_TERMINAL], stderr=theirs, stdout=theirs, env=environment)
    os.close(theirs)
    written = b""
    while process.poll() is None or select.select([ours], [], [], 0.2)[0]:
        if not select.select([ours], [], [], 0.2)[0]:
            continue
        try:
            written += os.read(ours, 65536)
        except OSError:  # the other end is closed
            break
    os.close(ours)
    text = written.decode()
    assert process.wait() == 0
    assert text.count("first line") == 1
    assert "last line" in text
    assert "page 7" in text
    kept = [line for line in text.replace("\r\n", "\n").split("\n") if "page" in line.rpartition("\r")[2]]
    assert len(kept) <= 1, "each is written over by the next"
    assert "x" * 81 not in text
