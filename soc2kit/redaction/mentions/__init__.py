"""Every place where evidence names somebody, by system: rosters, account lists, events, settings, who collected."""

from .model import Identifier, Kind, Mention
from .settings import APPROVED, OF_NOBODY, of_settings
from .table import READERS, of_record
from .texts import EMAIL

__all__ = ["APPROVED", "EMAIL", "OF_NOBODY", "READERS", "Identifier", "Kind", "Mention", "of_record", "of_settings"]
