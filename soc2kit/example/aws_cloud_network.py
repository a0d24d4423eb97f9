"""Security groups, network interfaces, load balancers and certificates of the example, answered from the state."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from .aws_wire import AwsError, Request
from .state import AwsState

Entry = Mapping[str, Any]
Answer = dict[str, Any]
_DAY = "2024-02-05T09:00:00Z"


def here(state: AwsState, request: Request, kind: str) -> Iterator[Entry]:
    """Entries of one kind in the region that is asked."""
    return (entry for entry in state.cloud.get(kind, ()) if entry["region"] == request.region)


def _groups(state: AwsState, request: Request) -> Answer:
    listed = [
        {
            "GroupId": entry["id"], "GroupName": entry["name"], "Description": entry["name"], "VpcId": "vpc-0a1b2c3d",
            "OwnerId": state.account,
            "SecurityGroupArn": f"arn:aws:ec2:{request.region}:{state.account}:security-group/{entry['id']}",
        }
        for entry in here(state, request, "security_groups")
    ]  # fmt: skip
    return {"SecurityGroups": listed}


def _rules(state: AwsState, request: Request) -> Answer:
    listed = []
    for group in here(state, request, "security_groups"):
        for number, rule in enumerate(group.get("rules", ())):
            low, high = (-1, -1) if rule["ports"] == "all" else _ports(rule["ports"])
            protocol = rule.get("protocol", "-1" if rule["ports"] == "all" else "tcp")
            listed.append({
                "SecurityGroupRuleId": f"sgr-{group['id'][3:]}{number:03d}", "GroupId": group["id"], "IsEgress": False,
                "GroupOwnerId": state.account, "IpProtocol": protocol, "FromPort": low, "ToPort": high,
                **_source(str(rule["source"]), state),
            })  # fmt: skip
    return {"SecurityGroupRules": listed}


def _ports(text: Any) -> tuple[int, int]:
    low, _, high = str(text).partition("-")
    return int(low), int(high or low)


def _source(text: str, state: AwsState) -> Answer:
    if text.startswith("pl-"):
        return {"PrefixListId": text}
    if text.startswith("sg-"):
        return {"ReferencedGroupInfo": {"GroupId": text, "UserId": state.account}}
    return {"CidrIpv6" if ":" in text else "CidrIpv4": text}


def _interfaces(state: AwsState, request: Request) -> Answer:
    listed = [
        {
            "NetworkInterfaceId": entry["id"], "Description": entry["of"], "Status": "in-use", "OwnerId": state.account,
            "Groups": [{"GroupId": group, "GroupName": group} for group in entry["groups"]],
        }
        for entry in here(state, request, "interfaces")
    ]  # fmt: skip
    return {"NetworkInterfaces": listed}


def _prefix_list(state: AwsState, request: Request) -> Answer:
    for entry in here(state, request, "prefix_lists"):
        if entry["id"] == request.asked["PrefixListId"]:
            return {"Entries": [{"Cidr": cidr} for cidr in entry["entries"]]}
    raise AwsError("InvalidPrefixListID.NotFound")


def _balancer_arn(state: AwsState, entry: Entry) -> str:
    kind = "app" if entry.get("type", "application") == "application" else "net"
    return f"arn:aws:elasticloadbalancing:{entry['region']}:{state.account}:loadbalancer/{kind}/{entry['name']}/0123"


def _balancers(state: AwsState, request: Request) -> Answer:
    listed = [
        {
            "LoadBalancerArn": _balancer_arn(state, entry), "LoadBalancerName": entry["name"], "CreatedTime": _DAY,
            "Scheme": entry.get("scheme", "internet-facing"), "Type": entry.get("type", "application"),
            "State": {"Code": "active"},
        }
        for entry in here(state, request, "balancers")
    ]  # fmt: skip
    return {"LoadBalancers": listed}


def _listeners(state: AwsState, request: Request) -> Answer:
    arn = str(request.asked["LoadBalancerArn"])
    listed = []
    for balancer in here(state, request, "balancers"):
        if _balancer_arn(state, balancer) != arn:
            continue
        for entry in balancer["listeners"]:
            tls = entry["protocol"] in ("HTTPS", "TLS")
            listed.append({
                "ListenerArn": f"{arn.replace('loadbalancer', 'listener')}/{entry['port']:04d}", "LoadBalancerArn": arn,
                "Port": entry["port"], "Protocol": entry["protocol"], "DefaultActions": [_action(entry)],
                **({"SslPolicy": entry["policy"], "Certificates": [{"CertificateArn": entry["certificate"]}]}
                   if tls else {}),
            })  # fmt: skip
    return {"Listeners": listed}


def _action(entry: Entry) -> Answer:
    if entry.get("redirects"):
        return {"Type": "redirect", "RedirectConfig": {"Protocol": "HTTPS", "Port": "443", "StatusCode": "HTTP_301"}}
    return {"Type": "forward", "TargetGroupArn": "arn:aws:elasticloadbalancing:::targetgroup/web/0123"}


def _listener_rules(state: AwsState, request: Request) -> Answer:
    arn = str(request.asked["ListenerArn"])
    for balancer in here(state, request, "balancers"):
        for entry in balancer["listeners"]:
            if arn == f"{_balancer_arn(state, balancer).replace('loadbalancer', 'listener')}/{entry['port']:04d}":
                rule = {"RuleArn": f"{arn}/default", "Priority": "default", "IsDefault": True}
                return {"Rules": [{**rule, "Actions": [_action(entry)]}]}
    raise AwsError("ListenerNotFound")


def _classic_balancers(state: AwsState, request: Request) -> Answer:
    listed = [
        {
            "LoadBalancerName": entry["name"], "Scheme": entry.get("scheme", "internet-facing"),
            "ListenerDescriptions": [
                {
                    "Listener": {"Protocol": one["protocol"], "LoadBalancerPort": one["port"], "InstancePort": 80},
                    "PolicyNames": [entry["name"]] if one["protocol"] in ("HTTPS", "SSL") else [],
                }
                for one in entry["listeners"]
            ],
        }
        for entry in here(state, request, "classic_balancers")
    ]  # fmt: skip
    return {"LoadBalancerDescriptions": listed}


def _classic_policies(state: AwsState, request: Request) -> Answer:
    for entry in here(state, request, "classic_balancers"):
        if entry["name"] == request.asked["LoadBalancerName"]:
            names = ("TLSv1", "TLSv1.1", "TLSv1.2")
            on = [{"AttributeName": f"Protocol-{one}", "AttributeValue": str(one in entry["protocols"]).lower()}
                  for one in names]  # fmt: skip
            policy = {"PolicyName": entry["name"], "PolicyTypeName": "SSLNegotiationPolicyType"}
            return {"PolicyDescriptions": [{**policy, "PolicyAttributeDescriptions": on}]}
    raise AwsError("LoadBalancerNotFound")


def _certificate(entry: Entry) -> Answer:
    return {
        "CertificateArn": entry["arn"], "DomainName": entry["domain"], "Status": entry.get("status", "ISSUED"),
        "Type": entry.get("type", "AMAZON_ISSUED"), "KeyAlgorithm": "RSA-2048", "NotAfter": entry["not_after"],
        "InUseBy": list(entry.get("in_use_by", ())),
    }  # fmt: skip


def _certificates(state: AwsState, request: Request) -> Answer:
    listed = [
        {"CertificateArn": entry["arn"], "DomainName": entry["domain"]}
        for entry in here(state, request, "certificates")
    ]
    return {"CertificateSummaryList": listed}


def _one_certificate(state: AwsState, request: Request) -> Answer:
    for entry in here(state, request, "certificates"):
        if entry["arn"] == request.asked["CertificateArn"]:
            return {"Certificate": _certificate(entry)}
    raise AwsError("ResourceNotFoundException")


#: What AWS offers to choose from as a TLS policy of a load balancer moto has from AWS itself.
OPERATIONS: dict[str, Callable[[AwsState, Request], Answer]] = {
    "DescribeSecurityGroups": _groups,
    "DescribeSecurityGroupRules": _rules,
    "DescribeNetworkInterfaces": _interfaces,
    "GetManagedPrefixListEntries": _prefix_list,
    "DescribeLoadBalancers": _balancers,
    "elb.DescribeLoadBalancers": _classic_balancers,
    "DescribeLoadBalancerPolicies": _classic_policies,
    "DescribeListeners": _listeners,
    "DescribeRules": _listener_rules,
    "ListCertificates": _certificates,
    "DescribeCertificate": _one_certificate,
}
