"""A redacted package: nobody is named in it, every test gives the same, and it says what it is."""

from __future__ import annotations

import json
import re
import shutil
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
import yaml
from example_workspace import Example
from typer.testing import CliRunner

from soc2kit.assessment import assess
from soc2kit.cli import app
from soc2kit.config import load_config
from soc2kit.errors import ReportFailed, UsageError
from soc2kit.evidence.verify import verify_evidence
from soc2kit.model import Assessment
from soc2kit.period import stamp
from soc2kit.redaction import redacted
from soc2kit.redaction.identifiers import identifiers
from soc2kit.redaction.mentions import Identifier
from soc2kit.redaction.pseudonyms import FILE_NAME, Pseudonyms
from soc2kit.results import as_document
from soc2kit.sealing.check import check

# What the file prepares is prepared by one worker.
pytestmark = pytest.mark.xdist_group("redaction")


@dataclass(frozen=True)
class Package:
    path: Path
    data: Path
    workspace: Path
    before: dict[str, bytes]


def evidence_of(workspace: Path) -> dict[str, bytes]:
    root = workspace / "evidence"
    return {str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*") if path.is_file()}


@pytest.fixture(scope="module")
def package(example: Example, tmp_path_factory: pytest.TempPathFactory) -> Package:
    """Made by the command itself, on a copy of the example, and unpacked."""
    base = tmp_path_factory.mktemp("redacted")
    workspace = Path(shutil.copytree(example.config.workspace, base / "demo"))
    before = evidence_of(workspace)
    arguments = ["package", "--workspace", str(workspace), "--as-of", stamp(example.as_of), "--redact"]
    done = CliRunner().invoke(app, arguments)
    assert done.exit_code == 0, done.output
    (path,) = (workspace / "packages").glob("*.zip")
    with zipfile.ZipFile(path) as archive:
        archive.extractall(base / "unpacked")
    return Package(path, base / "unpacked" / path.stem / "data", workspace, before)


def named_people() -> Iterator[str]:
    """Every name, address, login, IAM user and database role of the example's people, from its timeline alone."""
    timeline = yaml.safe_load((files("soc2kit.example") / "timeline.yaml").read_text(encoding="utf-8"))
    services = {person["email"] for person in timeline["people"] if person.get("kind") == "service"}
    for person in timeline["people"]:
        if person.get("kind") != "service":
            yield person["name"]
            first, last = person["name"].lower().split()
            yield f"{first}.{last}"
            yield f"{first}.{last}@{timeline['domain']}"
    yield from (user["name"] for user in timeline["aws"]["users"] if user["name"] not in services)
    for group in ("members", "outside"):
        yield from (member["login"] for member in timeline["github"][group])
    yield from timeline["github"]["former"]
    for role in timeline["postgres"]["roles"]:
        if role.get("owner") and role["owner"] not in services:
            yield role["name"]


def test_nobody_is_named_anywhere(package: Package) -> None:
    people = list(named_people())
    assert len(people) == 134
    names = re.compile("|".join(rf"(?<![\w.-]){re.escape(name)}(?![\w-]|\.\w)" for name in people), re.IGNORECASE)
    letters = {name.casefold() for name in people}
    assert names.search("by MARA.Lindqvist@tidewater.example")
    for path in package.data.parent.rglob("*"):
        if path.is_file() and "software" not in path.parts:
            text = f"{path.name}\n{path.read_text(encoding='utf-8', errors='replace')}"
            # To look for all of them as whole words in 30 MB takes half a minute, for their letters two seconds.
            folded = text.casefold()
            found = names.search(text) if any(name in folded for name in letters) else None
            assert found is None, f"{found[0] if found else ''} in {path.name}"


def test_it_verifies_and_every_test_recomputes_and_it_says_what_it_is(package: Package) -> None:
    checked = check(package.path, recompute=True)
    assert checked.problems == ()
    assert checked.differing == ()
    assert any("a redacted copy" in note for note in checked.notes)
    assert package.path.name.endswith("-redacted.zip")
    results = json.loads((package.data / "results.json").read_text())
    assert any("this is a redacted copy" in note for note in results["notes"])
    (page,) = package.data.glob("reports/*/00_readiness.html")
    assert "this is a redacted copy" in page.read_text()
    assert "| e-mail |" in (package.data / "workspace/REDACTION.md").read_text()
    info = (package.data.parent / "bag-info.txt").read_text()
    assert "Redaction: personal data" in info


def test_verdicts_populations_and_exceptions_are_the_same(package: Package, assessed: Assessment) -> None:
    sealed = {test["id"]: test for test in json.loads((package.data / "results.json").read_text())["tests"]}
    for test in as_document(assessed)["tests"]:
        other = sealed[test["id"]]
        assert (other["verdict"], other["population"]) == (test["verdict"], test["population"])
        assert sorted(row["at"] for row in other["exceptions"]) == sorted(row["at"] for row in test["exceptions"])
        assert other["open_exceptions"] == test["open_exceptions"]


def test_the_workspace_gains_the_list_of_pseudonyms_and_nothing_else(package: Package) -> None:
    assert evidence_of(package.workspace) == package.before
    assert check(package.workspace, recompute=False).ok
    listed = package.workspace / FILE_NAME
    assert listed.stat().st_mode & 0o077 == 0
    assert not list(package.data.rglob(FILE_NAME))


def test_each_record_names_the_file_and_line_that_it_was_made_from(package: Package) -> None:
    import hashlib

    originals = (package.workspace / "evidence/ledger.jsonl").read_bytes().splitlines(keepends=True)
    copies = (package.data / "workspace/evidence/ledger.jsonl").read_bytes().splitlines()
    for line, copy in zip(originals, map(json.loads, copies), strict=True):
        assert copy["redacted_from"]["line_sha256"] == hashlib.sha256(line).hexdigest()
        assert copy["redacted_from"]["sha256"] == json.loads(line)["sha256"]


def test_pseudonyms_stay_when_somebody_new_appears(example: Example, tmp_path: Path) -> None:
    workspace = Path(shutil.copytree(example.config.workspace, tmp_path / "demo"))
    config = load_config(workspace)
    with redacted(config) as first:
        pass
    before = (workspace / FILE_NAME).read_text()
    numbers = Pseudonyms(workspace / FILE_NAME)
    numbers.assign([Identifier("e-mail", "new@x.example"), Identifier("account", "newcomer")])
    with redacted(config) as second:
        assert verify_evidence(second.config.evidence) == []
    assert (workspace / FILE_NAME).read_text().startswith(before)
    assert first.replacer.text("mara.lindqvist@tidewater.example") == second.replacer.text(
        "mara.lindqvist@tidewater.example"
    )


def test_a_copy_that_answers_differently_is_refused(example: Example, assessed: Assessment, tmp_path: Path) -> None:
    workspace = Path(shutil.copytree(example.config.workspace, tmp_path / "demo"))
    config = load_config(workspace)
    original = assessed
    with redacted(config) as copy:
        again = assess(copy.config, as_of=example.as_of)
        copy.refuse_differences(original, again)
        with pytest.raises(ReportFailed, match="another result for AWS-IAM-01"):
            copy.refuse_differences(
                original, assess(copy.config, period=config.calendar.parse("2026-Q2"), as_of=example.as_of)
            )


def test_a_name_that_is_left_is_refused(example: Example, tmp_path: Path) -> None:
    workspace = Path(shutil.copytree(example.config.workspace, tmp_path / "demo"))
    bag = tmp_path / "bag"
    (bag / "software").mkdir(parents=True)
    (bag / "software/x.txt").write_text("Mara Lindqvist")
    with redacted(load_config(workspace)) as copy:
        copy.refuse_leftovers(bag)
        (bag / "page.html").write_text("<p>by MARA.lindqvist@Tidewater.example</p>")
        with pytest.raises(ReportFailed, match=r"still stands in page\.html"):
            copy.refuse_leftovers(bag)


class Store:
    """A store of one GitHub file and a roster."""

    def __init__(self, *logins: str) -> None:
        self.logins = logins

    def records(self) -> list[Any]:
        from soc2kit.evidence import Record

        fields = {
            "dataset": "github.members", "path": "a.json", "completeness": "complete", "identity": "ann",
            "source": {"system": "github", "account": "x"},
        }  # fmt: skip
        return [Record(fields)]

    def read_pages(self, record: Any) -> list[dict[str, Any]]:
        return [{"answer": [{"login": login, "type": "User"} for login in self.logins]}]


@pytest.mark.parametrize("login", ["admin", "Main", "approved", "email"])
def test_an_account_with_the_name_of_a_word_is_refused_by_name(login: str) -> None:
    with pytest.raises(UsageError, match=f"the account '{login}' has the name of a word"):
        identifiers(Store("ann", login))  # type: ignore[arg-type]
