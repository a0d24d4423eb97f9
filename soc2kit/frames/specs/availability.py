"""Frames of backups, restores, alarms and detection: which datasets each is read from, and its columns."""

from __future__ import annotations

from .. import aws_alarms, aws_backup, restore_tests
from ..schema import FrameSpec, columns

_JOBS, _TESTS = ("aws.backup_jobs",), ("company.restore_tests",)

SPECS = (
    FrameSpec(
        "recovery_points",
        columns(
            "arn text, account text, region text, vault text, resource text, type text?, status text, created_at time,"
            " completed_at time?, deleted_at time?, copied_from text?"
        ),
        ("aws.backup",),
        aws_backup.recovery_points,
    ),
    FrameSpec(
        "backup_vaults",
        columns(
            "arn text, name text, account text, region text, locked flag?, min_retention_days number?,"
            " max_retention_days number?, points number?"
        ),
        ("aws.backup",),
        aws_backup.vaults,
    ),
    FrameSpec(
        "backup_plans",
        columns(
            "arn text, name text?, account text, region text, rule text?, vault text?, schedule text?,"
            " continuous flag?, retention_days number?, copies list"
        ),
        ("aws.backup",),
        aws_backup.plans,
    ),
    FrameSpec(
        "backup_protected",
        columns("arn text, account text, region text, type text?, last_backup_at time?"),
        ("aws.backup",),
        aws_backup.protected,
    ),
    FrameSpec(
        "backup_jobs",
        columns(
            "job text, kind text, account text, region text, resource text?, state text, created_at time,"
            " completed_at time?, message text?, destination text?, validation text?"
        ),
        _JOBS,
        aws_backup.jobs,
        unique=("kind", "account", "region", "job"),
    ),
    FrameSpec(
        "backup_job_readings",
        columns("account text, region text, kind text, read flag, starts_at time, ends_at time"),
        _JOBS,
        aws_backup.job_readings,
    ),
    FrameSpec(
        "aws_alarms",
        columns(
            "arn text, name text, account text, region text, composite flag, state text?, namespace text?,"
            " metric text?, actions_enabled flag?, actions list, dimensions list, any_of list?, rule text?"
        ),
        ("aws.alarms",),
        aws_alarms.alarms,
    ),
    FrameSpec(
        "alarm_topics",
        columns(
            "topic text, account text, region text, exists flag?, confirmed number, pending number, protocols list"
        ),
        ("aws.alarms",),
        aws_alarms.topics,
    ),
    FrameSpec(
        "guardduty_detectors",
        columns("place text, account text, region text, detector text?, enabled flag?, features list"),
        ("aws.detection",),
        aws_alarms.detectors,
    ),
    FrameSpec(
        "config_recorders",
        columns(
            "place text, account text, region text, recorder text?, recording flag?, last_status text?,"
            " all_supported flag?, global_types flag?, delivers_to list"
        ),
        ("aws.detection",),
        aws_alarms.recorders,
    ),
    FrameSpec(
        "company_periods",
        columns("unit text, name text, start time, end time"),
        _TESTS,
        restore_tests.company_periods,
    ),
    FrameSpec(
        "restore_tests",
        columns(
            "store text, day text, starts_at time, ends_at time, minutes number?, rows_checked number?,"
            " tested_by text?, evidence text?"
        ),
        _TESTS,
        restore_tests.restore_tests,
    ),
)
