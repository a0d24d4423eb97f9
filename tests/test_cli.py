"""The command line as a person meets it: a process, its words and its exit code."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from soc2kit.evidence.verify import verify_evidence

COMMANDS = (
    "init", "collect", "assess", "report", "run", "demo", "package", "verify", "checks", "owed", "sample", "lab",
)  # fmt: skip
AS_OF = "2026-07-01T06:00:00Z"


def soc2kit(*arguments: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the command with an environment that holds no credentials."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "GITHUB_", "PG"))}
    return subprocess.run(
        [sys.executable, "-c", "from soc2kit.cli import main; main()", *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        env={**kept, "AWS_EC2_METADATA_DISABLED": "true", **environment},
        timeout=240,
    )


@pytest.fixture
def workspace(example: Any, tmp_path: Path) -> Path:
    """A copy of the example's workspace."""
    return Path(shutil.copytree(example.config.workspace, tmp_path / "demo"))


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_with_an_example(command: str) -> None:
    done = soc2kit(command, "--help")
    assert done.returncode == 0
    assert f"Example: soc2kit {command}" in done.stdout


def test_the_list_of_commands_is_the_one_tested_here() -> None:
    done = soc2kit()
    assert done.returncode == 2
    listed = [line.split()[0] for line in done.stdout.split("Commands:")[1].splitlines() if line.startswith("  ")]
    assert sorted(word for word in listed if word in COMMANDS) == sorted(COMMANDS)
    assert len(done.stdout.split("Commands:")[1].strip().splitlines()) == len(COMMANDS)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["nonsense"], "No such command 'nonsense'. Run: soc2kit --help"),
        (["assess", "--format", "xml"], "'xml' is not one of"),
        (["report", "--jobs", "0"], "--jobs"),
        (["assess", "--workspace", "nowhere"], "no soc2kit.toml in nowhere: run soc2kit init"),
        (["verify", "nowhere"], "nowhere is neither a sealed package nor a workspace"),
        (["demo", "--workspace", "/"], "is not a folder that soc2kit demo made"),
    ],
)
def test_bad_usage_says_what_is_wrong_in_one_line_and_exits_with_2(arguments: list[str], words: str) -> None:
    done = soc2kit(*arguments)
    assert done.returncode == 2
    assert words in done.stderr
    assert "Traceback" not in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


@pytest.mark.parametrize(
    ("option", "value", "words"),
    [
        ("--period", "2026-13", "'2026-13' is not a period"),
        ("--as-of", "yesterday", "'yesterday' is not a time"),
        ("--as-of", "2026-07-01T06:00:00", "has no time zone"),
    ],
)
def test_a_period_or_time_that_cannot_be_read_exits_with_2(
    option: str, value: str, words: str, workspace: Path
) -> None:
    done = soc2kit("assess", "--workspace", workspace, option, value)
    assert (done.returncode, words in done.stderr) == (2, True)


def test_init_writes_a_workspace_that_loads_and_never_overwrites(tmp_path: Path) -> None:
    assert soc2kit("init", "--workspace", tmp_path).returncode == 0
    (tmp_path / "roster.csv").write_text("mine")
    done = soc2kit("init", "--workspace", tmp_path)
    assert done.returncode == 0
    assert done.stderr.count("kept as it is") == 3
    assert (tmp_path / "roster.csv").read_text() == "mine"
    document = json.loads(soc2kit("assess", "--workspace", tmp_path, "--format", "json").stdout)
    assert {test["verdict"] for test in document["tests"]} == {"not_tested"}
    assert all(test["notes"] for test in document["tests"])
    assert not any(criterion["status"] == "supported_by_evidence" for criterion in document["criteria"])


def test_unreachable_systems_are_recorded_the_roster_is_kept_and_the_exit_code_is_3(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    soc2kit("init", "--workspace", tmp_path)
    (tmp_path / "roster.csv").write_text(
        "email,name,kind,team,manager,started_on,left_at\nada@x.example,Ada,employee,,,,\n"
    )
    with (tmp_path / "soc2kit.toml").open("a") as settings:
        settings.write(
            f'[sources.aws]\nendpoint_url = "http://127.0.0.1:{port}"\n'
            f'[sources.github]\norganization = "x"\nbase_url = "http://127.0.0.1:{port}"\n'
            f'[sources.postgres]\nhost = "127.0.0.1"\nport = {port}\nuser = "x"\n'
        )
    credentials = {"AWS_ACCESS_KEY_ID": "example", "AWS_SECRET_ACCESS_KEY": "hidden-secret", "AWS_MAX_ATTEMPTS": "1"}
    done = soc2kit("run", "--workspace", tmp_path, GITHUB_TOKEN="hidden-token", **credentials)
    assert done.returncode == 3, done.stderr
    assert "company.roster: 1 rows" in done.stderr
    assert "aws.users: not collected. Unreachable" in done.stderr
    assert "postgres.roles: not collected. Unreachable" in done.stderr
    assert "github.members: not collected. Unreachable" in done.stderr
    assert verify_evidence(tmp_path / "evidence") == []
    everything = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert b"hidden-secret" not in everything
    assert b"hidden-token" not in everything
    (index,) = tmp_path.glob("reports/*/index.html")
    assert "not tested" in index.read_text().lower()


@pytest.mark.parametrize(
    ("roster", "words"),
    [("", "no column 'email'"), (None, "does not exist")],
)
def test_a_bad_roster_is_a_recorded_failure(roster: str | None, words: str, tmp_path: Path) -> None:
    soc2kit("init", "--workspace", tmp_path)
    (tmp_path / "roster.csv").unlink()
    if roster is not None:
        (tmp_path / "roster.csv").write_text(roster)
    done = soc2kit("collect", "--workspace", tmp_path)
    assert done.returncode == 3
    assert words in done.stderr
    assert not list((tmp_path / "evidence").rglob("roster*"))
    assert verify_evidence(tmp_path / "evidence") == []


def test_assess_prints_the_contract(workspace: Path) -> None:
    done = soc2kit("assess", "--workspace", workspace, "--as-of", AS_OF, "--format", "json")
    assert done.returncode == 0
    document = json.loads(done.stdout)
    assert document["schema"] == "soc2kit-assessment/1"
    assert {"as_of", "period", "tests", "controls", "criteria", "counts", "owed"} <= set(document)
    assert len(document["criteria"]) == 61
    keys = {"id", "title", "control", "criteria", "kind", "verdict", "population", "exceptions", "evidence"}
    assert all(keys <= set(test) for test in document["tests"])
    assert all({"key", "reason"} <= set(item) for test in document["tests"] for item in test["exceptions"])
    assert all((workspace / "evidence" / path).is_file() for test in document["tests"] for path in test["evidence"])


def test_the_examples_systems_are_gone_and_collecting_from_them_says_so(workspace: Path) -> None:
    before = (workspace / "evidence" / "ledger.jsonl").read_bytes()
    done = soc2kit("collect", "--workspace", workspace)
    assert done.returncode == 2
    assert "Run: soc2kit demo" in done.stderr
    assert (workspace / "evidence" / "ledger.jsonl").read_bytes() == before


def test_verify_names_a_changed_byte_and_exits_with_1(workspace: Path) -> None:
    assert soc2kit("verify", workspace).returncode == 0
    path = workspace / "evidence" / "2026-Q1" / "hr" / "roster-2026-01-15.csv"
    path.write_bytes(path.read_bytes().replace(b"Mara", b"Nara"))
    done = soc2kit("verify", workspace)
    assert done.returncode == 1
    assert "changed: 2026-Q1/hr/roster-2026-01-15.csv" in done.stdout


def test_help_loads_nothing_heavy() -> None:
    script = (
        "import sys\nsys.argv = ['soc2kit', '--help']\nfrom soc2kit.cli import main\n"
        "try: main()\nexcept SystemExit: pass\n"
        "heavy = {'pandas', 'boto3', 'github', 'matplotlib', 'papermill', 'moto', 'psycopg'} & set(sys.modules)\n"
        "sys.exit(', '.join(heavy) if heavy else 0)\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
