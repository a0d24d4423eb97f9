"""Tests of connections to AWS: listeners that the internet reaches, certificates, buckets, databases."""

from __future__ import annotations

from ..model import Frame, Outcome
from ..parameters import TLS_VERSIONS, Parameters
from ..period import Period
from .outcome import days_between, words
from .unread import lost, outcome_with, stacked, texts

_TLS = ("HTTPS", "TLS", "SSL")
#: Balancers that hand traffic of a network to an appliance, and that nobody can call.
_OF_GATEWAYS = "GENEVE"
_OF_DATABASES = [
    "arn", "account", "region", "engine", "version", "force_ssl", "force_ssl_source", "minimum_protocol", "waits",
]  # fmt: skip
_DISTRIBUTION, _FUNCTION = "distribution", "address of a function"
_LISTS = ["plain_paths", "plain_origins", "origin_protocols"]
#: The minimum that addresses of functions are known to keep.
_OF_FUNCTIONS = ("TLSv1", "TLSv1.1", "TLSv1.2")


def endpoints_use_tls(
    elbv2_listeners: Frame, acm_certificates: Frame, cloudfront_distributions: Frame, lambda_addresses: Frame,
    aws_elbv2_unread: Frame, aws_acm_unread: Frame, aws_cloudfront_unread: Frame, aws_lambda_unread: Frame,
    *, period: Period, parameters: Parameters,
) -> Outcome:  # fmt: skip
    """Public endpoints speak current TLS alone, with certificates that are valid for a while yet.

    Population: listeners of load balancers that face the internet, distributions that are on, addresses of functions,
    and certificates that something uses, or of which nobody could read whether; lists that could not be read; at each
    snapshot. Not: gateway balancers. Unit of the limit: days.
    Exception: a listener without TLS that does anything but send people on to HTTPS or answer by itself; a path of a
    distribution that takes HTTP as it comes; an origin of it, other than S3, that is reached by HTTP; a TLS policy, or
    a choice for origins, that allows a protocol older than `minimum_tls_version`, as CloudFront's own certificate does;
    a certificate that ends within `certificate_expiry_days` of the snapshot, has ended, or is not issued. TCP and UDP
    are passed on as they come: who ends TLS there is not AWS's to tell, so such a listener is untestable, as is one
    whose policy or rules could not be read. AWS lets nobody choose what addresses of functions speak: it is HTTPS by
    TLS 1.2 or newer, and untestable where only TLS 1.3 will do.
    Source: elbv2.DescribeListeners, DescribeRules, DescribeSSLPolicies (what a policy really allows); of classic
    balancers, which never redirect, elb.DescribeLoadBalancers, DescribeLoadBalancerPolicies; acm.DescribeCertificate;
    cloudfront.ListDistributions; lambda.ListFunctionUrlConfigs.
    """
    things = _endpoints(elbv2_listeners, acm_certificates, cloudfront_distributions, lambda_addresses)
    tls, plain = things["protocol"].isin((*_TLS, _DISTRIBUTION)), things["protocol"] == "HTTP"
    minimum = parameters.minimum_tls_version
    old, old_behind = (
        texts(things.index, [_older(one, minimum) for one in things[column]])
        for column in ("protocols", "origin_protocols")
    )
    paths, origins = (texts(things.index, [*map(_listed, things[name])]) for name in ("plain_paths", "plain_origins"))
    left = days_between(things["snapshot_at"], things["not_after"])
    is_certificate = things["protocol"].isna()
    limit = parameters.certificate_expiry_days
    reasons = words(
        things.index,
        (plain & ~things["only_redirects"], "speaks HTTP, and not only to send people on to HTTPS"),
        (paths != "", "takes HTTP as it comes for " + paths),
        (tls & (old != ""), "its policy " + things["policy"] + " allows " + old),
        (origins != "", "reaches " + origins + " by HTTP"),
        (old_behind != "", "allows " + old_behind + " with what is behind it"),
        (is_certificate & (left <= 0), "the certificate has ended"),
        (is_certificate & (left > 0) & (left <= limit), "the certificate ends in " + left.astype("string") + " days"),
        (is_certificate & (things["status"] != "ISSUED"), "the certificate is " + things["status"]),
    )
    known = texts(things.index, ["yes" if isinstance(one, list) else "" for one in things["protocols"]]) != ""
    function = things["protocol"] == _FUNCTION
    passed = ~tls & ~plain & ~is_certificate & ~function
    unknown = words(
        things.index,
        (plain & things["only_redirects"].isna(), "its rules could not be read"),
        (tls & ~known, "what its policy allows could not be read"),
        (passed, "passes " + things["protocol"] + " on; TLS is up to what is behind it"),
        (function & (minimum not in _OF_FUNCTIONS), f"AWS does not say whether it takes less than {minimum}"),
        (is_certificate & things["status"].isna(), "the certificate could not be described"),
        (is_certificate & things["status"].notna() & left.isna(), "AWS did not say when the certificate ends"),
    )
    unread = [aws_elbv2_unread, aws_acm_unread, aws_cloudfront_unread, aws_lambda_unread]
    gone = lost(unread, "DescribeLoadBalancers ListCertificates ListDistributions ListFunctions",
                of_things="DescribeListeners")  # fmt: skip
    shown = things.assign(days_left=left).drop(columns=["protocols", *_LISTS])
    return outcome_with(shown, gone, key="arn", reasons=reasons, unknown=unknown)


def _endpoints(listeners: Frame, certificates: Frame, distributions: Frame, addresses: Frame) -> Frame:
    faces = (listeners["scheme"] != "internal").fillna(True) & (listeners["protocol"] != _OF_GATEWAYS)
    on = distributions[distributions["enabled"]]
    return stacked(
        listeners[faces].drop(columns="ciphers"),
        certificates[certificates["in_use"].fillna(True)],
        on.assign(protocol=texts(on.index, [_DISTRIBUTION] * len(on))).drop(columns=["enabled", "aliases"]),
        addresses.assign(protocol=texts(addresses.index, [_FUNCTION] * len(addresses))),
    )


def _listed(values: object) -> str:
    return ", ".join(values) if isinstance(values, list) else ""


def _older(protocols: object, minimum: str) -> str:
    """Of the protocols those that are older than the minimum; one of no known name counts."""
    allowed = TLS_VERSIONS[TLS_VERSIONS.index(minimum) :]
    return ", ".join(one for one in protocols if one not in allowed) if isinstance(protocols, list) else ""


def plain_connections_refused(
    s3_buckets: Frame, rds_databases: Frame, aws_s3_unread: Frame, aws_rds_unread: Frame,
    *, period: Period, parameters: Parameters,
) -> Outcome:  # fmt: skip
    """Buckets and databases refuse connections without TLS.

    Population: buckets, and databases of PostgreSQL's, MySQL's and MariaDB's kind (members of a cluster by themselves;
    the cluster's group is theirs); lists that could not be read; at each snapshot.
    Exception: a bucket whose policy does not deny everybody every action on it and on all its objects without TLS, or
    only under a further condition; a database whose parameter group has `rds.force_ssl`, or of the other engines
    `require_secure_transport`, off, or on and waiting for a reboot, or lets an older protocol be spoken than
    `minimum_tls_version`. A policy or parameter that could not be read makes its row untestable.
    Source: s3.GetBucketPolicy, evaluated statement by statement; rds.DescribeDBParameters, …ClusterParameters: the
    value in effect, be it the company's or the engine's own: PostgreSQL forces TLS since 15, Aurora's since 17.
    """
    kind = rds_databases["engine"].str.contains("postgres|mysql|mariadb")
    databases = rds_databases[kind & rds_databases["cluster"].isna()]
    buckets = s3_buckets.assign(of="bucket")[["arn", "account", "region", "plain_http_denied", "of", "snapshot_at"]]
    things = stacked(buckets, databases.assign(of="database")[[*_OF_DATABASES, "of", "snapshot_at"]])
    bucket, database = things["of"] == "bucket", things["of"] == "database"
    denied, forced, waits = things["plain_http_denied"], things["force_ssl"], things["waits"]
    named = things["engine"].str.contains("postgres").map({True: "rds.force_ssl"}).fillna("require_secure_transport")
    whose = (" by " + things["force_ssl_source"].map({"default": "the engine's own default"})).fillna("")
    spoken = [[one] if isinstance(one, str) else None for one in things["minimum_protocol"]]
    old = texts(things.index, [_older(one, parameters.minimum_tls_version) for one in spoken])
    speaks = (named == "rds.force_ssl").map({True: "ssl_min_protocol_version is ", False: "tls_version allows "})
    reasons = words(
        things.index,
        (bucket & ~denied, "no statement of its policy denies everybody without TLS"),
        (database & (forced != "1"), named + " is " + forced + whose),
        (database & (forced == "1") & waits, named + " is 1, but a change waits for a reboot"),
        (database & (old != ""), speaks + old),
    )
    unknown = words(
        things.index,
        (bucket & denied.isna(), "its policy could not be read"),
        (database & forced.isna(), "the value of " + named + " could not be read"),
    )
    gone = lost([aws_s3_unread, aws_rds_unread], "ListBuckets DescribeDBInstances DescribeDBClusters")
    return outcome_with(things.drop(columns="of"), gone, key="arn", reasons=reasons, unknown=unknown)
