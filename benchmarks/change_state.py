"""A company with as many merged pull requests as asked for, the same each time, served by a process of its own.

    python benchmarks/change_state.py 1000

prints the address of the local GitHub, and ends with its standard input. Each pull request has two reviews, three
commits and three checks; they lie evenly over nearly twelve months, in three repositories. Every fiftieth is deployed.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from soc2kit.example.github_change_state import (
    BranchRules,
    CheckRun,
    Commit,
    Deployment,
    DeploymentStatus,
    PullRequest,
    Repository,
    Review,
)
from soc2kit.example.state import GithubAccount, GithubState, Member
from soc2kit.period import CIVIL

ORGANIZATION = "bench"
#: Nearly twelve months: of the branches' activity GitHub's feed tells a year at most, from when it is read.
WINDOW = CIVIL.parse("2025-07-03..2026-06-30")
AT = datetime(2026, 7, 1, 6, tzinfo=UTC)
PEOPLE = tuple(f"person{number:02}" for number in range(40))
#: Which part of the pull requests each repository has.
SHARES = (("shop", 0.40), ("site", 0.325), ("tools", 0.275))
BOTS = ("dependabot", "deployer")
CHECKS = ("test", "lint", "types")
DEPLOYED_EACH = 50
CREATED = WINDOW.start - timedelta(days=30)


def sha(*words: object) -> str:
    return hashlib.sha1(" ".join(map(str, words)).encode(), usedforsecurity=False).hexdigest()


def pull_request(repository: str, number: int, merged: datetime) -> tuple[PullRequest, Commit]:
    """Every tenth has no approval, every fifteenth a check that did not pass, every twentieth is a bot's."""
    author = "dependabot" if number % 20 == 0 else PEOPLE[number % len(PEOPLE)]
    other, third = (PEOPLE[(number + step) % len(PEOPLE)] for step in (1, 2))
    conclusion = "FAILURE" if number % 15 == 0 else "SUCCESS"
    begun = merged - timedelta(hours=30)
    checks = tuple(CheckRun(name, conclusion, merged - timedelta(hours=2)) for name in CHECKS)
    work = tuple(
        Commit(sha(repository, number, step), (author,), begun + timedelta(hours=step), f"Step {step} of {number}",
               (sha(repository, number, step - 1),), author, checks if step == 3 else ())
        for step in (1, 2, 3)
    )  # fmt: skip
    last = work[-1].sha
    reviews = (
        Review(third, "COMMENTED", merged - timedelta(hours=5), last),
        Review(other, "COMMENTED" if number % 10 == 0 else "APPROVED", merged - timedelta(hours=1), last),
    )
    squashed = Commit(sha(repository, number, "merge"), (author,), merged, f"Change {number} (#{number})",
                      (sha(repository, number - 1, "merge"),), "web-flow")  # fmt: skip
    pull = PullRequest(number, f"Change {number} of {repository}", author, begun, merged, other, "main",
                       f"change-{number}", squashed.sha, "squash", work, reviews)  # fmt: skip
    return pull, squashed


def repository(name: str, count: int) -> Repository:
    length = WINDOW.end - WINDOW.start
    # Whole seconds, as GitHub has; none at the very edges of the window.
    steps = [int(length.total_seconds() * (number - 0.5) / count) for number in range(1, count + 1)]
    made = [pull_request(name, n, WINDOW.start + timedelta(seconds=step)) for n, step in enumerate(steps, start=1)]
    rules = BranchRules(required_checks=CHECKS[:2])
    pulls, merges = zip(*made, strict=True)
    first = Commit(sha(name, 0, "merge"), PEOPLE[:1], CREATED, "Start", (), PEOPLE[0])
    deployed = tuple(deployments(merges))
    return Repository(name, "main", CREATED, rules, pulls, (first, *merges), deployments=deployed)


def deployments(commits: Sequence[Commit]) -> Iterator[Deployment]:
    for number, commit in enumerate(commits[::DEPLOYED_EACH], start=1):
        begun, done = (commit.committed_at + timedelta(minutes=minutes) for minutes in (5, 9))
        state = DeploymentStatus("success", done)
        yield Deployment(number, "production", commit.sha, "main", begun, "deployer", (state,))


def company_files() -> dict[str, str]:
    """The company's own files: everybody of its organisation is an employee."""
    roster = [f"{name}@bench.example,{name},employee,engineering,,2020-01-01," for name in PEOPLE]
    owners = [f"github,{name},{name}@bench.example,person01@bench.example,2025-07-01" for name in PEOPLE]
    return {
        "roster.csv": "\n".join(["email,name,kind,team,manager,started_on,left_at", *roster, ""]),
        "identities.csv": "\n".join(["system,account,email,confirmed_by,confirmed_on", *owners, ""]),
        "change-exceptions.csv": "reference,kind,reason,incident,approved_by,approved_at,reviewed_by,reviewed_at\n",
    }


def state(count: int) -> GithubState:
    counts = [round(count * share) for _, share in SHARES]
    counts[-1] += count - sum(counts)
    made = tuple(repository(name, of_it) for (name, _), of_it in zip(SHARES, counts, strict=True))
    members = (Member(PEOPLE[0], "admin"), *map(Member, PEOPLE[1:]))
    return GithubState(
        ORGANIZATION, True, "read", tuple(GithubAccount(name, "Bot") for name in BOTS), members, (), made
    )


@contextmanager
def served(count: int) -> Iterator[str]:
    """The address of such a company's GitHub, for as long as it is needed."""
    root = Path(__file__).parents[1]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(root), os.environ.get("PYTHONPATH", "")])}
    command = [sys.executable, __file__, str(count)]
    piped = subprocess.PIPE
    with subprocess.Popen(command, stdin=piped, stdout=piped, text=True, env=environment) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            yield process.stdout.readline().strip()
        finally:
            process.stdin.close()


def main() -> None:
    from soc2kit.example.github_server import GithubServer

    with GithubServer() as server:
        server.serve(state(int(sys.argv[1])), AT)
        print(server.url, flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    main()
