"""Frames of AWS Backup: plans, vaults, recovery points, and the jobs that make them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from .aws_config import Pages, Row, account_of, answers, of_each, rows

#: The lists of jobs, each with its kind and what its answer calls the list, a job's name, its state, and its source.
_LISTS = (
    ("ListBackupJobs", "backup", "BackupJobs", "BackupJobId", "State", "ResourceArn"),
    ("ListRestoreJobs", "restore", "RestoreJobs", "RestoreJobId", "Status", "SourceResourceArn"),
    ("ListCopyJobs", "copy", "CopyJobs", "CopyJobId", "State", "ResourceArn"),
)


def recovery_points(pages: Pages, record: Mapping[str, Any]) -> Iterator[Row]:
    """One row a recovery point, where it is kept; `copied_from` is the vault that a copy was made from."""
    for region, item in rows(pages, "backup.ListRecoveryPointsByBackupVault", "RecoveryPoints"):
        yield {
            "arn": item["RecoveryPointArn"], "account": account_of(record), "region": region,
            "vault": item["BackupVaultName"], "resource": item["ResourceArn"], "type": item.get("ResourceType"),
            "status": item["Status"], "created_at": item["CreationDate"], "completed_at": item.get("CompletionDate"),
            "deleted_at": item.get("CalculatedLifecycle", {}).get("DeleteAt"),
            "copied_from": item.get("SourceBackupVaultArn") or None,
        }  # fmt: skip


def vaults(pages: Pages, record: Mapping[str, Any]) -> Iterator[Row]:
    """One row a vault; `locked` is whether recovery points in it cannot be deleted before their time."""
    for region, item in rows(pages, "backup.ListBackupVaults", "BackupVaultList"):
        yield {
            "arn": item["BackupVaultArn"], "name": item["BackupVaultName"], "account": account_of(record),
            "region": region, "locked": item.get("Locked"), "min_retention_days": item.get("MinRetentionDays"),
            "max_retention_days": item.get("MaxRetentionDays"), "points": item.get("NumberOfRecoveryPoints"),
        }  # fmt: skip


def plans(pages: Pages, record: Mapping[str, Any]) -> Iterator[Row]:
    """One row for each rule of a plan, and one without a rule for a plan that could not be read.

    `retention_days` is missing where recovery points are kept for ever; `copies` are the vaults that each is copied to.
    """
    told = of_each(pages, "backup.GetBackupPlan", "BackupPlanId")
    for region, item in rows(pages, "backup.ListBackupPlans", "BackupPlansList"):
        plan = {
            "arn": item["BackupPlanArn"], "name": item.get("BackupPlanName"), "account": account_of(record),
            "region": region, "copies": [],
        }  # fmt: skip
        found = (told.get((region, item["BackupPlanId"])) or {}).get("BackupPlan", {}).get("Rules")
        if found is None:
            yield plan
        for rule in found or ():
            yield {
                **plan, "rule": rule["RuleName"], "vault": rule["TargetBackupVaultName"],
                "schedule": rule.get("ScheduleExpression"), "continuous": rule.get("EnableContinuousBackup"),
                "retention_days": rule.get("Lifecycle", {}).get("DeleteAfterDays"),
                "copies": sorted(one["DestinationBackupVaultArn"] for one in rule.get("CopyActions", [])),
            }  # fmt: skip


def protected(pages: Pages, record: Mapping[str, Any]) -> Iterator[Row]:
    """What AWS Backup has ever backed up and still has a recovery point of."""
    for region, item in rows(pages, "backup.ListProtectedResources", "Results"):
        yield {
            "arn": item["ResourceArn"], "account": account_of(record), "region": region,
            "type": item.get("ResourceType"), "last_backup_at": item.get("LastBackupTime"),
        }  # fmt: skip


def jobs(pages: Pages, record: Mapping[str, Any]) -> Iterator[Row]:
    """One row a job: backup, restore or copy, of which resource, and what became of it by the reading.

    `validation` is what a test after a restore said, where a restore-testing plan has one.
    """
    for call, kind, name, job, state, source in _LISTS:
        for region, item in rows(pages, f"backup.{call}", name):
            yield {
                "job": item[job], "kind": kind, "account": account_of(record), "region": region,
                "resource": item.get(source), "state": item[state], "created_at": item["CreationDate"],
                "completed_at": item.get("CompletionDate"), "message": item.get("StatusMessage"),
                "destination": item.get("DestinationBackupVaultArn", item.get("CreatedResourceArn")),
                "validation": item.get("ValidationStatus"),
            }  # fmt: skip


def job_readings(pages: Pages, record: Mapping[str, Any]) -> Iterator[Row]:
    """For each region and list of jobs, the time that a reading speaks of, and whether it was read at all."""
    effective = record["effective"]
    for call, kind, *_ in _LISTS:
        told: dict[str, bool] = {}
        for one in answers(pages, f"backup.{call}"):
            told[one.region] = told.get(one.region, True) and one.told is not None
        for region, read in sorted(told.items()):
            yield {
                "account": account_of(record), "region": region, "kind": kind, "read": read,
                "starts_at": effective["start"], "ends_at": effective["end"],
            }  # fmt: skip
