"""The files of the access reviews, each copied as it stands."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import MalformedInput
from ..period import Period
from ..reviews.file import FOLDER
from .base import Completeness, Page, Pages

if TYPE_CHECKING:
    from .company_files import CompanyFiles


def reviews(files: CompanyFiles, period: Period) -> Pages:
    """The names of the review files and the company's calendar, then each file as its text.

    Readable as a review or not: what is wrong with one is for a test to say.
    """
    folder = files.workspace / FOLDER
    try:
        paths = sorted(path for path in folder.glob("*.yaml") if path.is_file())
    except OSError as error:
        raise MalformedInput(f"folder {FOLDER} cannot be listed: {error.strerror}. Correct its rights") from error
    calendar = {"zone": files.time_zone, "fiscal_year_start": files.fiscal_year_start}
    yield Page(f"folder {FOLDER}", calendar, [path.name for path in paths], 0)
    for path in paths:
        yield Page(f"file {FOLDER}/{path.name}", {}, _text(path), 1)
    if not paths:
        return Completeness(f"the folder {FOLDER} holds no review yet", 0)
    return Completeness(f"every file of the folder {FOLDER} was read", len(paths))


def _text(path: Path) -> str:
    try:
        return path.read_bytes().decode()
    except OSError as error:
        raise MalformedInput(f"access review {path.name} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise MalformedInput(f"access review {path.name} is not UTF-8 text: {error}. Save it as UTF-8") from error
