"""What it costs to read and test every merged pull request of a year, beside asking for each one by REST.

    python benchmarks/change.py [--changes 1000 10000 100000] [--one-by-one 1000]

The pull requests are served by the local GitHub in a process of its own; collecting, the baseline and testing each have
a process of their own, so that each one's memory is its own. The baseline is PyGithub as everybody uses it first: the
list of pull requests, and for each its details, reviews, commits, check runs and statuses; it is run without the
quarter of a second that PyGithub waits between requests. Of more pull requests than --one-by-one it reads so many,
and the ratio is of what one pull request costs.

The program ends with 1 when collecting needs more than 45 requests for 1,000 pull requests, when its memory grows with
their number, or when 100,000 are not tested and shown within a minute.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from itertools import chain
from pathlib import Path
from typing import Any

from change_state import SHARES, served

PARTS = Path(__file__).with_name("change_parts.py")
MOST_REQUESTS = 45  # for 1,000 pull requests
MOST_GROWTH = 1.5  # of memory, from the fewest pull requests to the most
MOST_SECONDS = 60  # to test and show 100,000
COLLECTED = "{changes:>7} {requests:>9} {per_thousand:>9.1f} {seconds:>8.1f} {ms:>6.2f} {megabytes:>7.0f}"


def part(name: str, *words: object) -> dict[str, Any]:
    """One part in a process of its own; what it found."""
    root = str(Path(__file__).parents[1])
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([root, os.environ.get("PYTHONPATH", "")])}
    environment["GITHUB_TOKEN"] = "local"
    command = [sys.executable, str(PARTS), name, *map(str, words)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, env=environment)
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def collected(changes: int, url: str, folder: str) -> dict[str, Any]:
    ours = part("collect", url, folder, "github.merged_pull_requests")
    assert ours["rows"] == changes, f"{ours['rows']} of {changes} pull requests were read"
    ours |= {"changes": changes, "per_thousand": ours["requests"] / changes * 1000}
    ours["ms"] = ours["seconds"] / changes * 1000
    print(COLLECTED.format(**ours), end="", flush=True)
    return ours


def beside(changes: int, url: str, limit: int, ours: dict[str, Any]) -> None:
    theirs = part("one_by_one", url, min(limit, changes))
    read = theirs["rows"]
    requests, ms = theirs["requests"] / read * 1000, theirs["seconds"] / read * 1000
    print(
        f"   | {read:>6} {requests:>9.0f} {ms:>6.2f} {theirs['megabytes']:>5.0f}"
        f" | {requests / ours['per_thousand']:>6.0f} {ms / ours['ms']:>6.1f}",
        flush=True,
    )


def tested(changes: int, url: str, folder: str) -> dict[str, Any]:
    """Everything else that the tests of changes read is collected first, and not timed."""
    part("collect", url, folder, "")
    found = part("test", folder)
    print(f"tested and shown, {changes} changes: {found['seconds']:.1f} s ({found['processor']:.1f} s of processor)")
    for name in ("reading", "frames", "tests", "notebook"):
        print(f"  {name:<9} {found[name]:>6.1f} s")
    print(f"  evidence {found['all_evidence']:.0f} MB, of pull requests {found['evidence']:.0f} MB")
    print(f"  memory at most {found['megabytes']:.0f} MB")
    for line in found["verdicts"]:
        print(f"  {line}")
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--changes", type=int, nargs="+", default=[1_000, 10_000, 100_000])
    parser.add_argument("--one-by-one", type=int, default=1_000)
    options = parser.parse_args()
    found: dict[int, dict[str, Any]] = {}
    testing: dict[int, dict[str, Any]] = {}
    print(f"{len(SHARES)} repositories over twelve months; each pull request has 2 reviews, 3 commits and 3 checks")
    print("changes  requests per 1,000  seconds ms/one      MB   |   REST per 1,000 ms/one    MB | times: requests, s")
    for changes in sorted(options.changes):
        with tempfile.TemporaryDirectory() as folder, served(changes) as url:
            found[changes] = collected(changes, url, folder)
            beside(changes, url, options.one_by_one, found[changes])
            if changes == max(options.changes):
                testing[changes] = tested(changes, url, folder)
    problems = [*chain(*(too_much(of, found[min(found)]) for of in found.values())), *too_slow(testing)]
    print("\n".join(problems) or "within the limits")
    return 1 if problems else 0


def too_much(of: dict[str, Any], smallest: dict[str, Any]) -> list[str]:
    words = []
    if of["per_thousand"] > MOST_REQUESTS:
        words.append(f"{of['changes']}: {of['per_thousand']:.1f} requests for 1,000, limit {MOST_REQUESTS}")
    if of["megabytes"] > MOST_GROWTH * smallest["megabytes"]:
        words.append(f"{of['changes']}: {of['megabytes']:.0f} MB, more than {MOST_GROWTH} times those of the fewest")
    return words


def too_slow(testing: dict[int, dict[str, Any]]) -> list[str]:
    late = [changes for changes, of in testing.items() if of["seconds"] > MOST_SECONDS]
    return [f"{changes} changes were not tested and shown within {MOST_SECONDS} s" for changes in late]


if __name__ == "__main__":
    sys.exit(main())
