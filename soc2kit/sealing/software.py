"""The running package as a wheel, made from the files that run, so that a sealed package carries the code it used."""

from __future__ import annotations

import base64
import hashlib
import zipfile
from importlib.metadata import distribution
from pathlib import Path

from .. import __version__
from ..code_identity import source_files

NAME = f"soc2kit-{__version__}-py3-none-any.whl"
_INFO = f"soc2kit-{__version__}.dist-info"
# The earliest time that a zip can hold: the same files give the same wheel.
_EPOCH = (1980, 1, 1, 0, 0, 0)
_WHEEL = "Wheel-Version: 1.0\nGenerator: soc2kit\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
_SCRIPTS = "[console_scripts]\nsoc2kit = soc2kit.cli:main\n"


def write_wheel(folder: Path) -> Path:
    """The wheel of the running code; `pip install` takes it."""
    contents = {name: path.read_bytes() for name, path in source_files()}
    metadata = (
        distribution("soc2kit").read_text("METADATA")
        or f"Metadata-Version: 2.1\nName: soc2kit\nVersion: {__version__}\n"
    )
    contents[f"{_INFO}/METADATA"] = metadata.encode()
    contents[f"{_INFO}/WHEEL"] = _WHEEL.encode()
    contents[f"{_INFO}/entry_points.txt"] = _SCRIPTS.encode()
    contents[f"{_INFO}/RECORD"] = _record(contents).encode()
    path = folder / NAME
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in contents.items():
            archive.writestr(zipfile.ZipInfo(name, _EPOCH), data, zipfile.ZIP_DEFLATED)
    return path


def _record(contents: dict[str, bytes]) -> str:
    lines = [f"{name},sha256={_encoded(data)},{len(data)}" for name, data in contents.items()]
    return "\n".join([*lines, f"{_INFO}/RECORD,,", ""])


def _encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
