"""What a step's script does, by its commands: nothing that is only written or printed counts."""

from __future__ import annotations

import pytest

from soc2kit.workflows.commands import commands, recognised, script_of
from soc2kit.workflows.kinds import ACTIONS, COMMANDS, KINDS, of_action, of_task


def done(script: str, *, pipefail: bool = False) -> list[str]:
    """Kinds of the recognised commands in order; one that need not pass in brackets."""
    found = [known for command in commands(script, pipefail=pipefail) if (known := recognised(command))]
    return [f"({kind})" if known.may_fail else kind for known in found for kind in known.kinds]


@pytest.mark.parametrize(
    ("script", "expect"),
    [
        ("pytest", ["test"]),
        ("pytest -q tests && ruff check .", ["test", "lint"]),
        ("python -m pytest", ["test"]),
        ("PYTHONPATH=src python3 -m pytest -x", ["test"]),
        ("uv run --frozen --group dev pytest", ["test"]),
        ("poetry run mypy src", ["type-check"]),
        (".venv/bin/mypy src", ["type-check"]),
        ("coverage run -m pytest", ["test"]),
        ("npx --yes eslint .", ["lint"]),
        ("node_modules/.bin/tsc --noEmit", ["type-check"]),
        ("npm test", ["test"]),
        ("npm --prefix web run lint", ["lint"]),
        ("npm run test:unit", ["test"]),
        ("pnpm -F web run type-check", ["type-check"]),
        ("yarn lint", ["lint"]),
        ("npm audit --audit-level=high", ["security-scan"]),
        ("make test", ["test"]),
        ("make -C api lint security-scan", ["lint", "security-scan"]),
        ("bundle exec rspec", ["test"]),
        ("tox", ["test"]),
        ("tox -e lint,py311", ["test", "lint"]),
        ("nox -s mypy", ["type-check"]),
        ("go test ./...", ["test", "type-check"]),
        ("cargo clippy -- -D warnings", ["lint", "type-check"]),
        ("./gradlew check", ["test", "type-check"]),
        ("ruff format --check .", ["lint"]),
        ("black --check src", ["lint"]),
        ("sudo trivy fs .", ["security-scan"]),
        ("pip-audit", ["security-scan"]),
        ("(cd web && npm test)", ["test"]),
        ("if pytest; then echo good; fi", ["(test)"]),
        ("set -e\npytest \\\n  -q \\\n  tests", ["test"]),
        ("pytest ${{ matrix.a && '-x' || '' }}", ["test"]),
    ],
)
def test_commands_are_recognised(script: str, expect: list[str]) -> None:
    assert done(script) == expect


@pytest.mark.parametrize(
    "script",
    [
        "",
        "# pytest",
        "make build  # then pytest",
        "echo pytest",
        "echo 'run: pytest && mypy'",
        'printf "ruff check\\n"',
        "pip install pytest mypy",
        "npm install --save-dev eslint",
        "uv sync --group test",
        "cat <<EOF\npytest\nEOF",
        "cat > run.sh <<-'END'\n  ruff check\n  END\n",
        "git commit -m 'fix lint; pytest passes'",
        "pytest --version",
        "npm run build",
        "black src",
        "prettier --write .",
        "ruff format .",
        'NAME="pytest"',
        "export RUNNER=pytest",
        "docker build -t pytest .",
        "which mypy",
        "grep pytest requirements.txt",
        "make latest",
        "npm run contest",
    ],
)
def test_what_is_no_such_command_is_not(script: str) -> None:
    assert done(script) == []


@pytest.mark.parametrize(
    ("script", "expect"),
    [
        ("mypy src || true", ["(type-check)"]),
        ("mypy src || echo 'never mind'", ["(type-check)"]),
        ("mypy src || :", ["(type-check)"]),
        ("mypy src || exit 0", ["(type-check)"]),
        ("mypy src || exit 1", ["type-check"]),
        ("mypy src || { echo bad; exit 1; }", ["type-check"]),
        ("pytest || pytest --last-failed", ["test", "test"]),
        # Without pipefail the last command of a pipe decides.
        ("pytest | tee log", ["(test)"]),
        ("set -o pipefail\npytest | tee log", ["test"]),
        ("set -euo pipefail; pytest | tee log", ["test"]),
        ("! pytest", ["test"]),
    ],
)
def test_a_command_that_need_not_pass_is_told_apart(script: str, expect: list[str]) -> None:
    assert done(script) == expect


def test_a_shell_that_stops_at_a_broken_pipe() -> None:
    assert done("pytest | tee log", pipefail=True) == ["test"]


@pytest.mark.parametrize(
    ("script", "expect"),
    [
        ("./ci/check.sh --all", "./ci/check.sh"),
        ("bash -e scripts/verify.sh", "scripts/verify.sh"),
        ("./deploy", "./deploy"),
        ("npm run build", None),
        ("node_modules/.bin/webpack", None),
    ],
)
def test_scripts_of_the_repository_are_not_read(script: str, expect: str | None) -> None:
    (command,) = commands(script, pipefail=True)
    assert script_of(command) == expect


@pytest.mark.parametrize(
    ("uses", "kind"),
    [
        ("github/codeql-action/analyze@v3", "security-scan"),
        ("github/codeql-action/init@v3", None),
        ("GitHub/CodeQL-Action/analyze@v3", "security-scan"),
        ("snyk/actions/python@master", "security-scan"),
        ("actions/dependency-review-action@v4", "security-scan"),
        ("golangci/golangci-lint-action@v6", "lint"),
        ("reviewdog/action-eslint@v1", "lint"),
        ("jakebailey/pyright-action@v2", "type-check"),
        ("cypress-io/github-action@v6", "test"),
        ("actions/checkout@v4", None),
    ],
)
def test_actions_are_recognised_by_owner_and_name(uses: str, kind: str | None) -> None:
    assert of_action(uses) == kind


@pytest.mark.parametrize(
    ("task", "kind"),
    [
        ("test", "test"), ("unit-tests", "test"), ("test:e2e", "test"), ("latest", None), ("build", None),
        ("lint:css", "lint"), ("typecheck", "type-check"), ("check-types", "type-check"), ("audit", "security-scan"),
        ("security-tests", "security-scan"), ("check", None), ("fmt-check", "lint"),
    ],
)  # fmt: skip
def test_tasks_are_known_by_name(task: str, kind: str | None) -> None:
    assert of_task(task) == kind


def test_the_table_is_of_the_four_kinds_and_says_nothing_twice() -> None:
    assert {kind for kind, _ in COMMANDS} == set(KINDS) == set(ACTIONS.values())
    assert len(COMMANDS) == len(set(COMMANDS))
    assert [name for name in ACTIONS if name != name.lower()] == []
