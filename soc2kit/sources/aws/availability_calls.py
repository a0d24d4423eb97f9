"""What is asked about backups, alarms and threat detection: one table a dataset, a line a call."""

from __future__ import annotations

from .configuration import Asking, Call, Found, Paging, named

_NEXT_TOKEN = Paging("NextToken", "NextToken")
_MANY = {"MaxResults": 1000}

PLANS = Call("backup", "list_backup_plans", "backup:ListBackupPlans", "BackupPlansList", _NEXT_TOKEN, _MANY)
VAULTS = Call("backup", "list_backup_vaults", "backup:ListBackupVaults", "BackupVaultList", _NEXT_TOKEN, _MANY)
BACKUP = (
    PLANS,
    VAULTS,
    Call("backup", "list_protected_resources", "backup:ListProtectedResources", "Results", _NEXT_TOKEN, _MANY),
    Call("backup", "get_backup_plan", "backup:GetBackupPlan", "BackupPlan", of=PLANS, each=named("BackupPlanId")),
    Call("backup", "list_backup_selections", "backup:ListBackupSelections", "BackupSelectionsList", _NEXT_TOKEN, _MANY,
         of=PLANS, each=named("BackupPlanId")),
    Call("backup", "list_recovery_points_by_backup_vault", "backup:ListRecoveryPointsByBackupVault", "RecoveryPoints",
         _NEXT_TOKEN, _MANY, of=VAULTS, each=named("BackupVaultName")),
)  # fmt: skip


def _topics(found: Found) -> list[Asking]:
    """The topics of SNS that an alarm tells, each in the region that its ARN names."""
    arns = [action.split(":") for action in found.row.get("AlarmActions", ())]
    return [(parts[3], {"TopicArn": ":".join(parts)}) for parts in arns if parts[2] == "sns"]


def _alarms(kind: str) -> Call:
    # Where nothing is said, only alarms on metrics are listed.
    return Call("cloudwatch", "describe_alarms", "cloudwatch:DescribeAlarms", f"{kind}s", _NEXT_TOKEN,
                {"AlarmTypes": [kind], "MaxRecords": 100})  # fmt: skip


def _subscriptions(of: Call) -> Call:
    return Call("sns", "list_subscriptions_by_topic", "sns:ListSubscriptionsByTopic", "Subscriptions", _NEXT_TOKEN,
                absent=("NotFound",), of=of, each=_topics)  # fmt: skip


METRIC_ALARMS, COMPOSITE_ALARMS = _alarms("MetricAlarm"), _alarms("CompositeAlarm")
ALARMS = (METRIC_ALARMS, COMPOSITE_ALARMS, _subscriptions(METRIC_ALARMS), _subscriptions(COMPOSITE_ALARMS))

DETECTORS = Call("guardduty", "list_detectors", "guardduty:ListDetectors", "DetectorIds", _NEXT_TOKEN,
                 {"MaxResults": 50})  # fmt: skip
DETECTION = (
    DETECTORS,
    Call("guardduty", "get_detector", "guardduty:GetDetector", "Status", of=DETECTORS,
         each=lambda found: (found.region, {"DetectorId": found.row})),
    Call("config", "describe_configuration_recorders", "config:DescribeConfigurationRecorders",
         "ConfigurationRecorders"),
    Call("config", "describe_configuration_recorder_status", "config:DescribeConfigurationRecorderStatus",
         "ConfigurationRecordersStatus"),
    Call("config", "describe_delivery_channels", "config:DescribeDeliveryChannels", "DeliveryChannels"),
)  # fmt: skip
