"""A copy of a workspace in which personal data is replaced by stable pseudonyms, and every test still recomputes."""

from .workspace import Redacted, redacted

__all__ = ["Redacted", "redacted"]
