"""The command line. Heavy imports stand inside the commands, so that --help answers at once.

Exit codes: 0 done and no new exception; 1 an error; 2 bad usage or configuration; 3 done, but some evidence could not
be collected or some notebook failed; 4 done, with exceptions that the previous run did not have.
"""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from . import steps
from .cli_options import AsOfOption, DatasetOption, Format, PeriodOption, ReportType, TypeOption, WorkspaceOption
from .errors import Soc2kitError, UsageError
from .progress import reporting, say
from .safe_text import plain

app = typer.Typer(
    name="soc2kit", no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None,
    help="SOC 2 workbook: evidence in, tests of controls over whole populations, reports out.",
)  # fmt: skip

HERE = Path()
#: What a shell expects of a command that Ctrl-C ended; Typer gives it, too.
INTERRUPTED = 130


def now() -> datetime:
    """The one place that reads the clock."""
    return datetime.now(UTC).replace(microsecond=0)


@app.command()
def init(workspace: WorkspaceOption = HERE) -> None:
    """Write a commented soc2kit.toml and templates; never overwrites.

    Example: soc2kit init --workspace acme
    """
    from .workspace import create

    for path, written in create(workspace):
        say(f"{'written' if written else 'kept as it is'}: {path}")


@app.command()
def collect(
    workspace: WorkspaceOption = HERE,
    source: Annotated[
        str | None,
        typer.Option("--source", help="Only this source: company, aws, github, postgres, postgres_files or terraform."),
    ] = None,
    period: PeriodOption = None,
    dataset: DatasetOption = None,
) -> None:
    """Collect evidence from the configured sources.

    Example: soc2kit collect --source github --period 2026-Q1
    """
    from .config import load_config

    config = load_config(workspace)
    steps.refuse_example(config)
    summary = steps.collect(config, source, steps.period_of(config, period), now, dataset)
    raise typer.Exit(3 if summary.failed else 0)


@app.command()
def assess(
    workspace: WorkspaceOption = HERE,
    period: PeriodOption = None,
    as_of: AsOfOption = None,
    report_type: TypeOption = ReportType.II,
    format: Annotated[
        Format, typer.Option("--format", help="table, json (a documented contract) or csv.")
    ] = Format.table,
) -> None:
    """Test every control from the evidence; offline.

    Example: soc2kit assess --format json > results.json
    """
    from .config import load_config
    from .listing import as_text

    config = load_config(workspace)
    assessment = steps.assess(config, period, as_of, now, report_type.value)
    typer.echo(as_text(assessment, format.value), nl=False)


@app.command()
def report(
    workspace: WorkspaceOption = HERE,
    period: PeriodOption = None,
    as_of: AsOfOption = None,
    report_type: TypeOption = ReportType.II,
    only: Annotated[str | None, typer.Option("--only", help="One notebook, as in 02_access_review.")] = None,
    jobs: Annotated[int, typer.Option("--jobs", min=1, help="Notebooks rendered at a time.")] = 2,
) -> None:
    """Render the notebooks into reports/<date>/; offline.

    Example: soc2kit report --only 02_access_review
    """
    from .config import load_config

    config = load_config(workspace)
    result = steps.report(config, steps.assess(config, period, as_of, now, report_type.value), only, jobs)
    raise typer.Exit(0 if result.ok else 3)


@app.command()
def run(
    workspace: WorkspaceOption = HERE,
    jobs: Annotated[int, typer.Option("--jobs", min=1, help="Notebooks rendered at a time.")] = 2,
) -> None:
    """Collect, assess, report: what a scheduler calls.

    Example: soc2kit run --workspace /srv/soc2
    """
    from .config import load_config
    from .history import new_exceptions

    config = load_config(workspace)
    steps.refuse_example(config)
    summary = steps.collect(config, None, None, now)
    assessment = steps.assess(config, None, None, now)
    fresh = new_exceptions(config.reports, assessment)
    result = steps.report(config, assessment, None, jobs)
    if summary.failed or not result.ok:
        raise typer.Exit(3)
    if fresh:
        say(f"{len(fresh)} exceptions that the previous run did not have")
        raise typer.Exit(4)


@app.command()
def demo(
    workspace: Annotated[Path, typer.Option("--workspace", help="Folder for the example company.")] = Path("demo"),
    jobs: Annotated[int, typer.Option("--jobs", min=1, help="Notebooks rendered at a time.")] = 2,
) -> None:
    """Run everything for the built-in example company, on real services started on this machine.

    Example: soc2kit demo --workspace /tmp/tidewater
    """
    try:
        from .example.demo import prepare
    except ModuleNotFoundError as error:
        raise UsageError(f"the example company needs {error.name!r}. Run: pip install 'soc2kit[example]'") from error

    with reporting("collecting over the timeline") as progress:
        config, as_of = prepare(workspace, progress)
    assessment = steps.assess(config, None, as_of.isoformat(), now)
    result = steps.report(config, assessment, None, jobs)
    raise typer.Exit(0 if result.ok else 3)


@app.command()
def package(
    workspace: WorkspaceOption = HERE,
    period: PeriodOption = None,
    as_of: AsOfOption = None,
    report_type: TypeOption = ReportType.II,
    sign: Annotated[Path | None, typer.Option("--sign", help="Private SSH key to sign the seal with.")] = None,
    redact: Annotated[bool, typer.Option("--redact", help="Replace personal data by stable pseudonyms.")] = False,
) -> None:
    """Seal evidence, results, reports and code into one archive for the auditor.

    Example: soc2kit package --workspace demo --as-of 2026-07-01T06:00:00Z
    """
    from .config import load_config

    config = load_config(workspace)
    assessment = steps.assess(config, period, as_of, now, report_type.value)
    sealed = (steps.package_redacted if redact else steps.package)(config, assessment, now(), sign)
    say(f"{sealed.files} files sealed; SHA-256 of the package: {sealed.sha256}")
    typer.echo(str(sealed.path))


@app.command()
def verify(
    target: Annotated[Path, typer.Argument(help="A sealed package (.zip or unpacked), or a workspace.")],
    recompute: Annotated[
        bool, typer.Option("--recompute", help="Perform every test again from the raw evidence.")
    ] = False,
    signers: Annotated[Path | None, typer.Option("--signers", help="Allowed-signers file of OpenSSH.")] = None,
) -> None:
    """Check that nothing changed, and perform every test again. Offline, without credentials.

    Example: soc2kit verify tidewater-analytics-2026-07-01.zip --recompute
    """
    from .sealing.check import check

    checked = check(target, recompute=recompute, signers=signers)
    for line in checked.lines():
        typer.echo(plain(line))
    raise typer.Exit(0 if checked.ok else 1)


@app.command()
def checks(
    format: Annotated[Format, typer.Option("--format", help="table, json or csv.")] = Format.table,
) -> None:
    """List the tests of controls, with what each takes for population and exception.

    Example: soc2kit checks --format json
    """
    from .listing import checks_as_text

    typer.echo(checks_as_text(format.value), nl=False)


@app.command()
def owed(
    workspace: WorkspaceOption = HERE,
    period: PeriodOption = None,
    as_of: AsOfOption = None,
    every: Annotated[bool, typer.Option("--all", help="What is there and what lies ahead, too.")] = False,
    format: Annotated[Format, typer.Option("--format", help="table, json or csv.")] = Format.table,
) -> None:
    """Say which evidence each control owes, what is missing, late or lost, what comes next, and what vanishes when.

    Example: soc2kit owed --workspace demo --as-of 2026-05-20
    """
    from .config import load_config
    from .owed_text import owed_as_text

    config = load_config(workspace)
    typer.echo(owed_as_text(steps.assess(config, period, as_of, now), format.value, every), nl=False)


@app.command()
def sample(
    test: Annotated[str, typer.Argument(help="A test, as in GH-PR-01.")],
    workspace: WorkspaceOption = HERE,
    period: PeriodOption = None,
    as_of: AsOfOption = None,
    size: Annotated[int | None, typer.Option("--size", min=0, help="Instead of the size of the table.")] = None,
    label: Annotated[str | None, typer.Option("--label", help="The auditor's word, which makes the seed.")] = None,
) -> None:
    """Write the whole population of a test as CSV, with the sample that the published rule draws from it.

    Tests always take the whole population; this is for an auditor who draws a sample besides.

    Example: soc2kit sample GH-PR-01 --label "first audit" > population.csv
    """
    from .config import load_config
    from .population import sampled_csv

    config = load_config(workspace)
    assessment = steps.assess(config, period, as_of, now)
    drawn = sampled_csv(assessment, test, config.sample_sizes, size=size, label=label)
    for note in assessment.test(test).notes:
        say(f"note: {note}")
    say(drawn.rule)
    typer.echo(drawn.csv, nl=False)


@app.command()
def lab(workspace: WorkspaceOption = HERE) -> None:
    """Open JupyterLab on the notebooks, with the workspace set.

    Example: soc2kit lab --workspace demo
    """
    from .config import load_config

    config = load_config(workspace)
    os.environ["SOC2KIT_WORKSPACE"] = str(config.workspace.resolve())
    os.execv(sys.executable, [sys.executable, "-m", "jupyterlab", f"--ServerApp.root_dir={steps.notebooks()}"])


def main() -> None:
    """Entry point: errors on purpose become one line and their exit code, never a traceback."""
    try:
        # Without its standalone mode the command's exit code comes back as a value.
        code = app(prog_name="soc2kit", standalone_mode=False)
    except Soc2kitError as error:
        say(f"error: {error}")
        sys.exit(error.exit_code)
    except typer.TyperException as error:
        sys.exit(_usage(error))
    except (typer.Abort, KeyboardInterrupt):
        code = INTERRUPTED
    if code == INTERRUPTED:
        say("interrupted; what was collected so far is kept. Run the same command again")
    sys.exit(code if isinstance(code, int) else 0)


def _usage(error: typer.TyperException) -> int:
    """Words for a command line that cannot be read; without any command the help is the answer."""
    context = getattr(error, "ctx", None)
    command = context.command_path if context is not None else "soc2kit"
    message = getattr(error, "format_message", lambda: str(error))()
    if type(error).__name__ == "NoArgsIsHelpError":
        typer.echo(message)
    else:
        say(f"error: {message} Run: {command} --help")
    return UsageError.exit_code
