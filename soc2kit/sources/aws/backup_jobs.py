"""Jobs of AWS Backup by when they were created: backups, restores and copies, in every enabled region.

AWS keeps jobs for 30 days. What is older is lost to whoever asks later, so the evidence says from when on it is whole.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from ...errors import IncompleteCollection, MalformedInput
from ...period import Period, stamp
from ..base import Completeness, Pages
from .configuration import Call, Paging, configuration
from .session import AwsConnection

KEPT = timedelta(days=30)
_NEXT_TOKEN = Paging("NextToken", "NextToken")
_MANY = {"MaxResults": 1000}
JOBS = (
    Call("backup", "list_backup_jobs", "backup:ListBackupJobs", "BackupJobs", _NEXT_TOKEN, _MANY),
    Call("backup", "list_restore_jobs", "backup:ListRestoreJobs", "RestoreJobs", _NEXT_TOKEN, _MANY),
    Call("backup", "list_copy_jobs", "backup:ListCopyJobs", "CopyJobs", _NEXT_TOKEN, _MANY),
)


def backup_jobs(connection: AwsConnection, period: Period) -> Pages:
    """Jobs created in the part of a month, whatever became of them by now.

    Raises `IncompleteCollection` when AWS has forgotten all of it. Of a part whose beginning is forgotten the
    `Completeness` says from when on it is whole. A job that still runs is read again with its month, later.
    """
    kept_from = _kept_from(connection)
    if kept_from >= period.end:
        raise IncompleteCollection(
            f"aws backup:ListBackupJobs: AWS keeps jobs for {KEPT.days} days, and all of {period.name} is older. Run"
            " soc2kit collect more often than once a month"
        )
    # Both ends are sent as whole seconds, and whether they belong to what is asked for AWS does not say: a second
    # more on both sides holds every job, and which of them are in the period their own times tell.
    asked = {"ByCreatedAfter": period.start - timedelta(seconds=1), "ByCreatedBefore": period.end}
    calls = [replace(call, parameters={**call.parameters, **asked}) for call in JOBS]
    completeness = yield from configuration(calls)(connection, period)
    since = kept_from if kept_from > period.start else None
    lost = f"; AWS keeps {KEPT.days} days: what was before {stamp(kept_from)} could not be read" if since else ""
    return Completeness(f"{completeness.reason}{lost}", since=since)


def _kept_from(connection: AwsConnection) -> datetime:
    """From when on nothing is forgotten yet, by AWS's own clock."""
    if connection.opened_at is None:
        raise MalformedInput(
            "aws sts:GetCallerIdentity: the answer has no Date, so how far back jobs are kept is unknown. Run the same"
            " command again"
        )
    return connection.opened_at - KEPT
