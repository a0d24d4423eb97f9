"""Every error the tool raises on purpose.

    Soc2kitError
    ├── UsageError               the command line or a workspace file is wrong      (exit code 2)
    │   ├── ConfigError          soc2kit.toml is missing, malformed or contradictory
    │   ├── UnknownParameter     a notebook was given a parameter it does not have
    │   └── ReviewError          a review file cannot be read or written, or a decision is not allowed
    ├── CollectionError          a source did not give a whole answer               (exit code 3)
    │   ├── Unreachable          no connection, or it broke
    │   ├── Refused              the source said no: permission or credentials
    │   ├── IncompleteCollection paging was cut short, or counts disagree
    │   │   └── RateLimited      the source's budget of requests is used up for now
    │   └── MalformedInput       the source answered with something that cannot be read
    ├── MissingEvidence          a frame was asked for that nothing was collected for (exit code 1)
    ├── EvidenceDamaged          the ledger or a file is not what was recorded       (exit code 1)
    └── ReportFailed             a notebook could not be rendered                    (exit code 3)

A message names the offending value and what to run or change next.
"""

from __future__ import annotations


class Soc2kitError(Exception):
    exit_code = 1


class UsageError(Soc2kitError):
    exit_code = 2


class ConfigError(UsageError):
    pass


class UnknownParameter(UsageError):
    pass


class ReviewError(UsageError):
    pass


class CollectionError(Soc2kitError):
    exit_code = 3
    #: The ledger's word for how far the collection got.
    completeness = "unknown"
    #: Whether it says nothing about what was read before: the same request may well be answered later.
    passing = False


class Unreachable(CollectionError):
    completeness = "unknown"
    passing = True


class Refused(CollectionError):
    completeness = "partial-permission"


class IncompleteCollection(CollectionError):
    completeness = "truncated"


class RateLimited(IncompleteCollection):
    passing = True


class MalformedInput(CollectionError):
    completeness = "unknown"


class MissingEvidence(Soc2kitError):
    pass


class EvidenceDamaged(Soc2kitError):
    pass


class ReportFailed(Soc2kitError):
    exit_code = 3
