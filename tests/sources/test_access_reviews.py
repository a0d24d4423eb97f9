"""The review files as evidence: every one of them, as it stands."""

from __future__ import annotations

from pathlib import Path

import pytest

from soc2kit.config import Config
from soc2kit.errors import MalformedInput
from soc2kit.period import CIVIL, Calendar
from soc2kit.sources.base import Completeness, Page
from soc2kit.sources.company import SOURCE

REVIEWS = next(dataset for dataset in SOURCE.datasets if dataset.id == "company.reviews")


def read(folder: Path, calendar: Calendar = CIVIL) -> tuple[list[Page], Completeness]:
    config = Config(folder, "X", CIVIL.parse("2026-Q1"), ("security",), calendar=calendar)
    with SOURCE.connect(config) as connection:
        pages, found = REVIEWS.pages(connection, CIVIL.month(2026, 1)), []
        while True:
            try:
                found.append(next(pages))
            except StopIteration as done:
                return found, done.value


def test_no_review_yet_is_an_answer_with_its_reason(tmp_path: Path) -> None:
    (page,), whole = read(tmp_path, Calendar("Europe/Berlin", 4))
    assert page.parameters == {"zone": "Europe/Berlin", "fiscal_year_start": 4}
    assert (page.answer, page.rows, whole.source_total) == ([], 0, 0)
    assert whole.reason == "the folder reviews holds no review yet"


def test_every_file_is_copied_readable_or_not(tmp_path: Path) -> None:
    (tmp_path / "reviews").mkdir()
    for name, text in (
        ("2026-Q1-aws.yaml", "# ours\r\nschema: x\n"),
        ("2026-Q1-github.yaml", "<<<<<<< "),
        (".lock", ""),
    ):
        (tmp_path / "reviews" / name).write_bytes(text.encode())
    (names, *files), whole = read(tmp_path)
    assert names.answer == ["2026-Q1-aws.yaml", "2026-Q1-github.yaml"]
    assert [(page.call, page.answer, page.rows) for page in files] == [
        ("file reviews/2026-Q1-aws.yaml", "# ours\r\nschema: x\n", 1),
        ("file reviews/2026-Q1-github.yaml", "<<<<<<< ", 1),
    ]
    assert whole.source_total == 2


def test_what_is_no_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "reviews").mkdir()
    (tmp_path / "reviews" / "2026-Q1-aws.yaml").write_bytes(b"\xff\xfe")
    with pytest.raises(MalformedInput, match=r"2026-Q1-aws\.yaml is not UTF-8 text"):
        read(tmp_path)
