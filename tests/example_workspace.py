"""The example's workspace, collected once for every worker of a test run."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from aws_actions import Calls
from filelock import FileLock

from soc2kit.config import Config, load_config
from soc2kit.example.demo import MARKER_NAME, prepare
from soc2kit.period import parse_moment, stamp

CALLS = "aws-calls.json"


@dataclass(frozen=True)
class Example:
    config: Config
    as_of: datetime


def collected_once(folder: Path, *, after_another: bool = False) -> Example:
    """Collect unless another worker has; the file with the last collection's time says that it is done.

    `after_another` is whether an earlier demo, of nothing but a note, stands in the place.
    """
    done, workspace = folder / "as-of.txt", folder / "demo"
    folder.mkdir(parents=True, exist_ok=True)
    with FileLock(folder / "lock"):
        if not done.exists():
            if after_another:
                workspace.mkdir()
                (workspace / MARKER_NAME).write_text("x")
                (workspace / "note.txt").write_text("kept")
            calls, before = Calls(), dict(os.environ)
            _, as_of = prepare(workspace, lambda line: None, calls)
            assert dict(os.environ) == before
            (folder / CALLS).write_text(json.dumps(sorted(calls.actions)), encoding="utf-8")
            done.write_text(stamp(as_of), encoding="utf-8")
    return Example(load_config(workspace), parse_moment(done.read_text(encoding="utf-8")))


def asked_of_aws(folder: Path) -> set[str]:
    """The IAM actions of all that the example's AWS was asked while the workspace in a folder was collected."""
    return set(json.loads((folder / CALLS).read_text(encoding="utf-8")))
