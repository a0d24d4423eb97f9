"""Pages of the services that announce more by a token, each page with what was asked and in which region."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ..base import Page
from .failures import translated
from .lists import plain, rows_in
from .session import AwsConnection


@dataclass(frozen=True)
class Reader:
    """One account in one region; None is the region of the settings."""

    connection: AwsConnection
    region: str | None

    def listed(self, service: str, operation: str, name: str, token: str = "NextToken", **how: Any) -> Iterator[Page]:
        """Every page of the list `name`, which counts the rows; see `AwsConnection.listed` for the rest."""
        asked_pages = self.connection.listed(service, operation, name, region=self.region, token=token, **how)
        for asked, answer in asked_pages:
            rows = len(rows_in(answer, name, how.get("empty"), of_a_list=how.get("of_a_list", True)))
            yield self.page(service, operation, asked, plain(answer), rows)

    def one(self, service: str, operation: str, name: str, **parameters: Any) -> Page:
        """An answer that has `name`, and is the whole of it; without a name it may have nothing."""
        answer = self.connection.call(service, operation, region=self.region, **parameters)
        with translated(self.connection.action(service, operation)):
            _ = answer[name] if name else None
        return self.page(service, operation, parameters, plain(answer), 1)

    def absent(self, service: str, operation: str, parameters: Mapping[str, Any]) -> Page:
        """What was asked for and is not there."""
        return self.page(service, operation, parameters, {}, 0)

    def page(
        self, service: str, operation: str, parameters: Mapping[str, Any], answer: dict[str, Any], rows: int
    ) -> Page:
        name = self.connection.client(service).meta.method_to_api_mapping[operation]
        region = self.region or self.connection.settings.region
        request = answer.get("ResponseMetadata", {}).get("RequestId")
        return Page(f"{service}.{name}", {"region": region, **plain(parameters)}, answer, rows, request)
