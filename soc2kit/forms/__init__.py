"""What can be filled in inside JupyterLab. Thin: what counts as right is decided where no widget is."""

from .review import ReviewForm

__all__ = ["ReviewForm"]
