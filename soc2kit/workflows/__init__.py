"""What the files in .github/workflows say: when each job runs, what it does, and under which names GitHub shows it.

Everything is read as text. Nothing of it is run, and nothing that it refers to is fetched.
"""

from .jobs import Job, jobs_of
from .kinds import KINDS
from .loading import Unreadable, Workflow, load
from .uses import Use, uses_of

__all__ = ["KINDS", "Job", "Unreadable", "Use", "Workflow", "jobs_of", "load", "uses_of"]
