"""Frames from runs of workflows, deployments and environments: what was built, what reached where, and past whom."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import unquote

from ..period import parse_moment

Pages = list[dict[str, Any]]
Row = Mapping[str, Any]
_FAILED = ("FAILURE", "ERROR")


def ci_runs(pages: Pages, record: Mapping[str, Any]) -> Iterator[Row]:
    """One row per run of a workflow, as its last attempt stands. A run that has not ended has no conclusion."""
    for page in pages:
        for run in page["answer"]["workflow_runs"]:
            repository, ended = run["repository"]["full_name"], run["status"] == "completed"
            yield {
                "run": f"{repository}/actions/runs/{run['id']}",
                "repository": repository,
                "workflow": run.get("name") or run["path"],
                # GitHub writes the reference behind the path of a reusable or required workflow.
                "path": (run.get("path") or "").partition("@")[0] or None,
                "event": run["event"],
                "branch": run["head_branch"],
                "sha": run["head_sha"],
                "attempt": run.get("run_attempt", 1),
                "conclusion": run["conclusion"] if ended else None,
                "created_at": run["created_at"],
                "started_at": run.get("run_started_at") or run["created_at"],
                "completed_at": run["updated_at"] if ended else None,
                "url": run["html_url"],
                "actor": (run.get("actor") or {}).get("login"),
            }


def deployments(pages: Pages, record: Mapping[str, Any]) -> Iterator[Row]:
    """One row per deployment created inside the file's period, with what became of it."""
    start, end = (parse_moment(record["effective"][edge]) for edge in ("start", "end"))
    found: dict[str, tuple[str, dict[str, Any]]] = {}
    more: dict[str, list[Any]] = {}
    for page in pages:
        answer = page["answer"]
        if "node" in answer:
            more.setdefault(answer["node"]["id"], []).extend(answer["node"]["statuses"]["nodes"])
            continue
        repository = answer["repository"]
        for node in repository["deployments"]["nodes"]:
            if start <= parse_moment(node["createdAt"]) < end:
                found[node["id"]] = (repository["nameWithOwner"], node)
    for identifier, (name, node) in found.items():
        statuses = [*node["statuses"]["nodes"], *more.get(identifier, [])]
        yield _deployment(name, node, sorted(statuses, key=lambda status: str(status["createdAt"])))


def _deployment(repository: str, node: Mapping[str, Any], statuses: list[Mapping[str, Any]]) -> Row:
    creator = node["creator"]
    logs = [status["logUrl"] for status in statuses if status.get("logUrl")]
    return {
        "deployment": f"{repository}/deployments/{node['databaseId']}",
        "repository": repository,
        "environment": node["environment"] or node["originalEnvironment"],
        "sha": node["commitOid"],
        "ref": (node["ref"] or {}).get("name"),
        "created_at": node["createdAt"],
        "creator": creator["login"] if creator else None,
        "creator_is_bot": None if creator is None else creator["__typename"] == "Bot",
        "state": statuses[-1]["state"] if statuses else None,
        "succeeded_at": next((status["createdAt"] for status in statuses if status["state"] == "SUCCESS"), None),
        "failed_at": next((status["createdAt"] for status in statuses if status["state"] in _FAILED), None),
        # None once GitHub no longer has the commit.
        "committed_at": (node["commit"] or {}).get("committedDate"),
        "log": logs[-1] if logs else None,
    }


def environment_lists(pages: Pages, record: Mapping[str, Any]) -> Iterator[Row]:
    """One row per repository whose environments were read, however few they are."""
    counted: dict[str, int] = {}
    for page in pages:
        if page["call"].endswith("/environments"):
            repository = _repository(page)
            counted[repository] = counted.get(repository, 0) + len(page["answer"]["environments"])
    for repository, listed in counted.items():
        yield {"repository": repository, "listed": listed}


def environments(pages: Pages, record: Mapping[str, Any]) -> Iterator[Row]:
    """One row per environment. A setting that GitHub leaves out stays missing."""
    patterns: dict[tuple[str, str], list[str]] = {}
    for page in pages:
        if page["call"].endswith("/deployment-branch-policies"):
            name = unquote(page["call"].split("/")[5])
            patterns.setdefault((_repository(page), name), []).extend(map(_pattern, page["answer"]["branch_policies"]))
    for page in pages:
        if page["call"].endswith("/environments"):
            for environment in page["answer"]["environments"]:
                key = (_repository(page), environment["name"])
                yield _environment(*key, environment, patterns.get(key, []))


def _repository(page: Mapping[str, Any]) -> str:
    _, _, owner, name, *_ = page["call"].split("/")
    return f"{owner}/{name}"


def _pattern(policy: Mapping[str, Any]) -> str:
    return f"tag {policy['name']}" if policy.get("type") == "tag" else str(policy["name"])


def _environment(repository: str, name: str, environment: Mapping[str, Any], patterns: list[str]) -> Row:
    rules = {rule["type"]: rule for rule in environment.get("protection_rules") or []}
    asked, policy = rules.get("required_reviewers", {}), environment["deployment_branch_policy"]
    return {
        "repository": repository,
        "environment": name,
        "reviewers": sorted(map(_reviewer, asked.get("reviewers") or [])),
        "prevents_self_review": asked.get("prevent_self_review"),
        "wait_minutes": rules.get("wait_timer", {}).get("wait_timer", 0),
        "branches": "any" if policy is None else "protected" if policy["protected_branches"] else "custom",
        "branch_patterns": sorted(patterns),
        "administrators_bypass": environment.get("can_admins_bypass"),
    }


def _reviewer(entry: Mapping[str, Any]) -> str:
    reviewer = entry["reviewer"]
    return f"{entry['type']}:{reviewer['login'] if entry['type'] == 'User' else reviewer['slug']}"
