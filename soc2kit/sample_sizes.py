"""How many an auditor draws, by how often a control operates and how large its population is; a firm gives its own."""

from __future__ import annotations

from dataclasses import dataclass

from .errors import UsageError


@dataclass(frozen=True)
class SampleSizes:
    """Sizes for no expected deviation. No body mandates them; these are one CPA firm's published practice.

    `per_occurrence_to_10` is for populations of at most 10, and so on. `label` is the auditor's own word, from which
    the seed is made: another label draws another sample.
    """

    label: str = "rehearsal"
    annual: int = 1
    quarterly: int = 2
    monthly: int = 2
    weekly: int = 5
    daily: int = 25
    continuous: int = 40
    per_occurrence_to_10: int = 10
    per_occurrence_to_50: int = 8
    per_occurrence_to_250: int = 15
    per_occurrence_beyond: int = 25

    def size_for(self, frequency: str, population: int) -> int:
        """How many to draw, never more than there are. Raises `UsageError` for a frequency that has no row."""
        if frequency == "per-occurrence":
            rows = ((10, self.per_occurrence_to_10), (50, self.per_occurrence_to_50), (250, self.per_occurrence_to_250))
            size = next((size for largest, size in rows if population <= largest), self.per_occurrence_beyond)
            return min(population, size)
        sizes = {
            "annual": self.annual,
            "quarterly": self.quarterly,
            "monthly": self.monthly,
            "weekly": self.weekly,
            "daily": self.daily,
            "continuous": self.continuous,
        }
        if frequency not in sizes:
            known = ", ".join([*sizes, "per-occurrence"])
            raise UsageError(f"no sample size for the frequency {frequency!r}; known are {known}")
        return min(population, sizes[frequency])
