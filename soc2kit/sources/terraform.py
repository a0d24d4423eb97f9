"""The Terraform files that declare the company's infrastructure: a folder of the workspace, or a checkout beside it.

Their text is the evidence, without what is a secret by its name (`terraform.secrets`); nothing is run. Variable files
and Terraform's own states are left alone, as they are where secrets stand. Of JSON files policy documents are taken
whole, which Terraform reads with `file(…)`. What `terraform show -json` wrote of a plan or a state has every password
in plain text: of it the attributes that tests read are chosen before anything is kept (`terraform.kept`), without what
Terraform marks as sensitive.
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
from ..terraform.exports import cut_down
from ..terraform.secrets import without_secrets
from .base import Completeness, Dataset, Origin, Page, Pages, Source

# What Terraform itself downloads: modules and providers of others.
_LEFT_OUT = {".terraform", ".git"}
_EXPORTS = (".json", ".jsonl", ".ndjson")


@dataclass(frozen=True)
class TerraformFolder:
    origin: Origin
    path: Path
    exports: Path | None = None


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
    exports = config.workspace / settings.exports if settings.exports else None
    if exports is not None and not exports.is_dir():
        raise Unreachable(
            f"terraform: {settings.exports!r} of [sources.terraform] exports is not a folder. Write where the pipeline"
            f" puts `terraform show -json`, seen from {config.path.name}, or leave it out"
        )
    yield TerraformFolder(
        Origin("terraform", account_of(config), "files of the workspace", "workspace"), folder, exports
    )


def files(folder: TerraformFolder, period: Period) -> Pages:
    """Every `.tf` file below the folder, and the policy documents that are JSON; links are not followed."""
    listed = _listed(folder.path)
    count = 0
    for path in listed:
        text = _read(folder.path / path, path)
        if path.endswith(".tf") or _is_policy(text):
            count += path.endswith(".tf")
            text = without_secrets(text) if path.endswith(".tf") else text
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


def exports(folder: TerraformFolder, period: Period) -> Pages:
    """The names of the folders that were searched; then each plan and state, cut down before it is kept.

    Raises `MalformedInput` that names a file that cannot be read, or that files came or went meanwhile.
    """
    places = [folder.path, *([folder.exports] if folder.exports is not None else [])]
    yield Page("folders", {}, [place.name for place in places], 0)
    count = 0
    for place in places:
        listed = _listed(place, _EXPORTS)
        for path in listed:
            found = cut_down(_read(place / path, path))
            if found is not None:
                count += 1
                yield Page(f"export {path}", {"folder": place.name, "path": path}, found, 1)
        if _listed(place, _EXPORTS) != listed:
            raise MalformedInput(
                f"terraform: files of {place.name} came or went while they were read. Run the same command again"
            )
    return Completeness(f"each JSON file was read, and {count} are plans or states; a second listing found the same")


def _listed(folder: Path, suffixes: tuple[str, ...] = (".tf", ".json")) -> list[str]:
    """Paths below the folder, with `/`, in order."""
    found = []

    def unreadable(error: OSError) -> None:
        raise MalformedInput(f"terraform: a folder cannot be listed: {error.strerror}") from error

    for inner, folders, names in os.walk(folder, onerror=unreadable, followlinks=False):
        folders[:] = sorted(name for name in folders if name not in _LEFT_OUT)
        found += [Path(inner, name).relative_to(folder).as_posix() for name in names if name.endswith(suffixes)]
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
    except (ValueError, RecursionError):
        return False
    return isinstance(document, dict) and "Statement" in document


SOURCE = Source(
    "terraform",
    "Terraform files",
    connect,
    (
        Dataset("terraform.files", "Terraform files", "change-management", "terraform-files", "snapshot", (), files),
        Dataset("terraform.exports", "Plans and states of Terraform", "change-management", "terraform-exports",
                "snapshot", (), exports),
    ),
    account_of=account_of,
)  # fmt: skip
