"""Places where a name can hide: each gets one that nothing else in the evidence has, and none may be in the package."""

from __future__ import annotations

import csv
import io
import json
import shutil
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from example_workspace import Example
from rewritten_evidence import objects, rewrite
from typer.testing import CliRunner

from soc2kit.assessment import assess
from soc2kit.cli import app
from soc2kit.config import load_config
from soc2kit.evidence.verify import verify_evidence
from soc2kit.period import stamp
from soc2kit.redaction import redacted
from soc2kit.results import as_document
from soc2kit.sealing.check import check

Pages = list[dict[str, Any]]


def first(pages: Pages, key: str, *, where: str = "") -> dict[str, Any] | None:
    """The first object that has a field, and within it or above it another."""
    return next((one for one in objects(pages) if key in one and (not where or where in one)), None)


def author(pages: Pages) -> None:
    for one in objects(pages):
        if {"name", "email", "user"} <= set(one) and one["user"] and one["user"]["login"] == "chloem":
            one |= {"name": "Chloé von Privat", "email": "chloe@Laptop-Hidden"}
        elif {"name", "email", "user"} <= set(one) and one["user"] and one["user"]["login"] == "pnovak":
            one["email"] = "pete.hidden@home.example"


def free_text(pages: Pages) -> None:
    for one in objects(pages):
        if "messageHeadline" in one:
            one["messageHeadline"] = "Fix\n\nCo-authored-by: Amara Hidden <amara.hidden@home.example>"
        if "labels" in one:
            one["labels"] = {"totalCount": 1, "nodes": [{"name": "hold-for-labelhidden"}]}
        if "headRefName" in one:
            one["headRefName"] = "branchhidden/fix"


def fork(pages: Pages) -> None:
    pull = first(pages, "associatedPullRequests")
    if pull is not None:
        nodes = pull["associatedPullRequests"]["nodes"]
        nodes.append({"number": 7, "merged": False, "baseRefName": "main", "mergeCommit": None,
                      "baseRepository": {"nameWithOwner": "forkhidden/api"}})  # fmt: skip


def reviewer(pages: Pages) -> None:
    for one in objects(pages):
        if one.get("login") == "ytanaka" and "__typename" in one:
            one |= {"login": "enthidden", "__typename": "EnterpriseUserAccount", "name": "Yuki H. Hidden"}


def profile(pages: Pages) -> None:
    user = first(pages, "login", where="avatar_url")
    if user is not None:
        user |= {"name": "Profile Hidden", "location": "Hiddenhausen", "twitter_username": "@birdhidden"}


def iam(pages: Pages) -> None:
    for one in objects(pages):
        if one.get("UserName") == "lucia.santos" and "Tags" in one:
            one["Tags"].append({"Key": "Owner", "Value": "Taghidden of Lund"})
        if one.get("RoleName") == "BreakGlass":
            one["Description"] = "Made for Deschidden"
            one["AssumeRolePolicyDocument"]["Statement"][0]["Condition"] = {
                "StringEquals": {"aws:username": "Lucia.SANTOS"},
                "IpAddress": {"aws:SourceIp": ["198.51.100.23/32", "2001:db8::77"]},
            }
        if str(one.get("SerialNumber", "")).endswith("mfa/mara.lindqvist"):
            one["SerialNumber"] = one["SerialNumber"].replace("mara.lindqvist", "Phonehidden")


def bypass(pages: Pages) -> None:
    for one in objects(pages):
        if "bypass_actors" in one:
            one["bypass_actors"] = [{"actor_id": 4711234, "actor_type": "User"}]


JSON_EDITS: dict[str, tuple[Callable[[Pages], None], ...]] = {
    "github.merged_pull_requests": (author, free_text, reviewer),
    "github.default_branch_commits": (author, free_text, fork),
    "github.members": (profile,),
    "github.branch_rules": (bypass,),
    "aws.authorization_details": (iam,),
    "aws.mfa_devices": (iam,),
}
SETTINGS = (
    ('approved_github_owners = [', 'approved_github_owners = ["bosshidden", "MLindqvist", '),
    ("allowed_bots", 'approved_bypass_actors = ["User:4711234"]  # ask Commenthidden\nallowed_bots'),
    ("[sources.aws]", '[[parameters.changes]]\nfrom = 2026-02-01\nreason = "Reasonhidden said so"\ndormant_days = 90\n'
                      '[sources.aws]'),
    ('path = "roster.csv"', 'path = "/home/homehidden/roster.csv"'),
)  # fmt: skip


def settings(text: str) -> str:
    for old, new in SETTINGS:
        assert old in text
        text = text.replace(old, new, 1)
    return text


def roster(text: str) -> str:
    rows = list(csv.DictReader(io.StringIO(text)))
    rows[4]["manager"] = "Managerhidden"
    rows.append({**rows[5], "email": "O'Neil.hidden@Tidewater.example", "name": 'Anna "Ann" O\'Neil, Hidden'})
    rows.append({**rows[5], "email": "second.hidden@tidewater.example", "name": "Lucia Santos"})
    stream = io.StringIO()
    writer = csv.DictWriter(stream, [*rows[0], "private_phone"])
    writer.writeheader()
    writer.writerows({**row, "private_phone": "+49 151 hidden"} for row in rows)
    return stream.getvalue()


def identities(text: str) -> str:
    confirmed = "mlindqvist,mara.lindqvist@tidewater.example,"
    text = text.replace(f"{confirmed}lucia.santos@tidewater.example", f"{confirmed}Oralhidden by phone")
    return f"{text}postgres,leaver_hidden,felix.ortega@tidewater.example,lucia.santos@tidewater.example,2026-01-05\n"


def edit(record: dict[str, Any], data: bytes) -> bytes:
    texts = {"company.settings": settings, "company.roster": roster, "company.identities": identities}
    if record["dataset"] in texts:
        return texts[record["dataset"]](data.decode()).encode()
    if record["dataset"] not in JSON_EDITS:
        return data
    pages = json.loads(data)
    for change in JSON_EDITS[record["dataset"]]:
        change(pages)
    return json.dumps(pages, ensure_ascii=False).encode()


FAILED = {
    "dataset": "aws.users",
    "source": {"system": "aws", "account": "402613907581", "endpoint": "https://10.20.30.40"},
    "identity": "arn:aws:sts::402613907581:assumed-role/Auditor/session.hidden@tidewater.example",
    "completeness": "unknown",
    "reason": "Unreachable: no answer from 10.20.30.40 to jweber-tw (failed.hidden@tidewater.example)",
}
HIDDEN = ("198.51.100.23", "2001:db8::77", "10.20.30.40", "4711234", "lucia.santos", "mlindqvist", "jweber-tw",
          "lucia santos")  # fmt: skip


@dataclass(frozen=True)
class Made:
    workspace: Path
    bag: Path
    package: Path


@pytest.fixture(scope="module")
def made(example: Example, tmp_path_factory: pytest.TempPathFactory) -> Made:
    base = tmp_path_factory.mktemp("leaks")
    workspace = Path(shutil.copytree(example.config.workspace, base / "demo"))
    rewrite(workspace / "evidence", edit, FAILED)
    path = workspace / "soc2kit.toml"
    path.write_text(settings(path.read_text()))
    overlay = "controls:\n- id: AC-01\n  owner: Lucia Santos  # or Yamlhidden\n  statement: by mara.lindqvist\n"
    (workspace / "controls.yaml").write_text(overlay)
    assert verify_evidence(workspace / "evidence") == []
    arguments = ["package", "--workspace", str(workspace), "--as-of", stamp(example.as_of), "--redact"]
    done = CliRunner().invoke(app, arguments)
    assert done.exit_code == 0, done.output or done.exception
    (package,) = (workspace / "packages").glob("*.zip")
    with zipfile.ZipFile(package) as archive:
        archive.extractall(base / "unpacked")
    return Made(workspace, base / "unpacked" / package.stem, package)


def test_none_of_the_hidden_names_is_left(made: Made) -> None:
    for path in made.bag.rglob("*"):
        if path.is_file() and "software" not in path.parts:
            text = path.read_text(encoding="utf-8").lower()
            # The tool's own words: "hidden from this token", CSS, and the like.
            text = text.replace("hidden from", "").replace("overflow: hidden", "").replace("hidden:", "")
            found = [word for word in ("hidden", *HIDDEN) if word in text]
            where = text.find(found[0]) if found else 0
            assert found == [], f"{path.name}: {text[max(where - 80, 0) : where + 40]}"


def test_it_verifies_and_gives_what_the_original_gives(made: Made, example: Example) -> None:
    checked = check(made.package, recompute=True)
    assert (checked.problems, checked.differing) == ((), ())
    theirs = json.loads((made.bag / "data" / "results.json").read_text())
    ours = as_document(assess(load_config(made.workspace), as_of=example.as_of))
    for one, other in zip(ours["tests"], theirs["tests"], strict=True):
        assert (one["verdict"], one["population"], len(one["exceptions"])) == (
            other["verdict"], other["population"], len(other["exceptions"]),
        )  # fmt: skip


def test_people_of_one_name_and_accounts_of_two_spellings_stay_apart(made: Made) -> None:
    with redacted(load_config(made.workspace)) as copy:
        text = copy.replacer.text
        assert text("lucia.santos@tidewater.example") != text("second.hidden@tidewater.example")
        assert text("MLindqvist") != text("mlindqvist")
        owners = copy.config.parameters.first.approved_github_owners
        assert len(set(owners)) == len(owners) == 4
        (rules, *_) = sorted(copy.config.evidence.rglob("github-branch-protection-*.json"))
        actor = first(json.loads(rules.read_bytes()), "actor_type")
        assert actor is not None
        assert f"User:{actor['actor_id']}" in copy.config.parameters.first.approved_bypass_actors


def test_the_copy_can_be_redacted_again(made: Made, tmp_path: Path) -> None:
    """An auditor's own redaction of what was given to them: pseudonyms of pseudonyms, and still a whole chain."""
    workspace = Path(shutil.copytree(made.bag / "data" / "workspace", tmp_path / "again"))
    with redacted(load_config(workspace)) as copy:
        assert verify_evidence(copy.config.evidence) == []
