"""Backups, alarms and detection of the example, answered from the state."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from .aws_cloud_network import here
from .aws_wire import AwsError, Request
from .state import AwsState

Entry = Mapping[str, Any]
Answer = dict[str, Any]
_TOKEN = "NextToken"


def _arn(state: AwsState, request: Request, service: str, rest: str) -> str:
    return f"arn:aws:{service}:{request.region}:{state.account}:{rest}"


def _plans(state: AwsState, request: Request) -> Answer:
    listed = [
        {
            "BackupPlanArn": _arn(state, request, "backup", f"backup-plan:{entry['id']}"), "BackupPlanId": entry["id"],
            "BackupPlanName": entry["name"], "CreationDate": entry["created"], "VersionId": "1",
        }
        for entry in here(state, request, "backup_plans")
    ]  # fmt: skip
    return {"BackupPlansList": listed}


def _asked_plan(state: AwsState, request: Request) -> Entry:
    for entry in here(state, request, "backup_plans"):
        if entry["id"] == request.asked["BackupPlanId"]:
            return entry
    raise AwsError("ResourceNotFoundException")


def _plan(state: AwsState, request: Request) -> Answer:
    entry = _asked_plan(state, request)
    rule = {
        "RuleName": "daily", "RuleId": entry["id"], "TargetBackupVaultName": entry["vault"],
        "ScheduleExpression": entry["schedule"], "Lifecycle": {"DeleteAfterDays": entry["retention"]},
        "CopyActions": [{"DestinationBackupVaultArn": vault} for vault in entry.get("copies", ())],
    }  # fmt: skip
    plan = {"BackupPlanName": entry["name"], "Rules": [rule]}
    return {"BackupPlan": plan, "BackupPlanId": entry["id"], "CreationDate": entry["created"]}


def _selections(state: AwsState, request: Request) -> Answer:
    entry = _asked_plan(state, request)
    role = f"arn:aws:iam::{state.account}:role/service-role/AWSBackupDefaultServiceRole"
    one = {"SelectionId": entry["id"], "SelectionName": "databases", "BackupPlanId": entry["id"], "IamRoleArn": role}
    return {"BackupSelectionsList": [{**one, "CreationDate": entry["created"]}]}


def _vaults(state: AwsState, request: Request) -> Answer:
    listed = [
        {
            "BackupVaultName": entry["name"], "CreationDate": entry["created"], "Locked": entry.get("locked", False),
            "BackupVaultArn": _arn(state, request, "backup", f"backup-vault:{entry['name']}"),
            "NumberOfRecoveryPoints": sum(one["vault"] == entry["name"] for one in here(state, request, "points")),
        }
        for entry in here(state, request, "backup_vaults")
    ]  # fmt: skip
    return {"BackupVaultList": listed}


def _points(state: AwsState, request: Request) -> Answer:
    listed = [
        {
            "RecoveryPointArn": _arn(state, request, "rds", f"snapshot:awsbackup:{entry['id']}"),
            "BackupVaultName": entry["vault"], "ResourceArn": entry["of"], "ResourceType": "RDS", "Status": "COMPLETED",
            "BackupVaultArn": _arn(state, request, "backup", f"backup-vault:{entry['vault']}"),
            "CreationDate": entry["created"], "CompletionDate": entry["ended"], "IsEncrypted": True,
            **({"SourceBackupVaultArn": entry["source"]} if "source" in entry else {}),
        }
        for entry in here(state, request, "points")
        if entry["vault"] == request.asked["BackupVaultName"]
    ]  # fmt: skip
    return {"RecoveryPoints": listed}


def _protected(state: AwsState, request: Request) -> Answer:
    latest = {entry["of"]: entry for entry in here(state, request, "points") if "source" not in entry}
    listed = [
        {"ResourceArn": arn, "ResourceType": "RDS", "LastBackupTime": one["ended"]} for arn, one in latest.items()
    ]
    return {"Results": listed}


def _jobs(kind: str, made: Callable[[AwsState, Request, Entry], Answer]) -> Callable[[AwsState, Request], list[Answer]]:
    def listed(state: AwsState, request: Request) -> list[Answer]:
        after, before = (_moment(request.asked.get(name)) for name in ("ByCreatedAfter", "ByCreatedBefore"))
        return [
            {
                "AccountId": state.account, "CreationDate": entry["created"], "ResourceType": "RDS",
                **({"CompletionDate": entry["ended"]} if "ended" in entry else {}), **made(state, request, entry),
            }
            for entry in here(state, request, kind)
            if (after is None or after <= entry["created"]) and (before is None or entry["created"] <= before)
        ]  # fmt: skip

    return listed


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


def _backup_job(state: AwsState, request: Request, entry: Entry) -> Answer:
    vault = _arn(state, request, "backup", f"backup-vault:{entry['vault']}")
    failed = {"StatusMessage": entry["message"]} if "message" in entry else {}
    return {
        "BackupJobId": entry["id"], "State": entry["state"], "ResourceArn": entry["of"], "BackupVaultArn": vault,
        "BackupVaultName": entry["vault"], **failed,
    }  # fmt: skip


def _restore_job(state: AwsState, request: Request, entry: Entry) -> Answer:
    checked = {"ValidationStatus": entry["validation"]} if "validation" in entry else {}
    return {
        "RestoreJobId": entry["id"], "Status": entry["state"], "SourceResourceArn": entry["of"],
        "RecoveryPointArn": _arn(state, request, "rds", f"snapshot:awsbackup:{entry['id']}"), "PercentDone": "100.00%",
        "CreatedResourceArn": _arn(state, request, "rds", f"db:{entry['into']}"), **checked,
    }  # fmt: skip


def _copy_job(state: AwsState, request: Request, entry: Entry) -> Answer:
    return {
        "CopyJobId": entry["id"], "State": entry["state"], "ResourceArn": entry["of"],
        "SourceBackupVaultArn": entry["source"], "DestinationBackupVaultArn": entry["destination"],
    }  # fmt: skip


def _alarms(state: AwsState, request: Request) -> Answer:
    (kind,) = request.asked["AlarmTypes"]
    listed = [_alarm(state, request, entry) for entry in here(state, request, "alarms")]
    chosen = [one for one in listed if ("AlarmRule" in one) == (kind == "CompositeAlarm")]
    return {"MetricAlarms": [], "CompositeAlarms": [], f"{kind}s": chosen}


def _alarm(state: AwsState, request: Request, entry: Entry) -> Answer:
    name, rule = entry["name"], entry.get("rule")
    watched = {"AlarmRule": rule} if rule else {
        "Namespace": entry["namespace"], "MetricName": entry["metric"], "Period": 300, "EvaluationPeriods": 3,
        "Threshold": float(entry["threshold"]), "ComparisonOperator": "GreaterThanThreshold", "Statistic": "Average",
        "Dimensions": [{"Name": key, "Value": value} for key, value in entry["of"].items()],
    }  # fmt: skip
    return {
        "AlarmName": name, "AlarmArn": _arn(state, request, "cloudwatch", f"alarm:{name}"), "StateValue": "OK",
        "ActionsEnabled": entry.get("enabled", True), "AlarmActions": list(entry.get("actions", ())), **watched,
    }  # fmt: skip


def _subscriptions(state: AwsState, request: Request) -> Answer:
    topic = request.asked["TopicArn"]
    for entry in here(state, request, "topics"):
        if _arn(state, request, "sns", entry["name"]) == topic:
            listed = [
                {
                    "SubscriptionArn": f"{topic}:{one['id']}" if one.get("confirmed", True) else "PendingConfirmation",
                    "Owner": state.account, "Protocol": one["protocol"], "Endpoint": one["endpoint"], "TopicArn": topic,
                }
                for one in entry.get("subscriptions", ())
            ]  # fmt: skip
            return {"Subscriptions": listed}
    if topic.split(":")[4] != state.account:
        raise AwsError("AuthorizationError", 403)
    raise AwsError("NotFound", 404)


def _detector(state: AwsState, request: Request) -> Answer:
    for entry in here(state, request, "detectors"):
        if entry["id"] == request.asked["DetectorId"]:
            features = [{"Name": name, "Status": "ENABLED"} for name in entry.get("features", ())]
            role = f"arn:aws:iam::{state.account}:role/aws-service-role/guardduty.amazonaws.com/GuardDuty"
            return {"Status": entry.get("status", "ENABLED"), "ServiceRole": role, "Features": features}
    raise AwsError("BadRequestException")


def _recorders(state: AwsState, request: Request) -> Answer:
    listed = [
        {
            "name": entry["name"], "roleARN": f"arn:aws:iam::{state.account}:role/config",
            "recordingGroup": {"allSupported": True, "includeGlobalResourceTypes": entry.get("global", False)},
        }
        for entry in here(state, request, "recorders")
    ]  # fmt: skip
    return {"ConfigurationRecorders": listed}


def _recorders_status(state: AwsState, request: Request) -> Answer:
    listed = [
        {"name": entry["name"], "recording": entry.get("recording", True), "lastStatus": "SUCCESS"}
        for entry in here(state, request, "recorders")
    ]
    return {"ConfigurationRecordersStatus": listed}


def _channels(state: AwsState, request: Request) -> Answer:
    listed = [{"name": entry["name"], "s3BucketName": entry["bucket"]} for entry in here(state, request, "recorders")]
    return {"DeliveryChannels": listed}


PAGES: Mapping[str, tuple[str, str, str]] = {
    "ListBackupPlans": ("BackupPlansList", _TOKEN, _TOKEN),
    "ListBackupSelections": ("BackupSelectionsList", _TOKEN, _TOKEN),
    "ListBackupVaults": ("BackupVaultList", _TOKEN, _TOKEN),
    "ListRecoveryPointsByBackupVault": ("RecoveryPoints", _TOKEN, _TOKEN),
    "ListProtectedResources": ("Results", _TOKEN, _TOKEN),
    "ListBackupJobs": ("BackupJobs", _TOKEN, _TOKEN),
    "ListRestoreJobs": ("RestoreJobs", _TOKEN, _TOKEN),
    "ListCopyJobs": ("CopyJobs", _TOKEN, _TOKEN),
    "DescribeAlarms": ("MetricAlarms CompositeAlarms", _TOKEN, _TOKEN),
    "ListSubscriptionsByTopic": ("Subscriptions", _TOKEN, _TOKEN),
    "ListDetectors": ("DetectorIds", _TOKEN, _TOKEN),
}
_backup_jobs, _restore_jobs, _copy_jobs = (
    _jobs("backup_jobs", _backup_job), _jobs("restore_jobs", _restore_job), _jobs("copy_jobs", _copy_job),
)  # fmt: skip
#: By the name of the operation.
OPERATIONS: dict[str, Callable[[AwsState, Request], Answer]] = {
    "ListBackupPlans": _plans,
    "GetBackupPlan": _plan,
    "ListBackupSelections": _selections,
    "ListBackupVaults": _vaults,
    "ListRecoveryPointsByBackupVault": _points,
    "ListProtectedResources": _protected,
    "ListBackupJobs": lambda state, request: {"BackupJobs": _backup_jobs(state, request)},
    "ListRestoreJobs": lambda state, request: {"RestoreJobs": _restore_jobs(state, request)},
    "ListCopyJobs": lambda state, request: {"CopyJobs": _copy_jobs(state, request)},
    "DescribeAlarms": _alarms,
    "ListSubscriptionsByTopic": _subscriptions,
    "ListDetectors": lambda state, request: {"DetectorIds": [one["id"] for one in here(state, request, "detectors")]},
    "GetDetector": _detector,
    "DescribeConfigurationRecorders": _recorders,
    "DescribeConfigurationRecorderStatus": _recorders_status,
    "DescribeDeliveryChannels": _channels,
}
