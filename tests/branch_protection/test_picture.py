"""The rules as a picture: the same bytes for the same answer, whatever its names are, and legible for many."""

from __future__ import annotations

import io
from typing import Any

import matplotlib.image
import pytest

from soc2kit.branch_protection import picture
from soc2kit.branch_protection.picture import PER_PAGE, pictures, shown

CLASSIC: dict[str, Any] = {
    "required_pull_request_reviews": {"required_approving_review_count": 1},
    "required_status_checks": {"strict": True, "contexts": ["test"]},
    "enforce_admins": {"enabled": True},
}
HOSTILE = (
    "$\\frac{1}{0}$",
    "$",
    "\\",
    "{",
    "<script>alert(1)</script>",
    "a\u202eb\x1b[2J",
    "x" * 5000,
    "בדיקה",
    "検査",
    "فحص",
    "",
)


def page(repository: str = "acme/shop", branch: str = "main", protection: Any = CLASSIC) -> dict[str, Any]:
    answer = {"repository": repository, "branch": branch, "protection": protection, "rules": [], "rulesets": []}
    return {"answer": answer}


def size(png: bytes) -> tuple[int, int]:
    height, width, _ = matplotlib.image.imread(io.BytesIO(png)).shape
    return width, height


def test_the_same_answer_gives_the_same_bytes_without_time_or_software() -> None:
    first, second = (list(pictures([page(), page("acme/site", protection=None)], "GitHub acme")) for _ in range(2))
    assert first == second
    assert all(one.startswith(b"\x89PNG") and b"Software" not in one and b"tIME" not in one for one in first)


def test_what_holds_is_drawn() -> None:
    drawn = {
        next(pictures([page(protection=protection)], "GitHub acme"))
        for protection in (
            None,
            CLASSIC,
            {**CLASSIC, "enforce_admins": {"enabled": False}},
            {**CLASSIC, "enforce_admins": {}},
        )
    }
    assert len(drawn) == 4


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_are_drawn_as_text(name: str) -> None:
    protection = {**CLASSIC, "required_status_checks": {"contexts": [name]}}
    (drawn,) = pictures([page(f"acme/{name}", name, protection)], name)
    assert size(drawn) == size(next(pictures([page()], "x")))


@pytest.mark.parametrize(
    ("text", "width", "expected"),
    [
        ("short", 6.0, "short"),
        ("検査", 6.0, "\\u{691C}\\u{67FB}"),
        ("a\u202eb", 6.0, "a�b"),
        ("$x$", 6.0, "$x$"),
        (None, 6.0, ""),
    ],
)
def test_names_are_shown_as_they_are_or_by_number(text: Any, width: float, expected: str) -> None:
    assert shown(text, width, 9) == expected


@pytest.mark.parametrize("text", ["w" * 300, "i" * 300, "בדיקה" * 90, "検" * 100])
@pytest.mark.parametrize("both_ends", [False, True])
def test_long_names_are_cut_to_their_room_and_the_cut_is_marked(text: str, both_ends: bool) -> None:
    cut = shown(text, 2.0, 9, both_ends=both_ends)
    assert picture._inches(cut, 9, bold=False) <= 2.0
    assert "…" in cut
    assert cut.endswith("…") is not both_ends


@pytest.mark.parametrize(("repositories", "pages"), [(0, 1), (1, 1), (PER_PAGE, 1), (PER_PAGE + 1, 2), (60, 5)])
def test_every_dozen_has_a_page_that_stays_legible(
    repositories: int, pages: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(picture, "DPI", 20)
    drawn = list(pictures([page(f"acme/r{number}") for number in range(repositories)], "GitHub acme"))
    assert len(drawn) == pages
    assert all(height <= 20 * 18 for _, height in map(size, drawn))
