"""Several AWS accounts: each read through its role, and one that cannot be keeps none of the others back."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sources.aws_example import ACCOUNT, AT, OTHER, READER, account, config

from soc2kit.collect import collect
from soc2kit.errors import Refused
from soc2kit.evidence import EvidenceStore
from soc2kit.example.aws_server import AwsServer
from soc2kit.example.state import IamUser
from soc2kit.sources.aws import SOURCE

MADE = datetime(2025, 6, 1, tzinfo=UTC)
NOBODYS = "arn:aws:iam::999988887777:role/soc2kit-reader"


@pytest.fixture
def server(aws_server: AwsServer) -> AwsServer:
    other = account(OTHER, users=(IamUser("of-the-other", MADE),))
    aws_server.apply(account(users=(IamUser("of-the-first", MADE),), members=(other,)), AT)
    return aws_server


def test_a_configuration_is_one_for_each_account() -> None:
    own, other = SOURCE.accounts(config(assume_roles=(READER,)))
    assert (own.aws.role, other.aws.role) == (None, READER)
    assert (SOURCE.account_of(own), SOURCE.account_of(other)) == ("unknown", OTHER)
    assert SOURCE.accounts(config()) == (config(),)


def test_the_origin_is_the_other_account_and_names_the_role(server: AwsServer) -> None:
    own, other = SOURCE.accounts(config(assume_roles=(READER,)))
    with SOURCE.connect(own) as first, SOURCE.connect(other) as second:
        assert (first.origin.account, second.origin.account) == (ACCOUNT, OTHER)
        assert second.origin.identity == f"arn:aws:sts::{OTHER}:assumed-role/soc2kit-reader/soc2kit"
        assert (first.origin.details.get("role"), second.origin.details["role"]) == (None, READER)


def test_each_account_has_its_own_evidence_and_a_failed_one_a_record_under_its_name(
    server: AwsServer, tmp_path: Path
) -> None:
    settings = replace(config(assume_roles=(READER, NOBODYS)), workspace=tmp_path)
    summary = collect(settings, [SOURCE], clock=lambda: AT)
    store = EvidenceStore(settings.evidence)
    listed = {
        record.account: [user["UserName"] for page in store.read_pages(record) for user in page["answer"]["Users"]]
        for record in store.records()
        if record.dataset == "aws.users" and record.complete
    }
    assert listed == {ACCOUNT: ["of-the-first"], OTHER: ["of-the-other"]}
    # The jobs of the first two months are lost to whoever asks in the third.
    refused = [record for record in summary.failed if "AWS keeps jobs for 30 days" not in record.fields["reason"]]
    assert {record.account for record in refused} == {"999988887777"}
    assert len({record.dataset for record in refused}) == len(SOURCE.datasets)
    assert "soc2kit-reader cannot be assumed" in refused[0].fields["reason"]


def test_a_refusal_says_what_both_accounts_have_to_allow(server: AwsServer) -> None:
    _, other = SOURCE.accounts(config(assume_roles=(NOBODYS,)))
    with pytest.raises(Refused, match=r"trust policy must name this identity, and .* needs sts:AssumeRole"):
        SOURCE.connect(other).__enter__()


def test_an_external_id_comes_from_the_environment(server: AwsServer, monkeypatch: pytest.MonkeyPatch) -> None:
    _, other = SOURCE.accounts(config(assume_roles=(READER,), external_id_variable="THE_EXTERNAL_ID"))
    with pytest.raises(Refused, match="THE_EXTERNAL_ID is not set"):
        SOURCE.connect(other).__enter__()
    monkeypatch.setenv("THE_EXTERNAL_ID", "agreed-with-the-other")
    with SOURCE.connect(other) as connection:
        assert connection.origin.account == OTHER
