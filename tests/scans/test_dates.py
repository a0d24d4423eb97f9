"""When a scan was made: by the file, else the register, else the name; and how precisely."""

from __future__ import annotations

import pytest

from soc2kit.period import Calendar, stamp
from soc2kit.scans.dates import dated
from soc2kit.scans.targets import image, named, repository


@pytest.mark.parametrize(
    ("in_file", "register", "name", "start", "by"),
    [
        ("2026-01-08T04:00:00.123456789+01:00", "2026-01-09", "a-2026-02.json", "2026-01-08T03:00:00Z", "file"),
        ("2026-01-08T04:00:00", None, "a.json", "2026-01-08T04:00:00Z", "file"),
        ("0001-01-01T00:00:00Z", "2026-01-09", "a-2026-02.json", "2026-01-09T00:00:00Z", "register"),
        ("yesterday", None, "snyk-report-2026-01.pdf", "2026-01-01T00:00:00Z", "name"),
        (None, "2026-01-09T10:00:00+02:00", "x", "2026-01-09T08:00:00Z", "register"),
        (None, None, "2025-12-31-to-2026-01-08.json", "2026-01-08T00:00:00Z", "name"),
        (None, None, "build-20260108.json", None, "nothing"),
        (None, None, "a-2026-13.json", None, "nothing"),
        ("9999-12-31T23:59:59-12:00", None, "a.json", None, "nothing"),
    ],
)
def test_dates(in_file: str | None, register: str | None, name: str, start: str | None, by: str) -> None:
    found = dated(in_file, register, name)
    assert (found.start and stamp(found.start), found.by) == (start, by)


def test_a_day_and_a_month_are_those_of_the_company() -> None:
    """Else a report of February would be of January west of Greenwich, and one of today of tomorrow east of it."""
    west, east = Calendar("America/New_York"), Calendar("Asia/Tokyo")
    for register, name, calendar, start in (
        (None, "a-2026-02.json", west, "2026-02-01T05:00:00Z"),
        ("2026-02-01", "a.json", east, "2026-01-31T15:00:00Z"),
        ("2026-02-01T00:00:00Z", "a.json", east, "2026-02-01T00:00:00Z"),
    ):
        found = dated(None, register, name, calendar).start
        assert found is not None
        assert stamp(found) == start


def test_a_day_and_a_month_end_later_than_they_begin() -> None:
    day, month = dated(None, "2026-01-09", ""), dated(None, "2026-01", "")
    assert day.until is not None
    assert month.until is not None
    assert (stamp(day.until), stamp(month.until)) == ("2026-01-09T23:59:59Z", "2026-01-31T23:59:59Z")


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("https://github.com/Acme/App.git", "acme/app"),
        ("git+https://x-token:secret@github.com/acme/app", "acme/app"),
        ("git@github.com:acme/app.git", "acme/app"),
        ("ssh://git@github.com/acme/app/", "acme/app"),
        (".", None),
        ("/home/someone/app", None),
        ("https://github.com/acme", None),
    ],
)
def test_repositories(address: str, name: str | None) -> None:
    assert repository(address) == name


@pytest.mark.parametrize(
    ("reference", "name"),
    [
        ("nginx", "nginx"),
        ("docker.io/library/nginx:1.27-alpine", "nginx"),
        ("localhost:5000/api:1", "localhost:5000/api"),
        ("ghcr.io/Acme/api@sha256:" + "a" * 64, "ghcr.io/acme/api"),
        ("ghcr.io/acme/api:1@sha256:" + "a" * 64, "ghcr.io/acme/api"),
    ],
)
def test_images(reference: str, name: str) -> None:
    assert image(reference) == name


def test_a_target_as_somebody_writes_it() -> None:
    assert named(" https://github.com/Acme/App ") == named("acme/app/") == "acme/app"
