"""Lists that tests rest on, each held against a second source of the same things."""

from .table import RECONCILIATIONS, reconciliations

__all__ = ["RECONCILIATIONS", "reconciliations"]
