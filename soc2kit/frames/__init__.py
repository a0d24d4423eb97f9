"""Raw evidence as typed pandas frames; columns are declared as data."""

from .load import FrameSet
from .schema import Column, FrameSpec
from .table import FRAMES

__all__ = ["FRAMES", "Column", "FrameSet", "FrameSpec"]
