"""What of AWS must be scanned, and when ECR and Inspector did so: one frame over both."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from .aws_images import BASIC, ENHANCED
from .aws_sightings import OUT_OF_USE, yes

Frames = Mapping[str, pd.DataFrame]
_COLUMNS = ["target", "target_kind", "tool", "account", "region", "since", "scanned_at", "why", "snapshot_at"]
_TIMES = ("since", "scanned_at", "snapshot_at")
#: What stands still is not scanned, and is not in use.
_NOT_RUNNING = OUT_OF_USE | {"EC2_INSTANCE_STOPPED", "RESOURCE_STOPPED", "NO_RESOURCES_FOUND"}


def scan_targets(frames: Frames) -> pd.DataFrame:
    """Images in use, and hosts and functions that Inspector knows, at each look: one row for each tool.

    `scanned_at` is when the tool scanned last, by its own word; `why` says why it did not. `since` is when it came to
    be, where that is known.
    """
    rows = [*_images(frames["ecr_images"]), *_covered(frames["inspector_coverage"])]
    made = pd.DataFrame(rows, columns=_COLUMNS)
    times = {name: pd.to_datetime(made[name], utc=True).astype("datetime64[us, UTC]") for name in _TIMES}
    return made.assign(**times).astype(dict.fromkeys([name for name in _COLUMNS if name not in _TIMES], "string"))


def _images(images: pd.DataFrame) -> Iterator[dict[str, Any]]:
    for row in images.itertuples():
        scanned = yes(row.scanned)
        yield {
            "target": row.target, "target_kind": "image", "account": row.account, "region": row.region,
            "tool": ENHANCED if row.state == "ACTIVE" else BASIC, "since": row.pushed_at,
            "scanned_at": row.scanned_at if scanned else pd.NaT, "why": None if scanned else f"ECR: {row.state}",
            "snapshot_at": row.snapshot_at,
        }  # fmt: skip


def _covered(coverage: pd.DataFrame) -> Iterator[dict[str, Any]]:
    for row in coverage.itertuples():
        # Repositories of images are told by their images, and what is not an image of ECR alone by its coverage.
        if row.reason in _NOT_RUNNING or row.type == "AWS_ECR_REPOSITORY":
            continue
        active = yes(row.active)
        if row.target_kind == "image" and not active:
            continue
        yield {
            "target": row.target, "target_kind": row.target_kind, "account": row.account, "region": row.region,
            "tool": ENHANCED, "since": pd.NaT, "scanned_at": row.scanned_at,
            "why": None if active else f"Inspector: {row.reason}", "snapshot_at": row.snapshot_at,
        }  # fmt: skip
