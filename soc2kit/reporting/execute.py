"""Runs one notebook on a cold kernel of the running Python, with a limit for the whole notebook.

The kernel talks over sockets in a private folder, not TCP ports, so nobody else on the machine can reach the audit
data, and parallel starts do not race for ports.
"""

from __future__ import annotations

import logging
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import nbformat
import papermill
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from papermill.exceptions import PapermillExecutionError

Status = Literal["ok", "failed", "timeout"]
START_TIMEOUT_SECONDS = 60

for _name in ("papermill", "traitlets"):
    # Their log repeats paths and tracebacks that the report shows once, without the machine in them.
    logging.getLogger(_name).setLevel(logging.CRITICAL)


@dataclass(frozen=True)
class Executed:
    notebook: Any
    status: Status
    seconds: float
    error: str


def execute(notebook: Any, parameters: Mapping[str, Any], timeout_seconds: float) -> Executed:
    """Run a copy of `notebook`. A failure is a status, with the outputs up to it kept."""
    # The name is short because a socket's path may have 107 characters.
    with tempfile.TemporaryDirectory(prefix="s2k") as folder:
        began = time.monotonic()
        output = Path(folder, "executed.ipynb")
        status, error = _run(notebook, parameters, Path(folder), output, began + timeout_seconds)
        executed = nbformat.read(output, as_version=4) if output.exists() else notebook  # type: ignore[no-untyped-call]
        return Executed(_without_markers(executed), status, time.monotonic() - began, error)


def _run(
    notebook: Any, parameters: Mapping[str, Any], folder: Path, output: Path, deadline: float
) -> tuple[Status, str]:
    desk = folder / "cwd"
    desk.mkdir()

    def seconds_left(cell: Any) -> float:
        # nbclient takes zero for "no limit".
        return max(deadline - time.monotonic(), 0.1)

    try:
        papermill.execute_notebook(
            notebook,
            output,
            dict(parameters),
            kernel_name="python3",
            language="python",
            progress_bar=False,
            request_save_on_cell_execute=True,
            start_timeout=START_TIMEOUT_SECONDS,
            kernel_manager_class=private_kernel(folder),
            timeout_func=seconds_left,
            shutdown_kernel="immediate",
            resources={"metadata": {"path": str(desk)}},
        )
    except PapermillExecutionError as error:
        return "failed", f"{error.ename}: {error.evalue}"
    except CellTimeoutError:
        return "timeout", "the time limit was reached; later cells did not run"
    except (DeadKernelError, RuntimeError) as error:
        # nbclient raises a bare RuntimeError when a kernel dies or stays silent while it starts.
        return "failed", f"the kernel died ({error}); later cells did not run"
    return "ok", ""


def private_kernel(folder: Path) -> type[AsyncKernelManager]:
    """A kernel manager for the running Python whatever kernels are installed, with its files in `folder`."""

    class PrivateKernel(AsyncKernelManager):
        @property
        def kernel_spec(self) -> KernelSpec:
            history = ["--HistoryManager.enabled=False"]
            return KernelSpec(
                argv=[sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}", *history],
                env={"IPYTHONDIR": str(folder / "ipython"), "JUPYTER_RUNTIME_DIR": str(folder)},
                display_name="Python 3",
                language="python",
            )

        def __init__(self, **settings: Any) -> None:
            super().__init__(
                **settings, transport="ipc", ip=str(folder / "k"), connection_file=str(folder / "kernel.json")
            )

    return PrivateKernel


def _without_markers(notebook: Any) -> Any:
    """papermill inserts cells of its own around an error; the template has its own banner."""
    notebook.cells = [
        cell for cell in notebook.cells if "papermill-error-cell-tag" not in cell.metadata.get("tags", [])
    ]
    return notebook
