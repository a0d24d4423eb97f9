"""The published table: which commands and actions make a job one that tests, lints, checks types or looks for holes.

A command fits an entry when its words begin with the entry's, options aside, and it has all options that the entry
names. A task of a task runner (`npm run lint`, `make test`) is known by its name alone.
"""

from __future__ import annotations

import re

TEST, LINT, TYPE_CHECK, SECURITY_SCAN = KINDS = ("test", "lint", "type-check", "security-scan")


def _commands(kind: str, text: str) -> list[tuple[str, tuple[str, ...]]]:
    return [(kind, tuple(entry.split())) for entry in text.split(",")]


#: Words starting with `-` are options that must be there.
COMMANDS: tuple[tuple[str, tuple[str, ...]], ...] = (
    *_commands(TEST, "pytest, py.test, python -m unittest, unittest, trial, nosetests, behave, tox, nox, ctest,"
               " coverage run -m, go test, gotestsum, ginkgo, cargo test, cargo nextest, jest, vitest, mocha, ava, karma,"
               " cypress run, playwright test, ng test, react-scripts test, deno test, bun test, rspec, cucumber,"
               " rails test, rake, phpunit, pest, mvn test, mvn verify, mvn install, mvnw test, mvnw verify,"
               " gradle test, gradle check, gradle build, gradlew test, gradlew check, gradlew build, dotnet test,"
               " swift test, sbt test, mix test, flutter test, dart test, lein test, bazel test, terraform test,"
               " tofu test, terratest, bats, manage.py test, molecule test, robot, xcodebuild test, zig test"),
    *_commands(LINT, "ruff check, ruff format --check, ruff, flake8, pylint, pycodestyle, pydocstyle, black --check,"
               " isort --check, isort --check-only, yapf --diff, pre-commit run, prek run, eslint, prettier --check,"
               " prettier -c, biome check, biome lint, biome ci, oxlint, stylelint, standard, xo, tslint, ng lint,"
               " deno lint, deno fmt --check, golangci-lint, go vet, staticcheck, gofmt -l, gofumpt -l, revive,"
               " cargo clippy, cargo fmt --check, rustfmt --check, rubocop, standardrb, phpcs, php-cs-fixer, checkstyle,"
               " ktlint, detekt, spotless, scalafmt, scalafix, swiftlint, swiftformat --lint, dart analyze, flutter"
               " analyze, dotnet format --verify-no-changes, credo, mix format --check-formatted, shellcheck, shfmt -d,"
               " hadolint, yamllint, actionlint, markdownlint, sqlfluff lint, terraform fmt -check, tofu fmt -check,"
               " tflint, ansible-lint, buf lint, clang-format --dry-run, clang-tidy, cppcheck, mega-linter, super-linter"),
    *_commands(TYPE_CHECK, "mypy, dmypy run, pyright, basedpyright, pytype, pyre check, ty check, tsc, vue-tsc,"
               " svelte-check, astro check, flow check, deno check, phpstan, psalm, srb tc, sorbet, steep check,"
               " mix dialyzer, dialyzer, terraform validate, tofu validate, cargo check, cargo build, go build,"
               " dotnet build, javac, mvn compile, swift build, sbt compile"),
    # What compiles before it tests checks types as well.
    *_commands(TYPE_CHECK, "go test, gotestsum, go vet, cargo test, cargo nextest, cargo clippy, dotnet test, mvn test,"
               " mvn verify, mvn install, mvnw test, mvnw verify, gradle test, gradle check, gradle build, gradlew test,"
               " gradlew check, gradlew build, swift test, sbt test, ng test"),
    *_commands(SECURITY_SCAN, "bandit, semgrep, opengrep, pip-audit, safety check, safety scan, npm audit, yarn audit,"
               " pnpm audit, yarn npm audit, bun audit, audit-ci, snyk test, snyk code, snyk container, snyk iac, trivy,"
               " grype, osv-scanner, govulncheck, gosec, nancy, cargo audit, cargo deny, brakeman, bundle audit,"
               " bundler-audit, bundle-audit, composer audit, local-php-security-checker, dependency-check, checkov,"
               " tfsec, terrascan, kics, kubesec, gitleaks, trufflehog, detect-secrets, ggshield, codeql,"
               " dotnet list --vulnerable, mix sobelow, mix deps.audit, mix hex.audit, zizmor, docker scout, horusec"),
)  # fmt: skip


def _actions(kind: str, text: str) -> dict[str, str]:
    return {name: kind for name in text.split()}


#: Actions by owner and name; a name that ends in `/` stands for all that are below it.
ACTIONS: dict[str, str] = {
    **_actions(TEST, "cypress-io/github-action"),
    **_actions(LINT, "golangci/golangci-lint-action astral-sh/ruff-action chartboost/ruff-action pre-commit/action"
               " j178/prek-action psf/black isort/isort-action py-actions/flake8 super-linter/super-linter"
               " github/super-linter oxsecurity/megalinter reviewdog/ hadolint/hadolint-action"
               " ludeeus/action-shellcheck ibiqlik/action-yamllint terraform-linters/tflint-action"
               " dominikh/staticcheck-action rubocop/ creyd/prettier_action wearerequired/lint-action"
               " ansible/ansible-lint davidanson/markdownlint-cli2-action rhysd/actionlint raven-actions/actionlint"
               " biomejs/biome"),
    **_actions(TYPE_CHECK, "jakebailey/pyright-action jpetrucciani/mypy-check tsuyoshicho/action-mypy"
               " andrewring/github-actions-mypy"),
    **_actions(SECURITY_SCAN, "github/codeql-action/analyze aquasecurity/trivy-action snyk/actions/ semgrep/semgrep-action"
               " returntocorp/semgrep-action actions/dependency-review-action gitleaks/gitleaks-action"
               " trufflesecurity/trufflehog ossf/scorecard-action anchore/scan-action bridgecrewio/checkov-action"
               " pycqa/bandit-action pypa/gh-action-pip-audit golang/govulncheck-action securego/gosec"
               " google/osv-scanner-action/ aquasecurity/tfsec-action checkmarx/ sonarsource/ gitguardian/ggshield-action"
               " zizmorcore/zizmor-action rustsec/audit-check dependency-check/dependency-check_action"
               " crytic/slither-action docker/scout-action veracode/ endorlabs/github-action"),
}  # fmt: skip

_BORDER = r"(?:$|[-_:.])"
#: Names of tasks: what stands in them decides; the first line that fits counts.
TASKS: tuple[tuple[str, re.Pattern[str]], ...] = (
    (SECURITY_SCAN, re.compile(rf"(?:^|[-_:.])(?:audit|security|sast|sca|bandit|semgrep|snyk|vuln\w*){_BORDER}")),
    (TYPE_CHECK, re.compile(rf"(?:^|[-_:.])(?:type[-_]?check\w*|types|typing|tsc|mypy|pyright){_BORDER}")),
    (LINT, re.compile(rf"(?:^|[-_:.])(?:lint\w*|eslint|stylelint|fmt[-_:]check|format[-_:]check|check[-_:]format){_BORDER}")),
    (TEST, re.compile(rf"(?:^|[-_:.])(?:tests?|spec|specs|unit|e2e|integration|pytest|jest|vitest){_BORDER}")),
)  # fmt: skip
#: Task runners, each with the words before the name of a task.
TASK_RUNNERS: tuple[tuple[str, ...], ...] = tuple(
    tuple(entry.split())
    for entry in (
        "npm run, npm run-script, npm, pnpm run, pnpm, yarn run, yarn, bun run, make, just, task, rake, bundle exec rake,"
        " composer run, composer run-script, composer, invoke, inv, hatch run, pdm run, poe, mage, nx run, nx, turbo run,"
        " turbo, deno task, moon run, lerna run, ./gradlew, gradle"
    ).split(",")
)


def of_task(name: str) -> str | None:
    return next((kind for kind, pattern in TASKS if pattern.search(name)), None)


def of_action(uses: str) -> str | None:
    """The kind of an action as a step names it (`owner/name/path@ref`)."""
    name = uses.partition("@")[0].lower()
    return next(
        (kind for known, kind in ACTIONS.items() if name == known or (known.endswith("/") and name.startswith(known))),
        None,
    )
