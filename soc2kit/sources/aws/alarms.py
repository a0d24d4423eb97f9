"""Alarms of CloudWatch, and who is told when one goes off."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from ...period import Period
from ..base import Page, Pages
from .availability_calls import ALARMS
from .configuration import configuration, is_answer
from .session import AwsConnection

_SUBSCRIPTIONS = "sns.ListSubscriptionsByTopic"


def alarms(connection: AwsConnection, period: Period) -> Pages:
    """Alarms on metrics and composite ones, and the subscriptions of each topic that one of them names.

    The address of a web hook often has the key of a service in it: only its host is kept, and the page says so in
    `removed`.
    """
    pages = configuration(ALARMS)(connection, period)
    while True:
        try:
            page = next(pages)
        except StopIteration as end:
            return end.value  # type: ignore[no-any-return]
        yield _without_keys(page)


def _without_keys(page: Page) -> Page:
    if page.call != _SUBSCRIPTIONS or not is_answer(page.answer):
        return page
    kept = [_shortened(one) for one in page.answer["Subscriptions"]]
    if kept == page.answer["Subscriptions"]:
        return page
    parameters = {**page.parameters, "removed": ["Subscriptions.Endpoint beyond its host"]}
    return replace(page, parameters=parameters, answer={**page.answer, "Subscriptions": kept})


def _shortened(subscription: dict[str, Any]) -> dict[str, Any]:
    scheme, _, rest = str(subscription.get("Endpoint", "")).partition("://")
    if scheme not in ("http", "https"):
        return subscription
    host = re.split("[/?#]", rest)[0].rpartition("@")[2]
    return {**subscription, "Endpoint": f"{scheme}://{host}"}
