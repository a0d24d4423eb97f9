"""The folder of scanners' reports: each file kept once and as it is, listed each time, and read into scans."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from soc2kit.collect import collect
from soc2kit.config import Config
from soc2kit.errors import EvidenceDamaged
from soc2kit.evidence import EvidenceStore
from soc2kit.frames import FrameSet
from soc2kit.period import CIVIL, parse_moment
from soc2kit.source_settings import ScansSettings
from soc2kit.sources import scans

AT = parse_moment("2026-02-15T09:00:00Z")
PDF = b"%PDF-1.7\nnothing to read"
SARIF = {"version": "2.1.0", "runs": [{"tool": {"driver": {"name": "Checkov"}}, "results": []}]}


def trivy(at: str, *ids: str) -> dict[str, Any]:
    found = [{"VulnerabilityID": one, "PkgName": "p", "Severity": "HIGH"} for one in ids]
    return {"SchemaVersion": 2, "CreatedAt": at, "ArtifactName": "https://github.com/acme/api",
            "ArtifactType": "repository", "Results": [{"Target": "lock", "Vulnerabilities": found}]}  # fmt: skip


class Workspace:
    def __init__(self, path: Path) -> None:
        self.config = Config(path, "X", CIVIL.parse("2026-Q1"), ("security",), scans=ScansSettings())
        self.folder = path / "scans"
        self.folder.mkdir()

    def put(self, **files: Any) -> None:
        for name, content in files.items():
            path = self.folder / name.replace("__", "/").replace("_json", ".json").replace("_pdf", ".pdf")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())

    def register(self, *lines: str) -> None:
        (self.folder / "scans.csv").write_text("\n".join(["file,target,kind,date", *lines]) + "\n")

    def collect(self, at: datetime = AT) -> list[str]:
        """The reasons of what failed."""
        done = collect(self.config, [scans.SOURCE], clock=lambda: at)
        return [str(record.fields["reason"]) for record in done.failed]

    @property
    def store(self) -> EvidenceStore:
        return EvidenceStore(self.config.evidence)

    def kept(self) -> dict[str, bytes]:
        records = [one for one in self.store.records() if one.dataset == "original:scans.files"]
        return {str(record.path): self.store.read_bytes(record) for record in records}

    def frame(self, name: str, at: datetime = AT) -> list[dict[Any, Any]]:
        frames = FrameSet(self.store, period=self.config.window, as_of=at + timedelta(days=60))
        return frames.frame(name).to_dict("records")


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace(tmp_path)


def test_each_file_is_kept_once_and_as_it_is(workspace: Workspace) -> None:
    workspace.put(**{"acme__api__trivy_json": trivy("2026-01-08T04:00:00Z"), "snyk-report-2026-01_pdf": PDF})
    assert workspace.collect() == []
    workspace.put(**{"acme__api__trivy-2026-02_json": trivy("2026-02-08T04:00:00Z")})
    assert workspace.collect(AT + timedelta(days=1)) == []
    assert set(workspace.kept()) == {
        "2026-Q1/vulnerability-scans/acme-api-trivy-2026-01-08.json",
        "2026-Q1/vulnerability-scans/snyk-report-2026-01.pdf",
        "2026-Q1/vulnerability-scans/acme-api-trivy-2026-02.json",
    }
    assert workspace.kept()["2026-Q1/vulnerability-scans/snyk-report-2026-01.pdf"] == PDF
    assert [(row["tool"], row["document"]) for row in workspace.frame("scans")] == [
        ("Trivy", False), ("document", True), ("Trivy", False),
    ]  # fmt: skip


def test_a_file_that_is_edited_or_taken_away_stays_in_the_evidence(workspace: Workspace) -> None:
    workspace.put(a_json=trivy("2026-01-08T04:00:00Z", "CVE-2026-1111"))
    workspace.collect()
    workspace.put(a_json=trivy("2026-01-08T04:00:00Z"))
    workspace.collect(AT + timedelta(days=1))
    (workspace.folder / "a.json").unlink()
    assert workspace.collect(AT + timedelta(days=2)) == []
    assert len(workspace.kept()) == 2
    assert [row["results"] for row in workspace.frame("scans")] == [1, 0]


def test_two_reports_of_the_same_bytes_are_two_scans(workspace: Workspace) -> None:
    workspace.put(**{"iac-2026-01-08_json": SARIF, "iac-2026-02-08_json": SARIF})
    workspace.collect()
    assert [row["scanned_at"].day for row in workspace.frame("scans")] == [8, 8]
    assert len(workspace.kept()) == 2


def test_the_register_as_it_was_written_last(workspace: Workspace) -> None:
    workspace.put(a_json=SARIF, b_json=SARIF)
    workspace.register("a.json,https://github.com/Acme/Infra,,2026-01-08", "b.json,nginx,image,2026-01")
    workspace.collect()
    workspace.register("a.json,acme/other,,2026-01-09")
    workspace.collect(AT + timedelta(days=1))
    rows = workspace.frame("scans")
    assert [(row["target"], row["target_kind"], row["dated_by"]) for row in rows] == [
        ("acme/other", "repository", "register"), (None, "other", "nothing"),
    ]  # fmt: skip


def test_the_folder_names_the_target_where_nothing_else_does(workspace: Workspace) -> None:
    workspace.put(**{"Acme__Infra__iac-2026-01-08_json": SARIF})
    workspace.collect()
    assert workspace.frame("scans")[0]["target"] == "acme/infra"


def test_what_cannot_be_used_is_named(workspace: Workspace) -> None:
    workspace.put(a_json=b'{"SchemaVersion": 2,', b_json=trivy("2026-09-08T04:00:00Z"), **{"notes.md": b"# x"})
    (workspace.folder / "link.json").symlink_to(workspace.folder / "a.json")
    assert workspace.collect() == []
    assert {row["file"]: row["problem"] for row in workspace.frame("scans")} == {
        "a.json": "line 1, column 21: it is not JSON (Expecting property name enclosed in double quotes)",
        "b.json": "it is dated 2026-09-08T04:00:00Z, after it was collected",
        "link.json": "it is a link, and links are not followed",
        "notes.md": "line 1, column 1: it is not JSON (Expecting value)",
    }


def test_a_large_file_is_kept_and_not_read(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("soc2kit.sources.scans", "soc2kit.frames.scans"):
        monkeypatch.setattr(f"{module}.MOST_BYTES", 100)
    workspace.put(a_json=trivy("2026-01-08T04:00:00Z"))
    workspace.collect()
    assert "more than 100 are not read" in workspace.frame("scans")[0]["problem"]
    assert len(workspace.kept()) == 1


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("b.json,,,", "'b.json' is no file of the folder"),
        ("a.json,,host,", "kind is 'host'"),
        ("a.json,,,8 January", "date is '8 January'"),
        ("a.json,,,\na.json,,,", "line 3: 'a.json' is there twice"),
        ("a.json", "not as many values"),
    ],
)
def test_a_wrong_register_is_named_with_its_line(workspace: Workspace, line: str, words: str) -> None:
    workspace.put(a_json=SARIF)
    workspace.register(line)
    (reason,) = workspace.collect()
    assert words in reason
    assert "scans.csv line" in reason
    assert workspace.kept() == {}
    assert not list((workspace.config.evidence / ".incoming").glob("*.part"))


def test_no_folder(workspace: Workspace) -> None:
    workspace.folder.rmdir()
    (reason,) = workspace.collect()
    assert "'scans' of [sources.scans] is not a folder" in reason


def test_a_damaged_report_is_found(workspace: Workspace) -> None:
    workspace.put(a_json=SARIF)
    workspace.collect()
    (path,) = workspace.kept()
    (workspace.config.evidence / path).write_bytes(b"{}")
    with pytest.raises(EvidenceDamaged, match=r"a.*\.json was changed"):
        workspace.frame("scans")
