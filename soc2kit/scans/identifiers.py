"""Names that several tools have for one weakness, and for one package."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import unquote

_KNOWN = re.compile(r"\b(CVE-\d{4}-\d{4,}|GHSA(?:-[0-9a-z]{4}){3})\b", re.IGNORECASE)
_PURL = re.compile(r"pkg:[\w.+-]+/(?P<name>[^@?#]+)")


def public_ids(*texts: str | None) -> list[str]:
    """CVE and GHSA ids in some texts, as their registers write them."""
    return [_written(found) for text in texts if text for found in _KNOWN.findall(text)]


def _written(text: str) -> str:
    return text.upper() if text[:3].upper() == "CVE" else f"GHSA-{text[5:].lower()}"


def merged(own: str, others: Iterable[str]) -> tuple[str, ...]:
    """A tool's own id first, each id once; a public one as its register writes it."""
    public = public_ids(own)
    first = public[0] if public and public[0].lower() == own.lower() else own
    return tuple(dict.fromkeys([first, *others]))


def package_of(purl: str | None, name: str | None) -> str | None:
    """A package by the name that its ecosystem knows: its package address counts before a short name."""
    found = _PURL.match(purl or "")
    if not found:
        return name
    path = unquote(found["name"])
    # Maven writes group and artifact with a colon, distributions put their own name before the package's.
    if purl and purl.startswith("pkg:maven/"):
        return path.replace("/", ":")
    if purl and purl.startswith(("pkg:deb/", "pkg:apk/", "pkg:rpm/", "pkg:alpm/")):
        return path.rpartition("/")[2]
    return path
