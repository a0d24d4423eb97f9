"""A sealed package: checked, tampered with in every way we know, and tested again without a network."""

from __future__ import annotations

import csv
import json
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import bagit
import pytest

from soc2kit.assessment import assess
from soc2kit.checks.table import CHECKS
from soc2kit.config import load_config
from soc2kit.errors import UsageError
from soc2kit.model import Assessment
from soc2kit.results import as_json
from soc2kit.sealing.check import check
from soc2kit.sealing.compare import differences
from soc2kit.sealing.package import seal

# What the file prepares is prepared by one worker.
pytestmark = pytest.mark.xdist_group("package")

RAW = "data/workspace/evidence/2026-Q1/hr/roster-2026-01-15.csv"
LEDGER = "data/workspace/evidence/ledger.jsonl"


@dataclass(frozen=True)
class Package:
    path: Path
    folder: Path
    workspace: Path
    key: Path
    signers: Path


@pytest.fixture(scope="module")
def package(example: Any, tmp_path_factory: pytest.TempPathFactory) -> Package:
    """A signed package of the example company, and its unpacked folder."""
    base = tmp_path_factory.mktemp("sealed")
    workspace = base / "demo"
    shutil.copytree(example.config.workspace, workspace)
    key = base / "key"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(key)], check=True)
    signers = base / "signers"
    signers.write_text(f"lead@tidewater.example {key.with_suffix('.pub').read_text()}")
    config = load_config(workspace)
    sealed = seal(config, assess(config, as_of=example.as_of), reports=None, now=example.as_of, key=key)
    with zipfile.ZipFile(sealed.path) as archive:
        archive.extractall(base / "unpacked")
    return Package(sealed.path, base / "unpacked" / sealed.path.stem, workspace, key, signers)


@pytest.fixture
def bag(package: Package, tmp_path: Path) -> Path:
    """A copy of the unpacked package that a test may damage."""
    return Path(shutil.copytree(package.folder, tmp_path / package.folder.name))


def test_an_untouched_package_verifies_and_every_test_gives_what_was_sealed(package: Package) -> None:
    checked = check(package.path, recompute=True, signers=package.signers)
    assert checked.problems == ()
    assert checked.differing == ()
    assert checked.tests == len(CHECKS)
    assert checked.notes == ()


def test_every_population_and_an_index_of_every_file_are_in_it(package: Package) -> None:
    data = package.folder / "data"
    results = {test["id"]: test for test in json.loads((data / "results.json").read_text())["tests"]}
    for name, test in results.items():
        rows = list(csv.DictReader((data / f"populations/{name}.csv").open(encoding="utf-8", newline="")))
        assert len(rows) == test["population"]
        assert sum(bool(row["exception"]) for row in rows) == len(test["exceptions"])
    index = (data / "index.html").read_text()
    names = {path.relative_to(data).as_posix() for path in data.rglob("*") if path.is_file()} - {"index.html"}
    assert {name for name in names if f'href="{name}"' not in index} == set()


def test_a_row_left_out_of_a_population_is_found_by_performing_the_test_again(package: Package, tmp_path: Path) -> None:
    """Sealed anew, so that no digest tells: only the evidence does."""
    bag = Path(shutil.copytree(package.folder, tmp_path / package.folder.name))
    population = bag / "data/populations/GH-PR-01.csv"
    lines = population.read_text().splitlines()
    population.write_text("\n".join([*lines[:-1], ""]))
    (bag / "tagmanifest-sha256.txt.sig").unlink()
    bagit.Bag(str(bag)).save(manifests=True)
    checked = check(bag, recompute=True)
    assert checked.problems == ()
    (difference,) = checked.differing or ()
    assert difference.startswith(f"populations GH-PR-01.csv: line {len(lines)}: sealed 'nothing'")


def replace(name: str, old: bytes, new: bytes) -> Callable[[Path], None]:
    def edit(bag: Path) -> None:
        data = (bag / name).read_bytes()
        assert old in data
        (bag / name).write_bytes(data.replace(old, new, 1))

    return edit


def remove(name: str) -> Callable[[Path], None]:
    return lambda bag: (bag / name).unlink()


def add(name: str) -> Callable[[Path], None]:
    return lambda bag: (bag / name).write_text("added") and None


def drop_line(name: str, number: int) -> Callable[[Path], None]:
    def edit(bag: Path) -> None:
        lines = (bag / name).read_bytes().splitlines(keepends=True)
        del lines[number - 1]  # line 0 is the last one
        (bag / name).write_bytes(b"".join(lines))

    return edit


TAMPERINGS = {
    "a byte of raw evidence": (replace(RAW, b"Mara", b"Nara"), "roster-2026-01-15.csv"),
    "a raw file removed": (remove(RAW), "roster-2026-01-15.csv"),
    "a file added to the evidence": (add("data/workspace/evidence/2026-Q1/hr/more.csv"), "more.csv"),
    "a hand-edited result": (replace("data/results.json", b'"population": 6', b'"population": 7'), "results.json"),
    "a ledger line removed": (drop_line(LEDGER, 3), "ledger.jsonl"),
    "the last ledger line removed": (drop_line(LEDGER, 0), "ledger.jsonl"),
    "a setting changed": (replace("data/workspace/soc2kit.toml", b"[scope]", b"[scope] "), "soc2kit.toml"),
    "a tag file added": (add("note.txt"), "note.txt was added"),
    "the tag manifest removed": (remove("tagmanifest-sha256.txt"), "tagmanifest-sha256.txt is missing"),
    "the manifest removed": (remove("manifest-sha256.txt"), "manifest-sha256.txt"),
    "bag-info changed": (replace("bag-info.txt", b"Tidewater", b"Tidewatar"), "bag-info.txt"),
    "the signature removed": (remove("tagmanifest-sha256.txt.sig"), "not signed"),
    "the code changed": (add("data/software/soc2kit-0.1.0-py3-none-any.whl"), "soc2kit-0.1.0"),
}


@pytest.mark.parametrize("name", TAMPERINGS)
def test_each_tampering_is_found_and_named(name: str, bag: Path, package: Package) -> None:
    tamper, named = TAMPERINGS[name]
    tamper(bag)
    checked = check(bag, recompute=False, signers=package.signers)
    assert not checked.ok
    assert any(named in problem for problem in checked.problems), checked.problems


def test_bagging_again_after_a_change_is_caught_by_the_signature_and_the_chain(bag: Path, package: Package) -> None:
    """Anyone can make new manifests; nobody else can sign them, and the ledger still has the old digest."""
    replace(RAW, b"Mara", b"Nara")(bag)
    bagit.Bag(str(bag)).save(manifests=True)
    problems = check(bag, recompute=False, signers=package.signers).problems
    assert any(problem.startswith("signature") for problem in problems)
    assert any("roster-2026-01-15.csv" in problem for problem in problems)


def test_another_signer_is_not_accepted(package: Package, tmp_path: Path) -> None:
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(tmp_path / "other")], check=True)
    signers = tmp_path / "signers"
    signers.write_text(f"lead@tidewater.example {(tmp_path / 'other.pub').read_text()}")
    assert any("signature" in problem for problem in check(package.path, recompute=False, signers=signers).problems)


def test_recomputing_names_each_number_that_was_edited_by_hand(bag: Path) -> None:
    """Even where the seal was made anew, the evidence does not give the edited number."""
    path = bag / "data" / "results.json"
    document = json.loads(path.read_text())
    test = next(test for test in document["tests"] if test["id"] == "ACC-OFF-03")
    test["verdict"], test["exceptions"] = "no_exceptions", []
    path.write_text(json.dumps(document))
    (bag / "tagmanifest-sha256.txt.sig").unlink()
    bagit.Bag(str(bag)).save(manifests=True)
    checked = check(bag, recompute=True)
    assert checked.problems == ()
    assert checked.differing is not None
    assert [line.split(":")[0] for line in checked.differing] == ["tests ACC-OFF-03", "tests ACC-OFF-03"]
    assert "production/fortega" in checked.differing[0]


def test_other_code_is_said_to_be_other_code(bag: Path) -> None:
    replace("bag-info.txt", b"Soc2kit-Code-SHA256: ", b"Soc2kit-Code-SHA256: 0")(bag)
    assert any("other code than was sealed" in note for note in check(bag, recompute=True).notes)


def test_the_sealed_wheel_installs_and_performs_the_tests_again_without_network(
    package: Package, tmp_path: Path
) -> None:
    """As an auditor would: the code out of the package, sockets to anywhere else blocked."""
    target = tmp_path / "code"
    wheel = next((package.folder / "data" / "software").glob("*.whl"))
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", "--target", str(target)]
    subprocess.run([*command, str(wheel)], check=True)
    script = (
        "import socket, sys\n"
        "def refuse(*a, **k): raise OSError('no network here')\n"
        "socket.socket.connect = refuse; socket.create_connection = refuse; socket.getaddrinfo = refuse\n"
        f"sys.path.insert(0, {str(target)!r})\n"
        "import soc2kit\n"
        f"assert soc2kit.__file__.startswith({str(target)!r}), soc2kit.__file__\n"
        "sys.argv = ['soc2kit', 'verify', sys.argv[1], '--recompute']\n"
        "from soc2kit.cli import main\n"
        "main()\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(package.path)], capture_output=True, text=True, check=False, cwd=tmp_path
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"{len(CHECKS)} tests performed again, 0 differences" in done.stdout
    assert "other code" not in done.stdout


def test_a_second_package_names_the_first_and_overwrites_nothing(package: Package, example: Any) -> None:
    before = package.path.read_bytes()
    config = load_config(package.workspace)
    sealed = seal(config, assess(config, as_of=example.as_of), reports=None, now=example.as_of)
    assert sealed.path != package.path
    assert package.path.read_bytes() == before
    with zipfile.ZipFile(sealed.path) as archive:
        info = archive.read(f"{sealed.path.stem}/bag-info.txt").decode()
    assert "Previous-Package-SHA256: none" not in info
    sealed.path.unlink()


def test_damaged_evidence_is_not_sealed(example: Any, tmp_path: Path) -> None:
    workspace = tmp_path / "demo"
    shutil.copytree(example.config.workspace, workspace)
    (workspace / "evidence" / "2026-Q1" / "hr" / "roster-2026-01-15.csv").write_text("email\n")
    config = load_config(workspace)
    with pytest.raises(UsageError, match=r"roster-2026-01-15\.csv"):
        seal(config, assess(config, as_of=example.as_of), reports=None, now=example.as_of)
    assert not list(tmp_path.glob("demo/packages/*.zip"))


@pytest.mark.parametrize("name", ["../outside.txt", "/absolute.txt", "a/../../b.txt"])
def test_a_package_cannot_write_outside_its_folder(name: str, tmp_path: Path) -> None:
    path = tmp_path / "evil.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(name, "x")
    with pytest.raises(UsageError, match="leaves its folder"):
        check(path, recompute=False)


@pytest.mark.parametrize("content", [b"", b"PK not a zip", b"PK\x05\x06" + b"\0" * 18])
def test_what_is_no_package_is_refused_in_words(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "x.zip"
    path.write_bytes(content)
    with pytest.raises(UsageError, match=r"x\.zip"):
        check(path, recompute=False)


def test_differences_are_named_by_part_id_and_field(assessed: Assessment) -> None:
    document = json.loads(as_json(assessed))
    changed = json.loads(json.dumps(document))
    changed["controls"][0]["design"] = "suitable"
    del changed["criteria"][0]
    changed["counts"][0]["value"] = -1
    found = list(differences(document, changed))
    assert found == [
        "controls GV-01: design: sealed 'not_assessed', computed 'suitable'",
        f"counts {document['counts'][0]['label']}: value: sealed {document['counts'][0]['value']}, computed -1",
        "criteria CC1.1: only in what was sealed",
    ]
    assert list(differences(document, document)) == []
