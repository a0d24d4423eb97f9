"""The local AWS that the tests of its source share, with the environment that leads to it and to nothing real."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sources.aws_example import ACCOUNT

from soc2kit.example.aws_server import AwsServer


@pytest.fixture(scope="module")
def running_aws() -> Iterator[AwsServer]:
    with AwsServer(ACCOUNT) as server:
        yield server


@pytest.fixture
def aws_server(running_aws: AwsServer, monkeypatch: pytest.MonkeyPatch) -> AwsServer:
    """The server, as the last test left it; each test module gives it a state and puts back what it changes."""
    for name, value in running_aws.environment().items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("AWS_PROFILE", raising=False)
    return running_aws
