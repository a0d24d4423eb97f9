"""Places where a name can hide: each gets one that nothing else in the evidence has, and none may be in the package."""

from __future__ import annotations

import json
import shutil
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest
from example_workspace import Example
from hiding_places import EDITED, edit, first, settings
from rewritten_evidence import rewrite
from typer.testing import CliRunner

from soc2kit.assessment import assess
from soc2kit.cli import app
from soc2kit.config import load_config
from soc2kit.evidence.verify import verify_evidence
from soc2kit.period import stamp
from soc2kit.redaction import redacted
from soc2kit.results import as_document
from soc2kit.sealing.check import check

# What the file prepares is prepared by one worker.
pytestmark = pytest.mark.xdist_group("leaks")

FAILED = {
    "dataset": "aws.users",
    "source": {"system": "aws", "account": "402613907581", "endpoint": "https://10.20.30.40"},
    "identity": "arn:aws:sts::402613907581:assumed-role/Auditor/session.hidden@tidewater.example",
    "completeness": "unknown",
    "reason": "Unreachable: no answer from 10.20.30.40 to jweber-tw (failed.hidden@tidewater.example)",
}
HIDDEN = (
    "198.51.100.23", "198.51.100.55", "198.51.100.99", "99887766", "2001:db8::77", "10.20.30.40", "4711234",
    "lucia.santos", "mlindqvist", "jweber-tw", "lucia santos",
)  # fmt: skip


@dataclass(frozen=True)
class Made:
    workspace: Path
    bag: Path
    package: Path


@pytest.fixture(scope="module")
def made(example: Example, tmp_path_factory: pytest.TempPathFactory) -> Made:
    base = tmp_path_factory.mktemp("leaks")
    workspace = Path(shutil.copytree(example.config.workspace, base / "demo"))
    rewrite(workspace / "evidence", edit, FAILED)
    path = workspace / "soc2kit.toml"
    path.write_text(settings(path.read_text()))
    overlay = "controls:\n- id: AC-01\n  owner: Lucia Santos  # or Yamlhidden\n  statement: by mara.lindqvist\n"
    (workspace / "controls.yaml").write_text(overlay)
    assert verify_evidence(workspace / "evidence") == []
    arguments = ["package", "--workspace", str(workspace), "--as-of", stamp(example.as_of), "--redact"]
    done = CliRunner().invoke(app, arguments)
    assert done.exit_code == 0, done.output or done.exception
    (package,) = (workspace / "packages").glob("*.zip")
    with zipfile.ZipFile(package) as archive:
        archive.extractall(base / "unpacked")
    return Made(workspace, base / "unpacked" / package.stem, package)


_OWN_WORDS = (
    "hidden from", "overflow: hidden", "hidden:", "hidden_due_to_security_reasons", "bypass hidden", "bypass_hidden",
    "hidden is not none", "hidden where it was known", "or was hidden;",
)  # fmt: skip


def test_none_of_the_hidden_names_is_left(made: Made) -> None:
    for path in made.bag.rglob("*"):
        if path.is_file() and "software" not in path.parts:
            text = path.read_text(encoding="utf-8", errors="replace").lower()
            # The tool's own words: "hidden from this token", CSS, and the like.
            for words in _OWN_WORDS:
                text = text.replace(words, "")
            found = [word for word in ("hidden", *HIDDEN) if word in text]
            where = text.find(found[0]) if found else 0
            assert found == [], f"{path.name}: {text[max(where - 80, 0) : where + 40]}"


@pytest.mark.parametrize("dataset", sorted(EDITED))
def test_a_name_was_hidden_in_the_evidence_of(dataset: str, made: Made) -> None:
    """Else the test above would show nothing of that dataset."""
    records = map(json.loads, (made.workspace / "evidence/ledger.jsonl").read_text().splitlines())
    paths = [record["path"] for record in records if record["dataset"] == dataset and record["path"]]
    texts = [(made.workspace / "evidence" / path).read_text().lower() for path in paths]
    text = "\n".join(texts).replace("hidden_due_to_security_reasons", "")
    assert any(word in text for word in ("hidden", *HIDDEN[:7]))


def test_it_verifies_and_gives_what_the_original_gives(made: Made, example: Example) -> None:
    checked = check(made.package, recompute=True)
    assert (checked.problems, checked.differing) == ((), ())
    theirs = json.loads((made.bag / "data" / "results.json").read_text())
    ours = as_document(assess(load_config(made.workspace), as_of=example.as_of))
    for one, other in zip(ours["tests"], theirs["tests"], strict=True):
        assert (one["verdict"], one["population"], len(one["exceptions"])) == (
            other["verdict"], other["population"], len(other["exceptions"]),
        )  # fmt: skip


def test_people_of_one_name_and_accounts_of_two_spellings_stay_apart(made: Made) -> None:
    with redacted(load_config(made.workspace)) as copy:
        text = copy.replacer.text
        assert text("lucia.santos@tidewater.example") != text("second.hidden@tidewater.example")
        assert text("MLindqvist") != text("mlindqvist")
        owners = copy.config.parameters.first.approved_github_owners
        assert len(set(owners)) == len(owners) == 4
        (rules, *_) = sorted(copy.config.evidence.rglob("github-branch-protection-*.json"))
        actor = first(json.loads(rules.read_bytes()), "actor_type")
        assert actor is not None
        assert f"User:{actor['actor_id']}" in copy.config.parameters.first.approved_bypass_actors


def test_the_copy_can_be_redacted_again(made: Made, tmp_path: Path) -> None:
    """An auditor's own redaction of what was given to them: pseudonyms of pseudonyms, and still a whole chain."""
    workspace = Path(shutil.copytree(made.bag / "data" / "workspace", tmp_path / "again"))
    with redacted(load_config(workspace)) as copy:
        assert verify_evidence(copy.config.evidence) == []
