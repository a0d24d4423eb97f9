"""PostgreSQL's configuration files with pseudonyms are still read line by line, and say the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from soc2kit.postgres_config.hba import read_rules
from soc2kit.redaction.mentions import Identifier, Mention
from soc2kit.redaction.mentions.texts import texts_of
from soc2kit.redaction.postgres_files import redact_postgres_file
from soc2kit.redaction.pseudonyms import Pseudonyms
from soc2kit.redaction.replacer import Replacer

TEXT = """\
# Made by ada.
host all ada,+team 192.0.2.7/32 md5  # for Ada \\
host all "ada" 192.0.2.7 255.255.255.255 ldap ldapserver="a # b"
host "ada#x" all 10.0.0.0/8 md5
application_name = 'it''s # ada'  # ask ada
"""


@pytest.fixture
def replacer(tmp_path: Path) -> Replacer:
    found = (Identifier("account", "ada"), Identifier("address", "192.0.2.7"))
    numbers = Pseudonyms(tmp_path / "pseudonyms.csv")
    numbers.assign(found)
    return Replacer(found, numbers)


def test_comments_go_and_lines_stay(replacer: Replacer) -> None:
    lines = redact_postgres_file(TEXT, replacer).split("\n")
    assert lines == [
        "# [redacted text]",
        "host all account-001,+team address-001.redacted.invalid md5  # [redacted text]\\",
        'host all "account-001" address-001.redacted.invalid ldap ldapserver="a # b"',
        'host "account-001#x" all 10.0.0.0/8 md5',
        "application_name = 'it''s # account-001'  # [redacted text]",
        "",
    ]


def test_the_rules_are_still_rules(replacer: Replacer) -> None:
    text = "host all ada 192.0.2.7/32 md5\nhost all ada 192.0.2.7 255.255.255.255 md5\n"
    found = read_rules({"pg_hba.conf": redact_postgres_file(text, replacer)})
    assert found.problems == []
    assert {rule.address for rule in found.rules} == {"address-001.redacted.invalid"}


@pytest.mark.parametrize(
    ("text", "expect"),
    [
        ("192.0.2.7", ["192.0.2.7"]),
        ("192.0.2.7/32", ["192.0.2.7"]),
        ("192.0.2.7/24", ["192.0.2.7"]),
        ("192.0.2.0/24", []),
        ("192.0.2.0/240", ["192.0.2.0"]),
        ("192.0.2.0 255.255.255.0", []),
        ("192.0.2.7 255.255.255.255", ["192.0.2.7"]),
        ("192.0.2.0, 192.0.2.1", ["192.0.2.0", "192.0.2.1"]),
        ("2001:db8::/32 and 2001:db8::7/128", ["2001:db8::7"]),
        ("0.0.0.0/0 127.0.0.1/32 ::1", []),
    ],
)
def test_an_address_is_a_machines_and_not_a_networks(text: str, expect: list[str]) -> None:
    assert list(texts_of(text)) == [Mention("address", one) for one in expect]
