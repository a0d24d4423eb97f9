"""How long a run of reports takes beside a shell loop of the papermill and nbconvert commands, in one sitting.

    python benchmarks/report.py WORKSPACE [--as-of 2026-07-01T06:00:00Z] [--times 3]

Prints the medians and their ratio. Both sides run the same notebooks on the same evidence.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from soc2kit.config import load_config

NOTEBOOKS = Path(__file__).parents[1] / "notebooks"
OURS = (
    "import sys; from pathlib import Path; from soc2kit.reporting import render_reports;"
    "from soc2kit.config import load_config; from soc2kit.period import CIVIL, parse_moment;"
    "config = load_config(Path(sys.argv[1]));"
    "type(config).reports = property(lambda self: Path(sys.argv[4]));"
    "result = render_reports(config, period=CIVIL.parse(sys.argv[2]), as_of=parse_moment(sys.argv[3]),"
    f" notebooks=Path({str(NOTEBOOKS)!r})); sys.exit(not result.ok)"
)


def ours(workspace: str, period: str, as_of: str, out: str) -> None:
    subprocess.run([sys.executable, "-c", OURS, workspace, period, as_of, out], check=True)


def shell_loop(workspace: str, period: str, as_of: str, out: str) -> None:
    given = ["-p", "workspace", workspace, "-p", "period", period, "-p", "as_of", as_of]
    for path in sorted(NOTEBOOKS.glob("[0-9][0-9]_*.ipynb")):
        done = str(Path(out, path.name))
        subprocess.run([sys.executable, "-m", "papermill", str(path), done, *given], check=True, capture_output=True)
        command = [sys.executable, "-m", "nbconvert", "--to", "html", done]
        subprocess.run(command, check=True, capture_output=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("workspace", type=Path)
    parser.add_argument("--as-of", default="2026-07-01T06:00:00Z")
    parser.add_argument("--times", type=int, default=3)
    options = parser.parse_args()
    workspace = options.workspace.resolve()
    window = load_config(workspace).window
    last = window.end.toordinal() - 1
    period = f"{window.start.date()}..{type(window.end.date()).fromordinal(last)}"
    seconds: dict[str, list[float]] = {"soc2kit": [], "shell loop": []}
    for _ in range(options.times):
        for name, run in (("soc2kit", ours), ("shell loop", shell_loop)):
            with tempfile.TemporaryDirectory() as out:
                began = time.monotonic()
                run(str(workspace), period, options.as_of, out)
                seconds[name].append(time.monotonic() - began)
    medians = {name: median(values) for name, values in seconds.items()}
    for name, value in medians.items():
        print(f"{name}: {value:.1f} s (median of {options.times})")
    print(f"ratio: {medians['shell loop'] / medians['soc2kit']:.1f}")


if __name__ == "__main__":
    main()
