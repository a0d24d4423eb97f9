"""Lead times: what counts as a review, and which deployment holds a change."""

from __future__ import annotations

import pandas as pd
import pytest
from change_frames import Made, changes, commits, drawn, result, views

from soc2kit.change_view.lead_times import branch_places, hours, summary

CHANGES = changes([{"change": f"tw/api#{n}", "merged_at": "2026-01-10T20:00:00Z"} for n in (1, 2, 3)])


def _reviews(text: str) -> pd.DataFrame:
    rows = [line.split() for line in text.strip().splitlines()]
    made = pd.DataFrame(rows, columns=["change", "reviewer", "state", "submitted_at"])
    made["reviewer"] = made["reviewer"].astype("string").replace("-", pd.NA)
    made["submitted_at"] = pd.to_datetime(made["submitted_at"], utc=True)
    return made


REVIEWS = _reviews(
    """
    tw/api#1  ada  APPROVED   2026-01-10T11:00:00Z
    tw/api#1  bob  COMMENTED  2026-01-10T12:00:00Z
    tw/api#1  bob  APPROVED   2026-01-10T14:00:00Z
    tw/api#1  cyd  APPROVED   2026-01-10T15:00:00Z
    tw/api#2  bob  APPROVED   2026-01-10T20:00:01Z
    tw/api#3  -    APPROVED   2026-01-10T12:00:00Z
    """
)


def test_only_others_before_the_merge_count_as_reviewers() -> None:
    times = hours(CHANGES, REVIEWS, None, None)
    assert times["merge"].tolist() == [10.0] * 3
    assert times.loc[0, ["review", "approval"]].tolist() == [2.0, 4.0]
    assert times.loc[1:, ["review", "approval", "deployment"]].isna().all(axis=None)


BRANCH = commits(
    [
        {"commit": "tw/api@old", "committed_at": "2026-01-09T00:00:00Z", "parents": ["before"]},
        {"commit": "tw/api@m1", "committed_at": "2026-01-10T20:00:00Z", "parents": ["old"]},
        {"commit": "tw/api@m2", "committed_at": "2026-01-10T20:00:00Z", "parents": ["m1"]},
        {"commit": "tw/api@gone", "committed_at": "2026-01-10T21:00:00Z", "parents": ["m1"]},
        {"commit": "tw/api@m3", "committed_at": "2026-01-10T20:00:00Z", "parents": ["m2"]},
    ]
)


def test_what_a_force_push_took_away_has_no_place() -> None:
    places = branch_places(BRANCH)
    assert places.set_index("sha")["place"].to_dict() == {"old": 0, "m1": 1, "m2": 2, "m3": 3}


@pytest.mark.parametrize(
    ("deployed", "expected"),
    [
        ({"m1": 1}, [1, None, None]),
        ({"m2": 2}, [2, 2, None]),
        ({"m2": 2, "old": 5}, [2, 2, None]),  # a rollback holds none of them
        ({"m3": 1, "m1": 4}, [1, 1, 1]),  # the later commit came first
        ({"m2": 3, "m3": 2}, [2, 2, 2]),
        ({"gone": 2}, [None, None, None]),
        ({"elsewhere": 2}, [None, None, None]),
        ({}, [None, None, None]),
    ],
)
def test_the_first_deployment_that_holds_the_change(deployed: dict[str, int], expected: list[float | None]) -> None:
    up = [pd.Timestamp("2026-01-10T20:00:00Z") + pd.Timedelta(hours=later) for later in deployed.values()]
    frame = pd.DataFrame({"sha": list(deployed), "succeeded_at": pd.to_datetime(up, utc=True)})
    frame = frame.assign(repository="tw/api").astype({"sha": "string", "repository": "string"})
    found = hours(CHANGES, REVIEWS, BRANCH, frame)["deployment"]
    assert [None if pd.isna(value) else value for value in found] == expected


def test_median_and_90th_percentile_say_of_how_many_they_speak() -> None:
    made = summary(hours(CHANGES, REVIEWS, None, None)).set_index(["step", "repository"])
    assert made.loc[("approval", "all"), ["known", "of", "median"]].tolist() == [1, 3, 4.0]
    assert made.loc[("merge", "tw/api"), ["known", "of", "median", "p90"]].tolist() == [3, 3, 10.0, 10.0]


def test_deployments_to_production_are_those_that_a_test_holds() -> None:
    deployments = pd.DataFrame(
        {
            "deployment": ["d1", "d2"],
            "repository": "tw/api",
            "sha": ["m3", "m3"],
            "succeeded_at": pd.to_datetime(["2026-01-10T21:00:00Z", "2026-01-11T20:00:00Z"], utc=True),
        }
    )
    frames = {"changes": CHANGES, "commits": BRANCH, "reviews": REVIEWS, "deployments": deployments}
    tested = [result("GH-PR-03", CHANGES)]
    text = views(tested, Made(frames)).lead_times().text
    assert "no test says which are to production" in text
    tested.append(result("GH-DEP-02", deployments.iloc[1:], key="deployment", at="succeeded_at"))
    made = views(tested, Made(frames))
    assert "24.0" in made.lead_times().text
    assert (
        "Hours, opened → merged, median and 90th percentile: all 10.0 and 10.0 (of 3)"
        in drawn(made.lead_times_chart()).alt
    )
