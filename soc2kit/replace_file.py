"""A file of the workspace exchanged as a whole: a reader sees the old one or the new one, and so does a crash."""

from __future__ import annotations

import os
from pathlib import Path
from tempfile import NamedTemporaryFile

_NEW = 0o644


def replace_file(path: Path, data: bytes) -> None:
    """On disk before it returns, with the rights that the file had: a private one would lock colleagues out."""
    mode = path.stat().st_mode & 0o777 if path.exists() else _NEW
    with NamedTemporaryFile(dir=path.parent, prefix=".", suffix=".part", delete=False) as stream:
        part = Path(stream.name)
        try:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
            os.fchmod(stream.fileno(), mode)
            os.replace(part, path)
        except BaseException:
            part.unlink(missing_ok=True)
            raise
    descriptor = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
