"""What has a security group: the network interfaces of machines, load balancers, databases and the rest."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from .aws_config import Pages, Row, account_of, rows
from .aws_ec2 import arn_of


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
                "group": arn_of(account, region, "security-group", group["GroupId"]), "attached_to": words,
            }  # fmt: skip
