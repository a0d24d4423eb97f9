"""The company's own files: the roster from its HR system, the confirmed account owners, and its settings.

They decide the outcome of tests as much as any system's answer does, so they are evidence as well: copied as they are,
at every collection.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from ..config import FILE_NAME, Config
from ..errors import MalformedInput, UsageError
from ..period import Period, parse_moment
from ..roster import mapping_for, refuse_overlaps, roster_rows
from ..source_settings import RosterSettings
from .access_reviews import reviews
from .assets import assets, environment_exceptions
from .base import Completeness, Dataset, Origin, Page, Pages, Source
from .change_exceptions import change_exceptions
from .company_files import CompanyFiles, numbered_rows, read_text, rows_of
from .restore_tests import restore_tests

OUTSIDE_COLUMNS = ("login", "sponsor", "until")
IDENTITY_COLUMNS = ("system", "account", "email", "confirmed_by", "confirmed_on")
REQUEST_COLUMNS = (
    "ticket",
    "system",
    "account",
    "email",
    "access",
    "requested_by",
    "requested_at",
    "approved_by",
    "approved_at",
)
BREAK_GLASS_COLUMNS = ("system", "account", "from", "until", "approved_by", "reason", "ticket")
SETTINGS = "company.settings"


@contextmanager
def connect(config: Config) -> Iterator[CompanyFiles]:
    settings = config.roster or RosterSettings()
    origin = Origin("company", config.company, "the workspace's own files", "workspace")
    calendar = config.calendar
    yield CompanyFiles(origin, config.workspace, settings, calendar.zone, calendar.fiscal_year_start)


def roster(files: CompanyFiles, period: Period) -> Pages:
    """Everybody who worked for the company in the window, and every registered service account.

    How the file was read stands in the page's parameters, so that it is read the same way later.
    """
    given = files.settings
    text = read_text(files.workspace / given.path, "roster", given.encoding)
    mapping = mapping_for(
        text, given.path, format=given.format, columns=given.columns, kinds=given.kinds, date_format=given.date_format
    )
    rows = roster_rows(text, mapping, given.path)
    if not rows:
        raise MalformedInput(
            f"roster {given.path} has no rows. Export everybody active at any time in the window, with leavers"
        )
    refuse_overlaps(rows, given.path)
    parameters = {**mapping.as_parameters(), "time_zone": files.time_zone, "encoding": given.encoding}
    yield Page(f"file {given.path}", parameters, text, len(rows))
    return Completeness("the whole file was read; no two employments of one e-mail address overlap", len(rows))


def identities(files: CompanyFiles, period: Period) -> Pages:
    """Confirmed owners of accounts whose name does not say whose they are."""
    text = read_text(files.workspace / files.settings.identities, "identity file")
    rows = rows_of(text, IDENTITY_COLUMNS, files.settings.identities, {})
    yield Page(f"file {files.settings.identities}", {}, text, len(rows))
    return Completeness("the whole file was read", len(rows))


def access_requests(files: CompanyFiles, period: Period) -> Pages:
    """Requests for access with who approved them and when: an export of the company's ticket system."""
    name, columns = files.settings.access_requests, files.settings.access_request_columns
    text = read_text(files.workspace / name, "file of access requests")
    rows = numbered_rows(text, REQUEST_COLUMNS, name, columns, "access_request_columns")
    for line, row in rows:
        if not row["ticket"]:
            raise MalformedInput(f"{name} line {line}: no ticket; every request needs the name it has in its system")
        if not row["account"] and not row["email"]:
            raise MalformedInput(f"{name} line {line}: neither account nor e-mail; {row['ticket']} is for nobody")
    yield Page(f"file {name}", {"columns": dict(columns), "time_zone": files.time_zone}, text, len(rows))
    return Completeness("the whole file was read", len(rows))


def keeps_requests(config: Config) -> bool:
    return bool(config.roster and config.roster.access_requests)


def outside_collaborators(files: CompanyFiles, period: Period) -> Pages:
    """The register of people from outside: who answers for each, and until when they may have access."""
    name = files.settings.outside_collaborators
    text = read_text(files.workspace / name, "register of outside collaborators")
    rows = numbered_rows(text, OUTSIDE_COLUMNS, name, {})
    seen: dict[str, int] = {}
    for line, row in rows:
        login = row["login"].lower()
        if not login or login in seen:
            told = f"stands on line {seen[login]} already" if login else "is missing"
            raise MalformedInput(f"{name} line {line}: login {row['login']!r} {told}; keep one line for each person")
        seen[login] = line
    yield Page(f"file {name}", {"time_zone": files.time_zone}, text, len(rows))
    return Completeness("the whole file was read; logins are unique", len(rows))


def keeps_register(config: Config) -> bool:
    """Whether the workspace has the register; the list in soc2kit.toml does without sponsors and end dates."""
    return (config.workspace / (config.roster or RosterSettings()).outside_collaborators).exists()


def break_glass(files: CompanyFiles, period: Period) -> Pages:
    """Emergencies in which an account that nobody may use was used: by whom approved, from when until when.

    A company that had none needs no file: an absent one is a register without entries.
    """
    name = files.settings.break_glass
    if not (files.workspace / name).exists():
        yield Page(f"file {name}", {}, "", 0)
        return Completeness(f"there is no {name}: no emergency is on record", 0)
    text = read_text(files.workspace / name, "break-glass register")
    rows = numbered_rows(text, BREAK_GLASS_COLUMNS, name, {})
    for line, row in rows:
        _refuse_times(name, line, row)
    yield Page(f"file {name}", {}, text, len(rows))
    return Completeness("the whole file was read", len(rows))


def _refuse_times(name: str, line: int, row: Mapping[str, str]) -> None:
    """A record without both its ends, or without an offset from UTC, would excuse more than was approved."""
    times = []
    for column in ("from", "until"):
        try:
            times.append(parse_moment(row[column]))
        except UsageError:
            raise MalformedInput(
                f"{name} line {line}: {column} is {row[column]!r}; write a time with its offset, as in"
                " 2026-02-10T10:30:00Z"
            ) from None
    if times[1] <= times[0]:
        raise MalformedInput(f"{name} line {line}: until {row['until']} is not after from {row['from']}; swap them")


def settings(files: CompanyFiles, period: Period) -> Pages:
    """The limits and approved lists that tests compare with, as they were at this collection."""
    text = read_text(files.workspace / FILE_NAME, "settings file")
    yield Page(f"file {FILE_NAME}", {}, text, 1)
    return Completeness("the whole file was read")


SOURCE = Source(
    "company",
    "The company's own files",
    connect,
    (
        Dataset("company.roster", "Roster", "hr", "roster", "snapshot", (), roster, media="csv"),
        Dataset(
            "company.identities",
            "Confirmed owners of accounts",
            "access-reviews",
            "identities",
            "snapshot",
            (),
            identities,
            media="csv",
        ),
        Dataset(
            "company.access_requests",
            "Requests for access",
            "access-reviews",
            "access-requests",
            "snapshot",
            (),
            access_requests,
            media="csv",
            wanted=keeps_requests,
        ),
        Dataset(
            "company.outside_collaborators",
            "Register of outside collaborators",
            "access-reviews",
            "outside-collaborators",
            "snapshot",
            (),
            outside_collaborators,
            media="csv",
            wanted=keeps_register,
        ),
        Dataset(
            "company.break_glass",
            "Break-glass register",
            "access-reviews",
            "break-glass",
            "snapshot",
            (),
            break_glass,
            media="csv",
        ),
        Dataset(
            "company.change_exceptions",
            "Register of exceptional changes",
            "change-management",
            "change-exceptions",
            "snapshot",
            (),
            change_exceptions,
            media="csv",
        ),
        Dataset(
            "company.assets", "Register of assets", "asset-inventory", "assets", "snapshot", (), assets, media="csv"
        ),
        Dataset(
            "company.environment_exceptions",
            "Register of what production shares",
            "change-management",
            "environment-exceptions",
            "snapshot",
            (),
            environment_exceptions,
            media="csv",
        ),
        Dataset(
            "company.restore_tests",
            "Register of restore tests",
            "availability",
            "restore-tests",
            "snapshot",
            (),
            restore_tests,
            media="csv",
        ),
        Dataset("company.reviews", "Access reviews", "access-reviews", "reviews", "snapshot", (), reviews),
        Dataset(
            SETTINGS,
            "Limits and approved lists",
            "control-monitoring",
            "soc2kit-settings",
            "snapshot",
            (),
            settings,
            media="toml",
        ),
    ),
)
