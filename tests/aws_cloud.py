"""A small account with something of every kind in two regions, for the tests of how AWS is configured."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

ACCOUNT, HOME, OTHER = "402613907581", "eu-central-1", "us-east-1"
MADE = datetime(2025, 6, 1, tzinfo=UTC)
KEY = f"arn:aws:kms:{HOME}:{ACCOUNT}:key/k1"
CERTIFICATE = f"arn:aws:acm:{HOME}:{ACCOUNT}:certificate/c1"
#: In an environment variable and in a header, where it must not be found again.
SECRET = "hunter2-of-nobody"
DENIAL = {
    "Sid": "TlsOnly", "Effect": "Deny", "Principal": "*", "Action": "s3:*",
    "Resource": ["arn:aws:s3:::lake", "arn:aws:s3:::lake/*"], "Condition": {"Bool": {"aws:SecureTransport": "false"}},
}  # fmt: skip


def cloud(**more: Any) -> dict[str, tuple[dict[str, Any], ...]]:
    """By kind, as `AwsState.cloud`; what is given takes the place of a kind."""
    return {
        "account_block": ({"on": False},),
        "buckets": (
            {"name": "lake", "region": HOME, "created": MADE, "key": KEY, "policy": {"Statement": [DENIAL]},
             "inventories": ["Daily", "Weekly"]},
            {"name": "www", "region": OTHER, "created": MADE, "block": None, "public_acl": True,
             "ownership": "ObjectWriter"},
        ),
        "security_groups": (
            {"id": "sg-1", "name": "web", "region": HOME, "rules": [
                {"ports": 22, "source": "0.0.0.0/0"}, {"ports": "80-90", "source": "pl-1"},
                {"ports": "all", "source": "sg-1"}]},
            {"id": "sg-2", "name": "default", "region": HOME},
        ),
        "prefix_lists": ({"id": "pl-1", "region": HOME, "entries": ["10.0.0.0/8", "128.0.0.0/1"]},),
        "interfaces": ({"id": "eni-1", "region": HOME, "of": "ELB", "groups": ["sg-1"]},),
        "volumes": ({"id": "vol-1", "region": HOME, "created": MADE, "key": KEY, "of": "i-1"},
                    {"id": "vol-2", "region": OTHER, "created": MADE}),
        "snapshots": ({"id": "snap-1", "region": HOME, "created": MADE, "of": "vol-1", "key": KEY},
                      {"id": "snap-2", "region": HOME, "created": MADE, "of": "vol-1", "public": True}),
        "ebs_defaults": ({"region": HOME, "on": True},),
        "databases": ({"name": "app", "region": HOME, "created": MADE, "engine": "postgres", "version": "15.4",
                       "key": KEY, "group": "pg"},),
        "database_snapshots": (
            {"name": "s1", "of": "app", "region": HOME, "created": MADE, "key": KEY, "shared_with": ["all", "3"]},
            {"name": "rds:s2", "of": "app", "region": HOME, "created": MADE, "key": KEY, "type": "automated"},
        ),
        "parameter_groups": ({"name": "pg", "family": "postgres15", "region": HOME, "force_ssl": 1},
                             {"name": "my", "family": "mysql8.0", "region": HOME}),
        "keys": ({"id": "k1", "region": HOME, "alias": "data"}, {"id": "k2", "region": HOME, "manager": "AWS"}),
        "balancers": ({"name": "web", "region": HOME, "listeners": [
            {"protocol": "HTTPS", "port": 443, "policy": "ELBSecurityPolicy-2016-08", "certificate": CERTIFICATE},
            {"protocol": "HTTP", "port": 80, "redirects": True}]},),
        "classic_balancers": ({"name": "old", "region": OTHER, "protocols": ["TLSv1", "TLSv1.2"], "listeners": [
            {"protocol": "SSL", "port": 443}, {"protocol": "HTTP", "port": 80}]},),
        "certificates": ({"arn": CERTIFICATE, "region": HOME, "domain": "a.example", "in_use_by": ["web"],
                          "not_after": datetime(2026, 5, 1, tzinfo=UTC)},),
        "tables": ({"name": "orders", "region": HOME, "created": MADE, "key": KEY},
                   {"name": "carts", "region": HOME, "created": MADE, "recovery": False},
                   {"name": "plain", "region": OTHER, "created": MADE, "deletion_protection": False}),
        "secrets": ({"name": "app", "id": "a1B2c3", "region": HOME, "created": MADE, "key": KEY, "rotated": MADE},
                    {"name": "db", "id": "d4E5f6", "region": HOME, "created": MADE, "owner": "rds"}),
        "topics": ({"name": "alarms", "region": HOME}, {"name": "news", "region": HOME, "key": None}),
        "queues": ({"name": "jobs", "region": HOME}, {"name": "mail", "region": HOME, "sse": False, "policy": {
            "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "sqs:SendMessage", "Resource": "*"}]}}),
        "functions": ({"name": "hook", "region": HOME, "variables": {"TOKEN": SECRET}, "address": "NONE", "policy": {
            "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "lambda:InvokeFunctionUrl", "Resource": "*",
                           "Condition": {"StringEquals": {"lambda:FunctionUrlAuthType": "NONE"}}}]}},
            {"name": "inside", "region": HOME, "key": KEY}),
        "distributions": (
            {"id": "E1", "created": MADE, "certificate": CERTIFICATE, "names": ["a.example"], "origins": [
                {"domain": "web.example", "protocol": "https-only", "headers": {"x-secret": SECRET}},
                {"domain": "lake.s3.example"}], "paths": [{"path": "/old/*", "http": "allow-all"}]},
            {"id": "E2", "created": MADE, "origins": [{"domain": "lake.s3.example"}]}),
        **more,
    }  # fmt: skip
