"""What the tests of the AWS source share: an account, and a dataset read whole."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from soc2kit.config import AwsSettings, Config
from soc2kit.example.state import AwsState, IamRole
from soc2kit.period import CIVIL, Period
from soc2kit.sources.aws import SOURCE
from soc2kit.sources.base import Completeness, Page

AT = datetime(2026, 3, 31, 20, tzinfo=UTC)
MADE = datetime(2025, 6, 1, tzinfo=UTC)
ACCOUNT, OTHER = "402613907581", "518273940612"
DATASETS = {dataset.id: dataset for dataset in SOURCE.datasets}
READER = f"arn:aws:iam::{OTHER}:role/soc2kit-reader"


def account(number: str = ACCOUNT, **more: Any) -> AwsState:
    trust = {"Version": "2012-10-17", "Statement": []}
    roles = (IamRole("soc2kit-reader", MADE, trust),) if number != ACCOUNT else ()
    return replace(AwsState(number, True, False, None, (), (), roles, ()), **more)


def config(**settings: Any) -> Config:
    aws = AwsSettings(region="eu-central-1", report_timeout_seconds=5, **settings)
    return Config(Path(), "X", CIVIL.parse("2026-Q1"), ("security",), aws=aws)


def read(dataset: str, settings: Config | None = None, period: Period | None = None) -> tuple[list[Page], Completeness]:
    with SOURCE.connect(settings or config()) as connection:
        pages = DATASETS[dataset].pages(connection, period or CIVIL.month_of(AT))
        found: list[Page] = []
        while True:
            try:
                found.append(next(pages))
            except StopIteration as stop:
                return found, stop.value
