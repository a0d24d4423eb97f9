"""Where a name can hide in the evidence of a pipeline: one edit for each dataset, in the manner of `hiding_places`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from rewritten_evidence import objects

Pages = list[dict[str, Any]]
_ASKS = """
  ask:
    if: github.actor != 'actorhidden' && contains('["listhidden", "other-bot"]', github.actor)
    runs-on: ubuntu-latest # see Trailinghidden
    steps:
      - uses: acme/ask@v1
        with:
          reviewers: reviewhidden, seconduserhidden
          text: ping @pinghidden
"""


def workflow_files(pages: Pages) -> None:
    for blob in (one for one in objects(pages) if one.get("__typename") == "Blob"):
        comment = "# Ask Commenthidden before you change this"
        blob["text"] = f"{comment}\n{blob['text'].rstrip()}{_ASKS}"


def workflow_runs(pages: Pages) -> None:
    for run in (one for one in objects(pages) if "run_number" in one):
        run |= {
            "display_title": "As Titlehidden wanted", "head_branch": "runbranchhidden/x",
            "head_commit": {"id": run["head_sha"], "message": "Co-authored-by: Cohidden", "tree_id": "0" * 40,
                            "timestamp": run["created_at"],
                            "author": {"name": "Git Author Hidden", "email": "git.hidden@home.example"},
                            "committer": {"name": "committerhidden", "email": "committer@Laptop-Hidden"}},
            "triggering_actor": {**run["actor"], "login": "triggerhidden", "type": "User"},
            "pull_requests": [{"id": 1, "number": 1, "head": {"ref": "pullhidden"}, "base": {"ref": "main"}}],
        }  # fmt: skip


def deployments(pages: Pages) -> None:
    for one in objects(pages):
        if "commitOid" in one:
            one |= {"description": "asked for by Deschidden", "ref": {"name": "refhidden/now"}}
        if "logUrl" in one:
            one |= {"description": "seen by Statushidden", "creator": {"__typename": "User", "login": "statushidden"}}


def environments(pages: Pages) -> None:
    for rule in (one for one in objects(pages) if one.get("type") == "required_reviewers"):
        reviewer = {"login": "reviewerhidden", "id": 1, "type": "User", "html_url": "https://github.com/reviewerhidden"}
        rule["reviewers"].append({"type": "User", "reviewer": reviewer})


JSON_EDITS: dict[str, tuple[Callable[[Pages], None], ...]] = {
    "github.workflow_files": (workflow_files,),
    "github.workflow_runs": (workflow_runs,),
    "github.deployments": (deployments,),
    "github.environments": (environments,),
}
