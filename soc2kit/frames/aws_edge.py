"""Frames of load balancers, certificates and keys."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from ..iam_policy.key_policies import administer_and_use
from ..iam_policy.openness import open_to_all
from .aws_config import Pages, Row, account_of, answers, of_each, rows

#: Policies of classic balancers are of several types; those of TLS have an attribute for each protocol and cipher.
_OF_TLS, _SPEAKS = "SSLNegotiationPolicyType", "Protocol-"


def listeners(pages: Pages, record: Mapping[str, Any]) -> Iterator[Row]:
    """One row for each listener; `protocols` are those that its TLS policy allows, missing where that is not known.

    Of a gateway balancer's AWS says neither protocol nor port: they are GENEVE's.

    `only_redirects` is whether every rule of a listener without TLS sends people on to HTTPS, or answers by itself.
    """
    account = account_of(record)
    policies = {
        (region, policy["Name"]): policy for region, policy in rows(pages, "elbv2.DescribeSSLPolicies", "SslPolicies")
    }
    balancers = {one["LoadBalancerArn"]: one for _, one in rows(pages, "elbv2.DescribeLoadBalancers", "LoadBalancers")}
    actions: dict[str, list[Mapping[str, Any]]] = {}
    for one in answers(pages, "elbv2.DescribeRules"):
        for rule in (one.told or {}).get("Rules", []):
            actions.setdefault(one.asked["ListenerArn"], []).extend(rule["Actions"])
    refused = {name for (_, name), told in of_each(pages, "elbv2.DescribeRules", "ListenerArn").items() if told is None}
    for region, item in rows(pages, "elbv2.DescribeListeners", "Listeners"):
        arn, balancer = item["ListenerArn"], balancers[item["LoadBalancerArn"]]
        policy = policies.get((region, item.get("SslPolicy", "")), {})
        yield {
            "arn": arn, "account": account, "region": region, "balancer": balancer["LoadBalancerName"],
            "scheme": balancer.get("Scheme"), "type": balancer.get("Type"), "protocol": item.get("Protocol", "GENEVE"),
            "port": item.get("Port"), "policy": item.get("SslPolicy"), "protocols": policy.get("SslProtocols"),
            "ciphers": [one["Name"] for one in policy.get("Ciphers", [])],
            "only_redirects": _redirects(actions[arn]) if arn in actions and arn not in refused else None,
        }  # fmt: skip
    yield from _classic(pages, record)


def _classic(pages: Pages, record: Mapping[str, Any]) -> Iterator[Row]:
    """Listeners of the first generation: they have no ARN of their own, and pass everything on."""
    told = of_each(pages, "elb.DescribeLoadBalancerPolicies", "LoadBalancerName")
    for region, balancer in rows(pages, "elb.DescribeLoadBalancers", "LoadBalancerDescriptions"):
        name = balancer["LoadBalancerName"]
        policies = (told.get((region, name)) or {}).get("PolicyDescriptions", [])
        for item in balancer.get("ListenerDescriptions", []):
            listener, names = item["Listener"], item.get("PolicyNames", [])
            of_tls = [one for one in policies if one["PolicyName"] in names and one["PolicyTypeName"] == _OF_TLS]
            on = [
                attribute["AttributeName"]
                for policy in of_tls
                for attribute in policy["PolicyAttributeDescriptions"]
                if attribute.get("AttributeValue") == "true"
            ]
            protocols = [one.removeprefix(_SPEAKS) for one in on if one.startswith(_SPEAKS)]
            yield {
                "arn": f"{_classic_arn(record, region)}:loadbalancer/{name}/{listener['LoadBalancerPort']}",
                "account": account_of(record), "region": region, "balancer": name, "scheme": balancer.get("Scheme"),
                "type": "classic", "protocol": listener["Protocol"].upper(), "port": listener["LoadBalancerPort"],
                "policy": ", ".join(one["PolicyName"] for one in of_tls) or None,
                "protocols": protocols if of_tls else None,
                "ciphers": [one for one in on if not one.startswith((_SPEAKS, "Server-"))], "only_redirects": False,
            }  # fmt: skip


def _classic_arn(record: Mapping[str, Any], region: str) -> str:
    partition = str(record.get("identity") or "arn:aws").split(":")[1]
    return f"arn:{partition}:elasticloadbalancing:{region}:{account_of(record)}"


def _redirects(actions: list[Mapping[str, Any]]) -> bool:
    last = [action for action in actions if not action["Type"].startswith("authenticate")]
    return bool(last) and all(
        action["Type"] == "fixed-response"
        or (action["Type"] == "redirect" and action["RedirectConfig"].get("Protocol") == "HTTPS")
        for action in last
    )


def certificates(pages: Pages, record: Mapping[str, Any]) -> Iterator[Row]:
    """One row a certificate. Of one that could not be described only its ARN is known."""
    account = account_of(record)
    told = of_each(pages, "acm.DescribeCertificate", "CertificateArn")
    for region, listed in rows(pages, "acm.ListCertificates", "CertificateSummaryList"):
        arn = listed["CertificateArn"]
        item = (told.get((region, arn)) or {}).get("Certificate", {})
        yield {
            "arn": arn, "account": account, "region": region, "domain": listed.get("DomainName"),
            "status": item.get("Status"), "type": item.get("Type"), "key_algorithm": item.get("KeyAlgorithm"),
            "not_after": item.get("NotAfter"), "in_use": bool(item["InUseBy"]) if "InUseBy" in item else None,
        }  # fmt: skip


def keys(pages: Pages, record: Mapping[str, Any]) -> Iterator[Row]:
    """One row a key of KMS. `manager` is CUSTOMER for the company's own and AWS for those of a service.

    `rotation` is missing for keys that cannot rotate by themselves and for those that could not be asked about.
    `open_statements` of the company's keys are those of the policy that let everybody in, and `administer_and_use`
    whom it lets do both; they are missing where the policy was not read.
    """
    account = account_of(record)
    calls = ("DescribeKey", "GetKeyRotationStatus", "GetKeyPolicy")
    told, rotating, policies = (of_each(pages, f"kms.{call}", "KeyId") for call in calls)
    names: dict[tuple[str, str], list[str]] = {}
    for region, alias in rows(pages, "kms.ListAliases", "Aliases"):
        if "TargetKeyId" in alias:
            names.setdefault((region, alias["TargetKeyId"]), []).append(alias["AliasName"])
    for region, listed in rows(pages, "kms.ListKeys", "Keys"):
        place = (region, listed["KeyId"])
        item = (told.get(place) or {}).get("KeyMetadata", {})
        yield {
            "arn": listed["KeyArn"], "key_id": listed["KeyId"], "account": account, "region": region,
            "manager": item.get("KeyManager"), "state": item.get("KeyState"),
            "rotation": (rotating.get(place) or {}).get("KeyRotationEnabled"),
            "aliases": sorted(names.get(place, [])), **_by_policy(policies.get(place)),
        }  # fmt: skip


def _by_policy(told: Mapping[str, Any] | None) -> Row:
    if told is None:
        return {}
    document = json.loads(told["Policy"])
    return {"open_statements": open_to_all(document), "administer_and_use": administer_and_use(document)}
