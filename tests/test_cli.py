"""The command line as a person meets it: a process, its words and its exit code."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import shutil
import socket
import subprocess
import sys
from datetime import UTC, datetime, timedelta
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
    assert done.stderr.count("kept as it is") == 6
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


def test_the_example_is_assessed_as_of_its_last_collection_unless_told_otherwise(workspace: Path) -> None:
    said, unsaid = (soc2kit("assess", "--workspace", workspace, *more).stdout for more in (["--as-of", AS_OF], []))
    assert said == unsaid


def test_type_one_prints_the_same_contract_for_one_date(workspace: Path) -> None:
    done = soc2kit("assess", "--workspace", workspace, "--as-of", AS_OF, "--type", "I", "--format", "json")
    document = json.loads(done.stdout)
    assert (document["type"], document["period"]["name"]) == ("I", "as of 2026-07-01")
    assert document["window"] == document["owed"] == []
    refused = soc2kit("assess", "--workspace", workspace, "--type", "I", "--period", "2026-Q1")
    assert refused.returncode == 2
    assert "leave out --period" in refused.stderr


def test_owed_says_what_is_late_what_comes_next_and_what_vanishes(workspace: Path) -> None:
    text = soc2kit("owed", "--workspace", workspace, "--as-of", "2026-05-20").stdout
    assert "Owed by systems. Run: soc2kit collect: everything that is due is there" in text
    assert "CH-01    2026-05  read after the close" in text
    assert "AC-08    2026-Q2" not in text, "captured already"
    assert "rule suites: who bypassed a branch rule" in text
    assert "2026-01-01..2026-04-19" in text
    done = soc2kit("owed", "--workspace", workspace, "--as-of", "2026-09-01", "--format", "json")
    document = json.loads(done.stdout)
    assert document["schema"] == "soc2kit-owed/1"
    assert {item["kind"] for item in document["owed"]} == {"answer"}
    assert document["next"] == []
    rows = soc2kit("owed", "--workspace", workspace, "--as-of", "2026-02-20", "--all", "--format", "csv").stdout
    assert '"CH-03","2026-01","capture while open","collected"' in rows
    assert '"CH-03","2026-06","capture while open","upcoming"' in rows


def test_a_sample_is_drawn_again_by_the_published_rule_alone(workspace: Path) -> None:
    """Only the standard library below: what an auditor does by hand."""
    arguments = ["sample", "GH-PR-01", "--workspace", workspace, "--as-of", AS_OF, "--label", "mine", "--size", "24"]
    done = soc2kit(*arguments)
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    lines = sorted(row["line"] for row in rows)
    digest = hashlib.sha256("".join(f"{line}\n" for line in lines).encode()).hexdigest()
    seed = hashlib.sha256(f"{digest} GH-PR-01 mine".encode()).hexdigest()
    assert f"digest of the population {digest}" in done.stderr
    assert f"seed {seed}" in done.stderr
    drawn = {row["line"] for row in rows if row["part of the sample"]}
    assert len(drawn) == 24
    start, width = datetime(2026, 1, 1, tzinfo=UTC), timedelta(days=181) / 12
    parts: dict[int, list[str]] = {}
    for line in lines:
        parts.setdefault(int((datetime.fromisoformat(line.split(" ")[0]) - start) // width), []).append(line)
    for members in parts.values():
        members.sort(key=lambda line: hashlib.sha256(f"{seed} {line}".encode()).hexdigest())
        taken = len(drawn & set(members))
        assert drawn & set(members) == set(members[:taken])
        assert abs(taken - 24 * len(members) / len(lines)) < 1
    assert {row["exception"] for row in rows if row["exception"]} >= {"no approval before the merge"}


def test_a_sample_of_no_test_and_too_large_a_sample_are_refused(workspace: Path) -> None:
    unknown = soc2kit("sample", "GH-PR-99", "--workspace", workspace, "--as-of", AS_OF)
    assert (unknown.returncode, "Run: soc2kit checks" in unknown.stderr) == (2, True)
    large = soc2kit("sample", "GH-PR-06", "--workspace", workspace, "--as-of", AS_OF, "--size", "6")
    assert (large.returncode, "a sample of 6 cannot be drawn from a population of 5" in large.stderr) == (2, True)


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
