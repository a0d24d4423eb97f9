"""Backups that the example's accounts made by themselves, day by day, as far as AWS still shows them at a moment."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from .aws_events import identifier
from .moments import ALWAYS, Entry, living, moment

Cloud = Mapping[str, tuple[Mapping[str, Any], ...]]
_DAY = timedelta(days=1)
_JOBS_KEPT = 30 * _DAY
#: When RDS makes a snapshot, when a plan begins a job, when a failed one is begun again, and how long each takes.
_SNAPSHOT, _JOB, _AGAIN, _TAKES = time(3, 10), time(5, 0), time(9, 0), timedelta(minutes=12)


def backups(account: Entry, cloud: Cloud, at: datetime) -> dict[str, tuple[Mapping[str, Any], ...]]:
    """Snapshots, jobs and recovery points of the databases in `cloud`, which has them as they are `at` a moment."""
    plans = living(account.get("cloud", {}).get("backup_plans", ()), at)
    jobs = [job for plan in plans for name in plan["databases"] for job in _jobs(account, plan, name, at)]
    points = [point for job in jobs if job["state"] == "COMPLETED" for point in _points(job, at)]
    restores = [one for one in cloud.get("restore_jobs", ()) if at - _JOBS_KEPT <= one["created"] <= at]
    copies = [_copy(point) for point in points if "source" in point and point["created"] >= at - _JOBS_KEPT]
    return {
        "databases": tuple({**one, "restorable": at - timedelta(minutes=5)} for one in cloud.get("databases", ())),
        "database_snapshots": (*cloud.get("database_snapshots", ()), *_automated(cloud, at)),
        "backup_jobs": tuple(job for job in jobs if job["created"] >= at - _JOBS_KEPT),
        "restore_jobs": tuple(restores),
        "copy_jobs": tuple(copies),
        "points": tuple(points),
    }


def database_arn(region: str, account: str, name: str) -> str:
    """Of an instance by its name, of a cluster by `cluster:NAME`."""
    return f"arn:aws:rds:{region}:{account}:{name if ':' in name else f'db:{name}'}"


def _automated(cloud: Cloud, at: datetime) -> Iterator[dict[str, Any]]:
    """RDS keeps what it made itself for as long as the database says."""
    for one in cloud.get("databases", ()):
        kept = one.get("retention", 7)
        for day in _days(at - kept * _DAY, at):
            created = datetime.combine(day, _SNAPSHOT, UTC)
            if at - kept * _DAY <= created <= at and day not in one.get("no_snapshot", ()):
                yield {
                    "name": f"rds:{one['name']}-{day}-03-10", "type": "automated", "region": one["region"],
                    "created": created, "of": one["name"], **({"key": one["key"]} if "key" in one else {}),
                }  # fmt: skip


def _jobs(account: Entry, plan: Entry, name: str, at: datetime) -> Iterator[dict[str, Any]]:
    """A job a day, as long as a recovery point of it would be kept; one that failed may have been done again."""
    failures = {
        one["day"]: one for one in account.get("cloud", {}).get("backup_failures", ()) if one["of"] == name
    }  # fmt: skip
    arn = database_arn(plan["region"], account["account"], name)
    for day in _days(at - plan["retention"] * _DAY, at):
        failure = failures.get(day)
        begun = [(_JOB, "FAILED" if failure else "COMPLETED"), *([(_AGAIN, "COMPLETED")] if _again(failure) else [])]
        for hour, state in begun:
            created = datetime.combine(day, hour, UTC)
            if created + _TAKES <= at:
                yield {
                    "id": identifier("backup", name, f"{created:%Y-%m-%dT%H:%M}"), "region": plan["region"], "of": arn,
                    "vault": plan["vault"], "state": state, "created": created, "ended": created + _TAKES,
                    "copies": [one for one in plan.get("copies_to", ()) if (moment(one["from"]) or ALWAYS) <= created],
                    "account": account["account"],
                    **({"message": failure["message"]} if failure and state == "FAILED" else {}),
                }  # fmt: skip


def _again(failure: Entry | None) -> bool:
    return bool(failure and failure.get("again"))


def _points(job: Mapping[str, Any], at: datetime) -> Iterator[dict[str, Any]]:
    point = {name: job[name] for name in ("id", "region", "of", "vault", "created", "ended")}
    yield point
    source = f"arn:aws:backup:{job['region']}:{job['account']}:backup-vault:{job['vault']}"
    for copy in job["copies"]:
        place = f"arn:aws:backup:{copy['region']}:{job['account']}:backup-vault:{copy['vault']}"
        if job["ended"] + _TAKES <= at:
            yield {**point, "region": copy["region"], "vault": copy["vault"], "source": source, "destination": place}


def _copy(point: Mapping[str, Any]) -> dict[str, Any]:
    """The job that made a copy; it is listed where the original is."""
    region = point["source"].split(":")[3]
    return {
        "id": identifier("copy", point["id"]), "region": region, "of": point["of"], "state": "COMPLETED",
        "created": point["ended"], "ended": point["ended"] + _TAKES, "source": point["source"],
        "destination": point["destination"],
    }  # fmt: skip


def _days(first: datetime, last: datetime) -> Iterator[date]:
    day = first.date()
    while day <= last.date():
        yield day
        day += _DAY
