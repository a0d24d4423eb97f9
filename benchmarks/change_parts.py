"""The parts of benchmarks/change.py; each is run in a process of its own and prints what it found as JSON."""

from __future__ import annotations

import ast
import json
import resource
import sys
import time
import urllib.request
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import redirect_stdout
from dataclasses import replace
from pathlib import Path
from typing import Any

from change_state import AT, ORGANIZATION, WINDOW, company_files

PULLS = "github.merged_pull_requests"
SETTINGS = """\
[company]
name = "Benchmark"
[window]
first_day = 2025-07-03
last_day = 2026-06-30
[sources.github]
organization = "{organization}"
base_url = "{url}"
"""
NOTEBOOK = Path(__file__).parents[1] / "notebooks" / "03_change_management.ipynb"


def requests_so_far(url: str) -> int:
    """By the server's own count, which has those that a client repeats unseen; this one is not counted."""
    asked = urllib.request.Request(f"{url}/rate_limit", headers={"Authorization": "token local"})
    with urllib.request.urlopen(asked) as answer:
        return int(answer.headers["x-github-request-id"].partition(":")[2], 16)


def collect(url: str, folder: str, dataset: str) -> dict[str, Any]:
    """The year at once into a workspace: one dataset, or all the others that tests of changes read."""
    from soc2kit.checks.table import CHECKS
    from soc2kit.collect import collect as collect_all
    from soc2kit.config import load_config
    from soc2kit.evidence import EvidenceStore
    from soc2kit.frames.load import FrameSet
    from soc2kit.sources.table import SOURCES

    for name, text in company_files().items():
        (Path(folder) / name).write_text(text)
    (Path(folder) / "soc2kit.toml").write_text(SETTINGS.format(organization=ORGANIZATION, url=url))
    config = load_config(Path(folder))
    frames = FrameSet(EvidenceStore(config.evidence), period=WINDOW, as_of=AT)
    of_changes = [check for check in CHECKS if check.control.startswith("CH-")]
    read = {dataset for check in of_changes for name in check.reads for dataset in frames.datasets(name)}
    wanted = {dataset} if dataset else read - {PULLS}
    sources = [
        replace(source, datasets=tuple(one for one in source.datasets if one.id in wanted))
        for source in SOURCES
        if source.name in ("company", "github")
    ]
    before, began = requests_so_far(url), time.monotonic()
    summary = collect_all(config, [source for source in sources if source.datasets], clock=lambda: AT)
    seconds = time.monotonic() - began
    # Of rule suites GitHub keeps a month: earlier ones cannot be collected afterwards.
    failed = [record.fields["reason"] for record in summary.failed if record.dataset != "github.rule_suites"]
    assert not failed, failed
    rows = sum(record.fields["rows"] for record in summary.collected)
    return {"requests": requests_so_far(url) - before - 1, "seconds": seconds, "rows": rows}


def one_by_one(url: str, limit: str) -> dict[str, Any]:
    """The obvious way, with PyGithub: for each pull request of the list its details and all that belongs to it."""
    import github

    client = github.Github(auth=github.Auth.Token("local"), base_url=url, per_page=100, seconds_between_requests=0)
    before, began, read = requests_so_far(url), time.monotonic(), 0
    for repository in client.get_organization(ORGANIZATION).get_repos():
        for listed in repository.get_pulls(state="closed", sort="updated", direction="desc"):
            if read == int(limit):
                break
            pull = repository.get_pull(listed.number)
            if not pull.merged:
                continue
            kept = [list(pull.get_reviews()), list(pull.get_commits())]
            last = kept[1][-1]
            kept += [list(last.get_check_runs()), last.get_combined_status().statuses]
            assert [len(one) for one in kept] == [2, 3, 3, 0]
            read += 1
    return {"requests": requests_so_far(url) - before - 1, "seconds": time.monotonic() - began, "rows": read}


def test(folder: str) -> dict[str, Any]:
    """From evidence to the last chart of notebook 03."""
    from soc2kit import workbook
    from soc2kit.config import load_config
    from soc2kit.evidence import EvidenceStore
    from soc2kit.frames import FrameSet

    spent: dict[str, float] = defaultdict(float)
    EvidenceStore.stream_pages = timed_pages(EvidenceStore.stream_pages, spent)  # type: ignore[method-assign]
    FrameSet._make = timed_call(FrameSet._make, spent)  # type: ignore[method-assign]
    began = time.monotonic()
    book = workbook.open(folder, "", AT.isoformat())
    opened = time.monotonic()
    show_all({"book": book})
    shown = time.monotonic()
    records = EvidenceStore(load_config(Path(folder)).evidence).records()
    return {
        "seconds": shown - began,
        "processor": time.process_time(),
        "reading": spent["reading"],
        "frames": spent["frames"] - spent["reading"],
        "tests": opened - began - spent["frames"],
        "notebook": shown - opened,
        "evidence": sum(record.fields["bytes"] for record in records if record.dataset == PULLS) / 1e6,
        "all_evidence": sum(record.fields["bytes"] for record in records) / 1e6,
        "verdicts": [
            f"{one.check.id}: {one.verdict.value}, population {len(one.population)}, exceptions {len(one.exceptions)}"
            for one in book.assessment.tests
            if one.check.id.startswith("GH-PR")
        ],
    }


def timed_pages(function: Callable[..., Iterator[Any]], spent: dict[str, float]) -> Callable[..., Iterator[Any]]:
    """The same pages; the seconds until each is there are added to `reading`."""

    def pages(*arguments: Any) -> Iterator[Any]:
        found = function(*arguments)
        while True:
            began = time.monotonic()
            page = next(found, None)
            spent["reading"] += time.monotonic() - began
            if page is None:
                return
            yield page

    return pages


def timed_call(function: Callable[..., Any], spent: dict[str, float]) -> Callable[..., Any]:
    """The same; the seconds of the outermost call are added to `frames`, as frames are made from frames."""
    depth = 0

    def call(*arguments: Any) -> Any:
        nonlocal depth
        depth, began = depth + 1, time.monotonic()
        try:
            return function(*arguments)
        finally:
            depth -= 1
            spent["frames"] += 0 if depth else time.monotonic() - began

    return call


def show_all(names: dict[str, Any]) -> None:
    """Every cell after the one that opens the book, shown as Jupyter would."""
    for cell in json.loads(NOTEBOOK.read_text(encoding="utf-8"))["cells"]:
        if cell["cell_type"] == "code" and not {"parameters", "opening"} & set(cell["metadata"].get("tags", ())):
            tree = ast.parse("".join(cell["source"]))
            for statement in tree.body[:-1]:
                exec(compile(ast.Module([statement], []), "cell", "exec"), names)
            last = tree.body[-1]
            assert isinstance(last, ast.Expr)
            show(eval(compile(ast.Expression(last.value), "cell", "eval"), names))


def show(value: Any) -> None:
    bundle = getattr(value, "_repr_mimebundle_", None)
    assert bundle() if bundle else value._repr_html_()


def megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    name, *words = sys.argv[1:]
    # What a part says on its way is none of its answer.
    with redirect_stdout(sys.stderr):
        found = {"collect": collect, "one_by_one": one_by_one, "test": test}[name](*words)
    found.setdefault("megabytes", megabytes())
    print(json.dumps(found))


if __name__ == "__main__":
    main()
