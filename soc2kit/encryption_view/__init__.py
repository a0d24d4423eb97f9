"""Encryption and network as a notebook shows them: what keeps data, what can be reached, by which connection and key.

Nothing here decides: whether something is in order, its tests say.
"""

from .view import EncryptionView

__all__ = ["EncryptionView"]
