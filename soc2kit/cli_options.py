"""Options that several commands share."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class ReportType(StrEnum):
    I = "I"  # noqa: E741 - the profession's own name of it
    II = "II"


class Format(StrEnum):
    table = "table"
    json = "json"
    csv = "csv"


WorkspaceOption = Annotated[
    Path,
    typer.Option(
        "--workspace", envvar="SOC2KIT_WORKSPACE", help="Folder with soc2kit.toml; the current one by default."
    ),
]
PeriodOption = Annotated[
    str | None,
    typer.Option("--period", help="2026-01, 2026-Q1, 2026 or 2026-01-01..2026-06-30; the window by default."),
]
DatasetOption = Annotated[
    str | None,
    typer.Option("--dataset", help="Only this list, as in github.rule_suites, which GitHub forgets within a month."),
]
AsOfOption = Annotated[
    str | None,
    typer.Option(
        "--as-of", help="A day or a time with a zone, now by default; evidence collected later is left aside."
    ),
]
TypeOption = Annotated[
    ReportType,
    typer.Option("--type", help="II: operation through the window; I: existence on the as-of date, without a period."),
]
