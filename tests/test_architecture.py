"""Which way the code may depend, and how long a module may get."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import soc2kit

ROOT = Path(soc2kit.__file__).parent
MODULES = {path.relative_to(ROOT).as_posix(): path for path in sorted(ROOT.rglob("*.py"))}
CLIENTS = {"boto3", "botocore", "moto", "github", "psycopg", "requests", "httpx", "urllib3", "socket"}
OUTSIDE = ("sources/", "example/")
CLOCKS = {"now", "utcnow", "today", "time", "time_ns"}
# What reads the clock on purpose: the command line; the forms, where a person decides and signs at a time; and the
# example's servers, which have a time of their own.
CLOCK_READERS = ("cli.py", "forms/", "example/")
MAY_BE_IMPORTED_BY_CHECKS = {"model", "parameters", "period", "errors", "checks"}


def _tree(name: str) -> ast.Module:
    return ast.parse(MODULES[name].read_text(encoding="utf-8"))


def _imported(name: str) -> Iterator[str]:
    """Absolute names of everything a module imports, wherever in the module that is."""
    package = ["soc2kit", *Path(name).parts[:-1]]
    for node in ast.walk(_tree(name)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            module = ".".join([*base, *([node.module] if node.module else [])])
            # `from . import changes` imports a module, so the name counts too.
            yield from (f"{module}.{alias.name}" for alias in node.names)


CHECK_MODULES = [name for name in MODULES if name.startswith("checks/")]


@pytest.mark.parametrize("name", CHECK_MODULES)
def test_checks_import_pandas_and_the_model_alone(name: str) -> None:
    for imported in _imported(name):
        top, *rest = imported.split(".")
        if top == "soc2kit":
            assert rest[0] in MAY_BE_IMPORTED_BY_CHECKS, imported
        else:
            assert top == "pandas" or top in sys.stdlib_module_names, imported
            assert top not in CLIENTS, imported


@pytest.mark.parametrize("name", [name for name in MODULES if not name.startswith((*OUTSIDE, "cli.py"))])
def test_only_sources_and_the_example_import_clients(name: str) -> None:
    assert {imported.split(".")[0] for imported in _imported(name)} & CLIENTS == set()


@pytest.mark.parametrize("name", [name for name in MODULES if name.startswith("frames/")])
def test_frames_know_no_checks(name: str) -> None:
    assert [imported for imported in _imported(name) if imported.startswith("soc2kit.checks")] == []


@pytest.mark.parametrize("name", [name for name in MODULES if name.startswith(("sources/", "evidence/"))])
def test_sources_and_evidence_judge_nothing(name: str) -> None:
    judges = ("soc2kit.checks", "soc2kit.assessment", "soc2kit.testing", "soc2kit.scoring")
    assert [imported for imported in _imported(name) if imported.startswith(judges)] == []


@pytest.mark.parametrize("name", [name for name in MODULES if not name.startswith(CLOCK_READERS)])
def test_only_the_command_line_reads_the_clock(name: str) -> None:
    readings = [
        f"line {node.lineno}: {ast.unparse(node)}"
        for node in ast.walk(_tree(name))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in CLOCKS
        and ast.unparse(node.func.value) in ("datetime", "datetime.datetime", "date", "time", "pd.Timestamp")
    ]
    assert readings == []


@pytest.mark.parametrize("name", MODULES)
def test_no_blanket_excepts(name: str) -> None:
    caught = [node.type for node in ast.walk(_tree(name)) if isinstance(node, ast.ExceptHandler)]
    assert [kind for kind in caught if kind is None or ast.unparse(kind) == "Exception"] == []


@pytest.mark.parametrize("name", MODULES)
def test_modules_are_short(name: str) -> None:
    assert len(MODULES[name].read_text(encoding="utf-8").splitlines()) <= 300


@pytest.mark.parametrize("module", ["soc2kit.workbook", "soc2kit.assessment"])
def test_offline_parts_load_no_client(module: str) -> None:
    clients = ("boto3", "botocore", "moto", "github", "psycopg")
    code = f"import sys, {module}; print([name for name in {clients!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == "[]"
