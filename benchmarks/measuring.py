"""What the benchmarks share: a median time, the baseline of `sha256sum`, and the options of a size."""

from __future__ import annotations

import argparse
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median


def timed(action: Callable[[], object], times: int) -> float:
    """Median seconds of an action done several times."""
    seconds = []
    for _ in range(times):
        began = time.monotonic()
        action()
        seconds.append(time.monotonic() - began)
    return median(seconds)


def sha256sums(paths: Sequence[Path]) -> None:
    """The named baseline: the system's own tool over the same bytes."""
    for start in range(0, len(paths), 500):
        subprocess.run(["sha256sum", *paths[start : start + 500]], check=True, capture_output=True)


def size_options(description: str | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--files", type=int, default=10_000)
    parser.add_argument("--megabytes", type=int, default=1_000)
    parser.add_argument("--times", type=int, default=3)
    return parser.parse_args()
