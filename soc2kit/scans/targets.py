"""What was scanned, by one name each time: a repository as `owner/name`, an image without its tag."""

from __future__ import annotations

import re

_REPOSITORY = re.compile(r"(?:[a-z+]+://(?:[^/@]*@)?[^/]+/|git@[^:/]+:)([^/?#]+/[^/?#]+?)(?:\.git)?/?(?:[?#].*)?", re.I)
_DIGEST = re.compile(r"@sha\d+:[0-9a-f]+$", re.I)
_TAG = re.compile(r":[\w][\w.-]*$")
_DOCKER = re.compile(r"^(?:index\.)?docker\.io/(?:library/)?")


def repository(address: str | None) -> str | None:
    """`owner/name` of an address of Git's; None for anything else."""
    found = _REPOSITORY.fullmatch((address or "").strip())
    return found[1].lower() if found else None


def image(reference: str | None) -> str | None:
    """An image without tag and digest, as each release has others."""
    text = _DIGEST.sub("", (reference or "").strip())
    return _DOCKER.sub("", _TAG.sub("", text)).lower() or None


def named(text: str) -> str:
    """A target as somebody wrote it: an address of Git's, or any other name."""
    return repository(text) or text.strip().strip("/").lower()
