"""Frames from the review files: each as it was at every collection, with its digests computed again.

Nothing that a file says of itself is taken on trust: whether its signature holds is worked out from what it contains.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from ..errors import ReviewError
from ..period import DAY, Calendar, parse_moment, stamp
from ..reviews.digest import signature_holds
from ..reviews.file import NAME, named
from ..reviews.model import Review

Pages = list[dict[str, Any]]
Row = Mapping[str, Any]
#: Quarters known from one look at the folder: the one that holds it, and those of the year before.
_QUARTERS = 5

# A file seldom changes between collections, so each text is parsed once.
_parsed = cache(named)


def quarters(pages: Pages, record: Mapping[str, Any]) -> Iterator[Row]:
    """The company's quarters up to a look at the folder, by the calendar it had then."""
    calendar = Calendar(**pages[0]["parameters"])
    quarter = calendar.holding(parse_moment(record["run_at"]), "quarter")
    for _ in range(_QUARTERS):
        yield {"quarter": quarter.name, "start": stamp(quarter.start), "end": stamp(quarter.end)}
        quarter = calendar.holding(quarter.start - DAY, "quarter")


def files(pages: Pages, record: Mapping[str, Any]) -> Iterator[Row]:
    """One row per review file; one that cannot be read says why in `problem`."""
    for period, system, review in _reviews(pages):
        if isinstance(review, str):
            yield {"period": period, "system": system, "problem": review, "signature_valid": False}
            continue
        population, signed = review.population, review.signed
        yield {
            "period": period,
            "system": system,
            "population_at": population.snapshot_at if population else None,
            "population_sha256": population.sha256 if population else None,
            "rows": population.rows if population else None,
            "signed_by": signed.by if signed else None,
            "signed_at": signed.at if signed else None,
            "signature": signed.content_sha256 if signed else None,
            "signature_valid": signature_holds(review),
            "problem": None,
        }


def decisions(pages: Pages, record: Mapping[str, Any]) -> Iterator[Row]:
    """One row per decision of every review that can be read."""
    for period, system, review in _reviews(pages):
        if isinstance(review, str):
            continue
        for account in sorted(review.decisions):
            made = review.decisions[account]
            yield {
                "period": period,
                "system": system,
                "account_key": account,
                "access": made.access or None,
                "decision": made.decision,
                "reason": made.reason or None,
                "change_to": made.change_to or None,
                "decided_by": made.decided_by,
                "decided_at": made.decided_at,
                "row_digest": made.row,
            }


def _reviews(pages: Pages) -> Iterator[tuple[str, str, Review | str]]:
    """Each file that is named as a review; the text of the error for one that cannot be read."""
    for page in pages[1:]:
        name = page["call"].rsplit("/", 1)[-1]
        found = NAME.fullmatch(name)
        if found is None:
            continue
        try:
            review: Review | str = _parsed(page["answer"], name)
        except ReviewError as error:
            review = str(error)
        yield found["period"], found["system"], review
