"""Who is named in the files, runs, deployments and environments of a pipeline."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...evidence import Record
from .github import people
from .model import Mention, Pages

_LOGIN = r"[A-Za-z\d](?:[A-Za-z\d-]{0,38})"
#: Where a workflow names an account: conditions on who acts, and inputs of actions that ask people.
_ACTOR = re.compile(rf"github\.(?:triggering_)?actor\s*[!=]=\s*['\"]({_LOGIN})['\"]")
_LISTED = re.compile(r"contains\([^()]*?((?:\[[^\]]*\]|'[^']*'))[^()]*?,\s*github\.(?:triggering_)?actor\s*\)")
_ASKED = re.compile(
    r"^[ \t]*(?:reviewers|assignees?|approvers|mentions|users?):[ \t]*[\"'\[]?([\w ,-]+)", re.MULTILINE | re.IGNORECASE
)
_AT = re.compile(rf"(?<![\w/@.-])@({_LOGIN})\b(?![\w/@-])")


def workflow_files(pages: Pages, record: Record) -> Iterator[Mention]:
    """Accounts that a workflow names in a condition, asks for a review, or writes to."""
    for page in pages:
        folder = page["answer"]["repository"]["object"] or {}
        for entry in folder.get("entries", []):
            text = str((entry["object"] or {}).get("text") or "")
            found = [*_ACTOR.findall(text), *_AT.findall(text)]
            for listed in (*_LISTED.findall(text), *_ASKED.findall(text)):
                found += re.findall(_LOGIN, listed)
            yield from (Mention("account", login, "github") for login in dict.fromkeys(found))
    yield from people(pages, record)
