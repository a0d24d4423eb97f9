"""Whether a folder of reports is the one that a run wrote, on this evidence, with these results.

The pages cannot be computed again byte for byte (they hold times), so they are held against the digests that their run
wrote down, and the run against the ledger and the results, which can.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from pathlib import Path

from ..evidence.ledger import GENESIS
from ..evidence.verify import digest_of, line_digests

RUN = "run.json"
RESULTS = "results.json"


def report_problems(folder: Path, results: str, ledger_head: str) -> Iterator[str]:
    """Everything in a run's folder that is not as the run, the results or the ledger say."""
    try:
        run = json.loads((folder / RUN).read_text(encoding="utf-8"))
        digests = dict(run["sha256"])
        head = run["ledger_head"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        yield f"reports: {folder.name}/{RUN} cannot be read ({type(error).__name__}); render the reports again"
        return
    if head != ledger_head:
        yield f"reports: {folder.name} was rendered on other evidence: its ledger head is {head}"
    if not (folder / RESULTS).is_file() or (folder / RESULTS).read_text(encoding="utf-8") != results:
        yield f"reports: {folder.name}/{RESULTS} is not what the evidence gives"
    pages = {path.name for path in folder.glob("*.html")}
    for name in sorted(pages | set(digests)):
        if name not in pages:
            yield f"reports: {folder.name}/{name} is missing"
        elif digests.get(name) != digest_of(folder / name):
            yield f"reports: {folder.name}/{name} is not the page that the run wrote"


def lost_heads(evidence: Path, reports: Path, packages: Path) -> Iterator[str]:
    """Heads that reports and packages state and that the ledger no longer has: its end was cut off or rewritten."""
    known = {GENESIS, *line_digests(evidence)}
    for where, head in [*_report_heads(reports), *_package_heads(packages)]:
        if head not in known:
            yield f"truncated: ledger.jsonl: the line that {where} states as its last ({head}) is not there"


def _report_heads(reports: Path) -> Iterator[tuple[str, str]]:
    for path in sorted(reports.glob(f"*/{RUN}")):
        try:
            yield f"{path.parent.name}/{RUN}", str(json.loads(path.read_text(encoding="utf-8"))["ledger_head"])
        except (ValueError, KeyError, TypeError):
            yield f"{path.parent.name}/{RUN}", "unreadable"


def _package_heads(packages: Path) -> Iterator[tuple[str, str]]:
    for path in sorted(packages.glob("*.zip")):
        try:
            with zipfile.ZipFile(path) as archive:
                text = archive.read(f"{archive.namelist()[0].split('/')[0]}/bag-info.txt").decode("utf-8")
        except (zipfile.BadZipFile, KeyError, IndexError, UnicodeDecodeError):
            yield path.name, "unreadable"
            continue
        tags = dict(line.split(": ", 1) for line in text.splitlines() if ": " in line)
        # A redacted package has a chain of its own; what it was made from must still be in ours.
        head = tags.get("Redacted-From-Ledger-Head") or tags.get("Evidence-Ledger-Head")
        if head is not None:
            yield path.name, head.strip()
