"""Append-only evidence files and the ledger that says where each came from."""

from .ledger import Ledger, Record
from .store import EvidenceStore

__all__ = ["EvidenceStore", "Ledger", "Record"]
