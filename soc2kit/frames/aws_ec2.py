"""Frames of EC2: security groups and what they let in, volumes, snapshots, and the default of each region."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from .aws_config import Pages, Row, account_of, answers, of_each, rows, unread_regions

#: Nobody alone has as much: what holds more addresses is the internet, or one of the parts that it can be cut in. Of
#: IPv6 a /12 is all of Europe.
_WIDEST, _WIDEST_6 = 8, 16
#: How addresses of IPv6 begin that the internet does not carry.
_PRIVATE_6 = ("fc", "fd")


def _arn(account: str, region: str, kind: str, name: str) -> str:
    partition = "aws-cn" if region.startswith("cn-") else "aws-us-gov" if region.startswith("us-gov-") else "aws"
    return f"arn:{partition}:ec2:{region}:{account}:{kind}/{name}"


def security_groups(pages: Pages, record: Mapping[str, Any]) -> Iterator[Row]:
    """`in_use` is whether any network interface has the group now; every load balancer, database and machine has one.

    It is missing where interfaces could not be listed, and `rules_known` is false where rules could not.
    """
    account = account_of(record)
    used = {
        (region, group["GroupId"])
        for region, interface in rows(pages, "ec2.DescribeNetworkInterfaces", "NetworkInterfaces")
        for group in interface.get("Groups", [])
    }
    unknown = unread_regions(pages, "ec2.DescribeNetworkInterfaces")
    without_rules = unread_regions(pages, "ec2.DescribeSecurityGroupRules")
    for region, group in rows(pages, "ec2.DescribeSecurityGroups", "SecurityGroups"):
        name = group["GroupId"]
        yield {
            "arn": _arn(account, region, "security-group", name), "group_id": name, "name": group["GroupName"],
            "account": account, "region": region, "vpc": group.get("VpcId"),
            "in_use": True if (region, name) in used else None if region in unknown else False,
            "rules_known": region not in without_rules,
        }  # fmt: skip


def ingress(pages: Pages, record: Mapping[str, Any]) -> Iterator[Row]:
    """One row for each rule that lets something in, and each of its sources.

    `internet` is whether the source is the internet or as good as that; it is missing for a prefix list that could not
    be read. A rule for another security group lets in only what has that group.
    """
    account = account_of(record)
    lists = of_each(pages, "ec2.GetManagedPrefixListEntries", "PrefixListId")
    entries: dict[tuple[str, str], list[str]] = {}
    for one in answers(pages, "ec2.GetManagedPrefixListEntries"):
        found = entries.setdefault((one.region, one.asked["PrefixListId"]), [])
        found += [item["Cidr"] for item in (one.told or {}).get("Entries", [])]
    for region, rule in rows(pages, "ec2.DescribeSecurityGroupRules", "SecurityGroupRules"):
        if rule["IsEgress"]:
            continue
        source = rule.get("CidrIpv4") or rule.get("CidrIpv6") or rule.get("PrefixListId")
        reachable: bool | None = False
        if "PrefixListId" in rule:
            place = (region, rule["PrefixListId"])
            wide = any(_as_good_as_all(cidr) for cidr in entries.get(place, ()))
            reachable = True if wide else None if lists.get(place) is None else False
        elif source is not None:
            reachable = _as_good_as_all(source)
        yield {
            "rule": rule["SecurityGroupRuleId"], "group": _arn(account, region, "security-group", rule["GroupId"]),
            "account": account, "region": region, "protocol": rule["IpProtocol"],
            "from_port": rule.get("FromPort"), "to_port": rule.get("ToPort"),
            "source": source or rule.get("ReferencedGroupInfo", {}).get("GroupId"), "internet": reachable,
        }  # fmt: skip


def _as_good_as_all(cidr: str) -> bool:
    """By the length of the prefix, which a redacted address still has; networks stay as they are there."""
    if cidr.lower().startswith(_PRIVATE_6):
        return False
    return int(cidr.rpartition("/")[2]) < (_WIDEST_6 if ":" in cidr else _WIDEST)


def volumes(pages: Pages, record: Mapping[str, Any]) -> Iterator[Row]:
    account = account_of(record)
    for region, volume in rows(pages, "ec2.DescribeVolumes", "Volumes"):
        yield {
            "arn": _arn(account, region, "volume", volume["VolumeId"]), "account": account, "region": region,
            "created_at": volume.get("CreateTime"), "attached": bool(volume.get("Attachments")),
            "encrypted": volume.get("Encrypted"), "kms_key": volume.get("KmsKeyId"),
        }  # fmt: skip


def snapshots(pages: Pages, record: Mapping[str, Any]) -> Iterator[Row]:
    """Snapshots of volumes that the account owns; `public` is whether everybody may restore them.

    `shared_with` are the accounts that may, and `all` for everybody; it is missing where that could not be read.
    """
    account = account_of(record)
    call = "ec2.DescribeSnapshots"
    public = {(region, one["SnapshotId"]) for region, one in rows(pages, call, "Snapshots", public=True)}
    unknown = unread_regions(pages, call, public=True)
    shared = of_each(pages, "ec2.DescribeSnapshotAttribute", "SnapshotId")
    for region, snapshot in rows(pages, call, "Snapshots"):
        name = snapshot["SnapshotId"]
        yield {
            "arn": _arn(account, region, "snapshot", name), "account": account, "region": region,
            "created_at": snapshot.get("StartTime"), "of": snapshot.get("VolumeId"),
            "encrypted": snapshot.get("Encrypted"), "kms_key": snapshot.get("KmsKeyId"),
            "public": True if (region, name) in public else None if region in unknown else False,
            "shared_with": _shared(shared.get((region, name))),
        }  # fmt: skip


def _shared(told: Mapping[str, Any] | None) -> list[str] | None:
    if told is None:
        return None
    return sorted(one.get("UserId") or one["Group"] for one in told["CreateVolumePermissions"])


def defaults(pages: Pages, record: Mapping[str, Any]) -> Iterator[Row]:
    """Of each region whether new volumes are encrypted, and whether there is anything in it that could get one."""
    account = account_of(record)
    used = {region for region, _ in rows(pages, "ec2.DescribeVolumes", "Volumes")}
    used |= {region for region, _ in rows(pages, "ec2.DescribeSnapshots", "Snapshots")}
    used |= {region for region, _ in rows(pages, "ec2.DescribeNetworkInterfaces", "NetworkInterfaces")}
    for one in answers(pages, "ec2.GetEbsEncryptionByDefault"):
        yield {
            "place": f"{account}/{one.region}", "account": account, "region": one.region, "used": one.region in used,
            "by_default": None if one.told is None else one.told["EbsEncryptionByDefault"],
        }  # fmt: skip


def interfaces(pages: Pages, record: Mapping[str, Any]) -> Iterator[Row]:
    """One row for each interface and each of its groups. `attached_to` is in AWS's words, or the instance."""
    account = account_of(record)
    for region, interface in rows(pages, "ec2.DescribeNetworkInterfaces", "NetworkInterfaces"):
        # A service of AWS describes what it made an interface for; on an instance there is often no word.
        of = interface.get("Attachment", {}).get("InstanceId")
        words = interface.get("Description") or of or interface.get("InterfaceType") or "an interface"
        for group in interface.get("Groups", []):
            yield {
                "interface": interface["NetworkInterfaceId"], "account": account, "region": region,
                "group": _arn(account, region, "security-group", group["GroupId"]), "attached_to": words,
            }  # fmt: skip
