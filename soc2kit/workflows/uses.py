"""Code from elsewhere that workflows run: actions, reusable workflows and images, and whether each is pinned."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from .loading import Workflow

_COMMIT, _DIGEST = re.compile(r"[0-9a-fA-F]{40}|[0-9a-fA-F]{64}"), re.compile(r".+@sha256:[0-9a-f]{64}")


@dataclass(frozen=True)
class Use:
    """`owner` is who could change what runs: an owner on GitHub, `docker` for an image, none for a file of its own."""

    job: str
    text: str
    kind: Literal["action", "workflow", "image", "local"]
    owner: str
    pinned: bool


def uses_of(workflow: Workflow) -> Iterator[Use]:
    for job, body in workflow.jobs.items():
        if isinstance(body.get("uses"), str):
            yield of_text(job, body["uses"])
        for step in steps_of(body):
            if isinstance(step.get("uses"), str):
                yield of_text(job, step["uses"])


def of_text(job: str, text: str) -> Use:
    if text.startswith("./"):
        return Use(job, text, "local", "", True)
    if text.startswith("docker://"):
        return Use(job, text, "image", "docker", _DIGEST.fullmatch(text) is not None)
    name, _, reference = text.partition("@")
    is_workflow = "/.github/workflows/" in name
    return Use(
        job, text, "workflow" if is_workflow else "action", name.partition("/")[0],
        _COMMIT.fullmatch(reference) is not None,
    )  # fmt: skip


def steps_of(body: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    steps = body.get("steps")
    return [step for step in steps if isinstance(step, Mapping)] if isinstance(steps, list) else []
