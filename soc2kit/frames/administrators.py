"""Administrators of AWS accounts in one frame: IAM's users and roles, and people through Identity Center."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

Frames = Mapping[str, pd.DataFrame]
_COLUMNS = ["arn", "type", "name", "administrator_via", "held_back", "boundary", "snapshot_at"]
_PROVISIONED = (
    r"arn:[\w-]+:iam::(?P<account>\d+):role/aws-reserved/sso\.amazonaws\.com/(?:.+/)?"
    r"AWSReservedSSO_(?P<permission_set>.+)_[0-9a-f]{16}"
)


def aws_administrators(frames: Frames) -> pd.DataFrame:
    """One row for each user, role and person with administrator rights, or from whom only a boundary keeps them.

    `name` is what approved lists call them: users and people by name, roles as `role/name`. A permission set is as wide
    as the role that it made in an account, with that account's own policies and the boundary; where that account's
    roles were not read, as wide as the set itself says.
    """
    principals = frames["aws_principals"]
    wide = principals[principals["administrator_via"].notna() | principals["held_back"].notna()]
    name = wide["arn"].str.rsplit("/", n=1).str[-1]
    # A role must not pass for the user of the same name.
    wide = wide.assign(name=name.mask(wide["type"] == "role", "role/" + name))
    people = pd.DataFrame(list(_people(frames)), columns=_COLUMNS)
    every = pd.concat([wide[_COLUMNS], people.astype(wide[_COLUMNS].dtypes.to_dict())], ignore_index=True)
    return every.reset_index(drop=True)


def _people(frames: Frames) -> Iterator[dict[str, Any]]:
    access, users = frames["identity_center_access"], frames["identity_center_users"]
    named = access.merge(
        users[["user_key", "user_name", "snapshot_at"]], on=["user_key", "snapshot_at"], how="left",
        validate="many_to_one",
    )  # fmt: skip
    joined = named.merge(
        _roles(frames["aws_principals"]), on=["account", "permission_set", "snapshot_at"], how="left",
        validate="many_to_one",
    )  # fmt: skip
    read = joined["role"].notna()
    own = joined["administrator_via"].str.split(": ", n=1).str[-1]
    joined = joined.assign(
        through=own.where(~read, joined["role_via"]), held=joined["role_held_back"].where(read, pd.NA)
    )
    for (key, moment), mine in joined.groupby(["user_key", "snapshot_at"], sort=True):
        ways, held = _ways(mine, "through"), _ways(mine, "held")
        if ways or held:
            yield {
                "arn": key, "type": "person", "name": mine["user_name"].iloc[0], "administrator_via": ways,
                "held_back": held, "boundary": None, "snapshot_at": moment,
            }  # fmt: skip


def _roles(principals: pd.DataFrame) -> pd.DataFrame:
    """The roles that Identity Center made, by account and permission set."""
    found = principals["arn"].str.extract(f"^{_PROVISIONED}$")
    renamed = principals.rename(
        columns={"arn": "role", "administrator_via": "role_via", "held_back": "role_held_back"}
    )[["role", "role_via", "role_held_back", "snapshot_at"]]
    roles = renamed.assign(account=found["account"], permission_set=found["permission_set"])
    roles = roles[roles["permission_set"].notna()].sort_values("role")
    # A set that was deleted and made anew can leave two roles; the wider one counts.
    roles = roles.sort_values("role_via", na_position="last", kind="stable")
    return roles.drop_duplicates(["account", "permission_set", "snapshot_at"])


def _ways(mine: pd.DataFrame, column: str) -> str | None:
    known = mine[mine[column].notna()]
    words = [
        f"permission set {row.permission_set} in account {row.account} ({row.via}): {getattr(row, column)}"
        for row in known.sort_values(["account", "permission_set"]).itertuples()
    ]
    return "; ".join(words) or None
