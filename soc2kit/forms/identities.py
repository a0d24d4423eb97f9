"""Proposed owners of accounts as a form in a notebook, and as a printed table wherever no front end is."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import ipywidgets as widgets

from ..errors import Soc2kitError
from ..identity_file import Confirmation, confirm
from ..proposals import Proposal
from ..tables import Shown

NOBODY = "choose"


def today() -> date:
    """Confirmations carry the day on which they are made."""
    return datetime.now(UTC).date()


@dataclass(frozen=True)
class OpenAccount:
    """An account whose owner somebody has to name."""

    system: str
    account: str
    proposals: tuple[Proposal, ...] = ()


class AccountForm:
    """One account: who owns it, whether others do as well, and the button that writes it to the file."""

    def __init__(self, account: OpenAccount, people: Mapping[str, str], save: Callable[[OpenAccount, str, bool], str]):
        self._account, self._save = account, save
        proposed = [(str(one), one.email) for one in account.proposals]
        known = {one.email for one in account.proposals}
        others = [(f"{name} <{email}>", email) for email, name in people.items() if email not in known]
        # Nothing is chosen to begin with: a proposal is no more than one.
        self.owner = widgets.Dropdown(options=[(NOBODY, ""), *proposed, *others], value="")
        self.shared = widgets.Checkbox(value=False, description="shared with others", indent=False)
        self.button = widgets.Button(description="Confirm")
        self.said = widgets.Label()
        self.button.on_click(self.confirm)
        label = widgets.Label(f"{account.system} {account.account}")
        self.row = widgets.HBox([label, self.owner, self.shared, self.button, self.said])

    def confirm(self, _: Any = None) -> None:
        self.said.value = self._save(self._account, self.owner.value, self.shared.value)


class IdentityWidget:
    """Everything that can be confirmed, under the name of who confirms it."""

    def __init__(
        self, path: Path, accounts: Sequence[OpenAccount], people: Mapping[str, str], clock: Callable[[], date]
    ):
        self._path, self._people, self._clock = path, people, clock
        names = [(f"{name} <{email}>", email) for email, name in people.items()]
        self.confirmed_by = widgets.Dropdown(options=[(NOBODY, ""), *names], value="", description="Confirmed by")
        self.rows = [AccountForm(account, people, self.save) for account in accounts]
        self.box = widgets.VBox([self.confirmed_by, *(form.row for form in self.rows)])

    def save(self, account: OpenAccount, email: str, shared: bool) -> str:
        """What became of a confirmation, in words."""
        made = Confirmation(account.system, account.account, email, self.confirmed_by.value, self._clock(), shared)
        try:
            confirm(self._path, [made], self._people)
        except Soc2kitError as error:
            return str(error)
        return f"written to {self._path.name}; the next collection reads it"


@dataclass(frozen=True)
class IdentityForm(Shown):
    """A printed table that is a form where a widget can be shown."""

    path: Path
    accounts: tuple[OpenAccount, ...]
    people: Mapping[str, str]
    clock: Callable[[], date] = today

    def widget(self) -> IdentityWidget:
        return IdentityWidget(self.path, self.accounts, self.people, self.clock)

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> Mapping[str, str]:
        shown = super()._repr_mimebundle_(include, exclude)
        form: Mapping[str, str] = self.widget().box._repr_mimebundle_() or {}
        return {**form, **shown}
