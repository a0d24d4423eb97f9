"""Takes the machine out of an executed notebook: absolute paths, process ids, papermill's record of both."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

# ipykernel names each cell's source after its own process and a hash: /tmp/ipykernel_4711/12345.py
_CELL_FILE = re.compile(r"[^\s\"'<>]*ipykernel_\d+[/\\]\d+\.py")
_ANSI = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
_KEPT = ("tags", "papermill")


class Scrubber:
    """Replaces the paths of this machine, longest first, by what a reader can use."""

    def __init__(self, places: Sequence[tuple[Path, str]]) -> None:
        package = Path(__file__).resolve().parents[1]
        # A checkout's own files read from its root, as in soc2kit/tables.py; libraries from their folder.
        known = [
            *places,
            (package, "soc2kit"),
            (Path(sys.prefix), "<python>"),
            (Path(sys.base_prefix), "<python>"),
            (Path.cwd(), "."),
            (Path.home(), "~"),
        ]
        forms = {str(form): word for path, word in reversed(known) for form in (path, path.resolve())}
        # The root folder as a home or working directory would replace every slash.
        self._pairs = sorted(((path, word) for path, word in forms.items() if len(path) > 1), key=lambda p: -len(p[0]))

    def text(self, text: str) -> str:
        for path, word in self._pairs:
            # Only whole names: a folder `demo` must not touch `demo2`.
            text = re.sub(re.escape(path) + r"(?![\w.-]*\w)", word.replace("\\", r"\\"), text) if path in text else text
        return _CELL_FILE.sub("<cell>", text)

    def notebook(self, notebook: Any) -> None:
        """In place: sources, outputs and metadata. Images are left alone."""
        notebook.metadata.pop("papermill", None)
        for cell in notebook.cells:
            cell.source = self.text(cell.source)
            cell.metadata = type(cell.metadata)({key: cell.metadata[key] for key in _KEPT if key in cell.metadata})
            for output in cell.get("outputs", []):
                self._output(output)

    def _output(self, output: Any) -> None:
        for key in ("text", "ename", "evalue"):
            if key in output:
                output[key] = self.text(_ANSI.sub("", output[key]))
        if "traceback" in output:
            output["traceback"] = [self.text(_ANSI.sub("", line)) for line in output["traceback"]]
        for kind, value in output.get("data", {}).items():
            if kind.startswith("text/") and isinstance(value, str):
                output["data"][kind] = self.text(value)
