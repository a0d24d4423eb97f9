"""Where a name can hide in how AWS is configured: in what people write there, and in who owns it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from rewritten_evidence import objects

Pages = list[dict[str, Any]]


def buckets(pages: Pages) -> None:
    for one in objects(pages):
        if "Grants" in one or "Buckets" in one:
            one["Owner"] = {"ID": "x", "DisplayName": "ownerhidden"}
        if "Policy" in one:
            document = json.loads(one["Policy"])
            document["Statement"].append({
                "Sid": "People", "Effect": "Deny", "Principal": {"AWS": "arn:aws:iam::999988887777:user/buckethidden"},
                "Action": "s3:GetObject", "Resource": "*",
                "Condition": {"IpAddress": {"aws:SourceIp": ["198.51.100.55/32"]}},
            })  # fmt: skip
            one["Policy"] = json.dumps(document)


def network(pages: Pages) -> None:
    for one in objects(pages):
        if "GroupName" in one and "VpcId" in one:
            one |= {"Description": "for Groupdeschidden", "Tags": [{"Key": "Owner", "Value": "Grouptaghidden"}]}
        if "NetworkInterfaceId" in one:
            one |= {"Description": "of Interfacehidden", "RequesterId": "AROAXXXXXXXX:requester.hidden"}
        if "SecurityGroupRuleId" in one:
            one["Description"] = "home of Rulehidden"
            if one.get("CidrIpv4") == "10.20.0.0/16":
                one["CidrIpv4"] = "198.51.100.99/32"


def databases(pages: Pages) -> None:
    for one in objects(pages):
        if "DBInstanceArn" in one:
            one |= {"MasterUsername": "masterhidden", "TagList": [{"Key": "Team", "Value": "Teamhidden"}]}


def keys(pages: Pages) -> None:
    for one in objects(pages):
        if "KeyManager" in one:
            one["Description"] = "asked for by Keyhidden"


def policies(pages: Pages) -> None:
    """Of topics, queues and functions, and of keys: a person by name, within a text within the answer."""
    for one in objects(pages):
        if isinstance(one.get("Policy"), str):
            document = json.loads(one["Policy"])
            document["Statement"].append({
                "Sid": "Person", "Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::999988887777:user/policyhidden"},
                "Action": "sns:Publish", "Resource": "*",
                "Condition": {"IpAddress": {"aws:SourceIp": ["198.51.100.55/32"]}},
            })  # fmt: skip
            one["Policy"] = json.dumps(document)
        if "TopicArn" in one and "Owner" in one:
            one["DisplayName"] = "Displayhidden"


def described(pages: Pages) -> None:
    for one in objects(pages):
        if "SecretVersionsToStages" in one or "CreatedDate" in one or "FunctionName" in one:
            one |= {"Description": "ask Storehidden", "Tags": [{"Key": "Owner", "Value": "Ownertaghidden"}]}
        if "ViewerCertificate" in one:
            one["Comment"] = "ask Distributionhidden"


def refusal(pages: Pages) -> None:
    """AWS says who was refused."""
    for page in pages:
        if page["call"] == "acm.DescribeCertificate":
            who = "arn:aws:sts::402613907581:assumed-role/Auditor/refused.hidden"
            said = f"User: {who} is not authorized, ask Wordhidden"
            page["answer"] = {"unread": {"Code": "AccessDenied", "Message": said}}


def images(pages: Pages) -> None:
    """Inspector gives the author that an image names, and a filter's reason is somebody's own words."""
    for one in objects(pages):
        if "awsEcrContainerImage" in one:
            one["awsEcrContainerImage"]["author"] = "Ida Imagehidden <ida.imagehidden@home.example>"
        if one.get("action") == "SUPPRESS":
            one["reason"] = "As Filterhidden said to filter.hidden@home.example"


def jobs(pages: Pages) -> None:
    for one in objects(pages):
        if "BackupJobId" in one:
            one["StatusMessage"] = "User Jobhidden may not"
            one["CreatedBy"] = {"BackupRuleName": "of jobrule.hidden@tidewater.example"}


def alarms(pages: Pages) -> None:
    for one in objects(pages):
        if "Protocol" in one:
            one |= {"Protocol": "sms", "Endpoint": "+49 151 Alarmhidden"}
        if "AlarmName" in one:
            one |= {"AlarmDescription": "call Alarmdeschidden", "StateReason": "set by Statehidden"}


JSON_EDITS: dict[str, tuple[Callable[[Pages], None], ...]] = {
    "aws.s3": (buckets,),
    "aws.ec2": (network,),
    "aws.rds": (databases,),
    "aws.kms": (keys, policies),
    "aws.secrets": (described,),
    "aws.messaging": (policies,),
    "aws.lambda": (policies, described),
    "aws.cloudfront": (described,),
    "aws.acm": (refusal,),
    "aws.ecr": (images,),
    "aws.inspector": (images,),
    "aws.backup_jobs": (jobs,),
    "aws.alarms": (alarms,),
}
