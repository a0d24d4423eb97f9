"""What cells of the notebook of encryption and network call."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd

from ..change_view.evidence import Source
from ..charts import Chart
from ..model import Assessment, Frame, TestResult
from ..parameters import Parameters
from ..tables import Column, Shown, paragraph, table
from . import accounts, at_rest, charts, columns, in_transit, network
from .standing import Row, by_month, last, spans, standing

AREAS = ("EN-", "NW-")
_AT_REST, _ENDPOINTS, _PLAIN, _SERVERS = "AWS-ENC-01", "AWS-TLS-01", "AWS-TLS-02", "PG-TLS-01"
_PORTS, _KEYS = "AWS-NET-01", "AWS-KMS-01"
_NO_ACCOUNT = "No account was read in the period."
_REST = "the populations of the tests have all of them"


@dataclass(frozen=True)
class EncryptionView:
    """Tables and charts of one assessment; where evidence is lacking, a sentence says so.

    `source` gives the frames, and the states are those of the assessment's tests. What is shown as it stands is of the
    last snapshot inside the period.
    """

    assessment: Assessment
    source: Source
    parameters: Parameters

    def population(self) -> Shown:
        """Accounts, the regions that were read of each, and how many resources of each kind each month ended with."""
        defaults, things = self._inside("ebs_defaults"), self._inside("aws_inventory")
        if isinstance(defaults, str) or isinstance(things, str):
            return _lacking(defaults, things)
        rows = accounts.read(defaults, things, self._day)
        if not rows:
            return paragraph(_NO_ACCOUNT, "note")
        return table(rows, columns.ACCOUNTS, "Accounts and regions read") + accounts.kinds(things, self._months)

    def unread(self) -> Shown:
        """Calls that AWS refused or does not support somewhere, and which tests that makes dark."""
        unread = self._inside("aws_unread")
        defaults = self._inside("ebs_defaults")
        if isinstance(unread, str) or isinstance(defaults, str):
            return _lacking(unread, defaults)
        if defaults.empty:
            return paragraph(_NO_ACCOUNT, "note")
        rows = network.refused(unread, self.assessment.tests)
        if not rows:
            return paragraph("Every call of the snapshots in the period was answered, in every region that was read.")
        return table(rows, columns.UNREAD, "Calls that were not answered")

    def history_chart(self) -> Chart | Shown:
        """Tests by months: exceptions of the population."""
        counted = {check: by_month(rows, self._months) for check, rows in self._stood.items() if len(rows)}
        if not counted:
            return paragraph("No test of encryption or network has a population in the period.")
        return charts.history(counted, [month.name for month in self._months])

    def exceptions_chart(self) -> Chart | Shown:
        rows = self._spans
        return charts.spans(rows, self.assessment.period) if rows else paragraph(self._no_exception)

    def exceptions(self, limit: int = 100) -> Shown:
        """Each exception with the days between which snapshots show it; what is still there first."""
        rows = self._spans
        if not rows:
            return paragraph(self._no_exception)
        return table(
            rows, columns.SPANS, "Exceptions and how long they were there", limit, "workpapers have all of them"
        )

    @cached_property
    def _spans(self) -> Sequence[Row]:
        found = [row for check, rows in self._stood.items() for row in spans(check, rows, self._day)]
        return sorted(found, key=lambda row: (not row["open"], -row["days"], row["test"], row["item"], row["from"]))

    @property
    def _no_exception(self) -> str:
        silent = [check for check, rows in self._stood.items() if rows.empty]
        but = f" Without a population: {', '.join(silent)}." if silent else ""
        return f"No test of encryption or network has an exception in the period.{but}"

    # At rest.

    def stores_chart(self) -> Chart | Shown:
        stores = self._stores()
        return charts.stores(at_rest.counted(stores)) if isinstance(stores, pd.DataFrame) else stores

    def stores(self) -> Shown:
        """Kinds of what keeps data, by what encrypts them, beside what the company's policy asks for."""
        stores = self._stores()
        if isinstance(stores, Shown):
            return stores
        patterns = self.parameters.stores_with_own_key
        policy = "for encryption, and nowhere for a key of the company (stores_with_own_key is empty)"
        if patterns:
            policy = f"for a key of the company for {', '.join(patterns)}, and for encryption of everything else"
        rows = at_rest.rows(stores, self._standing(_AT_REST), patterns)
        caption = f"What keeps data and what encrypts it, {self._of(stores)}"
        shown = table(rows, columns.stores(at_rest.ways(stores)), caption)
        return self._noted(_AT_REST, paragraph(f"The company's policy asks {policy}.") + shown)

    def _stores(self) -> Frame | Shown:
        stores = self._now("aws_stores")
        if isinstance(stores, str):
            return _lacking(stores)
        return stores if len(stores) else self._none(_AT_REST, "Nothing in the accounts keeps data.")

    # In transit.

    def endpoints_chart(self) -> Chart | Shown:
        rows = self._endpoints
        return charts.protocols(rows, self.parameters.minimum_tls_version) if rows else self._none(
            _ENDPOINTS, "No endpoint faces the internet.")  # fmt: skip

    def endpoints(self, limit: int = 50) -> Shown:
        rows = self._endpoints
        if not rows:
            return self._none(_ENDPOINTS, "No endpoint faces the internet.")
        shown = table(rows, columns.ENDPOINTS, "Public endpoints at the last snapshot", limit, _REST)
        return self._noted(_ENDPOINTS, shown)

    def certificates_chart(self) -> Chart | Shown:
        rows = [row for row in self._certificates if not pd.isna(row["days"])]
        if not rows:
            return self._none(_ENDPOINTS, "No certificate with a known end is in use.")
        rows = [{**row, "days": int(row["days"])} for row in rows]
        return charts.certificates(rows, self.parameters.certificate_expiry_days)

    def certificates(self, limit: int = 50) -> Shown:
        rows = self._certificates
        if not rows:
            return self._none(_ENDPOINTS, "No certificate is in use.")
        return table(rows, columns.CERTIFICATES, "Certificates in use, the first to end first", limit, _REST)

    @property
    def _endpoints(self) -> list[Row]:
        told = self._standing(_ENDPOINTS)
        return [] if told is None else in_transit.endpoints(told, self._protocols)

    @property
    def _certificates(self) -> list[Row]:
        told = self._standing(_ENDPOINTS)
        return [] if told is None else in_transit.certificates(told)

    @cached_property
    def _protocols(self) -> Mapping[str, Any]:
        """By ARN, the versions that endpoints allow: of every frame that the test reads and that has them."""
        found: dict[str, Any] = {}
        for name in self._by_id[_ENDPOINTS].check.reads:
            frame = self._now(name)
            if not isinstance(frame, str) and "protocols" in frame:
                found |= dict(zip(frame["arn"], frame["protocols"], strict=True))
        return found

    def plain(self, limit: int = 50) -> Shown:
        """Buckets and databases that refuse a connection without TLS, and those that do not."""
        told = self._standing(_PLAIN)
        if told is None or told.empty:
            return self._none(_PLAIN, "There is neither a bucket nor a database of PostgreSQL's kind.")
        counted = table(in_transit.refusing(told), columns.REFUSING, "Connections without TLS, at the last snapshot")
        shown = self._noted(_PLAIN, counted)
        rows = in_transit.accepting(told)
        if not rows:
            return shown + paragraph("At the last snapshot every one of them refuses connections without TLS.")
        return shown + table(
            rows, columns.ACCEPTING, "What does not refuse them, or of which it is not known", limit, _REST
        )

    def databases(self, limit: int = 50) -> Shown:
        """Databases of RDS with rds.force_ssl, and servers of PostgreSQL as they or their files say."""
        found, transport = self._now("rds_databases"), self._inside("database_transport")
        if isinstance(found, str):
            shown = _lacking(found)
        elif found.empty:
            shown = self._none(_PLAIN, "RDS has no database.")
        else:
            listed = [{**row, "force_ssl": _force(row)} for row in found.to_dict("records")]
            shown = table(listed, columns.DATABASES, f"Databases of RDS, {self._of(found)}", limit, _REST)
        if isinstance(transport, str):
            return shown + _lacking(transport)
        rows = in_transit.servers(transport, self._standing(_SERVERS))
        return shown + _table(rows, columns.SERVERS, "Servers of PostgreSQL at the last snapshot")

    def rules(self) -> Shown:
        """The rules of pg_hba.conf in their order, every list that snapshots show; the latest of each server open."""
        rules, transport = self._inside("database_rules"), self._inside("database_transport")
        if isinstance(rules, str) or isinstance(transport, str):
            return _lacking(rules, transport)
        shown = in_transit.rules_shown(rules, transport, self._day)
        return self._noted(_SERVERS, shown) if shown else self._none(_SERVERS, "No rules of PostgreSQL were read.")

    # Network and keys.

    def reached(self, limit: int = 50) -> Shown:
        """Rules that let the internet in, whatever the port; the test is of `closed_ports` alone."""
        rules, groups, uses = (self._now(name) for name in ("ec2_ingress", "ec2_security_groups", "ec2_interfaces"))
        if isinstance(rules, str) or isinstance(groups, str):
            return _lacking(rules, groups)
        known = None if isinstance(uses, str) else uses
        rows = network.reached(rules, groups, known, self._standing(_PORTS))
        if not rows:
            return self._none(_PORTS, "No rule of a security group lets the internet in.")
        shown = table(rows, columns.REACHED, f"What the internet reaches, {self._of(rules)}", limit, _REST)
        return self._noted(_PORTS, shown)

    def keys(self, limit: int = 50) -> Shown:
        """The company's keys; those of AWS are counted."""
        found = self._now("kms_keys")
        if isinstance(found, str):
            return _lacking(found)
        rows = network.keys(found, self._standing(_KEYS))
        of_aws = int((found["manager"] == "AWS").fillna(False).sum())
        if found.empty:
            return self._none(_KEYS, "There is no key of KMS.")
        shown = _table(rows, columns.KEYS, f"Keys of the company, {self._of(found)}", limit)
        of_theirs = paragraph(f"Keys that AWS manages for its services, which it rotates itself: {of_aws}.")
        return self._noted(_KEYS, shown + of_theirs)

    # What the views are made from.

    @cached_property
    def _by_id(self) -> Mapping[str, TestResult]:
        return {result.check.id: result for result in self.assessment.tests}

    @cached_property
    def _stood(self) -> Mapping[str, Frame]:
        """The tests of these areas, each with what it said of every row."""
        mine = [one for one in self.assessment.tests if any(name.startswith(AREAS) for name in one.check.controls)]
        return {one.check.id: standing(one) for one in sorted(mine, key=lambda result: result.check.id)}

    def _standing(self, check: str) -> Frame | None:
        """What a test said at the last snapshot."""
        rows = self._stood.get(check)
        return None if rows is None else last(rows, "at")

    def _none(self, check: str, words: str) -> Shown:
        """Nothing to show: because there is nothing, or because the test has no answer."""
        result = self._by_id.get(check)
        if result is None or (result.population.empty and result.notes):
            why = "it is no test of this assessment" if result is None else "; ".join(result.notes)
            return paragraph(f"Nothing to show of {check}: {why}", "note")
        return paragraph(words)

    def _noted(self, check: str, shown: Shown) -> Shown:
        """With what the test says is lacking of the evidence that both rest on."""
        result = self._by_id.get(check)
        notes = [] if result is None else [paragraph(f"{check}: {note}", "note") for note in result.notes]
        return sum(notes, start=shown)

    @cached_property
    def _months(self) -> Sequence[Any]:
        return list(self.assessment.calendar.parts(self.assessment.period, "month"))

    def _day(self, moment: Any) -> Any:
        return self.assessment.calendar.day_at(moment)

    def _inside(self, name: str) -> Frame | str:
        frame = self.source.read(name)
        return frame if isinstance(frame, str) else frame[self.assessment.period.contains(frame["snapshot_at"])]

    def _now(self, name: str) -> Frame | str:
        frame = self._inside(name)
        return frame if isinstance(frame, str) else last(frame)

    def _of(self, frame: Frame) -> str:
        return f"{self._day(frame['snapshot_at'].max())}" if len(frame) else "at the last snapshot"


def _force(row: Row) -> Any:
    return row["force_ssl"] if "postgres" in row["engine"] else "no such setting"


def _table(rows: Sequence[Row], shown: Sequence[Column], caption: str, limit: int = 50) -> Shown:
    return table(rows, shown, caption, limit, _REST) if rows else paragraph(f"{caption}: there are none.")


def _lacking(*read: Frame | str) -> Shown:
    return paragraph(f"Nothing to show. {'; '.join(one for one in read if isinstance(one, str))}.", "note")
