"""What scanners of configuration say of the lines of a resource."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

import pandas as pd

_START = re.compile(r"^(?:file://)?(?:\./|/)*")


class Scanned:
    """The results of each tool's latest scan before a moment, by file."""

    def __init__(self, scans: pd.DataFrame, results: pd.DataFrame) -> None:
        wanted = results[(results["kind"] == "configuration") & ~results["suppressed"] & results["location"].notna()]
        self._results: dict[tuple[str, str, int], list[Any]] = defaultdict(list)
        for row in wanted.itertuples():
            self._results[row.file, row.sha256, int(row.number)].append(row)
        whole = scans[scans["scanned_at"].notna() & scans["problem"].isna() & ~scans["document"]]
        self._scans = list(whole.sort_values("scanned_at", kind="stable").itertuples())
        self._by_moment: dict[Any, Mapping[str, list[tuple[int | None, str]]]] = {}

    def beside(self, row: Mapping[str, Any], moment: Any) -> dict[str, Any]:
        """Tool and rule of what is said of a line of the block that a declared setting stands in."""
        if row["line"] is None or row["end"] is None:
            return {"scanners": []}
        if moment not in self._by_moment:
            self._by_moment[moment] = self._at(moment)
        found = self._by_moment[moment]
        file = str(row["file"])
        _, _, below = file.partition("/")
        said = [*found.get(below, []), *found.get(file, [])]
        said += [one for path, listed in found.items() if path.endswith(f"/{file}") for one in listed]
        return {
            "scanners": sorted({name for line, name in said if line is not None and row["line"] <= line <= row["end"]})
        }

    def _at(self, moment: Any) -> Mapping[str, list[tuple[int | None, str]]]:
        latest: dict[tuple[Any, ...], Any] = {}
        for scan in self._scans:
            if scan.scanned_at <= moment:
                latest[scan.tool.lower(), str(scan.target), str(scan.scope)] = scan
        found: dict[str, list[tuple[int | None, str]]] = defaultdict(list)
        for scan in latest.values():
            place = (scan.file, scan.sha256, int(scan.scan.rpartition("#")[2]))
            for row in self._results.get(place, []):
                line = None if pd.isna(row.line) else int(row.line)
                found[path_of(row.location)].append((line, f"{scan.tool} {row.ids[0]}"))
        return found


def path_of(location: str) -> str:
    """A scanner's place as a path below what it scanned: some begin with a slash, some with the whole address."""
    return _START.sub("", unquote(location))
