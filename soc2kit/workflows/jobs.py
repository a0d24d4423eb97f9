"""The jobs of a repository's workflows: when each runs, what it does, what it is called."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from .commands import commands, recognised, script_of
from .conditions import condition, on_pull_requests
from .kinds import of_action
from .loading import Workflow, shell_of, texts
from .matrix import check_names
from .uses import steps_of

#: GitHub follows reusable workflows no deeper.
_DEEPEST = 10
_SHELLS = {None, "bash", "sh", "pwsh", "powershell", "cmd"}
_HEAD = re.compile(
    r"github\.head_ref|github\.event\.pull_request\.(head|merge_commit_sha)|github\.event\.workflow_run\.head|refs/pull/"
)


@dataclass(frozen=True)
class Job:
    """A job as it runs, one inside a called workflow under its caller's name.

    `kinds` is what it surely does when it runs, `sometimes` what it does where a condition of a step holds, `forgiven`
    what it does and passes without. `why` gives the step behind each. `unread` names scripts, actions and workflows
    that may do more.
    """

    workflow: Workflow
    job: str
    check_names: tuple[str, ...] | None
    #: Whether it runs on pull requests to the default branch: False never, None on some of them, for `limits`.
    on_pull_request: bool | None
    limits: tuple[str, ...]
    conditional: bool
    #: False where the job may fail and the run pass all the same; None where an expression decides.
    blocking: bool | None
    needs: tuple[str, ...]
    kinds: tuple[str, ...] = ()
    sometimes: tuple[str, ...] = ()
    forgiven: tuple[str, ...] = ()
    why: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()
    #: Runs with the rights of the base repository, and checks out what somebody else wrote.
    foreign_code: bool = False


@dataclass
class _Done:
    kinds: dict[str, None] = field(default_factory=dict)
    sometimes: dict[str, None] = field(default_factory=dict)
    forgiven: dict[str, None] = field(default_factory=dict)
    why: list[str] = field(default_factory=list)
    unread: dict[str, None] = field(default_factory=dict)


def jobs_of(workflows: Mapping[str, Workflow], branch: str) -> Iterator[Job]:
    """Every job of the workflows that something starts by itself; of one that is only called, those of its callers."""
    for workflow in workflows.values():
        if set(workflow.triggers) != {"workflow_call"}:
            for job, body in workflow.jobs.items():
                yield from _expanded(_job(workflow, job, body, branch), body, workflows, ())


def _job(workflow: Workflow, job: str, body: Mapping[str, Any], branch: str) -> Job:
    when, limits = on_pull_requests(workflow, branch)
    own = condition(body.get("if"))
    if when != "never" and own != "always":
        limits = [*limits, f"if: {body.get('if')}"]
    never = "never" in (when, own)
    names = check_names(job, body)
    done = _done(workflow, body)
    forgiving = body.get("continue-on-error", False)
    return Job(
        workflow, job, None if names is None else tuple(names),
        on_pull_request=False if never else True if (when, own) == ("always", "always") else None,
        limits=tuple(limits), conditional=own == "sometimes",
        blocking=not forgiving if isinstance(forgiving, bool) else None,
        needs=tuple(texts(body.get("needs"))), kinds=tuple(done.kinds),
        sometimes=tuple(done.sometimes), forgiven=tuple(done.forgiven),
        why=tuple(done.why), unread=tuple(done.unread), foreign_code=_foreign_code(workflow, body),
    )  # fmt: skip


def _expanded(
    job: Job, body: Mapping[str, Any], workflows: Mapping[str, Workflow], above: tuple[str, ...]
) -> Iterator[Job]:
    """A job that calls a workflow of the same repository as the jobs that are called; any other as it is."""
    uses = body.get("uses")
    if not isinstance(uses, str):
        yield job
        return
    called = workflows.get(uses.removeprefix("./")) if uses.startswith("./") else None
    if called is None or "workflow_call" not in called.triggers or uses in above or len(above) >= _DEEPEST:
        # Written elsewhere, not there, or not to be called: nobody reads what it does.
        yield replace(job, check_names=None, unread=(*job.unread, uses))
        return
    for name, inner in called.jobs.items():
        yield from _expanded(_called(job, _inner(called, name, inner)), inner, workflows, (*above, uses))


def _inner(called: Workflow, name: str, body: Mapping[str, Any]) -> Job:
    # Its own triggers do not count when it is called: it runs whenever the caller does.
    return _job(replace(called, triggers={"pull_request": {}}), name, body, "")


def _called(caller: Job, inner: Job) -> Job:
    names = None
    if caller.check_names is not None and inner.check_names is not None:
        names = tuple(f"{outer} / {name}" for outer in caller.check_names for name in inner.check_names)
    both = (caller.on_pull_request, inner.on_pull_request)
    return replace(
        inner, workflow=caller.workflow, job=f"{caller.job} / {inner.job}", check_names=names,
        on_pull_request=False if False in both else None if None in both else True,
        limits=(*caller.limits, *inner.limits), conditional=caller.conditional or inner.conditional,
        needs=(*caller.needs, *(f"{caller.job} / {name}" for name in inner.needs)),
        foreign_code=inner.foreign_code or (_privileged(caller.workflow) and _takes_head(inner.workflow, inner.job)),
    )  # fmt: skip


def _takes_head(workflow: Workflow, job: str) -> bool:
    return any(map(_checks_out_head, steps_of(workflow.jobs[job]))) if job in workflow.jobs else False


def _privileged(workflow: Workflow) -> bool:
    return bool({"pull_request_target", "workflow_run"} & set(workflow.triggers))


def _foreign_code(workflow: Workflow, body: Mapping[str, Any]) -> bool:
    return _privileged(workflow) and any(map(_checks_out_head, steps_of(body)))


def _checks_out_head(step: Mapping[str, Any]) -> bool:
    """By the action with a `ref` of the pull request, or by git or gh with one."""
    given, run = step.get("with"), step.get("run")
    if str(step.get("uses", "")).lower().startswith("actions/checkout@") and isinstance(given, Mapping):
        return any(_HEAD.search(str(given.get(key, ""))) is not None for key in ("ref", "repository"))
    return isinstance(run, str) and any(
        command.words[:3] == ("gh", "pr", "checkout")
        or (command.words[:1] == ("git",) and _HEAD.search(run) is not None)
        for command in commands(run, pipefail=True)
    )


def _done(workflow: Workflow, body: Mapping[str, Any]) -> _Done:
    done = _Done()
    for position, step in enumerate(steps_of(body), 1):
        when = condition(step.get("if"))
        if when == "never":
            continue
        label = str(step.get("name") or step.get("id") or f"step {position}")
        forgiven = step.get("continue-on-error", False)
        # Whether a step may fail can hang on an expression.
        sure = when == "always" and isinstance(forgiven, bool)
        if isinstance(step.get("uses"), str):
            _note_action(done, step["uses"], label, sure=sure, forgiven=forgiven is True)
        elif isinstance(step.get("run"), str):
            shell = step.get("shell") or shell_of(body) or workflow.shell
            _note_script(done, step["run"], shell, label, sure=sure, forgiven=forgiven is True)
    return done


def _note(done: _Done, kind: str, reason: str, *, sure: bool, forgiven: bool) -> None:
    (done.forgiven if forgiven else done.kinds if sure else done.sometimes)[kind] = None
    note = ", which need not pass" if forgiven else "" if sure else ", under a condition"
    done.why.append(f"{kind}: {reason}{note}")


def _note_action(done: _Done, uses: str, label: str, *, sure: bool, forgiven: bool) -> None:
    if uses.startswith("./"):
        done.unread[uses] = None
    kind = of_action(uses)
    if kind is not None:
        _note(done, kind, f"{label}: {uses.partition('@')[0]}", sure=sure, forgiven=forgiven)


def _note_script(done: _Done, script: str, shell: object, label: str, *, sure: bool, forgiven: bool) -> None:
    name = str(shell).split()[0] if shell else None
    if name not in _SHELLS:
        done.unread[f"the {name} script of {label}"] = None
        return
    for command in commands(script, pipefail=name not in (None, "sh") or "pipefail" in str(shell)):
        known = recognised(command)
        if known is None:
            unread = script_of(command)
            if unread:
                done.unread[unread] = None
            continue
        for kind in known.kinds:
            _note(done, kind, f"{label}: {known.text}", sure=sure, forgiven=forgiven or known.may_fail)
