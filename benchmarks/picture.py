"""Writes the readiness matrix of the example company to docs/readiness.png, as the demo's report shows it.

python -m benchmarks.picture [WORKSPACE]
"""

from __future__ import annotations

import sys
from pathlib import Path

from soc2kit import workbook

PICTURE = Path(__file__).parents[1] / "docs" / "readiness.png"


def main() -> None:
    chart = workbook.open(sys.argv[1] if len(sys.argv) > 1 else "demo").matrix()
    # Without the software's name and version the same evidence gives the same file.
    chart.figure.savefig(PICTURE, dpi=110, metadata={"Software": None})
    print(PICTURE.name)


if __name__ == "__main__":
    main()
