"""A real JupyterLab on a copy of the example, and a real Chromium that may reach nothing but it."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from example_workspace import Example
from playwright.sync_api import Browser, Locator, Page, Request, sync_playwright

ROOT = Path(__file__).parents[2]
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run",
    "--disable-sync", "--disable-component-update",
)  # fmt: skip
TOKEN = "browser-test"
PATIENCE_SECONDS = 60


@dataclass(frozen=True)
class Lab:
    """JupyterLab on a folder of notebooks; `workspace` is the one that they open."""

    address: str
    workspace: Path

    def review(self, name: str) -> Path:
        return self.workspace / "reviews" / f"{name}.yaml"


@dataclass
class Visit:
    """A page of the lab, and every address that it asked for."""

    page: Page
    lab: Lab
    asked: list[str] = field(default_factory=list)

    def note(self, request: Request) -> None:
        self.asked.append(request.url)

    def outside(self) -> list[str]:
        inside = (self.lab.address, self.lab.address.replace("http", "ws"), "data:", "blob:")
        return [url for url in self.asked if not url.startswith(inside)]

    def open(self, notebook: str) -> None:
        self.page.goto(f"{self.lab.address}/lab/tree/{notebook}?token={TOKEN}")
        self.page.locator(".jp-Notebook").wait_for()
        # Before the kernel is there, running cells asks which kernel to take.
        self.page.locator("#jp-main-statusbar").get_by_text("| Idle").wait_for()

    def run_all(self) -> None:
        self.page.get_by_role("menuitem", name="Run", exact=True).click()
        self.page.get_by_role("menuitem", name="Run All Cells", exact=True).click()

    def form(self, system: str) -> Locator:
        """The form of one system, with its rows there."""
        form = self.page.locator(".s2k-review", has=self.page.locator(".s2k-title", has_text=f", {system}:"))
        form.locator("tbody tr").first.wait_for()
        form.scroll_into_view_if_needed()
        return form


@pytest.fixture(scope="session")
def lab(example: Example, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """The second quarter is not reviewed yet; the first is."""
    folder = tmp_path_factory.mktemp("lab")
    workspace = folder / "demo"
    shutil.copytree(example.config.workspace, workspace)
    for path in (workspace / "reviews").glob("2026-Q2-*"):
        path.unlink()
    shutil.copytree(ROOT / "notebooks", folder / "notebooks", ignore=shutil.ignore_patterns(".ipynb_checkpoints"))
    with _server(folder, workspace) as address:
        yield Lab(address, workspace)


class _server:
    """JupyterLab with nothing of this machine's own settings, stopped at the end."""

    def __init__(self, folder: Path, workspace: Path) -> None:
        self._folder, self._workspace = folder, workspace

    def __enter__(self) -> str:
        port = _free_port()
        config = self._folder / "config"
        (config / "labconfig").mkdir(parents=True)
        quiet = {"disabledExtensions": {"@jupyterlab/apputils-extension:announcements": True}}
        (config / "labconfig" / "page_config.json").write_text(json.dumps(quiet))
        variables = {name: str(self._folder / name.lower()) for name in ("JUPYTER_DATA_DIR", "IPYTHONDIR", "HOME")}
        environment = {
            **os.environ, **variables, "JUPYTER_CONFIG_DIR": str(config), "PYTHONPATH": str(ROOT),
            "JUPYTER_RUNTIME_DIR": str(self._folder / "run"), "SOC2KIT_WORKSPACE": str(self._workspace),
        }  # fmt: skip
        self._log = (self._folder / "lab.log").open("wb")
        self._process = subprocess.Popen(
            [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", "--ServerApp.ip=127.0.0.1",
             f"--ServerApp.port={port}", "--ServerApp.port_retries=0", f"--IdentityProvider.token={TOKEN}",
             "--LabApp.expose_app_in_browser=True", f"--ServerApp.root_dir={self._folder / 'notebooks'}"],
            env=environment, stdout=self._log, stderr=self._log,
        )  # fmt: skip
        address = f"http://127.0.0.1:{port}"
        _wait_for(f"{address}/api?token={TOKEN}", self._process)
        return address

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        try:
            self._process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait(timeout=20)
        self._log.close()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(address: str, process: subprocess.Popen[bytes]) -> None:
    limit = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < limit:
        assert process.poll() is None, "JupyterLab ended at once"
        try:
            with urllib.request.urlopen(address, timeout=5):
                return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.2)
    raise AssertionError(f"JupyterLab did not answer within {PATIENCE_SECONDS} s")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        yield chromium
        chromium.close()


@pytest.fixture
def visit(browser: Browser, lab: Lab) -> Iterator[Visit]:
    context = browser.new_context(viewport={"width": 1500, "height": 1000})
    page = context.new_page()
    page.set_default_timeout(PATIENCE_SECONDS * 1000)
    made = Visit(page, lab)
    page.on("request", made.note)
    # Leaving a notebook that is not saved asks first.
    page.on("dialog", lambda dialog: dialog.accept())
    yield made
    context.close()
