"""Requests, seconds and memory to read how an AWS account is configured, by number of resources of each kind.

    python benchmarks/aws.py [--sizes 30 300 3000] [--concurrency 4 8 16] [--latency 0.02] [--baseline-up-to 300]

The account has three regions and is the example's AWS, over HTTP, in a process of its own; each answer comes after
`--latency` seconds, as it would from afar. What is read are all datasets of the collector's table of configuration. The
collector runs in a process of its own, too, whose processor time and peak of memory are shown. The baseline is the same
code, making the same calls one after the other; it takes minutes, so it is left out of the largest account.

Requests must be pages and the calls that AWS offers for one thing at a time alone (of a bucket, of a key); the program
says so and ends with 1 when there are more.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

ACCOUNT = "402613907581"
REGIONS = ("eu-central-1", "eu-west-1", "us-east-1")
AT = datetime(2026, 3, 31, 20, tzinfo=UTC)
MADE = datetime(2025, 6, 1, tzinfo=UTC)
#: Rows of a page of any list here. EC2, S3 and KMS give a thousand, so that what is shown is rather too many.
PAGE_ROWS = 100
_DENIAL = {
    "Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": ["arn:aws:s3:::b", "arn:aws:s3:::b/*"],
    "Condition": {"Bool": {"aws:SecureTransport": "false"}},
}  # fmt: skip


def things(number: int, region: str) -> dict[str, dict[str, Any]]:
    """One of each kind, as `AwsState.cloud` has it. Of a kind that is not here there is none."""
    name, certificate = f"n{number:05d}", f"arn:aws:acm:{region}:{ACCOUNT}:certificate/c{number}"
    made = {"region": region, "created": MADE}
    return {
        "buckets": {**made, "name": f"bucket-{name}", "policy": {"Statement": [_DENIAL]}},
        "security_groups": {**made, "id": f"sg-{number}", "name": name, "rules": [
            {"ports": 443, "source": "0.0.0.0/0"}, {"ports": 5432, "source": f"sg-{number}"}]},
        "interfaces": {**made, "id": f"eni-{number}", "of": "ELB", "groups": [f"sg-{number}"]},
        "volumes": {**made, "id": f"vol-{number}", "of": f"i-{number}", "encrypted": True},
        "snapshots": {**made, "id": f"snap-{number}", "of": f"vol-{number}", "encrypted": True},
        "databases": {**made, "name": name, "engine": "postgres", "version": "15.4", "group": name, "encrypted": True},
        "database_snapshots": {**made, "name": f"s-{name}", "of": name, "encrypted": True},
        "parameter_groups": {**made, "name": name, "family": "postgres15", "force_ssl": 1},
        "keys": {**made, "id": f"key-{name}", "alias": name},
        "balancers": {**made, "name": name, "listeners": [
            {"protocol": "HTTPS", "port": 443, "policy": "ELBSecurityPolicy-TLS13-1-2-2021-06",
             "certificate": certificate},
            {"protocol": "HTTP", "port": 80, "redirects": True}]},
        "certificates": {**made, "arn": certificate, "domain": f"{name}.example", "in_use_by": [name],
                         "not_after": datetime(2027, 1, 1, tzinfo=UTC)},
    }  # fmt: skip


def serve(size: int, latency: float) -> None:
    """The account, until standard input ends; says its environment once it answers."""
    from soc2kit.example.aws_server import AwsServer
    from soc2kit.example.state import AwsState

    class Distant(AwsServer):
        def _answer(self, *arguments: Any) -> Iterable[bytes]:
            time.sleep(latency)
            return super()._answer(*arguments)

    cloud: dict[str, list[dict[str, Any]]] = {"account_block": [{"on": True}]}
    cloud["ebs_defaults"] = [{"region": region, "on": True} for region in REGIONS]
    for number in range(size):
        for kind, thing in things(number, REGIONS[number % len(REGIONS)]).items():
            cloud.setdefault(kind, []).append(thing)
    kinds = {kind: tuple(entries) for kind, entries in cloud.items()}
    state = AwsState(ACCOUNT, True, False, None, (), (), (), (), regions=REGIONS, cloud=kinds)
    with Distant(ACCOUNT) as server:
        server.rows_per_page = PAGE_ROWS
        server.apply(state, AT)
        print(json.dumps(server.environment()), flush=True)
        sys.stdin.read()


@contextmanager
def account(size: int, latency: float) -> Iterator[dict[str, str]]:
    """An account in a process of its own, by the environment that leads to it."""
    command = [sys.executable, __file__, "--serve", str(size), "--latency", str(latency)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        yield json.loads(server.stdout.readline())


@dataclass(frozen=True)
class Measured:
    """One reading. `needed` is as many requests as pages and things that are asked about alone make necessary."""

    requests: int
    rows: int
    needed: int
    seconds: float
    processor: float
    megabytes: float


def read(concurrency: int) -> Measured:
    """Everything, in this process; what is read is let go page by page, as a collection writes it down."""
    from soc2kit.config import Config
    from soc2kit.period import CIVIL
    from soc2kit.source_settings import AwsSettings
    from soc2kit.sources.aws import _CONFIGURATION, SOURCE

    settings = AwsSettings(region=REGIONS[0], concurrency=concurrency)
    config = Config(Path(), "Benchmark", CIVIL.parse("2026-Q1"), ("security",), aws=settings)
    datasets, sent, rows, needed = {one.id: one for one in SOURCE.datasets}, Counter[str](), 0, 0
    tables = [(datasets[id], calls) for id, _, _, _, calls in _CONFIGURATION]
    began, busy = time.monotonic(), time.process_time()
    with SOURCE.connect(config) as connection:
        events = connection.session.events  # type: ignore[attr-defined]
        events.register("before-send", lambda **_: sent.update(["request"]))
        for dataset, calls in tables:
            needed += lists(calls)
            for page in dataset.pages(connection, CIVIL.month_of(AT)):
                rows, needed = rows + page.rows, needed + more(calls, page)
    seconds, processor = time.monotonic() - began, time.process_time() - busy
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024 if sys.platform == "darwin" else 1)
    return Measured(sent["request"], rows, needed, seconds, processor, peak / 1024)


def lists(calls: Sequence[Any]) -> int:
    """First pages: of the list of regions, and of each list in every region, or in one where all give the same."""
    return 1 + sum(1 if call.globally else len(REGIONS) for call in calls if call.of is None)


def more(calls: Sequence[Any], page: Any) -> int:
    """What a page makes necessary: the next one where it is full, and the calls for each thing on it."""
    from soc2kit.sources.aws.configuration import Found, is_answer

    if not is_answer(page.answer):
        return 0
    by_id = {id(call): call for call in calls if named(call.service, call.operation) == page.call.lower()}
    things = [(call.each, by_id[id(call.of)]) for call in calls if id(call.of) in by_id]
    asked = sum(
        each(Found(ACCOUNT, page.parameters["region"], page.parameters, row)) is not None
        for each, of in things
        for row in (page.answer[of.name] if of.pages else [page.answer])
    )
    return asked + (page.rows == PAGE_ROWS)


def named(service: str, operation: str) -> str:
    """A call by the name that its pages have, without the difference of `list_buckets` and `ListBuckets`."""
    return f"{service}.{operation.replace('_', '')}".lower()


def in_a_process(environment: dict[str, str], concurrency: int) -> Measured:
    command = [sys.executable, __file__, "--read", str(concurrency)]
    done = subprocess.run(command, env={**os.environ, **environment}, check=True, stdout=subprocess.PIPE)
    return Measured(**json.loads(done.stdout))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="+", default=[30, 300, 3000])
    parser.add_argument("--concurrency", type=int, nargs="+", default=[4, 8, 16])
    parser.add_argument("--latency", type=float, default=0.02)
    parser.add_argument("--baseline-up-to", type=int, default=300)
    parser.add_argument("--serve", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--read", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.serve is not None:
        serve(options.serve, options.latency)
    elif options.read is not None:
        print(json.dumps(asdict(read(options.read))))
    else:
        return compare(options)
    return 0


def compare(options: argparse.Namespace) -> int:
    print("resources  at once  requests (necessary)    rows  seconds  ms a request  processor  peak MB  ratio")
    too_many = []
    for size in sorted(options.sizes):
        baseline: Measured | None = None
        with account(size, options.latency) as environment:
            for number in [1, *options.concurrency] if size <= options.baseline_up_to else options.concurrency[-1:]:
                one = in_a_process(environment, number)
                baseline = one if number == 1 else baseline
                ratio = f"{baseline.seconds / one.seconds:.1f}" if baseline is not None else "-"
                print(
                    f"{size:>9} {number:>8} {one.requests:>9} {f'({one.needed})':>11} {one.rows:>7} {one.seconds:>8.1f}"
                    f" {one.seconds / one.requests * 1000:>13.1f} {one.processor:>10.1f} {one.megabytes:>8.0f}"
                    f" {ratio:>6}",
                    flush=True,
                )
                if one.requests > one.needed:
                    too_many.append(size)
    print("ratio: seconds of the same calls one after the other, to seconds; of three regions, so many of each kind")
    words = f"more requests than pages and things need at {sorted(set(too_many))}" if too_many else (
        f"requests are pages of {PAGE_ROWS} rows and calls for one thing alone, and no more"
    )  # fmt: skip
    print(words)
    return 1 if too_many else 0


if __name__ == "__main__":
    sys.exit(main())
