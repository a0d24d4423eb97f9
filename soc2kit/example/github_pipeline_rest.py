"""REST answers of the local GitHub on runs of workflows and on environments."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from ..period import parse_moment, stamp
from .github_access_rest import AccessAnswers
from .github_change_state import Environment, Repository, WorkflowRun
from .github_records import Problem, Wrapped, identifier, node

PIPELINE_ROUTES = {
    "/repos/<org>/<name>/actions/runs": "workflow_runs",
    "/repos/<org>/<name>/environments": "environments",
    "/repos/<org>/<name>/environments/<environment>/deployment-branch-policies": "branch_policies",
}
#: One question about runs is answered with no more than these, whatever their number.
MOST_RUNS = 1000
_CREATED = re.compile(r"(\S+)\.\.(\S+)")
_Query = Mapping[str, str]


class PipelineAnswers(AccessAnswers):
    def _workflow_runs(self, repository: Repository, query: _Query) -> Wrapped:
        """The latest first. `created` is a range of times, both ends included, as GitHub's search has it."""
        chosen = list(repository.runs)
        if "created" in query:
            asked = _CREATED.fullmatch(query["created"])
            if asked is None:
                raise Problem(422, "the local GitHub knows one form of created only: FIRST..LAST")
            first, last = (parse_moment(text) for text in asked.groups())
            chosen = [run for run in chosen if first <= run.created_at < last + timedelta(seconds=1)]
        ordered = sorted(chosen, key=lambda run: (run.created_at, run.number), reverse=True)
        return Wrapped("workflow_runs", ordered, MOST_RUNS, lambda run: self._run(repository, run))

    def _run(self, repository: Repository, run: WorkflowRun) -> dict[str, Any]:
        full_name, root = self.full_name(repository), f"{self.root(repository)}/actions/runs/{run.number}"
        workflow = identifier(f"{full_name}/{run.path}")
        record, actor = self.repository_record(repository), self.user(run.actor or "ghost")
        ended = run.completed_at is not None and run.completed_at <= self.at
        links = {f"{key}_url": f"{root}/{key}" for key in ("jobs", "logs", "artifacts", "cancel", "rerun")}
        made: dict[str, Any] = {
            "id": run.number, "node_id": node("WFR", f"{full_name}/{run.number}"), "name": run.name,
            "display_title": run.name, "path": run.path, "run_number": run.number, "run_attempt": run.attempt,
            "event": run.event, "head_branch": run.branch, "head_sha": run.sha, "workflow_id": workflow,
            "status": "completed" if ended else "in_progress", "conclusion": run.conclusion if ended else None,
            "url": root, "html_url": f"{self.url}/{full_name}/actions/runs/{run.number}", **links,
            "check_suite_url": f"{self.root(repository)}/check-suites/{run.number}",
            "workflow_url": f"{self.root(repository)}/actions/workflows/{workflow}",
            "created_at": stamp(run.created_at), "run_started_at": stamp(run.created_at),
            "updated_at": stamp(run.completed_at if ended and run.completed_at else self.at),
            "actor": actor, "triggering_actor": actor, "pull_requests": [], "head_commit": None,
        }  # fmt: skip
        return {**made, "repository": record, "head_repository": record}

    def _environments(self, repository: Repository, query: _Query) -> Wrapped:
        return Wrapped("environments", [self._environment(repository, one) for one in repository.environments])

    def _environment(self, repository: Repository, one: Environment) -> dict[str, Any]:
        full_name = self.full_name(repository)
        made = stamp(one.created_at)
        policy = {"protected_branches": one.branches == "protected", "custom_branch_policies": one.branches == "custom"}
        return {
            "id": identifier(f"{full_name}/{one.name}"), "node_id": node("EN", f"{full_name}/{one.name}"),
            "name": one.name, "url": f"{self.root(repository)}/environments/{one.name}",
            "html_url": f"{self.url}/{full_name}/deployments/activity_log?environments_filter={one.name}",
            "created_at": made, "updated_at": made, "can_admins_bypass": one.administrators_bypass,
            "protection_rules": self._protection_rules(full_name, one),
            "deployment_branch_policy": None if one.branches == "any" else policy,
        }  # fmt: skip

    def _protection_rules(self, full_name: str, one: Environment) -> list[dict[str, Any]]:
        def rule(kind: str, **more: Any) -> dict[str, Any]:
            name = f"{full_name}/{one.name}/{kind}"
            return {"id": identifier(name), "node_id": node("GA", name), "type": kind, **more}

        rules = [rule("wait_timer", wait_timer=one.wait_minutes)] if one.wait_minutes else []
        if one.reviewers:
            reviewers = [self._reviewer(name) for name in one.reviewers]
            rules.append(rule("required_reviewers", prevent_self_review=one.prevents_self_review, reviewers=reviewers))
        return rules + ([] if one.branches == "any" else [rule("branch_policy")])

    def _reviewer(self, name: str) -> dict[str, Any]:
        team = next((team for team in self.state.access.teams if team.slug == name), None)
        if team is None:
            return {"type": "User", "reviewer": self.user(name)}
        return {"type": "Team", "reviewer": self._team(team)}

    def _branch_policies(self, repository: Repository, environment: str, query: _Query) -> Wrapped:
        found = next((one for one in repository.environments if one.name == environment), None)
        if found is None:
            raise Problem(404, "Not Found")
        full_name = self.full_name(repository)
        policies = [
            {"id": identifier(f"{full_name}/{environment}/{name}"), "name": name.removeprefix("tag "),
             "node_id": node("DBP", f"{full_name}/{environment}/{name}"),
             "type": "tag" if name.startswith("tag ") else "branch"}
            for name in found.branch_patterns
        ]  # fmt: skip
        return Wrapped("branch_policies", policies)
