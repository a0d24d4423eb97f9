"""The words by which GitHub says that alerts are not enabled; with any others it says that nobody may see them."""

from __future__ import annotations

NOT_ENABLED = (
    "Vulnerability alerts are disabled.",
    "Dependabot alerts are disabled for this organization.",
    "Advanced Security must be enabled for this organization to use code scanning.",
    "Code Security must be enabled for this organization to use code scanning.",
)
