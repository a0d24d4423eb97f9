"""Which connections a database of RDS takes: the parameters of its group, or what its engine does without them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ..parameters import TLS_VERSIONS
from .aws_config import Pages, Row, answers

FORCE_SSL, SECURE_TRANSPORT, MINIMUM = "rds.force_ssl", "require_secure_transport", "ssl_min_protocol_version"
#: Of MySQL and MariaDB: every version that may be spoken.
VERSIONS = "tls_version"
#: AWS's words for a change that is in effect at once, and for a group that is as it says.
_AT_ONCE, _IN_SYNC = "immediate", "in-sync"
#: From which version on an engine refuses connections without TLS of its own accord; before, it takes them.
_FORCES_SINCE = {"postgres": (15,), "aurora-postgresql": (17,)}
#: Below which version an engine is known to take them of its own accord. What later ones do they have to say.
_TAKES_BELOW = {"mysql": (8, 4), "aurora-mysql": (8, 4), "mariadb": (11, 8)}
_Parameters = Mapping[str, Mapping[str, Any]]
#: By region and group: its parameters by name; no entry where the group could not be read.
Groups = Mapping[tuple[str, str], _Parameters]


@dataclass(frozen=True)
class Member:
    """A group that a database has, and whether the database runs with all of it."""

    group: str
    in_sync: bool


def groups_of(pages: Pages, call: str, parameter: str) -> Groups:
    """Parameters of all pages; a group of which one was refused could not be read."""
    found: dict[tuple[str, str], dict[str, Mapping[str, Any]]] = {}
    refused: set[tuple[str, str]] = set()
    for one in answers(pages, call):
        place = (one.region, one.asked[parameter])
        if one.told is None:
            refused.add(place)
        else:
            known = found.setdefault(place, {})
            known.update({item["ParameterName"]: item for item in one.told.get("Parameters", [])})
    return {place: known for place, known in found.items() if place not in refused}


def connections(groups: Groups, region: str, members: Iterable[Member], item: Mapping[str, Any]) -> Row:
    """`force_ssl` is "1" where connections without TLS are refused and "0" where not; missing where nobody can tell.

    `force_ssl_source` says whose the value is: `user`, `system` or `engine-default`, as AWS does, or `default` where
    AWS gives no value and the engine's own was taken. `waits` is whether the database may run without it until it is
    rebooted.
    """
    listed = list(members)
    found: dict[str, Mapping[str, Any]] = {}
    for member in listed:
        found |= groups.get((region, member.group), {})
    told = found.get(FORCE_SSL, found.get(SECURE_TRANSPORT))
    value, source = _effective(told, item)
    at_once = told is not None and told.get("ApplyMethod") == _AT_ONCE
    return {
        "force_ssl": value,
        "force_ssl_source": source,
        "minimum_protocol": found.get(MINIMUM, {}).get("ParameterValue")
        or _oldest(found.get(VERSIONS, {}).get("ParameterValue")),
        "parameter_group": ", ".join(member.group for member in listed) or None,
        "waits": not at_once and not all(member.in_sync for member in listed),
    }


def _oldest(versions: str | None) -> str | None:
    """`TLSv1.2,TLSv1.3` begins with TLSv1.2, in whichever order; a name that is not known stands before all."""
    named = [one.strip() for one in (versions or "").split(",") if one.strip()]
    return min(named, key=lambda one: TLS_VERSIONS.index(one) if one in TLS_VERSIONS else -1, default=None)


def instance_members(item: Mapping[str, Any]) -> list[Member]:
    return [
        Member(one["DBParameterGroupName"], one.get("ParameterApplyStatus") == _IN_SYNC)
        for one in item.get("DBParameterGroups", [])
    ]


def cluster_members(item: Mapping[str, Any]) -> list[Member]:
    """The one group of a cluster; each instance in it runs with it, or waits."""
    if "DBClusterParameterGroup" not in item:
        return []
    states = [one.get("DBClusterParameterGroupStatus", _IN_SYNC) for one in item.get("DBClusterMembers", [])]
    return [Member(item["DBClusterParameterGroup"], all(state == _IN_SYNC for state in states))]


def _effective(told: Mapping[str, Any] | None, item: Mapping[str, Any]) -> tuple[str | None, str | None]:
    if told is None:
        return None, None
    value = str(told.get("ParameterValue", "")).strip().lower()
    if value:
        return {"on": "1", "off": "0", "true": "1", "false": "0"}.get(value, value), told.get("Source")
    value = _of_engine(str(item.get("Engine")), _version(item.get("EngineVersion")))
    return (value, "default") if value else (None, None)


def _of_engine(engine: str, version: tuple[int, ...]) -> str:
    """What an engine does where nobody says otherwise; empty where that is not known."""
    if not version:
        return ""
    if engine in _FORCES_SINCE:
        return "1" if version >= _FORCES_SINCE[engine] else "0"
    return "0" if version < _TAKES_BELOW.get(engine, ()) else ""


def _version(text: Any) -> tuple[int, ...]:
    """`8.0.mysql_aurora.3.05.2` is 8.0."""
    numbers: list[int] = []
    for part in str(text or "").split("."):
        if not part.isdigit():
            break
        numbers.append(int(part))
    return tuple(numbers)
