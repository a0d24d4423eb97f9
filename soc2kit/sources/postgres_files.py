"""The configuration files of a PostgreSQL server that cannot be asked: copies of them in a folder of the workspace.

Read are `postgresql.conf` and `pg_hba.conf`, what they include, `postgresql.auto.conf` and `PG_VERSION`, and no other
file: in a data folder there are keys. Their text is the evidence, unaltered; a file with a secret in it is not taken.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from ..config import Config
from ..errors import MalformedInput, Unreachable
from ..period import Period
from ..postgres_config.files import Missing
from ..postgres_config.hba import read_rules
from ..postgres_config.settings import AUTO_CONF, read_settings
from ..source_settings import PostgresFilesSettings
from .base import Completeness, Dataset, Origin, Page, Pages, Source

SETTINGS, RULES, VERSION = "postgresql.conf", "pg_hba.conf", "PG_VERSION"
# Passwords in rules for LDAP and RADIUS, in connections to other servers and in commands, and a passphrase written out.
# What begins with a dollar is looked up where the command runs.
_SECRET = re.compile(
    r"(?i)\b(\w*(?:passwd|password|passphrase|secrets?|secret_?access_?key|api_?key|token))\s*=\s*['\"]*[^\s'\"$]"
    r"|\b(ssl_passphrase_command)\s*=?\s*'\s*(?:echo|printf)\b"
    r"|\b(\w+://)[^\s:/@']*:[^\s/@'$][^\s/@']*@"
)


@dataclass(frozen=True)
class PostgresFolder:
    origin: Origin
    path: Path


class _Folder(Mapping[str, str]):
    """Files below a folder, each read when it is first asked for; links are not followed out of it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._names = _listed(path)
        self.read: dict[str, str] = {}

    def __getitem__(self, name: str) -> str:
        if name not in self._names:
            raise KeyError(name)
        if name not in self.read:
            self.read[name] = _text(self._path / name, name)
        return self.read[name]

    def __contains__(self, name: object) -> bool:
        return name in self._names

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


def cluster_of(config: Config) -> str:
    return (config.postgres_files or PostgresFilesSettings()).cluster


@contextmanager
def connect(config: Config) -> Iterator[PostgresFolder]:
    settings = config.postgres_files or PostgresFilesSettings()
    folder = config.workspace / settings.path
    if not folder.is_dir():
        raise Unreachable(
            f"postgres_files: {settings.path!r} of [sources.postgres_files] is not a folder. Write the path of the"
            f" copies, seen from {config.path.name}"
        )
    yield PostgresFolder(Origin("postgres_files", settings.cluster, "files of the workspace", "workspace"), folder)


def files(folder: PostgresFolder, period: Period) -> Pages:
    """Each file that the server would read, as it is."""
    inside = _Folder(folder.path)
    try:
        settings = read_settings(inside, SETTINGS)
        rules = read_rules(inside, rules_file(settings.value("hba_file")))
    except Missing as error:
        raise MalformedInput(
            f"postgres_files: {error.says}. Copy it from the server into the folder of [sources.postgres_files]"
        ) from error
    for problem in (*settings.problems, *rules.problems):
        if problem.missing:
            raise MalformedInput(
                f"postgres_files: {problem}. Copy it from the server as well, and name it by its place in the copy"
            )
    if VERSION in inside:
        inside[VERSION]
    for path, text in inside.read.items():
        _refuse_secret(path, text)
        yield Page(f"file {path}", {"path": path}, text, 1)
    reason = f"each of the {len(inside.read)} files that the server would read was there and was read"
    lacking = [name for name in (AUTO_CONF, VERSION) if name not in inside]
    return Completeness(f"{reason}; not in the folder: {', '.join(lacking)}" if lacking else reason)


def rules_file(named: str | None) -> str:
    """The copy of the rules: by its own name, as the server's path of it says nothing of the copy's."""
    return PurePosixPath(named).name if named else RULES


def _refuse_secret(path: str, text: str) -> None:
    for number, line in enumerate(text.split("\n"), 1):
        found = _SECRET.search(line)
        if found:
            raise MalformedInput(
                f"postgres_files: {path} line {number} has a secret ({next(filter(None, found.groups()))}), which must"
                " not come into evidence. Take it out of the copy"
            )


def _listed(folder: Path) -> list[str]:
    found = []

    def unreadable(error: OSError) -> None:
        raise MalformedInput(f"postgres_files: a folder cannot be listed: {error.strerror}") from error

    for inner, _, names in os.walk(folder, onerror=unreadable, followlinks=False):
        paths = [Path(inner, name) for name in names]
        found += [path.relative_to(folder).as_posix() for path in paths if not path.is_symlink()]
    return sorted(found)


def _text(path: Path, name: str) -> str:
    try:
        # Bytes, as reading text would change the ends of lines.
        return path.read_bytes().decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        # The system's own words would name a folder of this machine.
        reason = error.strerror if isinstance(error, OSError) else error
        raise MalformedInput(f"postgres_files: {name} cannot be read as UTF-8 text: {reason}") from error


SOURCE = Source(
    "postgres_files",
    "PostgreSQL configuration files",
    connect,
    (
        Dataset(
            "postgres_files.files", "PostgreSQL configuration files", "encryption", "postgres-files", "snapshot", (),
            files,
        ),
    ),
    account_of=cluster_of,
)  # fmt: skip
