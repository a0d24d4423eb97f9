"""Reports of vulnerability scanners: a folder of the workspace, with one file for each report.

Every file is kept as it is, once, PDFs too. The date and the target of a report stand in it, in the register
`scans.csv`, or in its path: `scans/owner/name/trivy-2026-01-15.json`. Nothing of a report is run or judged here.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Any

from ..config import Config
from ..errors import MalformedInput, Unreachable
from ..period import Calendar, Period
from ..scans import MOST_BYTES, read
from ..scans.dates import dated, in_name, is_date
from ..scans.reading import is_document
from ..source_settings import ScansSettings
from .base import Completeness, Dataset, Origin, Original, Page, Pages, Source
from .company_files import numbered_rows

REGISTER = "scans.csv"
COLUMNS = ("file", "target", "kind", "date")
KINDS = ("repository", "image", "other")
_SCANS = "vulnerability-scans"
_PIECE = 1 << 20


@dataclass(frozen=True)
class ScansFolder:
    origin: Origin
    path: Path
    calendar: Calendar


def account_of(config: Config) -> str:
    """The folder's name: its path would be one of this machine."""
    return Path((config.scans or ScansSettings()).path).name or "scans"


@contextmanager
def connect(config: Config) -> Iterator[ScansFolder]:
    settings = config.scans or ScansSettings()
    folder = config.workspace / settings.path
    if not folder.is_dir():
        raise Unreachable(
            f"scans: {settings.path!r} of [sources.scans] is not a folder. Write the path of the scanners' reports,"
            f" seen from {config.path.name}"
        )
    origin = Origin("scans", account_of(config), "files of the workspace", "workspace")
    yield ScansFolder(origin, folder, config.calendar)


def files(folder: ScansFolder, period: Period) -> Pages:
    """The names in the folder and the company's calendar; then each file with its digest and its line of the register.

    Raises `MalformedInput` that names what cannot be read, a line of the register that is of no file, and files that
    came or went meanwhile. A link is not followed, and is named.
    """
    listed = _listed(folder.path)
    zone = {"zone": folder.calendar.zone, "fiscal_year_start": folder.calendar.fiscal_year_start}
    yield Page(f"folder {folder.origin.account}", zone, listed, 0)
    register = _register(folder.path, listed)
    for name in listed:
        yield _page(folder.path / name, name, register.get(name, {}), folder.calendar)
    if _listed(folder.path) != listed:
        raise MalformedInput(
            f"scans: files of {folder.origin.account} came or went while they were read. Run the same command again"
        )
    return Completeness(
        f"each of the folder's {len(listed)} files is listed with its digest, and kept as it is when it was met first;"
        " a second listing found the same files",
        len(listed),
    )


def _listed(folder: Path) -> list[str]:
    """Paths below the folder, with `/`, in order; the register and hidden files are no reports."""
    found = []

    def unreadable(error: OSError) -> None:
        raise MalformedInput(f"scans: a folder cannot be listed: {error.strerror}") from error

    for inner, folders, names in os.walk(folder, onerror=unreadable, followlinks=False):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        links = [name for name in folders if Path(inner, name).is_symlink()]
        shown = [*(name for name in names if not name.startswith(".")), *links]
        found += [Path(inner, name).relative_to(folder).as_posix() for name in shown]
    return sorted(name for name in found if name != REGISTER)


def _register(folder: Path, listed: list[str]) -> dict[str, Mapping[str, str]]:
    """The register's lines by file. It may be missing, and so may each of its values."""
    path = folder / REGISTER
    if not path.exists():
        return {}
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise MalformedInput(f"scans: {REGISTER} cannot be read as UTF-8 text: {reason}") from error
    found: dict[str, Mapping[str, str]] = {}
    for line, row in numbered_rows(text, COLUMNS, REGISTER, {}):
        if row["file"] not in listed or row["file"] in found:
            raise MalformedInput(
                f"{REGISTER} line {line}: {row['file']!r} is {'there twice' if row['file'] in found else 'no file'} of"
                " the folder; write each file once, by its path below the folder"
            )
        if row["kind"] and row["kind"] not in KINDS:
            raise MalformedInput(f"{REGISTER} line {line}: kind is {row['kind']!r}; write one of {', '.join(KINDS)}")
        if row["date"] and not is_date(row["date"]):
            raise MalformedInput(
                f"{REGISTER} line {line}: date is {row['date']!r}; write 2026-01-15, 2026-01 or 2026-01-15T10:30:00Z"
            )
        found[row["file"]] = {key: row[key] for key in ("target", "kind", "date") if row[key]}
    return found


def _page(path: Path, name: str, registered: Mapping[str, str], calendar: Calendar) -> Page:
    about: dict[str, Any] = {"name": name, **registered}
    if path.is_symlink():
        return Page(f"file {name}", {}, {**about, "link": True}, 1)
    try:
        digest, size = _digest(path)
        data = path.read_bytes() if size <= MOST_BYTES else b""
    except OSError as error:
        raise MalformedInput(f"scans: {name} cannot be read: {error.strerror}. Correct its rights") from error
    at = _at(data, registered, name, calendar)
    kept = Original(path, _called(name, at), digest, at)
    return Page(f"file {name}", {}, {**about, "sha256": digest, "bytes": size}, 1, original=kept)


def _digest(path: Path) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    with path.open("rb") as stream:
        while piece := stream.read(_PIECE):
            digest.update(piece)
            size += len(piece)
    return digest.hexdigest(), size


def _at(data: bytes, registered: Mapping[str, str], name: str, calendar: Calendar) -> datetime | None:
    """What the file's place among the evidence goes by: the first date that one of its scans has."""
    in_file = [] if is_document(data) else [scan.scanned_at for scan in read(data)]
    found = [dated(text, registered.get("date"), name, calendar).start for text in (*in_file, None)]
    return next(filter(None, found), None)


def _called(name: str, at: datetime | None) -> str:
    """Its own name with the folders before it; one without a date gets one."""
    path = PurePosixPath(name)
    stem = "-".join([*path.parts[:-1], path.stem])
    day = f"-{at:%Y-%m-%d}" if at is not None and in_name(path.name) is None else ""
    return f"{stem}{day}{path.suffix or '.txt'}"


SOURCE = Source(
    "scans",
    "Vulnerability scans",
    connect,
    (
        Dataset("scans.files", "Reports of scanners", _SCANS, _SCANS, "snapshot", (), files),
    ),
    account_of=account_of,
)  # fmt: skip
