"""The form without a browser: messages in, rows out, and the file after each."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from review_makers import ANA, BEN, NOW, REVIEWERS, THREE, row, snapshot

from soc2kit.reviews import file
from soc2kit.reviews.model import Review, Snapshot
from soc2kit.reviews.session import Session


def session(folder: Path, *snapshots: Snapshot, before: Review | None = None) -> Session:
    taken = {one.at: one for one in snapshots or (THREE,)}
    return Session(folder, "2026-Q1", "aws", "AWS", taken, REVIEWERS, before, 90)


def decide(*accounts: str, by: str = BEN, decision: str = "keep", reason: str = "works", **more: str) -> dict:
    return {"type": "decide", "accounts": list(accounts), "by": by, "decision": decision, "reason": reason, **more}


def test_each_decision_is_on_disk_when_the_answer_comes(tmp_path: Path) -> None:
    sitting = session(tmp_path)
    opened = sitting.handle({"type": "open"}, NOW)
    assert (opened["type"], opened["decided"], opened["accounts"]) == ("whole", 0, 3)
    assert not (tmp_path / "reviews").exists(), "looking writes nothing"
    answer = sitting.handle(decide("ana", "nobody"), NOW)
    assert (answer["tone"], answer["decided"], answer["message"]) == ("good", 2, "Saved: keep 2 accounts.")
    assert set(file.load(tmp_path, "2026-Q1", "aws").review.decisions) == {"ana", "nobody"}
    later = sitting.handle(decide("nobody", decision="revoke"), NOW)
    assert (later["type"], [shown["account"] for shown in later["rows"]]) == ("part", ["nobody"])
    refused = sitting.handle(decide("ben"), NOW)
    assert refused["tone"] == "bad"
    assert refused["rows"][0]["decision"] == ""
    assert sitting.handle({"type": "sign", "by": ANA}, NOW)["message"] == "not signed: 1 undecided (ben)"
    sitting.handle(decide("ben", by=ANA), NOW)
    assert sitting.handle({"type": "sign", "by": ANA}, NOW)["signature_holds"]
    assert sitting.handle({"type": "reopen", "by": ANA}, NOW)["signed"] is False
    assert sitting.handle({"type": "withdraw", "accounts": ["ben"], "by": ANA}, NOW)["decided"] == 2
    assert sitting.handle({"type": "dance"}, NOW)["tone"] == "bad"


@pytest.mark.parametrize(
    "message",
    [
        None,
        "decide",
        ["decide"],
        {"type": ["decide"]},
        {"type": "decide", "accounts": 5},
        {"type": "decide", "accounts": "ana"},
        {"type": "decide", "accounts": [5]},
        {"type": "decide", "accounts": {"ana": 1}},
        {"type": "decide", "accounts": None},
        {**decide("ana"), "reason": None},
        {**decide("ana"), "reason": 7},
        {**decide("ana"), "by": [BEN]},
        {**decide("ana"), "reason": "ok \ud800"},
        {"type": "withdraw", "accounts": 5},
        {"type": "open", "accounts": 5},
        {"type": "sign", "by": {}},
        {},
    ],
)
def test_a_message_that_no_form_sends_is_refused_in_words(tmp_path: Path, message: object) -> None:
    sitting = session(tmp_path)
    sitting.handle(decide("nobody"), NOW)
    before = (tmp_path / "reviews" / "2026-Q1-aws.yaml").read_bytes()
    answer = sitting.handle(message, NOW)
    assert answer["tone"] == "bad"
    assert (tmp_path / "reviews" / "2026-Q1-aws.yaml").read_bytes() == before
    assert sitting.handle({"type": "reload"}, NOW)["decided"] == 1, "the file can still be read"


def test_a_broken_file_is_said_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "reviews" / "2026-Q1-aws.yaml"
    path.parent.mkdir()
    path.write_text("<<<<<<< ours\n")
    sitting = session(tmp_path)
    assert "line 1: a merge left" in sitting.handle({"type": "open"}, NOW)["message"]
    assert sitting.handle(decide("ana"), NOW)["type"] == "none"
    assert path.read_text() == "<<<<<<< ours\n"


def test_a_later_snapshot_shows_what_is_undecided_again(tmp_path: Path) -> None:
    session(tmp_path).handle(decide("ana", "nobody"), NOW)
    session(tmp_path).handle(decide("ben", by=ANA), NOW)
    later = snapshot(row("ana", ANA), row("ben", BEN, "writes"), row("new"), at=datetime(2026, 3, 31, 22, tzinfo=UTC))
    sitting = session(tmp_path, THREE, later)
    opened = sitting.handle({"type": "open"}, NOW)
    assert {shown["account"]: shown["state"] for shown in opened["rows"]} == {
        "ana": "decided", "ben": "changed since it was decided", "new": "undecided",
    }  # fmt: skip
    assert [shown["was"] for shown in opened["rows"]] == ["", f"keep with reads, by {ANA}", ""]
    assert opened["vanished"] == [f"nobody: keep, by {BEN}, 2026-04-08"]
    sitting.handle(decide("new"), NOW)
    assert file.load(tmp_path, "2026-Q1", "aws").review.population.rows == 3
    assert len(file.load(tmp_path, "2026-Q1", "aws").review.decisions) == 4, "what vanished is kept"


def test_a_signed_review_stays_on_its_snapshot(tmp_path: Path) -> None:
    sitting = session(tmp_path)
    for message in (decide("ana", "nobody"), decide("ben", by=ANA), {"type": "sign", "by": ANA}):
        sitting.handle(message, NOW)
    later = snapshot(row("ana", ANA), at=datetime(2026, 3, 31, 22, tzinfo=UTC))
    opened = session(tmp_path, THREE, later).handle({"type": "open"}, NOW)
    assert (opened["accounts"], opened["newer"]) == (3, "2026-03-31T22:00:00Z")


def test_last_quarters_decision_is_shown(tmp_path: Path) -> None:
    sitting = session(tmp_path)
    sitting.handle(decide("nobody", decision="change", change_to="reads only"), NOW)
    before = file.load(tmp_path, "2026-Q1", "aws").review
    (tmp_path / "next").mkdir()
    opened = session(tmp_path / "next", before=before).handle({"type": "open"}, NOW)
    assert [shown["before"] for shown in opened["rows"]] == [
        "not reviewed",
        "not reviewed",
        "change (reads only): works",
    ]


def test_two_thousand_rows_are_decided_with_one_save(tmp_path: Path) -> None:
    many = snapshot(*(row(f"account-{number:04}") for number in range(2000)))
    sitting = session(tmp_path, many)
    began = time.monotonic()
    sitting.handle({"type": "open"}, NOW)
    sitting.handle(decide(*(one.account for one in many.rows)), NOW)
    answer = sitting.handle(decide("account-0007", decision="revoke"), NOW)
    assert (answer["decided"], len(answer["rows"])) == (2000, 1)
    assert time.monotonic() - began < 10
