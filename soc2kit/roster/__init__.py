"""The roster: a company's list of people, as its HR system exports it, read the same way when collected and later."""

from .formats import DATE_FORMATS, ENCODINGS, FORMATS
from .mapping import RosterMapping, mapping_for
from .rows import NOTHING, RosterRow, roster_rows
from .spells import refuse_overlaps, spells_by_email

__all__ = [
    "DATE_FORMATS",
    "ENCODINGS",
    "FORMATS",
    "NOTHING",
    "RosterMapping",
    "RosterRow",
    "mapping_for",
    "refuse_overlaps",
    "roster_rows",
    "spells_by_email",
]
