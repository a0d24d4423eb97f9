"""The demo as a process: interrupted, repeated, and the same every time."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from example_workspace import Example

from soc2kit.errors import UsageError
from soc2kit.evidence.verify import verify_evidence
from soc2kit.example.demo import prepare

DEMO = [sys.executable, "-c", "from soc2kit.cli import main; main()", "demo", "--workspace"]


def postgres_of(folder: str) -> list[str]:
    """Processes whose command line names a folder."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if folder in path.read_text():
                found.append(path.parent.name)
        except OSError:
            continue  # the process ended meanwhile
    return found


def _interruptible() -> None:
    """A shell starts what runs in its background with SIGINT ignored, and every child inherits that."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def _stopped(child: subprocess.Popen[str], sign: signal.Signals) -> str:
    """What the process says at its end. Python drops a SIGINT that arrives while an object is being finalised, so it is
    sent again, as a person would press the keys again: but not while it is ending its services, which takes seconds."""
    while True:
        child.send_signal(sign)
        try:
            return child.communicate(timeout=30)[1]
        except subprocess.TimeoutExpired:
            continue


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGKILL], ids=str)
def test_a_demo_that_is_interrupted_leaves_valid_evidence_and_no_service(sign: signal.Signals, tmp_path: Path) -> None:
    environment = {**os.environ, "TMPDIR": str(tmp_path / "t")}
    (tmp_path / "t").mkdir()
    child = subprocess.Popen(
        [*DEMO, str(tmp_path / "demo")], stderr=subprocess.PIPE, text=True, env=environment, preexec_fn=_interruptible
    )
    assert child.stderr is not None
    for line in child.stderr:
        if "2026-02-15" in line:
            break
    time.sleep(0.3)
    words = _stopped(child, sign)
    assert child.wait(timeout=120) == (130 if sign is signal.SIGINT else -signal.SIGKILL)
    assert sign is signal.SIGKILL or "interrupted; what was collected so far is kept" in words
    deadline = time.monotonic() + 60
    while (postgres_of(str(tmp_path / "t")) or list((tmp_path / "t").glob("s2k*"))) and time.monotonic() < deadline:
        time.sleep(0.2)
    assert postgres_of(str(tmp_path / "t")) == []
    assert list((tmp_path / "t").glob("s2k*")) == []
    assert verify_evidence(tmp_path / "demo" / "evidence") == []


def test_a_folder_that_the_demo_did_not_make_is_not_touched(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(UsageError, match="is not a folder that soc2kit demo made"):
        prepare(tmp_path, lambda line: None)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_the_last_demo_is_set_aside_and_no_secret_stands_in_the_new_one(second_example: Example) -> None:
    workspace = second_example.config.workspace
    assert (workspace.parent / "demo.previous" / "note.txt").read_text() == "kept"
    assert not (workspace / "note.txt").exists()
    for path in (workspace / "evidence").rglob("*.json"):
        text = path.read_text()
        for secret in ("SecretAccessKey", "Base32StringSeed", "Example-passw0rd", "Bearer ", "token example"):
            assert secret not in text, path.name
