"""Tests of what Terraform declares: encryption, reach, connections and backups, beside what is deployed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import pandas as pd

from ..model import Frame, Outcome
from ..parameters import TLS_VERSIONS, Parameters
from ..period import Period
from .aws_network import opened
from .outcome import outcome, words
from .unread import matching, texts

#: Stands in a rule for what its ports, or before what its source, depends on.
_OPEN = "?"
_REDIRECT = "HTTP to HTTPS"
_WITH_TLS = ("HTTPS", "TLS", _REDIRECT)


def storage_encrypted(terraform_settings: Frame, *, period: Period, parameters: Parameters) -> Outcome:
    """Storage is declared encrypted, with the company's own key where its policy says so, and deployed as declared.

    Population: whether each bucket, database, volume, queue, topic and table that Terraform declares is encrypted, and
    with whose key; the default for new volumes; whether each key rotates; at each snapshot.
    Exception: declared without encryption; without a key of the company's for what `stores_with_own_key` names (by the
    ARN of what is deployed, or that a state or a bucket's name gives); a key without rotation; or what is deployed is
    otherwise. A default of the provider (`library/terraform-defaults.csv`) and of a variable count like a value that is
    written. What depends on more than files, plans and states tell cannot be tested.
    Source: text of the .tf files; `terraform show -json`; s3, ec2, rds and kms as in AWS-ENC-01 and AWS-KMS-01. Modules
    from elsewhere, and what is declared nowhere, are in IAC-CFG-01.
    """
    rows = _of(terraform_settings, "encrypted", "key", "rotation")
    value, setting = _value(rows), rows["setting"]
    own = _named_in(rows, parameters.stores_with_own_key)
    insecure = words(
        rows.index,
        ((setting == "encrypted") & (value == "no"), rows["kind"] + " is declared without encryption"),
        ((setting == "key") & own & value.isin(["none", "AWS"]), "it is declared without a key of the company's"),
        ((setting == "rotation") & (value == "no"), "the key is declared without rotation"),
    )
    return _outcome(rows, insecure)


def reach_limited(terraform_settings: Frame, *, period: Period, parameters: Parameters) -> Outcome:
    """Nothing is declared open to the internet, and what is deployed is no more open than what is declared.

    Population: the four blocks of public access of each declared bucket, whether each database has an address of the
    internet, and what each security group lets in; at each snapshot.
    Exception: a block that is declared off, unless it is on for the account; a public database; one of `closed_ports`
    declared open to everybody by IPv4 or IPv6, by ranges and all-traffic rules, too; or what is deployed is more open.
    Not: what `approved_external_resources` names. A bucket of which no block speaks, and a source or port that is not
    known, cannot be tested where it could open what must be closed; nor can a prefix list.
    Source: text of the .tf files; `terraform show -json`; s3, rds and ec2 as in AWS-S3-01, AWS-NET-01 and AWS-NET-02.
    """
    rows = _of(terraform_settings, "blocks off", "public", "ingress")
    approved, setting = _named_in(rows, parameters.approved_external_resources), rows["setting"]
    off = texts(rows.index, [", ".join(values) for values in rows["values"]])
    ingress, closed = setting == "ingress", parameters.closed_ports
    rules = [values if lets_in else [] for values, lets_in in zip(rows["values"], ingress, strict=True)]
    reached = texts(rows.index, [_reached(listed, closed, known=True) for listed in rules])
    perhaps = texts(rows.index, [_reached(listed, closed, known=False) for listed in rules])
    insecure = words(
        rows.index,
        (~approved & (setting == "blocks off") & (off != ""), "public access is declared not blocked: " + off + " off"),
        (~approved & (setting == "public") & (off == "yes"), "the database is declared public"),
        (~approved & ingress & (reached != ""), "it is declared that the internet can reach " + reached),
    )
    unsure = words(rows.index, (~approved & ingress & (perhaps != ""), "it may open " + perhaps))
    return _outcome(rows, insecure, unsure, excused=approved)


def _reached(rules: Sequence[str], closed: Sequence[str], *, known: bool) -> str:
    """In words which closed ports rules open, as `protocol from to source`, or which they may open."""
    return "; ".join(dict.fromkeys(_opens(rules, closed, known)))


def _opens(rules: Sequence[str], closed: Sequence[str], known: bool) -> Iterator[str]:
    for rule in rules:
        protocol, low, high, source = rule.split(" ", 3)
        sure = _OPEN not in (protocol, low, high)
        if sure:
            ports = opened(protocol, _port(low), _port(high), closed)
            if ports and (source[:1] != _OPEN) == known:
                yield f"{ports} from {source.removeprefix(_OPEN)}"
        elif not known:
            yield f"a port from {source.removeprefix(_OPEN)}"


def _port(text: str) -> Any:
    return int(text) if text.lstrip("-").isdigit() else pd.NA


def connections_encrypted(terraform_settings: Frame, *, period: Period, parameters: Parameters) -> Outcome:
    """Connections are declared with current TLS alone, and deployed as declared.

    Population: protocol and oldest protocol of TLS of each declared listener and distribution, but for those of load
    balancers that are declared internal; whether each bucket's policy denies plain HTTP, and each parameter group of
    PostgreSQL's forces TLS; at each snapshot.
    Exception: HTTP that does more than send people on; a policy that allows a protocol older than
    `minimum_tls_version`; a bucket without such a denial, by whatever default; `rds.force_ssl` off; or what is deployed
    is otherwise. TCP and UDP are passed on as they come, and a policy of no known name may allow anything: both cannot
    be tested. Rules of listeners beside the default action are not followed.
    Source: text of the .tf files; `terraform show -json`; elbv2, s3 and rds as in AWS-TLS-01 and AWS-TLS-02.
    """
    rows = _of(terraform_settings, "protocol", "oldest protocol", "plain HTTP denied", "rds.force_ssl")
    value, setting = _value(rows), rows["setting"]
    protocol, oldest = setting == "protocol", setting == "oldest protocol"
    newer = TLS_VERSIONS[TLS_VERSIONS.index(parameters.minimum_tls_version) :]
    insecure = words(
        rows.index,
        (protocol & (value == "HTTP"), rows["kind"] + " is declared to speak HTTP"),
        (oldest & value.notna() & ~value.isin(newer), rows["kind"] + " is declared to allow " + value),
        ((setting == "plain HTTP denied") & (value == "no"), "no declared policy denies everybody without TLS"),
        ((setting == "rds.force_ssl") & (value != "1"), "rds.force_ssl is declared " + value),
    )
    passed = protocol & value.notna() & ~value.isin([*_WITH_TLS, "HTTP"])
    unsure = words(rows.index, (passed, "it passes " + value + " on; TLS is up to what is behind it"))
    return _outcome(rows, insecure, unsure)


def backups_kept(terraform_settings: Frame, *, period: Period, parameters: Parameters) -> Outcome:
    """Databases are declared with backups for long enough and protection, and deployed as declared.

    Population: for how many days each declared database and cluster keeps backups, and whether it is protected from
    deletion, at each snapshot. Replicas are not in it. Unit of the limit: days.
    Exception: fewer than `backup_retention_days`; no protection; by the provider's default, too, which is no backup for
    an instance and one day for a cluster; or what is deployed is otherwise.
    Source: text of the .tf files; `terraform show -json`; rds as in AWS-BKP-01.
    """
    rows = _of(terraform_settings, "retention days", "deletion protection")
    value, setting = _value(rows), rows["setting"]
    days, limit = (
        pd.to_numeric(value.where(setting == "retention days"), errors="coerce"),
        parameters.backup_retention_days,
    )
    insecure = words(
        rows.index,
        ((days < limit), "backups are declared to be kept for " + value + f" days, limit {limit}"),
        ((setting == "deletion protection") & (value == "no"), "it is declared without deletion protection"),
    )
    return _outcome(rows, insecure)


def _of(settings: Frame, *names: str) -> Frame:
    return settings[settings["setting"].isin(names)]


def _value(rows: Frame) -> pd.Series:
    """The one value of each; missing where it is not known."""
    return texts(rows.index, [values[0] if values else pd.NA for values in rows["values"]])


def _named_in(rows: Frame, patterns: Sequence[str]) -> pd.Series:
    """Whether a thing's ARN is named, by what is deployed, by a plan or a state, or by a bucket's name."""
    hits = [
        bool(matching(pd.Series(list(_arns(row)), dtype="string"), patterns).any())
        for row in rows.rename(columns={"name": "called"}).itertuples()
    ]
    return pd.Series(hits, index=rows.index, dtype="boolean")


def _arns(row: Any) -> Iterator[str]:
    yield from row.deployed_as
    if pd.notna(row.arn):
        yield row.arn
    if row.kind == "bucket" and pd.notna(row.called):
        yield f"arn:aws:s3:::{row.called}"


def _outcome(
    rows: Frame, insecure: pd.Series, unsure: pd.Series | None = None, excused: pd.Series | None = None
) -> Outcome:
    """Each reason with file and line; what depends on something not known cannot be tested."""
    line = rows["line"].map(lambda line: "" if pd.isna(line) else f" line {line}").astype("string")
    place = rows["file"] + line + ": "
    by_default = rows["by_default"].map({True: ", by default", False: ""}).fillna("").astype("string")
    needs = texts(rows.index, [", ".join(why) for why in rows["why"]])
    told = pd.Series(True, index=rows.index) if excused is None else ~excused
    reasons = words(
        rows.index,
        (insecure.notna(), place + insecure + by_default),
        (told & rows["differs"].notna(), place + "deployed otherwise: " + rows["differs"]),
    )
    unknown = words(
        rows.index,
        (told & (needs != ""), place + rows["setting"] + " depends on " + needs),
        ((needs == "") & (pd.Series(pd.NA, rows.index) if unsure is None else unsure).notna(),
         place + (rows["file"] if unsure is None else unsure)),
    )  # fmt: skip
    shown = rows.drop(columns=["arn", "root", "type", "end", "values", "why"]).assign(
        value=texts(rows.index, [", ".join(values) or pd.NA for values in rows["values"]])
    )
    return outcome(shown, key="declared", at="snapshot_at", reasons=reasons, unknown=unknown)
