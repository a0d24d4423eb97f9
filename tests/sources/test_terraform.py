"""The folder of Terraform files: all of them or an error that names the file."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from soc2kit.config import Config, TerraformSettings
from soc2kit.errors import MalformedInput, Unreachable
from soc2kit.period import CIVIL
from soc2kit.sources import terraform
from soc2kit.sources.base import Completeness, Page

POLICY = '{"Version": "2012-10-17", "Statement": []}'


def read(folder: Path, path: str = "infra") -> tuple[list[Page], Completeness]:
    config = Config(folder, "X", CIVIL.parse("2026-Q1"), ("security",), terraform=TerraformSettings(path))
    found: list[Page] = []
    with terraform.SOURCE.connect(config) as connection:
        pages = terraform.files(connection, CIVIL.month(2026, 1))  # type: ignore[arg-type]
        while True:
            try:
                found.append(next(pages))
            except StopIteration as end:
                return found, end.value


def write(folder: Path, **files: str | bytes) -> Path:
    for name, text in files.items():
        path = folder / "infra" / name.replace("__", "/").replace("_", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode() if isinstance(text, str) else text)
    return folder


def test_every_file_of_every_folder_is_a_page(tmp_path: Path) -> None:
    write(tmp_path, main_tf="a {}\n", m__deep__x_tf="b {}\n", m__p_json=POLICY, notes_md="no", empty_tf="")
    pages, completeness = read(tmp_path)
    assert [(page.call, page.answer) for page in pages] == [
        ("file empty.tf", ""), ("file m/deep/x.tf", "b {}\n"), ("file m/p.json", POLICY), ("file main.tf", "a {}\n"),
    ]  # fmt: skip
    assert "3 .tf files" in completeness.reason


def test_what_may_hold_secrets_or_is_not_the_companys_stays_out(tmp_path: Path) -> None:
    write(
        tmp_path, main_tf="a {}", secret_auto_tfvars="password = 1", terraform_tfstate="{}",
        package_json='{"name": "x"}', broken_json="{", list_json="[]",
    )  # fmt: skip
    module = tmp_path / "infra/.terraform/modules/m.tf"
    module.parent.mkdir(parents=True)
    module.write_text("b {}")
    assert [page.call for page in read(tmp_path)[0]] == ["file main.tf"]


def test_links_are_not_followed(tmp_path: Path) -> None:
    write(tmp_path / "other", x_tf="b {}")
    write(tmp_path, main_tf="a {}")
    (tmp_path / "infra/link").symlink_to(tmp_path / "other/infra")
    assert [page.call for page in read(tmp_path)[0]] == ["file main.tf"]


def test_a_checkout_beside_the_workspace_is_known_by_its_name(tmp_path: Path) -> None:
    write(tmp_path / "repository", main_tf="a {}")
    workspace = tmp_path / "workspace"
    workspace.mkdir()
    config = Config(workspace, "X", CIVIL.parse("2026-Q1"), ("security",),
                    terraform=TerraformSettings("../repository/infra"))  # fmt: skip
    with terraform.SOURCE.connect(config) as connection:
        assert connection.origin.account == terraform.SOURCE.account_of(config) == "infra"
    assert len(read(workspace, "../repository/infra")[0]) == 1


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(Unreachable, match=r"'infra' of \[sources.terraform\] is not a folder"):
        read(tmp_path)


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ({"notes_md": "x"}, "folder infra has no .tf file"),
        ({"main_tf": "a {}", "m__bad_tf": b"\xff\xfe\x00"}, r"m/bad\.tf cannot be read as UTF-8"),
    ],
)
def test_what_cannot_be_read_is_an_error(files: dict[str, str | bytes], words: str, tmp_path: Path) -> None:
    with pytest.raises(MalformedInput, match=words) as caught:
        read(write(tmp_path, **files))
    assert str(tmp_path) not in str(caught.value)


def test_a_folder_in_a_files_place_is_an_error(tmp_path: Path) -> None:
    write(tmp_path, main_tf="a {}")
    (tmp_path / "infra/dangling.tf").symlink_to(tmp_path / "nowhere")
    with pytest.raises(MalformedInput, match=r"dangling\.tf cannot be read"):
        read(tmp_path)


def test_a_file_that_comes_meanwhile_is_an_error(tmp_path: Path) -> None:
    write(tmp_path, main_tf="a {}")
    config = Config(tmp_path, "X", CIVIL.parse("2026-Q1"), ("security",), terraform=TerraformSettings())
    with terraform.SOURCE.connect(config) as connection:
        pages = terraform.files(connection, CIVIL.month(2026, 1))  # type: ignore[arg-type]
        next(pages)
        write(tmp_path, late_tf="b {}")
        with pytest.raises(MalformedInput, match="came or went"):
            next(pages)


CANARY = "canary-77ab"
DATABASE = {"address": "aws_db_instance.a", "type": "aws_db_instance",
            "values": {"identifier": "a", "password": CANARY}}  # fmt: skip
VALUES = {"outputs": {"o": {"value": CANARY}}, "root_module": {"resources": [DATABASE]}}
STATE = json.dumps({"format_version": "1.0", "terraform_version": "1.9.8", "values": VALUES})


def exports(folder: Path, where: str = "") -> list[Page]:
    config = Config(folder, "X", CIVIL.parse("2026-Q1"), ("security",), terraform=TerraformSettings(exports=where))
    with terraform.SOURCE.connect(config) as connection:
        return list(terraform.exports(connection, CIVIL.month(2026, 1)))  # type: ignore[arg-type]


def test_of_a_state_the_secrets_stay_where_they_are(tmp_path: Path) -> None:
    write(tmp_path, main_tf="a {}", state_json=STATE, package_json="{}", terraform_tfstate=STATE)
    found = exports(tmp_path)
    assert [page.call for page in found] == ["folders", "export state.json"]
    assert found[1].answer["resources"][0]["values"] == {"identifier": "a"}
    assert CANARY not in json.dumps([page.answer for page in [*found, *read(tmp_path)[0]]])


def test_exports_may_lie_in_a_folder_of_their_own(tmp_path: Path) -> None:
    write(tmp_path, main_tf="a {}")
    (tmp_path / "plans").mkdir()
    (tmp_path / "plans/p.json").write_text(STATE)
    assert [page.parameters for page in exports(tmp_path, "plans")] == [{}, {"folder": "plans", "path": "p.json"}]
    with pytest.raises(Unreachable, match=r"'gone' of \[sources\.terraform\] exports is not a folder"):
        exports(tmp_path, "gone")


def test_an_export_that_cannot_be_read_is_an_error(tmp_path: Path) -> None:
    write(tmp_path, main_tf="a {}", bad_json=b"\xff\xfe\x00")
    with pytest.raises(MalformedInput, match=r"bad\.json cannot be read"):
        exports(tmp_path)
