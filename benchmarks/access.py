"""Requests and seconds to read who has access to an AWS account, by number of users, beside the obvious script.

    python benchmarks/access.py [--users 30 300 3000] [--times 3] [--cli]

Both sides read the same account, served by moto over HTTP on this machine. The obvious script lists the users, asks for
each one's MFA devices, and takes the credential report; it is run with boto3, which is kind to it. With --cli it is run
by the AWS CLI as well, for the smallest number of users only: each of its calls starts a process of its own.
Requests of ours must grow with pages and never with users; the program says so and ends with 1 when they do.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from measuring import timed

from soc2kit.config import Config
from soc2kit.example.aws_server import AwsServer
from soc2kit.example.state import AccessKey, AwsState, IamGroup, IamUser
from soc2kit.period import CIVIL
from soc2kit.source_settings import AwsSettings
from soc2kit.sources.aws import SOURCE

ACCOUNT = "402613907581"
AT = datetime(2026, 3, 31, 20, tzinfo=UTC)
CREATED = datetime(2025, 6, 1, tzinfo=UTC)
CONFIG = Config(Path(), "Benchmark", CIVIL.parse("2026-Q1"), ("security",), aws=AwsSettings())
#: Rows that a page of IAM has when another follows, as the lists ask for it.
PAGE_ROWS = 1000
GLOBAL_CALLS = (
    "aws.credential_report",
    "aws.users",
    "aws.mfa_devices",
    "aws.account_summary",
    "aws.authorization_details",
)


@dataclass
class Counter:
    """Requests that left this process, retries included."""

    requests: int = 0

    def __call__(self, **_: Any) -> None:
        self.requests += 1


def state(users: int) -> AwsState:
    """Everybody signs in to the console with a device; every tenth has a key."""
    made = tuple(
        IamUser(
            f"user{number:05d}", CREATED, f"user{number:05d}@company.example", console=True, mfa=True,
            keys=(AccessKey(CREATED, True, AT),) * (number % 10 == 0), groups=("Engineers",),
        )
        for number in range(users)
    )  # fmt: skip
    return AwsState(ACCOUNT, True, False, None, made, (IamGroup("Engineers", ("ReadOnlyAccess",)),), (), ())


def ours(counter: Counter) -> tuple[int, int]:
    """What `soc2kit collect --source aws` asks of IAM: pages and rows."""
    with SOURCE.connect(CONFIG) as connection:
        connection.session.events.register("before-send", counter)  # type: ignore[attr-defined]
        period = CIVIL.month_of(AT)
        datasets = [dataset for dataset in SOURCE.datasets if dataset.id in GLOBAL_CALLS]
        pages = [page.rows for dataset in datasets for page in dataset.pages(connection, period)]
    return len(pages), sum(pages)


def obvious(counter: Counter) -> tuple[int, int]:
    """The script that everybody writes first: answers and rows."""
    import boto3

    session = boto3.Session()
    session.events.register("before-send", counter)
    iam = session.client("iam")
    users = [user for page in iam.get_paginator("list_users").paginate() for user in page["Users"]]
    devices = [iam.list_mfa_devices(UserName=user["UserName"])["MFADevices"] for user in users]
    while iam.generate_credential_report()["State"] != "COMPLETE":
        pass
    rows = len(users) + sum(map(len, devices)) + iam.get_credential_report()["Content"].count(b"\n")
    return counter.requests, rows


def obvious_with_cli(command: list[str]) -> None:
    """The same by the AWS CLI, one process a call."""

    def aws(*words: str) -> str:
        done = subprocess.run([*command, "iam", *words, "--output", "text"], check=True, capture_output=True, text=True)
        return done.stdout

    for name in aws("list-users", "--query", "Users[].UserName").split():
        aws("list-mfa-devices", "--user-name", name)
    aws("generate-credential-report")
    aws("get-credential-report")


def cli() -> list[str]:
    """The AWS CLI: the one that is there, else one that uv runs from an environment of its own."""
    found = shutil.which("aws")
    return [found] if found else [str(Path(sys.executable).with_name("uv")), "tool", "run", "--from", "awscli", "aws"]


@contextmanager
def account() -> Iterator[AwsServer]:
    with AwsServer(ACCOUNT) as server:
        before = dict(os.environ)
        os.environ.update(server.environment(), AWS_DEFAULT_REGION="us-east-1")
        try:
            yield server
        finally:
            os.environ.clear()
            os.environ.update(before)


@dataclass(frozen=True)
class Measured:
    """One way of reading one account: requests, pages and rows of a single reading, and the median of its seconds."""

    requests: int
    pages: int
    rows: int
    seconds: float

    @property
    def fixed(self) -> int:
        """Requests that are no page of a list: who is asking, and asking for the report until it is made."""
        return self.requests - self.pages


def measured(read: Callable[[Counter], tuple[int, int]], times: int) -> Measured:
    counter = Counter()
    pages, rows = read(counter)
    requests = counter.requests
    return Measured(requests, pages, rows, timed(lambda: read(counter), times))


def too_many(of: Measured, smallest: Measured) -> bool:
    """Whether requests grew by more than full pages."""
    return of.fixed > smallest.fixed or of.pages > smallest.pages + of.rows / PAGE_ROWS


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--users", type=int, nargs="+", default=[30, 300, 3000])
    parser.add_argument("--times", type=int, default=3)
    parser.add_argument("--cli", action="store_true")
    options = parser.parse_args()
    print("users   requests (pages)    rows  seconds  ms a user   obvious: requests  seconds  ratio")
    found: dict[int, Measured] = {}
    with account() as server:
        for users in sorted(options.users):
            server.apply(state(users), AT)
            mine, theirs = measured(ours, options.times), measured(obvious, options.times)
            found[users] = mine
            print(
                f"{users:>5}   {mine.requests:>8} {f'({mine.pages})':>7} {mine.rows:>7} {mine.seconds:>8.2f}"
                f" {mine.seconds / users * 1000:>10.2f}   {theirs.requests:>17} {theirs.seconds:>8.2f}"
                f" {theirs.seconds / mine.seconds:>6.1f}"
            )
        smallest = found[min(found)]
        if options.cli:
            server.apply(state(min(found)), AT)
            by_cli = timed(lambda: obvious_with_cli(cli()), 1)
            print(f"by the AWS CLI, {min(found)} users: {by_cli:.1f} s; ratio {by_cli / smallest.seconds:.0f}")
    grown = [users for users, mine in found.items() if too_many(mine, smallest)]
    print(f"requests grow with users at {grown}" if grown else f"requests grow by pages of {PAGE_ROWS} rows alone")
    return 1 if grown else 0


if __name__ == "__main__":
    sys.exit(main())
