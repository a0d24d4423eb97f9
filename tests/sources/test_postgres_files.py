"""Copies of a server's configuration files: those that it would read, unaltered, or an error that names the file."""

from __future__ import annotations

from pathlib import Path

import pytest

from soc2kit.config import Config
from soc2kit.errors import MalformedInput, Unreachable
from soc2kit.frames import postgres_transport as frames
from soc2kit.period import CIVIL
from soc2kit.source_settings import PostgresFilesSettings
from soc2kit.sources import postgres_files
from soc2kit.sources.base import Completeness, Page

RECORD = {"source": {"account": "reporting"}}
CONF, HBA = "ssl = on\n", "hostssl all all all scram-sha-256\n"


def read(folder: Path, path: str = "postgres") -> tuple[list[Page], Completeness]:
    settings = PostgresFilesSettings(path, "reporting")
    config = Config(folder, "X", CIVIL.parse("2026-Q1"), ("security",), postgres_files=settings)
    found: list[Page] = []
    with postgres_files.SOURCE.connect(config) as connection:
        assert (connection.origin.system, connection.origin.account) == ("postgres_files", "reporting")
        pages = postgres_files.files(connection, CIVIL.month(2026, 1))  # type: ignore[arg-type]
        while True:
            try:
                found.append(next(pages))
            except StopIteration as end:
                return found, end.value


def write(folder: Path, files: dict[str, str | bytes]) -> Path:
    for name, text in files.items():
        path = folder / "postgres" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode() if isinstance(text, str) else text)
    return folder


def test_files_that_the_server_would_read_and_no_others(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "postgresql.conf": "include_dir = 'conf.d'\ninclude_if_exists = 'none.conf'\n# \u00fc\r\n",
        "conf.d/a.conf": CONF, "conf.d/b.bak": "broken", "postgresql.auto.conf": "", "PG_VERSION": "16\n",
        "pg_hba.conf": "host all @users all md5\n", "users": "ada\n", "server.key": "-----BEGIN", "other.conf": "x",
    }  # fmt: skip
    pages, completeness = read(write(tmp_path, files))
    texts = {page.parameters["path"]: page.answer for page in pages}
    assert texts == {name: files[name] for name in texts}
    assert set(texts) == set(files) - {"conf.d/b.bak", "server.key", "other.conf"}
    assert completeness.reason == "each of the 6 files that the server would read was there and was read"


def test_what_else_would_count_is_named_when_it_is_not_there(tmp_path: Path) -> None:
    _, completeness = read(write(tmp_path, {"postgresql.conf": CONF, "pg_hba.conf": HBA}))
    assert completeness.reason.endswith("not in the folder: postgresql.auto.conf, PG_VERSION")


def test_the_rules_may_have_another_name(tmp_path: Path) -> None:
    pages, _ = read(write(tmp_path, {"postgresql.conf": "hba_file = '/etc/x/rules.conf'", "rules.conf": HBA}))
    assert [page.parameters["path"] for page in pages] == ["postgresql.conf", "rules.conf"]
    (row,) = frames.file_rules([{"parameters": page.parameters, "answer": page.answer} for page in pages], RECORD)
    assert row["rule"] == "reporting/files/rules.conf:1"


@pytest.mark.parametrize(
    ("files", "says"),
    [
        ({"pg_hba.conf": HBA}, "postgresql.conf is not among the files"),
        ({"postgresql.conf": CONF}, "pg_hba.conf is not among the files"),
        ({"postgresql.conf": "include 'x.conf'", "pg_hba.conf": HBA}, "postgresql.conf line 1: x.conf is not"),
        ({"postgresql.conf": "include '/etc/x.conf'", "pg_hba.conf": HBA}, "line 1: '/etc/x.conf' is named"),
        ({"postgresql.conf": CONF, "pg_hba.conf": "host all @list all md5"}, "pg_hba.conf line 1: list is not"),
        ({"postgresql.conf": b"ssl = \xff", "pg_hba.conf": HBA}, "postgresql.conf cannot be read as UTF-8"),
        (
            {"postgresql.conf": CONF, "pg_hba.conf": 'host all all all ldap ldapbindpasswd="hush"'},
            "pg_hba.conf line 1 has a secret (ldapbindpasswd)",
        ),
        (
            {"postgresql.conf": CONF, "pg_hba.conf": f"{HBA}# host all all all radius radiussecrets=hush"},
            "pg_hba.conf line 2 has a secret (radiussecrets)",
        ),
        (
            {"postgresql.conf": "primary_conninfo = 'host=a password=hush'", "pg_hba.conf": HBA},
            "postgresql.conf line 1 has a secret (password)",
        ),
        (
            {"postgresql.conf": "primary_conninfo = 'postgresql://repl:hush@db/x'", "pg_hba.conf": HBA},
            "postgresql.conf line 1 has a secret (postgresql://)",
        ),
        (
            {"postgresql.conf": "archive_command = 'PGPASSWORD=hush pg_x'", "pg_hba.conf": HBA},
            "line 1 has a secret (PGPASSWORD)",
        ),
        (
            {"postgresql.conf": "#restore_command = 'AWS_SECRET_ACCESS_KEY=hush aws s3 cp x'", "pg_hba.conf": HBA},
            "line 1 has a secret (AWS_SECRET_ACCESS_KEY)",
        ),
        (
            {"postgresql.conf": "primary_conninfo = 'sslpassword=hush'", "pg_hba.conf": HBA},
            "line 1 has a secret (sslpassword)",
        ),
        (
            {"postgresql.conf": "ssl_passphrase_command = 'echo hush'", "pg_hba.conf": HBA},
            "line 1 has a secret (ssl_passphrase_command)",
        ),
    ],
)
def test_what_cannot_be_taken_is_named(tmp_path: Path, files: dict[str, str | bytes], says: str) -> None:
    with pytest.raises(MalformedInput) as raised:
        read(write(tmp_path, files))
    assert says in str(raised.value)
    assert "hush" not in str(raised.value)


def test_a_line_that_the_server_would_not_take_is_evidence_all_the_same(tmp_path: Path) -> None:
    pages, _ = read(write(tmp_path, {"postgresql.conf": "ssl on on\n", "pg_hba.conf": "host all\n"}))
    assert len(pages) == 2


def test_settings_of_passwords_are_no_passwords(tmp_path: Path) -> None:
    text = "password_encryption = scram-sha-256\n#ssl_passphrase_command = ''\n#primary_conninfo = ''\n"
    text += "archive_command = 'PGPASSWORD=$PGPASSWORD x https://host:443/%f'\n"
    assert len(read(write(tmp_path, {"postgresql.conf": text, "pg_hba.conf": HBA}))[0]) == 2


def test_links_are_not_followed(tmp_path: Path) -> None:
    write(tmp_path, {"postgresql.conf": CONF})
    (tmp_path / "rules").write_text(HBA)
    (tmp_path / "postgres/pg_hba.conf").symlink_to(tmp_path / "rules")
    with pytest.raises(MalformedInput, match="is not among the files"):
        read(tmp_path)


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(Unreachable, match=r"'nowhere' of \[sources.postgres_files\] is not a folder"):
        read(tmp_path, "nowhere")
