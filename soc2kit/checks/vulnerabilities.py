"""Tests of what scanners and alerts found: whether it was fixed in time, and whether alerts are on."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pandas as pd

from ..model import Frame, Outcome
from ..parameters import Parameters
from ..period import Period
from .outcome import days_between, outcome, words
from .unread import stacked, unread_rows

_LISTS = (
    "DescribeRepositories DescribeImages DescribeImageScanFindings BatchGetAccountStatus ListFindings ListCoverage"
    " ListFilters"
)


def alerts_on(alerts_enabled: Frame, *, period: Period, parameters: Parameters) -> Outcome:
    """Repositories have alerts on weaknesses of their dependencies.

    Population: repositories in scope that are not archived, at each snapshot.
    Exception: alerts are off.
    Not testable: GitHub does not tell it to this token.
    Source: GET /repos/{owner}/{repo}/vulnerability-alerts, which answers with a status alone.
    """
    enabled = alerts_enabled["enabled"]
    return outcome(
        alerts_enabled,
        key="repository",
        at="snapshot_at",
        reasons=words(alerts_enabled.index, (~enabled, "alerts on dependencies are off")),
        unknown=words(
            alerts_enabled.index,
            (enabled.isna(), "GitHub does not tell this token (" + alerts_enabled["refused"].fillna("no words") + ")"),
        ),
    )


def limits_of(parameters: Parameters) -> dict[str, pd.Timedelta]:
    """Severities that have a limit; 0 days are none."""
    days = {
        "critical": parameters.critical_vulnerability_days,
        "high": parameters.high_vulnerability_days,
        "medium": parameters.medium_vulnerability_days,
        "low": parameters.low_vulnerability_days,
    }
    return {severity: pd.Timedelta(days=limit) for severity, limit in days.items() if limit}


def fixed_in_time(*kinds: str) -> Callable[..., Outcome]:
    """The test for weaknesses of some kinds of targets: repository, image, other."""

    def test(vulnerabilities: Frame, *, period: Period, parameters: Parameters) -> Outcome:
        """What tools find is fixed within the limit of its severity, or dismissed within it with a reason in words.

        Population: weaknesses that were there at any time in the period, each once whichever tools saw it; `at` is when
        it was first seen, for an older one the first look of the evidence, or its end where that came before.
        Unit of the limits: days from when the first tool saw it; exactly the limit is in time. 0: no limit.
        Exception: still there when a tool last saw it, or fixed, later than the limit; dismissed or suppressed later;
        dismissed or suppressed without a word on why, and not fixed in time. Under work is not dismissed.
        Not testable: between two scans, one inside the limit that has it and one after it that has not; not looked for
        again since it was in time; of unknown severity and past the shortest limit; dismissed by a rule that the tool
        does not name; of a report that does not say what was scanned.
        Source: reports of scanners, Dependabot and code-scanning alerts; the highest severity that any of them gives.
        """
        counted = period.contains(vulnerabilities["counted_at"]).fillna(False).astype(bool)
        population = vulnerabilities[counted & vulnerabilities["target_kind"].isin(kinds)].reset_index(drop=True)
        return _judged(population, limits_of(parameters))

    return test


def fixed_in_time_in_aws(
    aws_vulnerabilities: Frame, aws_scan_targets: Frame, inspector_accounts: Frame, scans: Frame, aws_ecr_unread: Frame,
    aws_inspector_unread: Frame, *, period: Period, parameters: Parameters,
) -> Outcome:  # fmt: skip
    """What tools find in images, hosts and functions is fixed within the limit of its severity, or dismissed.

    Population: weaknesses of everything that is no repository, as in GH-VUL-02, with the same limits. Besides, at each
    look, images in use, hosts and functions that no tool has scanned; accounts in which nothing scans; and lists that
    were refused.
    Exception: as in GH-VUL-02. A filter of Inspector that suppresses needs a reason or a description.
    Not testable: as in GH-VUL-02, and all that is there besides: not scanned is not clean. Suppressed by a filter that
    cannot be found, as those of another account cannot.
    Source: reports of scanners; ecr.DescribeImageScanFindings of images in use; inspector2.ListFindings, whatever their
    status, with ListFilters, ListCoverage and BatchGetAccountStatus. Inspector's closing counts where it still looks.
    """
    found = fixed_in_time("image", "other")(aws_vulnerabilities, period=period, parameters=parameters)
    reported = scans[scans["scanned_at"].notna() & (scans["target_kind"] != "repository") & ~scans["document"]]
    rows = [
        *_unscanned(aws_scan_targets[period.contains(aws_scan_targets["snapshot_at"])], reported),
        *_nobody_looks(inspector_accounts[period.contains(inspector_accounts["snapshot_at"])], aws_scan_targets,
                       reported),
        *((one.place, one.snapshot_at, f"could not be read: {one.why}")
          for one in unread_rows([aws_ecr_unread, aws_inspector_unread], _LISTS, period)),
    ]  # fmt: skip
    if not rows:
        return found
    more = pd.DataFrame(rows, columns=["key", "at", "reason"]).astype({"key": "string", "reason": "string"})
    more["at"] = more["at"].astype("datetime64[us, UTC]")
    more = more.assign(vulnerability=more["key"], counted_at=more["at"])
    return Outcome(
        stacked(found.population, more.drop(columns="reason")), found.exceptions, stacked(found.not_testable, more)
    )


def _unscanned(shown: Frame, reported: Frame) -> Iterator[tuple[str, pd.Timestamp, str]]:
    for (target, at), mine in shown.groupby(["target", "snapshot_at"]):
        by_aws = (mine["why"].isna() & mine["scanned_at"].notna()).any()
        by_report = ((reported["target"] == target) & (reported["scanned_at"] <= at)).any()
        if not by_aws and not by_report:
            why = ", ".join(sorted(set(mine["why"].dropna()))) or "AWS names no scan"
            yield target, at, f"nothing has scanned it ({why})"


def _nobody_looks(accounts: Frame, targets: Frame, reported: Frame) -> Iterator[tuple[str, pd.Timestamp, str]]:
    scanned = targets[targets["scanned_at"].notna()]
    for (account, at), mine in accounts.groupby(["account", "snapshot_at"]):
        by_aws = ((scanned["account"] == account) & (scanned["snapshot_at"] == at)).any()
        on = (mine["status"] == "ENABLED").fillna(False).any()
        if not on and not by_aws and not (reported["scanned_at"] <= at).any():
            yield account, at, "nothing scans: Inspector is not on, ECR scanned no image in use, and there is no report"


def _judged(population: Frame, limits: dict[str, pd.Timedelta]) -> Outcome:
    first, severity = population["first_seen"], population["severity"]
    limit = severity.map(limits).astype("timedelta64[us]")
    shortest = min(limits.values(), default=pd.NaT)
    unrated = ~severity.isin(["critical", "high", "medium", "low"])
    limit = limit.mask(unrated, shortest)
    fixed, dismissed = population["fixed_at"].notna(), population["dismissed_at"].notna()
    in_time = fixed & ~(population["fixed_at"] - first > limit)
    told = dismissed & ~in_time
    still = ~fixed & ~dismissed
    gone = fixed & ~dismissed
    moments = ("fixed_after", "fixed_at", "last_seen", "known_until", "dismissed_after", "dismissed_at")
    age = {name: population[name] - first > limit for name in moments}
    days = {name: days_between(first, population[name]).astype("string") for name in age}
    ends = ", limit " + (limit // pd.Timedelta(days=1)).astype("Int64").astype("string")
    how = population["dismissed_reason"].fillna("dismissed").replace("suppressed", "suppressed by the tool's settings")
    mute = population["dismissed_comment"].isna()
    by_rule = population["by_rule"].fillna(False).astype(bool)
    late = "days after it was first seen"
    reasons = words(
        population.index,
        (still & age["last_seen"] & ~unrated, "still there " + days["last_seen"] + f" {late}" + ends),
        (gone & age["fixed_after"] & ~unrated, "fixed " + days["fixed_at"] + f" {late}" + ends),
        (told & age["dismissed_after"] & ~unrated, "dismissed " + days["dismissed_at"] + f" {late}" + ends),
        (told & mute & ~by_rule, "dismissed without a word on why: " + how),
    )
    between = "was there {} and gone {} days after it was first seen"
    spans = pd.Series(
        [between.format(a, b) for a, b in zip(days["fixed_after"], days["fixed_at"], strict=True)],
        index=population.index, dtype="string",
    )  # fmt: skip
    unknown = words(
        population.index,
        (gone & ~age["fixed_after"] & age["fixed_at"], spans + ends + ": which side of it, scans do not tell"),
        (still & ~age["last_seen"] & age["known_until"], "not looked for again since day " + days["last_seen"] + ends),
        (told & ~age["dismissed_after"] & age["dismissed_at"], "dismissed between two scans, around the limit" + ends),
        (told & by_rule, "dismissed by a rule that the tool does not name"),
        (
            unrated & (still | gone | told) & (age["last_seen"] | age["dismissed_after"]),
            "no tool says how severe it is",
        ),
        (~population["named"], "the report does not say what was scanned"),
    )
    return outcome(population, key="vulnerability", at="counted_at", reasons=reasons, unknown=unknown)
