"""Runs every notebook cell by cell with nbval, on the example's evidence collected into a temporary workspace."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from soc2kit.example.demo import prepare

ROOT = Path(__file__).parents[1]


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        workspace = Path(folder) / "demo"
        prepare(workspace, lambda line: None)
        # One kernel per notebook, so whole files go to a worker: cells of one notebook depend on each other.
        command = [sys.executable, "-m", "pytest", "-p", "nbval", "--nbval-lax"]
        command += ["-n", "2", "--dist", "loadscope", "notebooks"]
        environment = {**os.environ, "SOC2KIT_WORKSPACE": str(workspace)}
        return subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
