"""The example's assessment finds what was built into it, all of it and nothing else, every time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from example_workspace import Example

from soc2kit.assessment import assess
from soc2kit.example.company import gaps, untestable
from soc2kit.model import Assessment
from soc2kit.results import as_document, as_json

Planted = tuple[str, str, str]


def _planted(entries: list[dict[str, Any]]) -> Counter[Planted]:
    return Counter((entry["test"], key, str(day)) for entry in entries for key in entry["keys"] for day in entry["at"])


def _found(assessed: Assessment, state: str) -> Counter[Planted]:
    tests = as_document(assessed)["tests"]
    return Counter((test["id"], row["key"], row["at"][:10]) for test in tests for row in test[state])


@pytest.mark.parametrize(("state", "seeded"), [("exceptions", gaps), ("not_testable", untestable)])
def test_exactly_what_was_planted_is_found(
    assessed: Assessment, state: str, seeded: Callable[[], list[dict[str, Any]]]
) -> None:
    planted, found = _planted(seeded()), _found(assessed, state)
    assert sorted(planted - found) == [], "missed"
    assert sorted(found - planted) == [], "invented"


def test_every_test_has_a_verdict_from_evidence(assessed: Assessment) -> None:
    result = assessed
    assert {test.check.id: test.notes for test in result.tests if test.verdict == "not_tested"} == {}
    owed = as_document(result)["owed"]
    assert {item["kind"] for item in owed} == {"answer"}
    assert {control.standing for control in result.controls} == {"type_ii", ""}


def test_two_builds_give_the_same_bytes(assessed: Assessment, second_example: Example) -> None:
    assert as_json(assessed) == as_json(assess(second_example.config, as_of=second_example.as_of))
