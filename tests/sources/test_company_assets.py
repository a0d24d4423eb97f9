"""Registers of assets and of what production shares: kept as they are, or refused by the line that is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from soc2kit.config import Config
from soc2kit.errors import MalformedInput
from soc2kit.frames.assets import register, sharing
from soc2kit.period import CIVIL
from soc2kit.sources.base import Completeness, Page
from soc2kit.sources.company import SOURCE

ASSETS, SHARED = (
    "asset,owner,environment,data_class,in_scope\n",
    "resource,account,approved_by,approved_at,until,reason\n",
)
FILES = {"company.assets": "assets.csv", "company.environment_exceptions": "environment-exceptions.csv"}


def read(folder: Path, dataset: str, text: str | None) -> tuple[Page, Completeness]:
    if text is not None:
        (folder / FILES[dataset]).write_text(text, encoding="utf-8")
    (one,) = (one for one in SOURCE.datasets if one.id == dataset)
    with SOURCE.connect(Config(folder, "X", CIVIL.parse("2026-Q1"), ("security",))) as connection:
        pages = one.pages(connection, CIVIL.month(2026, 1))
        page = next(pages)
        with pytest.raises(StopIteration) as stopped:
            next(pages)
    return page, stopped.value.value


@pytest.mark.parametrize("dataset", FILES)
def test_a_company_without_a_register_has_one_without_entries(dataset: str, tmp_path: Path) -> None:
    page, completeness = read(tmp_path, dataset, None)
    assert (page.answer, page.rows) == ("", 0)
    assert f"there is no {FILES[dataset]}" in completeness.reason
    assert list((register if dataset == "company.assets" else sharing)(page.answer, {})) == []


def test_registers_are_kept_as_they_are(tmp_path: Path) -> None:
    text = ASSETS + "arn:aws:s3:::a*,Ada@X.example,production,secret,\n123456789012,,,,no\n"
    page, completeness = read(tmp_path, "company.assets", text)
    assert (page.answer, page.rows, completeness.source_total) == (text, 2, 2)
    shared = SHARED + "arn:aws:rds:*,123456789012,ada@x,2026-01-01T00:00:00Z,,masked\n"
    page, _ = read(tmp_path, "company.environment_exceptions", shared)
    (row,) = sharing(page.answer, {})
    assert (row["account"], f"{row['approved_at']:%Y}", row["until"]) == ("123456789012", "2026", None)


@pytest.mark.parametrize(
    ("dataset", "text", "words"),
    [
        ("company.assets", ASSETS + ",a@x,p,c,\n", "line 2: no asset; write an ARN"),
        ("company.assets", ASSETS + "a,a@x,p,c,\na,b@x,p,c,\n", "line 3: a stands on line 2 already"),
        ("company.assets", ASSETS + "a,a@x,p,c,maybe\n", "line 2: in_scope is 'maybe'; write yes or no"),
        ("company.assets", ASSETS.replace(",owner", "") + "a,p,c,\n", "has no column 'owner'"),
        ("company.environment_exceptions", SHARED + ",123456789012,a,2026-01-01T00:00:00Z,,\n", "line 2: ''"),
        ("company.environment_exceptions", SHARED + "a,12,a,2026-01-01T00:00:00Z,,\n", "for account '12'; write"),
        ("company.environment_exceptions", SHARED + "a,123456789012,a,01.02.2026,,\n", "approved_at is '01.02.2026'"),
        ("company.environment_exceptions", SHARED + "a,123456789012,a,,,\n", "approved_at is ''"),
        ("company.environment_exceptions", SHARED + "a,123456789012,a,2026-01-01T00:00:00Z,soon,\n", "until is 'soon'"),
    ],
)
def test_a_register_that_cannot_be_used_is_refused(dataset: str, text: str, words: str, tmp_path: Path) -> None:
    with pytest.raises(MalformedInput, match=words):
        read(tmp_path, dataset, text)
