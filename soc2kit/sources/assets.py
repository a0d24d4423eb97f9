"""The company's registers of its assets, and of what accounts other than production's may use of production."""

from __future__ import annotations

import re
from collections.abc import Mapping

from ..errors import MalformedInput, UsageError
from ..period import Period, parse_moment
from .base import Completeness, Page, Pages
from .company_files import CompanyFiles, numbered_rows, read_text

ASSET_COLUMNS = ("asset", "owner", "environment", "data_class", "in_scope")
SHARING_COLUMNS = ("resource", "account", "approved_by", "approved_at", "until", "reason")
#: What `in_scope` may say; left empty it says yes.
IN_SCOPE = {"": True, "yes": True, "no": False}


def assets(files: CompanyFiles, period: Period) -> Pages:
    """The register of assets: whose each is, of which environment, and what class of data it keeps.

    A company without a file has a register without entries. Raises `MalformedInput` that names the line of an entry
    which names nothing, stands there twice, or does not say plainly whether it is in scope.
    """
    name = files.settings.assets
    if not (files.workspace / name).exists():
        yield Page(f"file {name}", {}, "", 0)
        return Completeness(f"there is no {name}: no asset is registered", 0)
    text = read_text(files.workspace / name, "register of assets")
    rows = numbered_rows(text, ASSET_COLUMNS, name, {})
    seen: dict[str, int] = {}
    for line, row in rows:
        asset = row["asset"]
        if not asset:
            raise MalformedInput(
                f"{name} line {line}: no asset; write an ARN, an account's number, owner/repository or"
                " cluster/database, in which * is any text"
            )
        if asset in seen:
            raise MalformedInput(f"{name} line {line}: {asset} stands on line {seen[asset]} already; keep one")
        if row["in_scope"].lower() not in IN_SCOPE:
            raise MalformedInput(f"{name} line {line}: in_scope is {row['in_scope']!r}; write yes or no")
        seen[asset] = line
    yield Page(f"file {name}", {}, text, len(rows))
    return Completeness("the whole file was read; each asset stands once", len(rows))


def environment_exceptions(files: CompanyFiles, period: Period) -> Pages:
    """What of production another account may use: copies of data that are shared, and roles that it may assume.

    A company without a file has approved nothing. Raises `MalformedInput` that names the line of an entry which names
    no resource or no account, or whose approval has no clear time.
    """
    name = files.settings.environment_exceptions
    if not (files.workspace / name).exists():
        yield Page(f"file {name}", {}, "", 0)
        return Completeness(f"there is no {name}: nothing of production is approved for another account", 0)
    text = read_text(files.workspace / name, "register of what production shares")
    rows = numbered_rows(text, SHARING_COLUMNS, name, {})
    for line, row in rows:
        _refuse(name, line, row)
    yield Page(f"file {name}", {}, text, len(rows))
    return Completeness("the whole file was read", len(rows))


def _refuse(name: str, line: int, row: Mapping[str, str]) -> None:
    if not row["resource"] or not re.fullmatch(r"\d{12}", row["account"]):
        raise MalformedInput(
            f"{name} line {line}: {row['resource']!r} for account {row['account']!r}; write an ARN, in which * is any"
            " text, and the account's 12 digits"
        )
    for column in ("approved_at", "until"):
        if column == "until" and not row[column]:
            continue
        try:
            parse_moment(row[column])
        except UsageError:
            raise MalformedInput(
                f"{name} line {line}: {column} is {row[column]!r}; write a time with its offset, as in"
                " 2026-02-10T10:30:00Z"
            ) from None
