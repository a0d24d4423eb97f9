"""Changes as a notebook shows them: how they landed, what the tests say of each, and how long they took.

Nothing here decides: whether a change is in order, its tests say.
"""

from .view import Changes

__all__ = ["Changes"]
