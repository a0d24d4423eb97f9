"""The example's evidence, collected once for all workers; tests that change evidence work on a copy of it."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from hypothesis import settings

HERE = str(Path(__file__).parent)
if HERE not in sys.path:
    sys.path.insert(0, HERE)

from example_workspace import Example, collected_once  # noqa: E402

from soc2kit.assessment import assess, frames_of  # noqa: E402
from soc2kit.frames import FrameSet  # noqa: E402
from soc2kit.model import Assessment  # noqa: E402

# Without a deadline: workers share processors, and a pause is not a defect.
settings.register_profile("soc2kit", deadline=None, max_examples=50, derandomize=True, database=None)
settings.load_profile("soc2kit")


@pytest.fixture(scope="session")
def shared_folder(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """One folder for all workers of a run."""
    base = tmp_path_factory.getbasetemp()
    return base if worker_id == "master" else base.parent


@pytest.fixture(scope="session")
def example(shared_folder: Path) -> Example:
    """The example company's workspace after its last collection; not to be written to."""
    return collected_once(shared_folder / "example")


@pytest.fixture(scope="session")
def example_frames(example: Example) -> FrameSet:
    """The frames of the example's window, built once; for tests of the same evidence under other settings, too."""
    return frames_of(example.config, as_of=example.as_of)


@pytest.fixture(scope="session")
def assessed(example: Example, example_frames: FrameSet) -> Assessment:
    """The example's assessment as of its last collection; nothing of it is to be changed."""
    return assess(example.config, as_of=example.as_of, frames=example_frames)


@pytest.fixture(scope="session")
def second_example(shared_folder: Path) -> Example:
    """The same company, collected again from nothing, where an earlier demo was."""
    return collected_once(shared_folder / "second-example", after_another=True)
