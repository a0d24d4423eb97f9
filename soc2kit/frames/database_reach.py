"""Which roles a database role reaches by memberships, at any depth.

A member uses the rights of a role at once where every step on the way hands rights on. Where a step does not, but lets
SET ROLE, the member takes that role on first; attributes such as SUPERUSER always need that. Where it does neither, but
the member may grant the role, it can grant it to itself. A membership with none of the three gives nothing.

Until PostgreSQL 15 a step hands rights on if its member has INHERIT, and always lets SET ROLE.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

AT_ONCE, BY_SET_ROLE, BY_OWN_GRANT = "at once", "by SET ROLE", "by granting it to itself"
_ORDER = (AT_ONCE, BY_SET_ROLE, BY_OWN_GRANT)
_KEYS = ["snapshot_at", "cluster"]
_COLUMNS = ["cluster", "member", "role", "path", "how", "inherits", "admin", "snapshot_at"]


@dataclass(frozen=True)
class _Step:
    role: str
    inherits: bool | None
    can_set: bool
    admin: bool


@dataclass(frozen=True)
class _Place:
    """A role on the way: how it was come to, and whether the member is this role itself and not only has its rights."""

    role: str
    how: str
    itself: bool
    certain: bool


Steps = Mapping[str, list[_Step]]


def database_reach(frames: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """One row per member and role that it reaches; of several ways the best, and of those the shortest."""
    roles, memberships = frames["database_roles"], frames["database_memberships"]
    inherit = {(row.snapshot_at, row.cluster, row.role): row.inherit for row in roles.itertuples()}
    rows: list[dict[str, Any]] = []
    for key, group in memberships.groupby(_KEYS, sort=True):
        at, cluster = key
        steps: dict[str, list[_Step]] = {}
        for row in group.sort_values(["member", "role"]).itertuples():
            steps.setdefault(row.member, []).append(_step(row, inherit.get((at, cluster, row.member), pd.NA)))
        for member in steps:
            rows += ({"cluster": cluster, "snapshot_at": at, **found} for found in _reached(member, steps))
    frame = pd.DataFrame(rows, columns=_COLUMNS)
    texts = dict.fromkeys(("cluster", "member", "role", "path", "how"), "string")
    return frame.astype({**texts, "inherits": "boolean", "admin": "boolean", "snapshot_at": "datetime64[us, UTC]"})


def _step(row: Any, member_inherits: Any) -> _Step:
    """A membership; what is not known is taken as the wider right, and said to be unknown where a frame can."""
    inherits = row.inherits if not pd.isna(row.inherits) else member_inherits
    can_set = True if pd.isna(row.can_set) else bool(row.can_set)
    admin = not pd.isna(row.admin_option) and bool(row.admin_option)
    return _Step(row.role, None if pd.isna(inherits) else bool(inherits), can_set, admin)


def _reached(member: str, steps: Steps) -> Iterator[dict[str, Any]]:
    """Breadth first, once for each way of coming to a role: what was seen is not gone to again, so rings end."""
    start = _Place(member, AT_ONCE, True, True)
    paths: dict[_Place, tuple[str, ...]] = {start: (member,)}
    waiting = deque([start])
    while waiting:
        place = waiting.popleft()
        for step in steps.get(place.role, []):
            for following in _following(place, step):
                if following not in paths and following.role != member:
                    paths[following] = (*paths[place], following.role)
                    waiting.append(following)
    administered = {step.role for place in paths for step in steps.get(place.role, []) if step.admin}
    best: dict[str, _Place] = {}
    for place in sorted(paths, key=lambda place: (_ORDER.index(place.how), not place.certain, len(paths[place]))):
        best.setdefault(place.role, place)
    for role, place in sorted(best.items()):
        if role != member:
            inherits = (True if place.certain else pd.NA) if place.how == AT_ONCE else False
            path = " > ".join(paths[place])
            yield {"member": member, "role": role, "path": path, "how": place.how, "inherits": inherits,
                   "admin": role in administered}  # fmt: skip


def _following(place: _Place, step: _Step) -> Iterator[_Place]:
    """The ways in which a step is taken from a place."""
    if step.inherits is not False:
        yield _Place(step.role, place.how, False, place.certain and step.inherits is True)
    if step.can_set and place.itself:
        how = BY_SET_ROLE if place.how == AT_ONCE else place.how
        yield _Place(step.role, how, True, True)
    if step.admin:
        yield _Place(step.role, BY_OWN_GRANT, True, True)
