"""IAM Access Analyzer: what somebody outside the account, or outside the organisation, can reach."""

from __future__ import annotations

from ...period import Period
from ..base import Completeness, Pages
from .failures import translated
from .reading import Reader
from .session import AwsConnection

_SERVICE = "accessanalyzer"
# The other types look for unused or for internal access.
_EXTERNAL = ("ACCOUNT", "ORGANIZATION")
PERMISSIONS = ("access-analyzer:ListAnalyzers", "access-analyzer:ListFindings")


def access_analyzer(connection: AwsConnection, period: Period) -> Pages:
    """In each region the analyzers, and of those for external access every result that is active.

    accessanalyzer.ListFindings names the principal, and whether that is everybody; of ListFindingsV2 both would need
    another request for each result. It serves analyzers of external access alone, which are the ones asked.
    """
    looking: dict[str, int] = {}
    for region in connection.regions:
        read = Reader(connection, region)
        analyzers: list[str] = []
        for page in read.listed(_SERVICE, "list_analyzers", "analyzers", token="nextToken"):
            with translated("access-analyzer:ListAnalyzers"):
                analyzers += [
                    item["arn"]
                    for item in page.answer["analyzers"]
                    if item["type"] in _EXTERNAL and item["status"] == "ACTIVE"
                ]
            yield page
        looking[region] = len(analyzers)
        active = {"status": {"eq": ["ACTIVE"]}}
        for arn in analyzers:
            yield from read.listed(
                _SERVICE, "list_findings", "findings", token="nextToken", analyzerArn=arn, filter=active
            )
    told = ", ".join(f"{region}: {number}" for region, number in looking.items())
    return Completeness(f"every list ended without a further token; active analyzers of external access in {told}")
