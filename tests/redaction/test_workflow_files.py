"""Workflow files lose their comments, keep what runs, and give away whom they name."""

from __future__ import annotations

from typing import Any

import pytest

from soc2kit.evidence import Record
from soc2kit.redaction.answers import REDACTED_TEXT
from soc2kit.redaction.mentions.github_pipeline import workflow_files
from soc2kit.redaction.workflow_files import without_comments


def pages(text: Any) -> list[dict[str, Any]]:
    entries = [{"name": "ci.yml", "path": "ci.yml", "type": "blob", "object": {"text": text}}]
    return [{"call": "GraphQL", "answer": {"repository": {"object": {"entries": entries}}}}]


@pytest.mark.parametrize(
    ("line", "expect"),
    [
        ("# ask Ana", f"# {REDACTED_TEXT}"),
        ("    # ask Ana", f"    # {REDACTED_TEXT}"),
        ("on: push # by Ana", f"on: push # {REDACTED_TEXT}"),
        ("uses: a/b@1234  # v1", f"uses: a/b@1234  # {REDACTED_TEXT}"),
        # Within quotes it may be no comment.
        ('name: "Test #1"', 'name: "Test #1"'),
        ("run: echo '#x' # y", "run: echo '#x' # y"),
        ("ref: a#b", "ref: a#b"),
        ("#!/bin/bash", "#!/bin/bash"),
        ("on: push", "on: push"),
    ],
)
def test_comments_are_left_out(line: str, expect: str) -> None:
    (page,) = without_comments(pages(f"jobs:\n{line}\n"))
    assert page["answer"]["repository"]["object"]["entries"][0]["object"]["text"] == f"jobs:\n{expect}\n"


@pytest.mark.parametrize("folder", [None, {"__typename": "Blob"}])
def test_a_repository_without_workflows_stays_as_it_is(folder: Any) -> None:
    given = [{"call": "GraphQL", "answer": {"repository": {"object": folder}}}]
    assert without_comments(given) == given


def test_a_file_without_a_text_stays_as_it_is() -> None:
    assert without_comments(pages(None)) == pages(None)


@pytest.mark.parametrize(
    ("text", "expect"),
    [
        ("if: github.actor == 'ana-gh'", ["ana-gh"]),
        ("if: github.triggering_actor != \"bo\"", ["bo"]),
        ("if: contains('[\"ana\", \"bo\"]', github.actor)", ["ana", "bo"]),
        ("reviewers: ana, bo-b", ["ana", "bo-b"]),
        ("assignees: [ana]", ["ana"]),
        ("text: ask @ana-gh, please", ["ana-gh"]),
        ("uses: actions/checkout@v4", []),
        ("image: postgres@sha256", []),
        ("if: github.event_name == 'push'", []),
    ],
)  # fmt: skip
def test_whom_a_workflow_names(text: str, expect: list[str]) -> None:
    record = Record({"source": {"system": "github", "account": "acme"}})
    assert [mention.text for mention in workflow_files(pages(text), record)] == expect
