"""postgresql.conf, line by line and across the files that it includes."""

import pytest

from soc2kit.postgres_config.settings import flag, read_settings


@pytest.mark.parametrize(
    ("line", "expect"),
    [
        ("ssl = on", {"ssl": "on"}),
        ("ssl on", {"ssl": "on"}),
        ("SSL=on", {"ssl": "on"}),
        ("  ssl\t=\ton # of course", {"ssl": "on"}),
        ("#ssl = on", {}),
        ("", {}),
        ("ssl = 'on'", {"ssl": "on"}),
        ("ssl_ciphers = 'HIGH:!aNULL # no comment'", {"ssl_ciphers": "HIGH:!aNULL # no comment"}),
        ("a = 'it''s \\'here\\'\\n\\101'", {"a": "it's 'here'\nA"}),
        ("shared_buffers = 128MB", {"shared_buffers": "128MB"}),
        ("seq_page_cost = 1.5e3", {"seq_page_cost": "1.5e3"}),
        ("x = -0x1F", {"x": "-0x1F"}),
        ("ssl_min_protocol_version = TLSv1.2", {"ssl_min_protocol_version": "TLSv1.2"}),
        ("listen_addresses = ''", {"listen_addresses": ""}),
        ("rds.force_ssl = 1", {"rds.force_ssl": "1"}),
        ("ssl = on\r", {"ssl": "on"}),
        ("ssl = on\nssl = off", {"ssl": "off"}),
    ],
)
def test_a_line(line: str, expect: dict[str, str]) -> None:
    found = read_settings({"postgresql.conf": line})
    assert found.problems == []
    assert {one.name: one.value for one in found.values.values()} == expect


@pytest.mark.parametrize("line", ["ssl =", "ssl = on off", "ssl = 'on", "= on", "a = 12.3.4", "ssl == on", "1a = 2"])
def test_a_line_that_the_server_would_not_take(line: str) -> None:
    (problem,) = read_settings({"postgresql.conf": f"# first\n{line}\n"}).problems
    assert str(problem) == "postgresql.conf line 2: the server cannot read this line"


def test_files_are_included_where_they_are_named_and_the_later_line_stands() -> None:
    found = read_settings({
        "postgresql.conf": "ssl = off\ninclude_dir 'conf.d'\npassword_encryption = md5\ninclude 'last.conf'\n",
        "conf.d/20.conf": "ssl = on\ninclude '../other/more.conf'\n",
        "conf.d/10.conf": "ssl = off\nlog_statement = ddl\n",
        "conf.d/.hidden.conf": "ssl = off\n",
        "conf.d/30.conf.off": "ssl = off\n",
        "other/more.conf": "include_if_exists = 'nothing.conf'\nport = 5433\n",
        "last.conf": "password_encryption = scram-sha-256\n",
        "postgresql.auto.conf": "log_statement = 'all'\n",
    })  # fmt: skip
    assert found.problems == []
    places = {name: (one.value, one.file, one.line) for name, one in found.values.items()}
    assert places == {
        "ssl": ("on", "conf.d/20.conf", 1),
        "port": ("5433", "other/more.conf", 2),
        "password_encryption": ("scram-sha-256", "last.conf", 1),
        "log_statement": ("all", "postgresql.auto.conf", 1),
    }
    assert found.value("port") == "5433"
    assert found.value("ssl_ciphers") is None


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("include 'gone.conf'", "gone.conf is not among the files"),
        ("include '/etc/postgresql/common.conf'", "not in the folder"),
        ("include '../../passwd'", "outside of the folder"),
        ("include 'postgresql.conf'", "too deep"),
    ],
)
def test_an_include_that_leads_nowhere(line: str, says: str) -> None:
    (problem,) = read_settings({"postgresql.conf": line}).problems
    assert says in str(problem)


@pytest.mark.parametrize(
    ("text", "expect"),
    [("on", True), ("t", True), ("YES", True), ("1", True), ("of", False), ("f", False), ("no", False), ("0", False),
     ("o", None), ("", None), ("perhaps", None), (None, None)],
)  # fmt: skip
def test_a_switch(text: str | None, expect: bool | None) -> None:
    assert flag(text) is expect
