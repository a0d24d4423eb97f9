"""What people write into the names of branches and labels, in the redacted copy."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from soc2kit.errors import EvidenceDamaged
from soc2kit.redaction.answers import REDACTED_TEXT, redact_value
from soc2kit.redaction.branch_names import without_other_branches
from soc2kit.redaction.evidence import _place
from soc2kit.redaction.fields import fields_of
from soc2kit.redaction.proof import refuse_leftovers

PULLS = "github.merged_pull_requests"


def plain(**more: Any) -> Any:
    return SimpleNamespace(text=lambda text: text, left_in=lambda text: iter(()), labels=frozenset(), **more)


def test_a_branch_that_was_never_the_default_has_no_name() -> None:
    asked = {"repository": "acme/shop", "ref": "refs/heads/main"}
    own, other = {"id": 1, "ref": "refs/heads/main"}, {"id": 2, "ref": "refs/heads/lucia/fix"}
    pages = [{"parameters": asked, "answer": [own]}, {"parameters": {}, "answer": [own, other]}]
    shown = without_other_branches(pages)
    assert shown[0] == pages[0]
    assert shown[1]["answer"] == [own, {"id": 2, "ref": f"refs/heads/{REDACTED_TEXT}"}]


def test_labels_that_the_company_calls_emergencies_stay() -> None:
    labels = {"labels": {"nodes": [{"name": "Sev-1"}, {"name": "lucia"}, {"name": "hotfix"}]}}
    replacer = plain()
    replacer.labels = frozenset({"sev-1"})
    shown = redact_value(labels, replacer, fields_of(PULLS))
    assert [one["name"] for one in shown["labels"]["nodes"]] == ["Sev-1", REDACTED_TEXT, "hotfix"]


def test_bytes_of_a_picture_are_not_taken_for_an_address(tmp_path: Any) -> None:
    (tmp_path / "rules.png").write_bytes(b"\x89PNG\r\n f\xcf\xae@ta.ru ")
    refuse_leftovers(tmp_path, plain(), frozenset())


def test_a_picture_of_a_file_that_no_record_names_is_damaged() -> None:
    record: Any = SimpleNamespace(path="rules.png", fields={"derived_from": "f" * 64})
    with pytest.raises(EvidenceDamaged, match=r"rules\.png was made from a file"):
        _place(record, {})
