"""Deciding and signing: what counts, what is refused, and what a changed population undoes."""

from __future__ import annotations

from dataclasses import asdict, replace

import pytest
from review_makers import ANA, AT, BEN, NOW, REVIEWERS, THREE, row, snapshot

from soc2kit.errors import ReviewError
from soc2kit.reviews import actions
from soc2kit.reviews.digest import signature_holds
from soc2kit.reviews.model import Decision, Review
from soc2kit.reviews.text import dump, parse

EMPTY = Review("2026-Q1", "aws")


def decide(review: Review, *accounts: str, by: str = BEN, reason: str = "works", decision: str = "keep", to: str = ""):
    return actions.decide(
        review, THREE, accounts, decision=decision, reason=reason, change_to=to, by=by, at=NOW, reviewers=REVIEWERS
    )


def states(review: Review, population=THREE) -> dict[str, str]:
    return {line.row.account: line.state.value for line in actions.lines(review, population)}


ALL = decide(decide(EMPTY, "ana", "nobody"), "ben", by=ANA)
SIGNED = actions.sign(ALL, THREE, by=ANA, at=NOW, reviewers=REVIEWERS)


@pytest.mark.parametrize(
    ("decision", "reason", "to", "state"),
    [
        ("keep", "works", "", "decided"),
        ("keep", "", "", "reason missing"),
        ("revoke", " \n ", "", "reason missing"),
        ("change", "too much", "reads", "decided"),
        ("change", "too much", "", "what it is to become is missing"),
        ("keep", "works", "ignored", "decided"),
    ],
)
def test_a_decision_counts_with_what_belongs_to_it(decision: str, reason: str, to: str, state: str) -> None:
    review = decide(EMPTY, "nobody", decision=decision, reason=reason, to=to)
    assert states(review) == {"ana": "undecided", "ben": "undecided", "nobody": state}


@pytest.mark.parametrize(
    ("accounts", "by", "decision", "words"),
    [
        (["ben"], BEN, "keep", "ben belongs to Ben, who reviews: nobody decides on their own account"),
        (["ana", "ben", "nobody"], BEN, "keep", "Nothing was decided"),
        (["nobody"], "zoe@x.y", "keep", "'zoe@x.y' is not in the roster"),
        (["nobody"], "", "keep", "choose who you are first"),
        (["nobody"], BEN, "perhaps", "'perhaps' is not a decision"),
        (["stranger"], BEN, "keep", "'stranger' is not in the snapshot"),
    ],
)
def test_what_would_not_count_is_refused(accounts: list[str], by: str, decision: str, words: str) -> None:
    with pytest.raises(ReviewError, match=words):
        decide(EMPTY, *accounts, by=by, decision=decision)


@pytest.mark.parametrize("field", ["reason", "to"])
def test_half_a_character_is_no_text(field: str) -> None:
    with pytest.raises(ReviewError, match=r"'ok .ud800' has half a character .U.D800.; type it again"):
        decide(EMPTY, "nobody", decision="change", **{field: "ok \ud800"})


def test_who_shares_an_account_does_not_decide_on_it() -> None:
    shared = snapshot(row("ops", held_by=(ANA, BEN)), row("nobody"))
    with pytest.raises(ReviewError, match="ops belongs to Ben, who reviews"):
        actions.decide(EMPTY, shared, ["ops"], decision="keep", reason="x", by=BEN, at=NOW, reviewers=REVIEWERS)
    by_hand = Decision("ops", "reads", "keep", "x", "", BEN, "2026-04-08T15:00:00Z", shared.rows[0].digest)
    review = decide(replace(EMPTY, decisions={"ops": by_hand}), "nobody")
    with pytest.raises(ReviewError, match=r"1 decided by the holder \(ops\)"):
        actions.sign(review, shared, by=ANA, at=NOW, reviewers=REVIEWERS)


def test_a_clock_that_is_behind_signs_nothing() -> None:
    for at in (NOW.replace(day=7), AT.replace(day=30)):
        with pytest.raises(ReviewError, match="correct the clock of this machine"):
            actions.sign(ALL, THREE, by=ANA, at=at, reviewers=REVIEWERS)


def test_another_owner_of_the_account_undoes_nothing_but_it() -> None:
    later = snapshot(row("ana", ANA), row("ben", BEN, "writes"), row("newcomer"))
    assert states(ALL, later) == {"ana": "decided", "ben": "changed since it was decided", "newcomer": "undecided"}
    assert [decision.account for decision in actions.vanished(ALL, later)] == ["nobody"]
    (line,) = [line for line in actions.lines(ALL, later) if line.row.account == "ben"]
    assert line.decision is not None
    assert line.decision.access == "reads"


def test_a_signature_needs_every_row_and_a_person() -> None:
    with pytest.raises(ReviewError, match=r"not signed: 2 undecided \(ana, ben\)"):
        actions.sign(decide(EMPTY, "nobody"), THREE, by=ANA, at=NOW, reviewers=REVIEWERS)
    with pytest.raises(ReviewError, match="not in the roster"):
        actions.sign(ALL, THREE, by="zoe@x.y", at=NOW, reviewers=REVIEWERS)
    own = replace(ALL, decisions={**ALL.decisions, "ben": replace(ALL.decisions["ben"], decided_by=BEN)})
    with pytest.raises(ReviewError, match=r"1 decided by the holder \(ben\)"):
        actions.sign(own, THREE, by=ANA, at=NOW, reviewers=REVIEWERS)


def test_a_signed_review_is_closed_until_it_is_reopened() -> None:
    assert signature_holds(SIGNED)
    assert actions.standing(SIGNED) == f"signed by {ANA} at 2026-04-08T15:00:00Z"
    with pytest.raises(ReviewError, match="is signed; reopen it"):
        decide(SIGNED, "nobody")
    with pytest.raises(ReviewError, match="is signed; reopen it"):
        actions.withdraw(SIGNED, THREE, "nobody")
    again = actions.withdraw(actions.reopen(SIGNED), THREE, "nobody")
    assert states(again)["nobody"] == "undecided"


def edits() -> dict[str, str]:
    """Every line of the signed file that holds a value, with the value made another."""
    found = {}
    for number, line in enumerate(dump(SIGNED).splitlines()):
        name, colon, value = line.partition(": ")
        if colon and not line.startswith("#") and "schema" not in name:
            other = {"keep": "revoke", "3": "4"}.get(value) or (
                '"2026-04-01T00:00:00Z"' if "T" in value and value.endswith('Z"') else "other"
            )
            found[f"{number} {line.strip()}"] = "\n".join(
                f"{name}: {other}" if at == number else text for at, text in enumerate(dump(SIGNED).splitlines())
            )
    return found


EDITS = edits()


@pytest.mark.parametrize("edit", EDITS)
def test_any_edit_after_signing_breaks_the_signature(edit: str) -> None:
    assert len(EDITS) > 25
    assert not signature_holds(parse(EDITS[edit], "2026-Q1-aws.yaml"))


def test_formatting_alone_does_not_break_it() -> None:
    text = dump(SIGNED).replace("reason: works", 'reason:   "works"  # said so')
    assert signature_holds(parse("# a comment\n" + text, "2026-Q1-aws.yaml"))


def test_every_field_of_a_decision_is_signed() -> None:
    assert set(asdict(ALL.decisions["ben"])) == set(Decision.__dataclass_fields__)
