"""What workflow files say of jobs: when they run, what they do, and how GitHub names their checks."""

from __future__ import annotations

from typing import Any

import pytest

from soc2kit.workflows import Job, Unreadable, jobs_of, load, uses_of
from soc2kit.workflows.conditions import condition, matches

CI = ".github/workflows/ci.yml"


def jobs(text: str, **others: str) -> list[Job]:
    files = {CI: text, **{f".github/workflows/{name}.yml": other for name, other in others.items()}}
    return list(jobs_of({path: load(path, content) for path, content in files.items()}, "main"))


def job(body: str, on: str = "pull_request") -> Job:
    (only,) = jobs(f"on: {on}\njobs:\n  check:\n    {body}")
    return only


@pytest.mark.parametrize(
    ("on", "expect"),
    [
        ("pull_request", True),
        ("[push, pull_request]", True),
        ("{pull_request: null, push: {branches: [main]}}", True),
        ("pull_request_target", True),
        ("push", False),
        ("{schedule: [{cron: '0 5 * * *'}]}", False),
        ("{pull_request: {branches: [main]}}", True),
        ("{pull_request: {branches: ['release/**']}}", False),
        ("{pull_request: {branches: ['**', '!main']}}", False),
        ("{pull_request: {branches: ['!main', '**']}}", True),
        ("{pull_request: {branches: main}}", True),
        ("{pull_request: {branches-ignore: [main]}}", False),
        ("{pull_request: {branches-ignore: [wip]}}", True),
        ("{pull_request: {paths: ['src/**']}}", None),
        ("{pull_request: {paths-ignore: ['docs/**']}}", None),
        ("{pull_request: {types: [opened, synchronize, reopened, labeled]}}", True),
        ("{pull_request: {types: [opened]}}", None),
        ("{pull_request: {types: labeled}}", None),
    ],
)
def test_events_and_filters_say_whether_a_job_runs_on_every_pull_request(on: str, expect: bool | None) -> None:
    found = job("steps: []", on)
    assert found.on_pull_request is expect
    assert bool(found.limits) is (expect is None or ("branches" in on and expect is False))


@pytest.mark.parametrize(
    ("text", "expect"),
    [
        ("always()", "always"),
        ("${{ success() }}", "always"),
        ("!cancelled()", "always"),
        ("github.event_name == 'pull_request'", "always"),
        ("always() && github.event_name != 'push'", "always"),
        ("github.event_name == 'push'", "never"),
        ("success() && github.ref == 'refs/heads/main'", "never"),
        ("github.event_name == 'push' || always()", "sometimes"),
        ("github.actor != 'dependabot[bot]'", "sometimes"),
        (None, "always"),
        (False, "never"),
    ],
)
def test_conditions(text: Any, expect: str) -> None:
    assert condition(text) == expect


@pytest.mark.parametrize(
    ("pattern", "name", "expect"),
    [
        ("main", "main", True), ("main", "maintenance", False), ("*", "main", True), ("*", "a/b", False),
        ("**", "a/b", True), ("release/*", "release/1", True), ("release/*", "release/1/x", False),
        ("v[0-9]+", "v12", True), ("mai?n", "man", True), ("ma.n", "main", False), ("?", "a", False),
    ],
)  # fmt: skip
def test_patterns_of_branches(pattern: str, name: str, expect: bool) -> None:
    assert matches([pattern], name) is expect


@pytest.mark.parametrize(
    ("body", "expect"),
    [
        ("steps: []", ("check",)),
        ("name: All good", ("All good",)),
        ("strategy: {matrix: {python: ['3.11', 3.12]}}", ("check (3.11)", "check (3.12)")),
        # YAML makes a number of 3.10, as GitHub does.
        ("strategy: {matrix: {python: [3.10]}}", ("check (3.1)",)),
        ("strategy: {matrix: {python: [3, 4], os: [a]}}", ("check (3, a)", "check (4, a)")),
        ("strategy: {matrix: {os: [a, b], exclude: [{os: b}]}}", ("check (a)",)),
        ("strategy: {matrix: {os: [a], include: [{os: a, extra: 1}]}}", ("check (a)",)),
        ("strategy: {matrix: {os: [a], include: [{os: c, extra: 1}]}}", ("check (a)", "check (c, 1)")),
        ("strategy: {matrix: {include: [{os: a, bin: x}]}}", ("check (a, x)",)),
        ("strategy: {matrix: {shard: [{name: core, size: 2}]}}", ("check (core, 2)",)),
        ("strategy: {matrix: {debug: [true, false]}}", ("check (true)", "check (false)")),
        ("{name: Test, strategy: {matrix: {os: [a]}}}", ("Test (a)",)),
        ("{name: 'On ${{ matrix.os }}', strategy: {matrix: {os: [a, b], py: [1]}}}", ("On a", "On b")),
        ("{name: 'On ${{ matrix.box.os }}', strategy: {matrix: {box: [{os: a}]}}}", ("On a",)),
        ("strategy: {matrix: '${{ fromJSON(needs.plan.outputs.all) }}'}", None),
        ("strategy: {matrix: {os: '${{ fromJSON(vars.OS) }}'}}", None),
        ("strategy: {matrix: {os: ['${{ vars.OS }}']}}", None),
        ("name: '${{ vars.NAME }}'", None),
        ("{name: '${{ github.job }}', strategy: {matrix: {os: [a]}}}", None),
        ("strategy: {matrix: {a: [[[1]]]}}", None),
    ],
)  # fmt: skip
def test_names_of_checks(body: str, expect: tuple[str, ...] | None) -> None:
    assert job(body).check_names == expect


def test_a_matrix_beyond_githubs_limit_is_not_written_out() -> None:
    axis = "[" + ", ".join(map(str, range(17))) + "]"
    assert job(f"strategy: {{matrix: {{a: {axis}, b: {axis}}}}}").check_names is None


@pytest.mark.parametrize(
    ("body", "kinds", "sometimes", "forgiven"),
    [
        ("steps: [{run: pytest}, {uses: 'github/codeql-action/analyze@v3'}]", ("test", "security-scan"), (), ()),
        ("steps: [{run: pytest, if: 'github.event_name == ''push'''}]", (), (), ()),
        ("steps: [{run: pytest, if: matrix.os == 'a'}]", (), ("test",), ()),
        ("steps: [{run: pytest, continue-on-error: true}]", (), (), ("test",)),
        ("steps: [{run: pytest, continue-on-error: '${{ matrix.x }}'}]", (), ("test",), ()),
        ("steps: [{run: 'mypy . || true'}]", (), (), ("type-check",)),
        ("steps: [{name: pytest}, {run: ''}, text, null]", (), (), ()),
        ("steps: text", (), (), ()),
        ("steps: [{run: 'pytest | tee x'}]", (), (), ("test",)),
        ("steps: [{run: 'pytest | tee x', shell: bash}]", ("test",), (), ()),
        ("{defaults: {run: {shell: bash}}, steps: [{run: 'pytest | tee x'}]}", ("test",), (), ()),
    ],
)
def test_what_steps_do(
    body: str, kinds: tuple[str, ...], sometimes: tuple[str, ...], forgiven: tuple[str, ...]
) -> None:
    found = job(body)
    assert (found.kinds, found.sometimes, found.forgiven) == (kinds, sometimes, forgiven)


def test_the_reason_names_the_step() -> None:
    found = job("steps: [{name: Run them, run: uv run pytest}, {run: mypy . || true}]")
    assert found.why == ("test: Run them: uv run pytest", "type-check: step 2: mypy ., which need not pass")


@pytest.mark.parametrize(
    ("body", "unread"),
    [
        ("steps: [{run: ./ci.sh}]", ("./ci.sh",)),
        ("steps: [{uses: ./.github/actions/test}]", ("./.github/actions/test",)),
        ("steps: [{run: import pytest, shell: python}]", ("the python script of step 1",)),
        ("uses: acme/shared/.github/workflows/ci.yml@v1", ("acme/shared/.github/workflows/ci.yml@v1",)),
        ("uses: ./.github/workflows/gone.yml", ("./.github/workflows/gone.yml",)),
        ("uses: ./.github/workflows/ci.yml", ("./.github/workflows/ci.yml",)),
    ],
)
def test_what_is_not_read_is_named(body: str, unread: tuple[str, ...]) -> None:
    assert job(body).unread == unread


@pytest.mark.parametrize(("value", "expect"), [("true", False), ("false", True), ("'${{ matrix.x }}'", None)])
def test_whether_a_job_stops_the_run(value: str, expect: bool | None) -> None:
    assert job(f"continue-on-error: {value}").blocking is expect


def test_called_workflows_are_followed_under_their_callers_name() -> None:
    called = "on: workflow_call\njobs: {unit: {strategy: {matrix: {a: [1, 2]}}, steps: [{run: pytest}]}}"
    deep = "on: {workflow_call: {inputs: {x: {type: string}}}}\njobs: {in: {uses: ./.github/workflows/called.yml}}"
    text = "on: pull_request\njobs: {all: {name: All, uses: ./.github/workflows/deep.yml}}"
    (found,) = jobs(text, called=called, deep=deep)
    assert found.check_names == ("All / in / unit (1)", "All / in / unit (2)")
    assert (found.job, found.kinds, found.on_pull_request) == ("all / in / unit", ("test",), True)
    assert found.workflow.path == CI


def test_a_called_workflow_runs_when_its_caller_does() -> None:
    called = "on: [workflow_call, push]\njobs: {unit: {steps: [{run: pytest}]}}"
    text = "on: pull_request\njobs: {all: {if: \"github.event_name == 'push'\", uses: ./.github/workflows/called.yml}}"
    found = {one.job: one.on_pull_request for one in jobs(text, called=called)}
    assert found == {"all / unit": False, "unit": False}


def test_workflows_that_call_each_other_end() -> None:
    loop = "on: workflow_call\njobs: {again: {uses: ./.github/workflows/loop.yml}}"
    (found,) = jobs("on: pull_request\njobs: {a: {uses: ./.github/workflows/loop.yml}}", loop=loop)
    assert found.unread == ("./.github/workflows/loop.yml",)
    assert found.check_names is None


@pytest.mark.parametrize(
    ("on", "step", "expect"),
    [
        ("pull_request_target", "{uses: actions/checkout@v4, with: {ref: '${{ github.event.pull_request.head.ref }}'}}",
         True),
        ("pull_request_target", "{uses: actions/checkout@v4, with: {ref: '${{ github.head_ref }}'}}", True),
        ("workflow_run", "{uses: actions/checkout@v4, with: {ref: '${{ github.event.workflow_run.head_sha }}'}}", True),
        ("pull_request_target", "{run: 'gh pr checkout ${{ github.event.number }}'}", True),
        ("pull_request_target", "{run: 'git fetch origin refs/pull/1/head'}", True),
        ("pull_request_target", "{uses: actions/checkout@v4}", False),
        ("pull_request_target", "{run: 'echo ${{ github.head_ref }}'}", False),
        ("pull_request", "{uses: actions/checkout@v4, with: {ref: '${{ github.head_ref }}'}}", False),
    ],
)  # fmt: skip
def test_checking_out_what_anybody_wrote_with_rights(on: str, step: str, expect: bool) -> None:
    assert job(f"steps: [{step}]", on).foreign_code is expect


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "not a mapping"),
        ("- a", "not a mapping"),
        ("on: push", "no jobs"),
        ("on: push\njobs: {a: 1}", "no jobs"),
        ("jobs: {}", "no events"),
        ("on: push\njobs: {a: {}", "not YAML, line"),
        ("on: push\non: pull_request\njobs: {}", "'on' stands there twice"),
        ("on: push\njobs: {a: {}, a: {}}", "'a' stands there twice"),
        ("on: push\n? [a]\n: b\njobs: {}", "not a text"),
        ("on: push\njobs: {a: *gone}", "not YAML"),
        ("[" * 5000, "nested too deeply"),
        ("on: !!python/object/apply:os.system [ls]\njobs: {}", "not YAML"),
        ('on: push\njobs: {a: "\\x07\x07"}', "not YAML"),
    ],
)
def test_what_is_no_workflow_is_named_as_unreadable(text: str, why: str) -> None:
    with pytest.raises(Unreadable, match=why):
        load(CI, text)


def test_texts_stay_texts() -> None:
    """YAML 1.1 would make True of `on`, False of `no` and a date of 2026-01-01."""
    found = load(CI, "on: {push: null}\nname: 2026-01-01\njobs: {no: {env: {A: 0123, B: yes, C: 12:30}}}")
    assert (set(found.triggers), found.name) == ({"push"}, "2026-01-01")
    assert found.jobs == {"no": {"env": {"A": "0123", "B": "yes", "C": "12:30"}}}


def test_anchors_are_followed() -> None:
    text = "on: pull_request\nx: &step {run: pytest}\njobs: {a: &job {steps: [*step]}, b: *job}"
    assert [found.kinds for found in jobs(text)] == [("test",), ("test",)]


def test_an_anchor_bomb_is_read_in_no_time() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 30)]
    text = "\n".join([*lines, "on: pull_request", "jobs: {a: {name: b, strategy: {matrix: {c: *a29}}, steps: *a29}}"])
    assert jobs(text)[0].check_names is None


@pytest.mark.parametrize(
    ("uses", "owner", "kind", "pinned"),
    [
        ("actions/checkout@v4", "actions", "action", False),
        (f"acme/run@{'a' * 40}", "acme", "action", True),
        (f"acme/run@{'a' * 64}", "acme", "action", True),
        (f"acme/run@{'a' * 39}", "acme", "action", False),
        ("acme/run@aaaaaaa", "acme", "action", False),
        ("acme/run", "acme", "action", False),
        (f"acme/run/deep@{'A' * 40}", "acme", "action", True),
        ("acme/x/.github/workflows/a.yml@main", "acme", "workflow", False),
        ("./.github/actions/x", "", "local", True),
        ("docker://alpine:3.20", "docker", "image", False),
        (f"docker://alpine@sha256:{'0' * 64}", "docker", "image", True),
    ],
)
def test_uses(uses: str, owner: str, kind: str, pinned: bool) -> None:
    (found,) = uses_of(load(CI, f"on: push\njobs: {{a: {{steps: [{{uses: '{uses}'}}]}}}}"))
    assert (found.owner, found.kind, found.pinned) == (owner, kind, pinned)


def test_halves_of_a_character_in_escapes_are_no_text_that_cannot_be_written() -> None:
    workflow = load("ci.yml", 'name: "\\ud83d\\ude00 \\ud83d"\non: push\njobs: {}\n')
    assert workflow.name == "\U0001f600 \ufffd"
