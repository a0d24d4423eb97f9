"""soc2kit.toml: every mistake is named with the file, the key and the value."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from soc2kit.config import load_config
from soc2kit.errors import ConfigError

ROLE = "arn:aws:iam::111122223333:role"
GOOD = '[company]\nname = "X"\n[window]\nfirst_day = 2026-01-01\nlast_day = 2026-06-30\n'


def load(folder: Path, text: str) -> object:
    (folder / "soc2kit.toml").write_text(text, encoding="utf-8")
    return load_config(folder)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[company", "not valid TOML"),
        ("", r"table \[company\] is missing"),
        ('company = "X"', r"company is 'X'; write it as a table"),
        ('[company]\nname = ""\n', r"name is ''"),
        ('[company]\nname = "X"\n', r"table \[window\] is missing"),
        (GOOD.replace("2026-01-01", '"2026-01-01"'), "first_day is '2026-01-01'; write a day"),
        (GOOD.replace("2026-06-30", "2025-06-30"), "last_day 2025-06-30 is before first_day 2026-01-01"),
        (GOOD + "[windows]\n", "'windows' is not a setting; did you mean 'window'"),
        (GOOD + "[parameters]\nkey_max_age_day = 90\n", "did you mean 'key_max_age_days'"),
        (GOOD + '[parameters]\nkey_max_age_days = "90"\n', "key_max_age_days is '90'; write a whole number"),
        (GOOD + "[parameters]\nkey_max_age_days = -1\n", "is -1; write a number of 0 or more"),
        (GOOD + "[parameters]\nkey_max_age_days = true\n", "is True; write a whole number"),
        (GOOD + '[parameters]\nallowed_bots = "dependabot"\n', "write a list of texts"),
        (
            GOOD + '[parameters]\nminimum_tls_version = "1.2"\n',
            "minimum_tls_version is '1.2'; known are TLSv1, TLSv1.1",
        ),
        (GOOD + '[scope]\ncategories = ["secrecy"]\n', "categories has 'secrecy'; known are security"),
        (GOOD + '[scope]\ncategories = "security"\n', "write a list such as"),
        (GOOD + "[sources.github]\n", "has no organization"),
        (GOOD + "[sources.gitlab]\n", "'gitlab' is not a setting"),
        (GOOD + '[sources.github]\norganization = "x"\ntoken = "abc"\n', "token looks like a secret"),
        (GOOD + '[sources.postgres]\npassword = "abc"\n', "password looks like a secret"),
        (GOOD + '[sources.aws]\nendpoint_url = "localhost"\n', "endpoint_url is 'localhost'; write an address"),
        (GOOD + '[sources.aws]\nendpoint_url = "http://h:99999"\n', "write an address"),
        (GOOD + '[sources.aws]\nendpoint_url = "http://[::1"\n', "write an address"),
        (GOOD + '[sources.aws]\naccounts = ["1 since May"]\n', r"\[sources.aws\] accounts has '1 since May'; write"),
        (GOOD + '[sources.aws]\naccounts = ["1 from May"]\n', r"\[sources.aws\] accounts has"),
        (GOOD + '[sources.aws]\nassume_roles = ["reader"]\n', r"assume_roles has 'reader'; write the role's ARN"),
        (
            GOOD + f'[sources.aws]\nassume_roles = ["{ROLE}/a", "{ROLE}/b"]\n',
            "both of account 111122223333; keep one",
        ),
        (GOOD + '[sources.aws]\nrole = "arn"\n', "'role' is not a setting"),
        (GOOD + "[sources.aws]\nendpoint_url = {a = 1}\n", r"\[sources.aws\] endpoint_url is .* write a text"),
        (GOOD + '[sources.postgres]\nhost = ["a"]\n', r"\[sources.postgres\] host is \['a'\]; write a text in quotes"),
        (GOOD + '[sources.roster]\ncolumns = "x"\n', "columns is 'x'; write a table"),
        (GOOD + "[sources.roster]\ncolumns = {email = 3}\n", "write texts, as in email"),
        (GOOD + "[sources.terraform]\npath = 3\n", r"\[sources.terraform\] path is 3; write a text in quotes"),
        (GOOD + '[sources.terraform]\nfolder = "infra"\n', "'folder' is not a setting; known are exports, path"),
        (
            GOOD + '[sources.aws]\nregions_out_of_scope = ["sa-east-1"]\n',
            "regions_out_of_scope has 'sa-east-1'; write the region and why",
        ),
        (
            GOOD + '[sources.aws]\nregions = ["sa-east-1"]\nregions_out_of_scope = ["sa-east-1: denied"]\n',
            "reads 'sa-east-1' and has it in regions_out_of_scope; keep one",
        ),
        (
            GOOD + '[sources.postgres]\ndatabases = ["app"]\ndatabases_out_of_scope = ["app"]\n',
            "reads 'app' and has it in databases_out_of_scope; keep one",
        ),
        (GOOD + '[sources.postgres]\ndatabases = "app"\n', "databases is 'app'; write a list of texts"),
        (GOOD + '[sources.roster]\nformat = "excel"\n', "format is 'excel'; known are generic, bamboohr, personio"),
        (GOOD + '[sources.roster]\nencoding = "latin"\n', "encoding is 'latin'; known are utf-8, utf-16, cp1252"),
        (GOOD + '[sources.roster]\ndate_format = "D.M.Y"\n', "date_format is 'D.M.Y'; known are YYYY-MM-DD"),
        (GOOD + '[sources.roster]\nkinds = {Temp = "temp"}\n', "Temp is 'temp'; known are employee, contractor"),
        (GOOD + '[sources.roster]\ncolumns = {mail = "x"}\n', "'mail' is not a setting"),
        ('example = "no"\n' + GOOD, "example is 'no'; remove it"),
        (GOOD.replace('"X"', '"X"\nfiscal_year_start_month = true'), "is True; write a month"),
        (GOOD + '[sources.github]\norganization = "x"\nbase_url = "https://u:p@h"\n', "with no password"),
        (GOOD.replace('"X"', '"X"\nfiscal_year_start_month = 13'), "is 13; write a month"),
        (GOOD.replace('"X"', '"X"\ntime_zone = "Berlin"'), "'Berlin' is not a time zone"),
        (GOOD.replace('"X"', '"X"\ntime_zone = 1'), "time_zone"),
        (GOOD + "[parameters]\nchanges = 3\n", r"\[\[parameters.changes\]\]"),
        (GOOD + "[[parameters.changes]]\nreason = 'x'\n", "from is None; write a day"),
        (GOOD + "[[parameters.changes]]\nfrom = 2026-04-01\n", "has no reason"),
        (GOOD + "[[parameters.changes]]\nfrom = 2026-04-01\nreason = 'x'\nkey_max = 3\n", "'key_max' is not a setting"),
        (
            GOOD
            + "[[parameters.changes]]\nfrom = 2026-04-01\nreason = 'x'\n" * 1
            + "[[parameters.changes]]\nfrom = 2026-04-01\nreason = 'y'\n",
            "from 2026-04-01 does not follow",
        ),
        (GOOD + "[sampling]\nhourly = 3\n", "'hourly' is not a setting"),
        (GOOD + "[sources.github]\norganization = 'o'\nsaml = 1\n", "saml is 1; write true or false"),
        (GOOD + "[sources.github]\norganization = 'o'\naudit_log = 'yes'\n", "audit_log is 'yes'; write true or false"),
        (GOOD + "[parameters]\nsecret_revocation_hours = 'x'\n", "looks like a secret"),
        (GOOD + "[sampling]\ndaily = '3'\n", "daily is '3'; write a whole number"),
    ],
)
def test_each_mistake_is_named(text: str, words: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=words) as caught:
        load(tmp_path, text)
    assert "soc2kit.toml" in str(caught.value)


def test_a_missing_file_says_what_to_run(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="run soc2kit init --workspace"):
        load_config(tmp_path)


def test_both_days_of_the_window_are_in_it_and_security_is_always_in_scope(tmp_path: Path) -> None:
    (tmp_path / "soc2kit.toml").write_text(GOOD + '[scope]\ncategories = ["privacy"]\n')
    config = load_config(tmp_path)
    assert config.window.start == datetime(2026, 1, 1, tzinfo=UTC)
    assert config.window.end == datetime(2026, 7, 1, tzinfo=UTC)
    assert config.categories == ("security", "privacy")
    assert config.aws is None
    assert config.parameters.first.key_max_age_days == 90


def test_days_of_the_window_are_the_companys(tmp_path: Path) -> None:
    (tmp_path / "soc2kit.toml").write_text(GOOD.replace('"X"', '"X"\ntime_zone = "America/New_York"'))
    config = load_config(tmp_path)
    assert config.window.start == datetime(2026, 1, 1, 5, tzinfo=UTC)
    assert config.window.end == datetime(2026, 7, 1, 4, tzinfo=UTC)


def test_a_limit_that_changed_keeps_its_old_value_for_what_was_before(tmp_path: Path) -> None:
    changes = """
[parameters]
key_max_age_days = 180
dormant_days = 60
[[parameters.changes]]
from = 2026-04-01
reason = "board, 2026-03-20"
key_max_age_days = 90
[[parameters.changes]]
from = 2026-06-01
reason = "board, 2026-05-20"
dormant_days = 30
"""
    (tmp_path / "soc2kit.toml").write_text(GOOD + changes)
    config = load_config(tmp_path)
    found = [
        (f"{part.start:%m-%d}", f"{part.end:%m-%d}", limits.key_max_age_days, limits.dormant_days)
        for part, limits in config.parameters.segments(config.window)
    ]
    assert found == [("01-01", "04-01", 180, 60), ("04-01", "06-01", 90, 60), ("06-01", "07-01", 90, 30)]
    assert config.parameters.at(datetime(2026, 3, 31, 23, 59, 59, tzinfo=UTC)).key_max_age_days == 180


def test_a_limit_about_secrets_is_no_secret_and_switches_are_read(tmp_path: Path) -> None:
    tables = "[parameters]\nsecret_revocation_hours = 4\n[sources.github]\norganization = 'o'\naudit_log = true\n"
    (tmp_path / "soc2kit.toml").write_text(GOOD + tables)
    config = load_config(tmp_path)
    assert config.parameters.first.secret_revocation_hours == 4
    assert config.github is not None
    assert (config.github.audit_log, config.github.saml) == (True, False)
