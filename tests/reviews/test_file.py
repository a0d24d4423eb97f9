"""Saving: whole or not at all, and never over what somebody else saved."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest
from review_makers import ANA, NOW, REVIEWERS, THREE

from soc2kit.errors import ReviewError
from soc2kit.reviews import actions, file
from soc2kit.reviews.file import Loaded
from soc2kit.reviews.model import Review


def decided(review: Review, account: str = "nobody") -> Review:
    return actions.decide(review, THREE, [account], decision="keep", reason="x", by=ANA, at=NOW, reviewers=REVIEWERS)


def test_a_saved_review_is_loaded_and_saved_again(tmp_path: Path) -> None:
    first = file.load(tmp_path, "2026-Q1", "aws")
    assert first == Loaded(Review("2026-Q1", "aws"), None)
    saved = file.save(tmp_path, first, decided(first.review))
    assert file.load(tmp_path, "2026-Q1", "aws") == saved
    again = file.save(tmp_path, saved, decided(saved.review, "ben"))
    assert set(again.review.decisions) == {"nobody", "ben"}
    assert list(file.names(tmp_path)) == [("2026-Q1", "aws")]
    assert [path.name for path in (tmp_path / "reviews").iterdir() if path.suffix == ".part"] == []
    assert (tmp_path / "reviews" / "2026-Q1-aws.yaml").stat().st_mode & 0o777 == 0o644


@pytest.mark.parametrize("meanwhile", ["other", "gone", "first"])
def test_what_changed_underneath_is_left_alone(tmp_path: Path, meanwhile: str) -> None:
    loaded = file.load(tmp_path, "2026-Q1", "aws")
    path = tmp_path / "reviews" / "2026-Q1-aws.yaml"
    if meanwhile != "first":
        loaded = file.save(tmp_path, loaded, decided(loaded.review))
    path.parent.mkdir(exist_ok=True)
    if meanwhile == "gone":
        path.unlink()
    else:
        path.write_text("theirs")
    with pytest.raises(ReviewError, match="changed by somebody else since it was loaded; nothing was written"):
        file.save(tmp_path, loaded, decided(loaded.review, "ben"))
    assert not path.exists() if meanwhile == "gone" else path.read_text() == "theirs"


def test_a_crash_while_writing_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    loaded = file.save(tmp_path, file.load(tmp_path, "2026-Q1", "aws"), decided(Review("2026-Q1", "aws")))
    path = tmp_path / "reviews" / "2026-Q1-aws.yaml"
    before = path.read_bytes()

    def broken(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "replace", broken)
    with pytest.raises(KeyboardInterrupt):
        file.save(tmp_path, loaded, decided(loaded.review, "ben"))
    assert path.read_bytes() == before
    assert sorted(item.name for item in path.parent.iterdir() if item.suffix) == ["2026-Q1-aws.yaml"]


def test_names_that_are_no_review_and_contents_of_another_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ReviewError, match="cannot be the name of a review"):
        file.load(tmp_path, "../2026-Q1", "aws")
    file.save(tmp_path, Loaded(Review("2026-Q1", "aws"), None), decided(Review("2026-Q1", "aws")))
    folder = tmp_path / "reviews"
    (folder / "2026-Q1-aws.yaml").rename(folder / "2026-Q2-aws.yaml")
    with pytest.raises(ReviewError, match="the review inside is of 2026-Q1 and aws"):
        file.load(tmp_path, "2026-Q2", "aws")
    (folder / "2026-Q3-aws.yaml").write_bytes(b"\xff")
    with pytest.raises(ReviewError, match=r"2026-Q3-aws\.yaml is not UTF-8"):
        file.load(tmp_path, "2026-Q3", "aws")


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "reviews").write_text("a file")
    with pytest.raises(ReviewError, match="cannot be"):
        file.save(tmp_path, Loaded(Review("2026-Q1", "aws"), None), replace(decided(Review("2026-Q1", "aws"))))


@pytest.mark.parametrize("text", ["ok \ud800", "\udfff"])
def test_what_cannot_be_read_back_is_not_written(tmp_path: Path, text: str) -> None:
    loaded = file.save(tmp_path, file.load(tmp_path, "2026-Q1", "aws"), decided(Review("2026-Q1", "aws")))
    before = (tmp_path / "reviews" / "2026-Q1-aws.yaml").read_bytes()
    made = loaded.review.decisions["nobody"]
    broken = replace(loaded.review, decisions={"nobody": replace(made, reason=text)})
    with pytest.raises(ReviewError, match=r"2026-Q1-aws\.yaml was not written: what is in it could not be read back"):
        file.save(tmp_path, loaded, broken)
    assert (tmp_path / "reviews" / "2026-Q1-aws.yaml").read_bytes() == before
