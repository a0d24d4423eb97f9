"""Reports of vulnerability scanners as rows: SARIF 2.1.0, and the JSON of Snyk, Trivy and Grype. Nothing is run."""

from .model import Result, Scan
from .reading import MOST_BYTES, read
from .severity import CVSS, SARIF_LEVELS, SEVERITIES, WORDS

__all__ = ["CVSS", "MOST_BYTES", "SARIF_LEVELS", "SEVERITIES", "WORDS", "Result", "Scan", "read"]
