"""Test of whether somebody is told when something in production goes wrong."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from ..model import Frame, Outcome
from ..parameters import Parameters
from ..period import Period
from .unread import lost, matching, outcome_with, texts

_COLUMNS = ["arn", "kind", "account", "region", "snapshot_at", "alarms"]
#: What an action may be besides a topic, by the service in its ARN; whether a person hears of it AWS does not say here.
_OTHERS = {
    "lambda": "a function", "ssm-incidents": "a response plan of Incident Manager", "ssm": "an entry of OpsCenter",
    "aiops": "an investigation of CloudWatch",
}  # fmt: skip


def alarms_reach_somebody(
    rds_databases: Frame, elbv2_listeners: Frame, aws_alarms: Frame, alarm_topics: Frame, aws_rds_unread: Frame,
    aws_elbv2_unread: Frame, aws_alarms_unread: Frame, *, period: Period, parameters: Parameters,
) -> Outcome:  # fmt: skip
    """Each database and load balancer has an alarm that somebody receives.

    Population: database clusters, instances of no cluster, and load balancers that have a listener, at each snapshot,
    without those that `unmonitored_resources` names; and lists of them that could not be read.
    Exception: no alarm has a dimension that names it (a cluster is named by itself or by one of its members); or of all
    that do: actions are off, or there is none that tells anybody; the topic is gone, or nobody has confirmed a
    subscription to it. An alarm may also tell through a composite alarm that it sets off by itself.
    Not testable: alarms of the region could not be listed; or the only way out is a topic that could not be read,
    something that is no topic, or a composite alarm that another can silence, or whose rule names the alarm and says
    more than that any one of several is enough.
    Source: cloudwatch.DescribeAlarms; sns.ListSubscriptionsByTopic. Whether the threshold makes sense, and what a
    subscriber does with a message, is in neither.
    """
    things = pd.DataFrame([*_databases(rds_databases), *_balancers(elbv2_listeners)], columns=[*_COLUMNS, "names"])
    kept = ~matching(things["arn"], parameters.unmonitored_resources)
    things = things[kept.astype(bool)].reset_index(drop=True)
    refused = {
        (one.snapshot_at, one.account, one.region) for one in lost([aws_alarms_unread], "DescribeAlarms").itertuples()
    }
    told = _Told(aws_alarms, alarm_topics)
    judged = [told.of(row, refused) for row in things.to_dict("records")]
    population = things.drop(columns="names").assign(alarms=texts(things.index, [one[0] for one in judged]))
    population = population.astype(dict.fromkeys(("arn", "kind", "account", "region"), "string"))
    population["snapshot_at"] = pd.to_datetime(population["snapshot_at"], utc=True).astype("datetime64[us, UTC]")
    gone = lost([aws_rds_unread], "DescribeDBInstances DescribeDBClusters")
    balancers = lost([aws_elbv2_unread], "DescribeLoadBalancers", of_things="DescribeListeners")
    gone = pd.concat([gone, balancers], ignore_index=True)
    return outcome_with(
        population, gone, key="arn", reasons=texts(things.index, [one[1] for one in judged]),
        unknown=texts(things.index, [one[2] for one in judged]),
    )  # fmt: skip


def _databases(databases: Frame) -> Iterator[dict[str, Any]]:
    members: dict[tuple[Any, ...], set[str]] = {}
    for row in databases[databases["cluster"].notna()].itertuples():
        place = (row.snapshot_at, row.account, row.region, row.cluster)
        members.setdefault(place, set()).add(f"DBInstanceIdentifier={row.name}")
    for row in databases[databases["cluster"].isna()].itertuples():
        own = "DBClusterIdentifier" if row.kind == "cluster" else "DBInstanceIdentifier"
        more = (
            members.get((row.snapshot_at, row.account, row.region, row.name), set()) if row.kind == "cluster" else set()
        )
        yield {**_place(row, row.arn, "database"), "names": {f"{own}={row.name}", *more}}


def _balancers(listeners: Frame) -> Iterator[dict[str, Any]]:
    """An alarm names a load balancer by the end of its ARN, and one of the first generation by its name."""
    seen = set()
    for row in listeners.itertuples():
        head, newer, rest = row.arn.partition(":listener/")
        last = rest.rpartition("/")[0]
        arn = f"{head}:loadbalancer/{last}" if newer else row.arn.rpartition("/")[0]
        if (row.snapshot_at, arn) not in seen:
            seen.add((row.snapshot_at, arn))
            named = f"LoadBalancer={last}" if newer else f"LoadBalancerName={arn.rpartition('/')[2]}"
            yield {**_place(row, arn, "load balancer"), "names": {named}}


def _place(row: Any, arn: str, kind: str) -> dict[str, Any]:
    return {"arn": arn, "kind": kind, "account": row.account, "region": row.region, "snapshot_at": row.snapshot_at}


class _Told:
    """Alarms by what they watch, and whom each tells."""

    def __init__(self, alarms: Frame, topics: Frame) -> None:
        self._watching: dict[tuple[Any, ...], list[Any]] = {}
        self._composites: dict[tuple[Any, ...], list[Any]] = {}
        for row in alarms.itertuples():
            place = (row.snapshot_at, row.account, row.region)
            if row.composite:
                self._composites.setdefault(place, []).append(row)
            for dimension in row.dimensions:
                self._watching.setdefault((*place, dimension), []).append(row)
        self._topics = {(row.snapshot_at, row.account, row.topic): row for row in topics.itertuples()}

    def of(self, thing: dict[str, Any], refused: set[tuple[Any, ...]]) -> tuple[str | None, str | None, str | None]:
        """The alarms of a thing; why it is an exception; why that cannot be told."""
        place = (thing["snapshot_at"], thing["account"], thing["region"])
        alarms = {row.arn: row for name in sorted(thing["names"]) for row in self._watching.get((*place, name), ())}
        names = ", ".join(sorted(row.name for row in alarms.values())) or None
        ways = [way for row in alarms.values() for way in self._ways(row, place, set())]
        if any(way == "" for way in ways):
            return names, None, None
        unsure = sorted({way[1:] for way in ways if way.startswith("?")})
        if place in refused:
            unsure = [*unsure, "alarms of the region could not be listed"]
        if unsure:
            return names, None, "; ".join(unsure)
        return names, "; ".join(sorted(set(ways))) if alarms else f"no alarm watches the {thing['kind']}", None

    def _ways(self, alarm: Any, place: tuple[Any, ...], seen: set[str]) -> Iterator[str]:
        """How an alarm tells, each way once: nothing where it reaches somebody, else why not, after `?` if unsure."""
        seen.add(alarm.arn)
        if pd.isna(alarm.actions_enabled) or not alarm.actions_enabled:
            yield f"actions of {alarm.name} are off"
        else:
            yield from (self._reached(alarm, action, place) for action in alarm.actions)
            if not len(alarm.actions):
                yield f"{alarm.name} tells nobody"
        for composite in self._composites.get(place, ()):
            if composite.arn in seen:
                continue
            if not isinstance(composite.any_of, list):
                # A rule that does not name the alarm has nothing to do with it.
                if pd.isna(composite.rule) or alarm.name in composite.rule:
                    yield f"?{composite.name} has a rule of several parts, which may hold {alarm.name}"
            elif alarm.name in composite.any_of or alarm.arn in composite.any_of:
                yield from self._ways(composite, place, seen)

    def _reached(self, alarm: Any, action: str, place: tuple[Any, ...]) -> str:
        service = action.split(":")[2] if action.count(":") > 2 else action
        name = action.rpartition(":")[2]
        if service != "sns":
            what = _OTHERS.get(service)
            return f"?{alarm.name} starts {what}" if what else f"{alarm.name} tells nobody"
        topic = self._topics.get((place[0], place[1], action))
        if topic is None or pd.isna(topic.exists):
            return f"?who is told by the topic {name} of {alarm.name} could not be read"
        if not topic.exists:
            return f"the topic {name} of {alarm.name} is gone"
        if not topic.confirmed:
            waiting = f": {topic.pending} asked, none confirmed" if topic.pending else ""
            return f"nobody is subscribed to the topic {name} of {alarm.name}{waiting}"
        return ""
