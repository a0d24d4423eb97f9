"""Digests that tie a review to what was reviewed and a signature to what was signed.

A row's digest covers what is reviewed: the account, its owner, its rights and its second factor. Not the last use,
which moves with every snapshot, and not what the roster says of the owner: a leaving date entered later must not undo
a signed review.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from .model import Review

ROW_DIGITS = 16


def row_digest(system: str, account: str, owner: str | None, privileges: str, mfa: bool | None) -> str:
    return _sha256([system, account, owner, privileges, mfa])[:ROW_DIGITS]


def population_digest(rows: Iterable[tuple[str, str]]) -> str:
    """Over the accounts with their row digests, in the order of the accounts."""
    return _sha256(sorted(rows))


def content_digest(review: Review, by: str, at: str) -> str:
    """Over everything that a signature stands for: the whole file, who signed and when."""
    decisions = [asdict(review.decisions[account]) for account in sorted(review.decisions)]
    population = asdict(review.population) if review.population else None
    return _sha256([review.period, review.system, population, decisions, by, at])


def signature_holds(review: Review) -> bool:
    """Whether nothing was edited since the review was signed; False for one that is not signed."""
    signed, population = review.signed, review.population
    if signed is None or population is None:
        return False
    return (signed.population_sha256, signed.content_sha256) == (
        population.sha256,
        content_digest(review, signed.by, signed.at),
    )


def _sha256(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
