"""The Terraform files that declare the company's infrastructure: a folder of the workspace, or a checkout beside it.

Their text is the evidence; nothing is run, and no state is read. Variable files and states are left alone, as they are
where secrets stand. Of JSON files only policy documents are taken, which Terraform reads with `file(…)`.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ..config import Config
from ..errors import MalformedInput, Unreachable
from ..period import Period
from ..source_settings import TerraformSettings
from .base import Completeness, Dataset, Origin, Page, Pages, Source

# What Terraform itself downloads: modules and providers of others.
_LEFT_OUT = {".terraform", ".git"}


@dataclass(frozen=True)
class TerraformFolder:
    origin: Origin
    path: Path


def account_of(config: Config) -> str:
    """The folder's name: its path would be one of this machine."""
    return Path((config.terraform or TerraformSettings()).path).name or "terraform"


@contextmanager
def connect(config: Config) -> Iterator[TerraformFolder]:
    settings = config.terraform or TerraformSettings()
    folder = config.workspace / settings.path
    if not folder.is_dir():
        raise Unreachable(
            f"terraform: {settings.path!r} of [sources.terraform] is not a folder. Write the path of the .tf files,"
            f" seen from {config.path.name}"
        )
    yield TerraformFolder(Origin("terraform", account_of(config), "files of the workspace", "workspace"), folder)


def files(folder: TerraformFolder, period: Period) -> Pages:
    """Every `.tf` file below the folder, and the policy documents that are JSON; links are not followed."""
    listed = _listed(folder.path)
    count = 0
    for path in listed:
        text = _read(folder.path / path, path)
        if path.endswith(".tf") or _is_policy(text):
            count += path.endswith(".tf")
            yield Page(f"file {path}", {"path": path}, text, 1)
    if not count:
        raise MalformedInput(
            f"terraform: folder {folder.origin.account} has no .tf file. Correct path in [sources.terraform]"
        )
    if _listed(folder.path) != listed:
        raise MalformedInput(
            f"terraform: files of {folder.origin.account} came or went while they were read. Run the same command again"
        )
    return Completeness(f"each of the folder's {count} .tf files was read; a second listing found the same files")


def _listed(folder: Path) -> list[str]:
    """Paths below the folder, with `/`, in order."""
    found = []

    def unreadable(error: OSError) -> None:
        raise MalformedInput(f"terraform: a folder cannot be listed: {error.strerror}") from error

    for inner, folders, names in os.walk(folder, onerror=unreadable, followlinks=False):
        folders[:] = sorted(name for name in folders if name not in _LEFT_OUT)
        found += [Path(inner, name).relative_to(folder).as_posix() for name in names if name.endswith((".tf", ".json"))]
    return sorted(found)


def _read(path: Path, name: str) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        # The system's own words would name a folder of this machine.
        reason = error.strerror if isinstance(error, OSError) else error
        raise MalformedInput(f"terraform: {name} cannot be read as UTF-8 text: {reason}") from error


def _is_policy(text: str) -> bool:
    try:
        document = json.loads(text)
    except ValueError:
        return False
    return isinstance(document, dict) and "Statement" in document


SOURCE = Source(
    "terraform",
    "Terraform files",
    connect,
    (
        Dataset("terraform.files", "Terraform files", "change-management", "terraform-files", "snapshot", (), files),
    ),
    account_of=account_of,
)  # fmt: skip
