"""What exports of HR systems call our columns, kinds of employment and dates: data, and no code.

Headers are compared without regard to case, spaces, hyphens and underscores. A company arranges its exports itself, so
a header here is a candidate and no promise; `[sources.roster.columns]` says what is different. Where an HR system lets
a company choose how dates are written, dates with slashes are not in its format: which number is the month would be a
guess, and `date_format` has to say it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

#: Our columns. Of an export, all must be found but the last two; `team` and `manager` can be said to be absent.
REQUIRED = ("email", "name", "kind", "team", "manager", "started_on", "left_at")
OPTIONAL = ("contract_ends_on", "owner")
MAY_BE_ABSENT = ("team", "manager", *OPTIONAL)
#: Two columns that stand for `name` where an export has no column for the whole name.
NAME_PARTS = ("first_name", "last_name")
OUR_COLUMNS = (*REQUIRED, *OPTIONAL, *NAME_PARTS)
DATES = ("started_on", "left_at", "contract_ends_on")
KINDS = ("employee", "contractor", "service")

#: How a date can be written; each is read by its places, and none of two numbers is taken for either.
DATE_FORMATS: Mapping[str, str] = {
    "YYYY-MM-DD": r"(?P<year>\d{4})-(?P<month>\d{2})-(?P<day>\d{2})",
    "YYYY/MM/DD": r"(?P<year>\d{4})/(?P<month>\d{1,2})/(?P<day>\d{1,2})",
    "DD.MM.YYYY": r"(?P<day>\d{1,2})\.(?P<month>\d{1,2})\.(?P<year>\d{4})",
    "DD/MM/YYYY": r"(?P<day>\d{1,2})/(?P<month>\d{1,2})/(?P<year>\d{4})",
    "MM/DD/YYYY": r"(?P<month>\d{1,2})/(?P<day>\d{1,2})/(?P<year>\d{4})",
    "DD-MM-YYYY": r"(?P<day>\d{1,2})-(?P<month>\d{1,2})-(?P<year>\d{4})",
}
_UNAMBIGUOUS = ("YYYY-MM-DD", "YYYY/MM/DD", "DD.MM.YYYY")

#: A byte order mark says UTF-8 or UTF-16 by itself; cp1252 is what Excel on Windows writes.
ENCODINGS = ("utf-8", "utf-16", "cp1252")

# Words that mean the same in every export. A word that is not here is asked for, not guessed: "temporary" is an
# employee of one company and an agency's of another.
_WORDS: Mapping[str, str] = {
    "employee": "employee", "full time": "employee", "fulltime": "employee", "part time": "employee",
    "parttime": "employee", "full time employee": "employee", "part time employee": "employee", "regular": "employee",
    "permanent": "employee", "fixed term": "employee", "salaried": "employee", "hourly": "employee",
    "intern": "employee", "internship": "employee", "trainee": "employee", "apprentice": "employee",
    "working student": "employee", "werkstudent": "employee", "praktikant": "employee", "vollzeit": "employee",
    "teilzeit": "employee", "angestellter": "employee", "mitarbeiter": "employee", "executive": "employee",
    "founder": "employee",
    "contractor": "contractor", "independent contractor": "contractor", "contract": "contractor",
    "freelancer": "contractor", "freelance": "contractor", "freiberufler": "contractor", "consultant": "contractor",
    "contingent worker": "contractor", "1099": "contractor", "1099 contractor": "contractor",
    "service": "service", "service account": "service",
}  # fmt: skip


@dataclass(frozen=True)
class Format:
    """An export: for each of our columns the headers it may have, the first that is there counting."""

    columns: Mapping[str, tuple[str, ...]]
    kinds: Mapping[str, str] = field(default_factory=dict)
    dates: tuple[str, ...] = _UNAMBIGUOUS

    def kind(self, word: str) -> str | None:
        """The kind of employment that a word of the export means; None where it is not known."""
        return {**_WORDS, **self.kinds}.get(plain(word))


def plain(text: str) -> str:
    """A header or word as it is compared."""
    return " ".join(text.replace("_", " ").replace("-", " ").casefold().split())


def _format(*, dates: tuple[str, ...] = _UNAMBIGUOUS, kinds: Mapping[str, str] | None = None, **columns: str) -> Format:
    """Headers are written with `|` between them."""
    common = {"first_name": "First name", "last_name": "Last name"}
    split = {ours: tuple(theirs.split("|")) for ours, theirs in {**common, **columns}.items()}
    return Format(split, kinds or {}, dates)


FORMATS: Mapping[str, Format] = {
    "generic": Format(
        {name: (name,) for name in (*REQUIRED, *OPTIONAL)}, {}, ("YYYY-MM-DD",)
    ),
    # "Terminated" is a status and no kind of employment; an export that has it in this column cannot say what a leaver
    # was, and is refused with the word.
    "bamboohr": _format(
        email="Work Email|Best Email|Email", name="Full Name|Employee Name|Display Name|Name|Employee",
        kind="Employment Type|Employee Type|Employment Status", team="Department|Team|Division",
        manager="Supervisor Email|Manager Email|Reporting to|Reports To|Supervisor|Manager",
        started_on="Hire Date|Start Date", left_at="Termination Date|Last Day|End Date",
        contract_ends_on="Contract End Date|Contract Ends",
    ),
    "personio": _format(
        email="Email|Work email|E-Mail|E-Mail-Adresse", name="Full name|Name|Employee", first_name="First name|Vorname",
        last_name="Last name|Nachname", kind="Employment type|Beschäftigungsart|Contract type|Vertragsart",
        team="Team|Department|Abteilung", manager="Supervisor email|Supervisor|Vorgesetzter|Manager",
        started_on="Hire date|Start date|Einstellungsdatum|Eintrittsdatum",
        left_at="Termination date|Last working day|Kündigungsdatum|Austrittsdatum|Letzter Arbeitstag",
        contract_ends_on="Contract end date|Contract ends|Contract end|Vertragsende",
        kinds={"internal": "employee", "external": "contractor",
               "extern": "contractor", "internal employee": "employee", "external employee": "contractor"},
    ),
    "hibob": _format(
        email="Email|Work email", name="Display name|Full name|Name",
        kind="Employment type|Contract|Employment contract|Type", team="Department|Team",
        manager="Reports to email|Manager email|Reports to|Manager", started_on="Start date|Hire date",
        left_at="Termination date|Leave date|Last day of work|End date", contract_ends_on="Contract end date",
    ),
    # Payroll of the United States, and its dates.
    "gusto": _format(
        email="Work email|Email|Email address", name="Full name|Employee name|Employee|Name",
        kind="Employment type|Worker type|Employee type|Type", team="Department|Team",
        manager="Manager email|Manager", started_on="Start date|Hire date",
        left_at="Termination date|End date|Last day|Last day of work", contract_ends_on="Contract end date",
        dates=("YYYY-MM-DD", "MM/DD/YYYY"),
    ),
    "rippling": _format(
        email="Work email|Work email address|Email", name="Full name|Employee name|Employee|Preferred full name|Name",
        kind="Employment type|Worker type", team="Department|Team",
        manager="Manager work email|Manager email|Manager|Manager name", started_on="Start date|Hire date",
        left_at="Termination date|End date|Last day of work", contract_ends_on="Contract end date",
    ),
    "workday": _format(
        email="Email - Primary Work|Primary Work Email|Work Email|Email - Work|Email",
        name="Worker|Full Name|Preferred Name|Legal Name|Worker Name|Employee Name",
        first_name="First Name|Legal First Name|Preferred First Name",
        last_name="Last Name|Legal Last Name|Preferred Last Name",
        kind="Worker Type|Employee Type", team="Supervisory Organization|Department|Cost Center",
        manager="Manager Email|Email - Manager|Worker's Manager|Manager", started_on="Hire Date|Start Date",
        left_at="Termination Date|Last Day of Work|End Date",
        contract_ends_on="Contract End Date|End Employment Date",
    ),
    "deel": _format(
        email="Work email|Email|Worker email", name="Full name|Worker name|Worker|Name",
        kind="Worker type|Hiring type|Employment type|Contract type", team="Team|Department|Group",
        manager="Direct manager email|Manager email|Direct manager|Manager",
        started_on="Start date|Contract start date",
        left_at="Termination date|Completion date|End date", contract_ends_on="Contract end date|Contract ends",
        kinds={"eor": "employee", "eor employee": "employee", "direct employee": "employee", "hris": "employee",
               "gp": "employee", "global payroll": "employee", "pay as you go": "contractor",
               "milestone": "contractor", "fixed rate": "contractor", "ongoing time based": "contractor"},
    ),
}  # fmt: skip
