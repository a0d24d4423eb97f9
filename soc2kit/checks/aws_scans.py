"""When ECR and Inspector scanned: each look tells of the last scan alone, so several looks are put together."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import pandas as pd

from ..model import Frame


class AwsScans:
    """What runs in AWS, by target, and what each look tells of its scans."""

    def __init__(self, scan_targets: Frame, accounts: Frame) -> None:
        self._rows: dict[str, list[Any]] = defaultdict(list)
        for row in scan_targets.sort_values("snapshot_at", kind="stable").itertuples():
            self._rows[row.target].append(row)
        self._looks: dict[str, set[Any]] = defaultdict(set)
        for frame in (accounts, scan_targets):
            for account, at in zip(frame["account"], frame["snapshot_at"], strict=True):
                self._looks[account].add(at)

    def targets(self, unit: Any) -> set[str]:
        """Those of an account's last look by the unit's end; before the first look, those of it that were there."""
        found = set()
        for account, looks in self._looks.items():
            moment = max((at for at in looks if at < unit.end), default=min(looks))
            found |= {
                target
                for target, rows in self._rows.items()
                for row in rows
                if (row.account, row.snapshot_at) == (account, moment) and not row.since >= unit.end
            }
        return found

    def latest(self, target: str) -> Any:
        """The last look at whose accounts the target is in; NaT for one that AWS does not know."""
        accounts = {row.account for row in self._rows.get(target, ())}
        return max((at for account in accounts for at in self._looks[account]), default=pd.NaT)

    def inside(self, target: str, unit: Any) -> list[str]:
        """Tools that scanned in the unit, once for each scan that is told."""
        scans = {(row.tool, row.scanned_at) for row in self._rows.get(target, ()) if pd.notna(row.scanned_at)}
        return sorted(tool for tool, at in scans if unit.start <= at < unit.end)

    def untold(self, target: str, unit: Any) -> str | None:
        """Why nobody can say whether it was scanned: whatever was in the unit was overwritten by a later scan."""
        later = [row.snapshot_at for row in self._rows.get(target, ()) if row.snapshot_at >= unit.end]
        told = [row for row in self._rows[target] if row.snapshot_at == min(later)] if later else []
        after = [row for row in told if pd.notna(row.scanned_at) and row.scanned_at >= unit.end]
        if after:
            at = max(row.scanned_at for row in after)
            return f"the first look after {unit.name} tells only of the scan of {at:%Y-%m-%d}"
        return None

    def because(self, target: str, unit: Any) -> str:
        """What AWS says of why not, by the last look before the unit's end, or by the first."""
        rows = self._rows.get(target, [])
        known = [row.snapshot_at for row in rows]
        moment = max((at for at in known if at < unit.end), default=min(known, default=None))
        said = sorted({row.why for row in rows if row.snapshot_at == moment and pd.notna(row.why)})
        return f" ({', '.join(said)})" if said else ""
