"""Samples for an auditor who draws them; the tests themselves always take the whole population.

The published rule, which anybody can follow without this tool:

1. Write the keys of the population, each as `<time in UTC, ISO, Z> <key>`, sorted, one a line with a line feed. The
   SHA-256 of that text is the population's digest.
2. The seed is the SHA-256 of `<digest> <stratum> <label>`, with a label that the auditor chooses.
3. Cut the period into equal parts, as many as the sample has items but at most twelve, and give each part a share of
   the sample by its size (largest remainder; a tie goes to the earlier part).
4. In each part sort the lines by the SHA-256 of `<seed> <line>` and take the first ones.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from .errors import UsageError
from .model import Frame
from .period import Period, stamp

PARTS = 12


@dataclass(frozen=True)
class Sample:
    """`items` has the population's columns and `part`; `digest` and `seed` let anybody draw it again."""

    items: Frame
    population_size: int
    digest: str
    seed: str
    label: str


def lines_of(population: Frame) -> pd.Series:
    """Each row as the line that digests are made of; `key` and `at` identify it."""
    return pd.Series(
        [f"{stamp(at.to_pydatetime())} {key}" for key, at in zip(population["key"], population["at"], strict=True)],
        index=population.index,
        dtype="string",
    )


def digest_of(population: Frame) -> str:
    """The population's digest: the same for the same rows in any order."""
    text = "".join(f"{line}\n" for line in sorted(lines_of(population)))
    return hashlib.sha256(text.encode()).hexdigest()


def draw(population: Frame, size: int, *, period: Period, label: str, stratum: str = "all") -> Sample:
    """Draw `size` rows by the rule above, spread over the period.

    Raises `UsageError` when more is asked for than there is, or a row lies outside the period.
    """
    if not 0 <= size <= len(population):
        raise UsageError(f"a sample of {size} cannot be drawn from a population of {len(population)}")
    if not bool(period.contains(population["at"]).fillna(False).all()):
        raise UsageError(f"the population has rows outside {period.name}; draw from the period they belong to")
    digest = digest_of(population)
    seed = hashlib.sha256(f"{digest} {stratum} {label}".encode()).hexdigest()
    lines = lines_of(population)
    parts = max(1, min(size, PARTS))
    width = (period.end - period.start) / parts
    part = ((population["at"] - period.start) // width).astype("int64")
    order = pd.Series([hashlib.sha256(f"{seed} {line}".encode()).hexdigest() for line in lines], index=lines.index)
    ranked = population.assign(part=part + 1, order=order).sort_values(["part", "order"], kind="stable")
    shares = _shares([int((part == number).sum()) for number in range(parts)], size)
    chosen = [ranked[ranked["part"] == number + 1].head(share) for number, share in enumerate(shares)]
    items = pd.concat(chosen).drop(columns="order").reset_index(drop=True)
    return Sample(items, len(population), digest, seed, label)


def _shares(sizes: Sequence[int], total: int) -> list[int]:
    """`total` divided in proportion to `sizes`, by largest remainder; the earlier part wins a tie."""
    whole = sum(sizes)
    if whole == 0:
        return [0] * len(sizes)
    shares = [size * total // whole for size in sizes]
    by_remainder = sorted(range(len(sizes)), key=lambda index: (-(sizes[index] * total % whole), index))
    for index in by_remainder[: total - sum(shares)]:
        shares[index] += 1
    return shares
