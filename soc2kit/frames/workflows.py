"""Frames from workflow files: what each repository's jobs do on pull requests, and whose code they run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from ..workflows import Unreadable, Workflow, jobs_of, load, uses_of

Pages = list[dict[str, Any]]
Row = Mapping[str, Any]
_ENDINGS = (".yml", ".yaml")


@lru_cache(maxsize=1024)
def _read(path: str, text: str) -> Workflow | str:
    """A workflow, or why there is none."""
    try:
        return load(path, text)
    except Unreadable as error:
        return str(error)


def _files(answer: Mapping[str, Any]) -> list[tuple[str, Workflow | str]]:
    folder = answer["object"] or {}
    return [
        (entry["path"], _read(entry["path"], entry["object"]["text"]))
        for entry in folder.get("entries", [])
        if entry["type"] == "blob" and entry["name"].endswith(_ENDINGS)
    ]


def _repositories(pages: Pages) -> Iterator[tuple[str, str, list[tuple[str, Workflow | str]]]]:
    for page in pages:
        answer = page["answer"]["repository"]
        yield answer["nameWithOwner"], (answer["defaultBranchRef"] or {}).get("name", ""), _files(answer)


def workflow_repositories(pages: Pages, record: Mapping[str, Any]) -> Iterator[Row]:
    """One row per repository in scope, those without workflows too."""
    for page, (repository, branch, files) in zip(pages, _repositories(pages), strict=True):
        head = page["answer"]["repository"]["defaultBranchRef"]
        yield {
            "repository": repository,
            "branch": branch or None,
            "commit": head["target"]["oid"] if head else None,
            "files": len(files),
            "unreadable": [f"{path} ({why})" for path, why in files if isinstance(why, str)],
        }


def workflow_jobs(pages: Pages, record: Mapping[str, Any]) -> Iterator[Row]:
    """One row per job as GitHub runs it; those of a called workflow stand under their caller."""
    for repository, branch, files in _repositories(pages):
        readable = {path: workflow for path, workflow in files if isinstance(workflow, Workflow)}
        for job in jobs_of(readable, branch):
            yield {
                "repository": repository,
                "path": job.workflow.path,
                "workflow": job.workflow.name,
                "job": job.job,
                "name": ", ".join(job.check_names) if job.check_names else job.job,
                "events": sorted(job.workflow.triggers),
                "on_pull_request": job.on_pull_request,
                "limits": list(job.limits),
                "kinds": list(job.kinds),
                "sometimes": list(job.sometimes),
                "forgiven": list(job.forgiven),
                "why": list(job.why),
                "unread": list(job.unread),
                "conditional": job.conditional,
                "blocking": job.blocking,
                "needs": list(job.needs),
                "check_names": None if job.check_names is None else list(job.check_names),
                "foreign_code": job.foreign_code,
            }


def workflow_actions(pages: Pages, record: Mapping[str, Any]) -> Iterator[Row]:
    """One row per job and what it uses; of a file that cannot be read there are none."""
    for repository, _, files in _repositories(pages):
        for path, workflow in files:
            for use in uses_of(workflow) if isinstance(workflow, Workflow) else ():
                yield {
                    "repository": repository,
                    "path": path,
                    "job": use.job,
                    "uses": use.text,
                    "kind": use.kind,
                    "owner": use.owner or repository.partition("/")[0],
                    "pinned": use.pinned,
                }
