"""The pipeline as a notebook shows it: what jobs do, what ran, what was deployed, and what was brought back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

import pandas as pd

from . import pipeline_charts
from .charts import Chart
from .checks.deployments import rollbacks
from .config import Config
from .errors import EvidenceDamaged, MalformedInput
from .frames import FrameSet
from .model import Frame
from .parameters import Parameters
from .pipeline_rows import deployment_rows, job_rows, kind_rows, lead_rows, run_rows
from .tables import Column, Shown, paragraph, table
from .workflows.kinds import ACTIONS, COMMANDS, KINDS

Made = TypeVar("Made", bound=Shown | Chart)
_JOBS = (
    Column("repository", "Repository"), Column("path", "File", "code"), Column("job", "Job"),
    Column("runs", "On pull requests", "wide"), Column("kinds", "Does"), Column("why", "Recognised by", "wide"),
    Column("required", "Required"),
)  # fmt: skip
_RUNS = (
    Column("repository", "Repository"), Column("workflow", "Workflow"), Column("event", "Event"),
    Column("month", "Month"), Column("runs", "Runs", "number"), Column("success", "Success", "number"),
    Column("failure", "Failure", "number"), Column("cancelled", "Cancelled", "number"),
    Column("other", "Other", "number"), Column("not_ended", "Not ended", "number"),
    Column("median_minutes", "Median minutes", "number"),
)  # fmt: skip
_DEPLOYMENTS = (
    Column("deployment", "Deployment", "code"), Column("environment", "Environment"),
    Column("commit", "Commit", "code"), Column("change", "Change"),
    Column("merged_at", "Merged (UTC)"), Column("succeeded_at", "Succeeded (UTC)"),
    Column("hours", "Hours from merge", "number"), Column("creator", "By"), Column("state", "State"),
)  # fmt: skip
_LEADS = (
    Column("repository", "Repository"), Column("month", "Month"), Column("deployments", "Deployments", "number"),
    Column("median_hours", "Median hours from merge", "number"), Column("longest_hours", "Longest", "number"),
)  # fmt: skip
_ROLLBACKS = (
    Column("deployment", "Rollback", "code"), Column("environment", "Environment"), Column("created_at", "Begun (UTC)"),
    Column("commit", "Back to", "code"), Column("replaced", "Instead of", "code"),
    Column("replaced_state", "Which had"), Column("minutes_after", "Minutes after it ended", "number"),
    Column("minutes_taken", "Minutes taken", "number"), Column("succeeded", "Succeeded"),
)  # fmt: skip
_ENVIRONMENTS = (
    Column("repository", "Repository"), Column("environment", "Environment"), Column("may", "Which branches"),
    Column("reviewers", "Reviewers"), Column("prevents_self_review", "Not by whoever deploys"),
    Column("wait_minutes", "Wait, minutes", "number"), Column("administrators_bypass", "Administrators may pass by"),
)  # fmt: skip
_BRANCHES = {"any": "any", "protected": "protected ones"}


@dataclass(frozen=True)
class PipelineView:
    """Tables and charts over the frames of one assessment; where evidence is lacking, a sentence says so."""

    config: Config
    frames: FrameSet

    def kinds(self) -> Shown:
        """Repositories, and of each kind the jobs that do it on pull requests, and whether one of them is required."""
        return self._shown(
            ("workflow_repositories", "workflow_jobs", "branch_rules"),
            lambda repositories, jobs, rules: _table(
                kind_rows(_latest(repositories), _latest(jobs), _latest(rules)),
                (Column("repository", "Repository"), *(Column(kind, kind.capitalize()) for kind in KINDS)),
                f"What runs on pull requests, {_taken(repositories)}",
            ),
        )

    def jobs(self) -> Shown:
        """Every job of every workflow file, what it does and by which step that is known."""
        return self._shown(
            ("workflow_jobs", "branch_rules"),
            lambda jobs, rules: _table(
                job_rows(_latest(jobs), _latest(rules)), _JOBS, f"Jobs of the workflow files, {_taken(jobs)}"
            ),
        )

    def recognised(self) -> Shown:
        """The table by which it is recognised what a job does."""
        rows = [
            {
                "kind": kind,
                "commands": [" ".join(entry) for name, entry in COMMANDS if name == kind],
                "actions": [action for action, name in ACTIONS.items() if name == kind],
            }
            for kind in KINDS
        ]
        columns = (Column("kind", "Kind"), Column("commands", "Commands", "wide"), Column("actions", "Actions", "wide"))
        return table(rows, columns, "How it is recognised what a job does")

    def runs(self) -> Shown:
        return self._shown(
            ("ci_runs",), lambda runs: _table(run_rows(self._inside(runs, "created_at")), _RUNS, "Runs of workflows")
        )

    def runs_chart(self) -> Chart | Shown:
        """Runs by month and how they ended."""
        return self._shown(
            ("ci_runs",),
            lambda runs: pipeline_charts.by_month(run_rows(self._inside(runs, "created_at")), self._months),
        )

    def environments(self) -> Shown:
        return self._shown(
            ("environments",),
            lambda found: _table(
                [_environment_row(row) for row in _latest(found).to_dict("records")], _ENVIRONMENTS,
                f"Environments, {_taken(found)}",
            ),
        )  # fmt: skip

    def deployments(self, limit: int = 50) -> Shown:
        """Deployments to production with the change that each brought, the latest first."""
        return self._shown(
            ("deployments", "commits", "changes"),
            lambda found, commits, changes: table(
                deployment_rows(self._production(found), commits, changes),
                _DEPLOYMENTS,
                "Deployments to production",
                limit,
                "the population of GH-DEP-04 has all of them",
            ),
        )

    def lead_times(self) -> Shown:
        """From merge to production, by repository and month."""
        return self._shown(
            ("deployments", "commits", "changes"),
            lambda found, commits, changes: _table(
                lead_rows(deployment_rows(self._production(found), commits, changes)), _LEADS,
                "From merge to production",
            ),
        )  # fmt: skip

    def deployments_chart(self) -> Chart | Shown:
        """Deployments to production by month, those that failed apart."""
        return self._shown(
            ("deployments",),
            lambda found: pipeline_charts.deployments(self._production(found).to_dict("records"), self._months),
        )

    def rollbacks(self) -> Shown:
        """Deployments that brought an earlier commit back, with times."""
        return self._shown(("deployments", "commits"), self._rollbacks)

    def _rollbacks(self, found: Frame, commits: Frame) -> Shown:
        production = found[found["environment"].isin(self._parameters.production_environments)]
        rows = [
            {**row, "commit": row["sha"][:10], "replaced": f"{row['replaced']} ({row['replaced_sha'][:10]})",
             "succeeded": bool(pd.notna(row["succeeded_at"]))}
            for row in self._inside(rollbacks(production, commits), "created_at").to_dict("records")
        ]  # fmt: skip
        if not rows:
            return paragraph("No earlier commit was deployed to production again: no rollback is shown.")
        return table(rows, _ROLLBACKS, "Rollbacks in production")

    @property
    def _parameters(self) -> Parameters:
        return self.config.parameters.at(self.frames.as_of)

    @property
    def _months(self) -> list[str]:
        return [month.name for month in self.config.calendar.parts(self.frames.period, "month")]

    def _inside(self, frame: Frame, column: str) -> Frame:
        return frame[self.frames.period.contains(frame[column]).fillna(False).astype(bool)]

    def _production(self, found: Frame) -> Frame:
        mine = found[found["environment"].isin(self._parameters.production_environments)]
        return self._inside(mine, "created_at").sort_values("created_at", ascending=False, kind="stable")

    def _shown(self, names: tuple[str, ...], make: Callable[..., Made]) -> Made | Shown:
        """What `make` makes of the frames, or a sentence that says what is lacking."""
        absent = [
            dataset for name in names for dataset in self.frames.datasets(name) if not self.frames.records(dataset)
        ]
        if absent:
            return paragraph(f"Nothing to show: there is no {', '.join(dict.fromkeys(absent))}. Run: soc2kit collect")
        try:
            return make(*(self.frames.frame(name) for name in names))
        except (EvidenceDamaged, MalformedInput) as error:
            return paragraph(f"Nothing to show: {error}")


def _table(rows: list[Mapping[str, Any]], columns: tuple[Column, ...], caption: str) -> Shown:
    return table(rows, columns, caption) if rows else paragraph(f"{caption}: there are none.")


def _latest(frame: Frame) -> Frame:
    return frame[frame["snapshot_at"] == frame["snapshot_at"].max()]


def _taken(frame: Frame) -> str:
    return f"{frame['snapshot_at'].max():%Y-%m-%d}" if len(frame) else "never"


def _environment_row(row: Mapping[Any, Any]) -> Mapping[str, Any]:
    may = _BRANCHES.get(row["branches"], ", ".join(row["branch_patterns"]) or "none")
    return {**row, "may": may}
