"""What holds of every set of policies: Deny and boundary only take away, and the way of writing does not matter."""

from __future__ import annotations

from random import Random
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from soc2kit.iam_policy import Held, rights_of, statements_of
from soc2kit.iam_policy.patterns import covers, normal
from soc2kit.iam_policy.rights import Holder

ACTIONS = st.sampled_from(
    ["*", "*:*", "s3:*", "s3:Get*", "iam:*", "iam:Attach*", "iam:PassRole", "ec2:*", "ec2:RunInstances", "sts:*",
     "sts:AssumeRole", "iam:CreatePolicyVersion", "s?:*"]
)  # fmt: skip
RESOURCES = st.sampled_from(
    ["*", "arn:aws:*", "arn:aws:s3:::*", "arn:aws:s3:::one", "arn:aws:iam::1:role/*", "arn:aws:iam::1:user/ana"]
)
CONDITIONS = st.sampled_from(
    [None, {"Bool": {"aws:MultiFactorAuthPresent": "true"}}, {"StringEquals": {"aws:ResourceTag/x": "y"}},
     {"StringNotEquals": {"aws:ResourceTag/x": "y"}}, {"StringEqualsIfExists": {"aws:ResourceTag/x": "y"}}]
)  # fmt: skip


@st.composite
def statements(draw: st.DrawFn, effects: tuple[str, ...] = ("Allow", "Deny")) -> dict[str, Any]:
    actions = draw(st.lists(ACTIONS, min_size=1, max_size=3))
    resources = draw(st.lists(RESOURCES, min_size=1, max_size=2))
    made: dict[str, Any] = {
        "Effect": draw(st.sampled_from(effects)),
        draw(st.sampled_from(["Action", "Action", "NotAction"])): actions,
        draw(st.sampled_from(["Resource", "Resource", "Resource", "NotResource"])): resources,
    }
    condition = draw(CONDITIONS)
    return made if condition is None else {**made, "Condition": condition}


MANY = st.lists(statements(), max_size=4)
Found = dict[str, bool]


def found(policy: Any, boundary: list[dict[str, Any]] | None = None) -> Found:
    """Rights that are there, each with whether some path to it is without a limit on what can be done.

    An administrator's other rights are not listed, so it is asked for one and not for the others.
    """
    limit = None if boundary is None else Held("limit", statements_of({"Statement": boundary}))
    holder = Holder((Held("p", statements_of({"Statement": policy})),), limit, "1", "arn:aws:iam::1:user/ana")
    return {right.right: right.open for right in rights_of(holder) if right.paths}


ADMINISTRATOR = "every action on every resource"


def at_most(less: Found, more: Found) -> bool:
    """Whether nothing was gained. Whoever was an administrator had everything, and all of IAM is each of its parts."""
    if ADMINISTRATOR in more:
        return ADMINISTRATOR not in less or not less[ADMINISTRATOR] or more[ADMINISTRATOR]
    whole = [right for right in more if right.endswith("(iam:*)")]
    had = [right for right in less if right not in more and not (whole and "iam:" in right)]
    had = [right for right in had if not (right.endswith("(sts:AssumeRole)") and any("(sts:*)" in one for one in more))]
    return had == [] and all(more.get(right, True) or not is_open for right, is_open in less.items())


@given(policy=MANY, extra=statements(("Deny",)))
def test_a_deny_more_never_adds_a_right(policy: list[dict[str, Any]], extra: dict[str, Any]) -> None:
    assert at_most(found([*policy, extra]), found(policy))


@given(policy=MANY, boundary=MANY, extra=statements(("Deny",)))
def test_a_deny_more_in_the_boundary_never_adds_a_right(
    policy: list[dict[str, Any]], boundary: list[dict[str, Any]], extra: dict[str, Any]
) -> None:
    assert at_most(found(policy, [*boundary, extra]), found(policy, boundary))


FURTHER = st.sampled_from(
    [{"StringEquals": {"aws:ResourceTag/y": "z"}}, {"StringEqualsIfExists": {"ec2:InstanceType": "t3.micro"}},
     {"Null": {"aws:ResourceTag/x": "false"}}, {"Null": {"aws:ResourceTag/y": "true"}},
     {"ForAllValues:StringEquals": {"aws:TagKeys": ["x"]}}, {"StringEquals": {"aws:PrincipalOrgID": "o-1"}},
     {"StringEquals": {"iam:PassedToService": "ec2.amazonaws.com"}}, {"StringLike": {"aws:ResourceTag/y": "*"}},
     {"ArnLike": {"iam:PolicyARN": "arn:aws:iam::aws:policy/*"}}, {"IpAddress": {"aws:SourceIp": "192.0.2.0/24"}}]
)  # fmt: skip


def _under(statement: dict[str, Any], condition: dict[str, Any]) -> dict[str, Any]:
    """The same where a further condition holds besides."""
    had = statement.get("Condition", {})
    both = {operator: {**had.get(operator, {}), **condition.get(operator, {})} for operator in {**had, **condition}}
    return {**statement, "Condition": both}


@given(policy=MANY, boundary=MANY, allowed=statements(("Allow",)), further=FURTHER, position=st.integers(0, 4))
def test_a_condition_more_never_adds_a_right(
    policy: list[dict[str, Any]], boundary: list[dict[str, Any]], allowed: dict[str, Any], further: dict[str, Any],
    position: int,
) -> None:  # fmt: skip
    wide, limited = list(policy), list(policy)
    wide.insert(position, allowed)
    limited.insert(position, _under(allowed, further))
    assert at_most(found(limited), found(wide))
    assert at_most(found(policy, [*boundary, _under(allowed, further)]), found(policy, [*boundary, allowed]))


@given(policy=MANY, boundary=MANY)
def test_a_boundary_never_adds_a_right(policy: list[dict[str, Any]], boundary: list[dict[str, Any]]) -> None:
    assert at_most(found(policy, boundary), found(policy))


@given(policy=MANY, boundary=st.lists(statements(("Allow",)), min_size=1, max_size=4), gone=st.integers(0, 3))
def test_a_narrower_boundary_never_adds_a_right(
    policy: list[dict[str, Any]], boundary: list[dict[str, Any]], gone: int
) -> None:
    position = gone % len(boundary)
    narrower = [*boundary[:position], *boundary[position + 1 :]]
    assert at_most(found(policy, narrower), found(policy, boundary))


@given(policy=MANY, boundary=MANY, seed=st.integers(0, 99))
def test_order_of_statements_does_not_matter(
    policy: list[dict[str, Any]], boundary: list[dict[str, Any]], seed: int
) -> None:
    mixed, limit = list(policy), list(boundary)
    Random(seed).shuffle(mixed)
    Random(seed).shuffle(limit)
    assert found(mixed, limit) == found(policy, boundary)


def _written_otherwise(statement: dict[str, Any]) -> dict[str, Any]:
    """One value for a list of one, names in capitals where IAM does not look at them."""
    written = {}
    for key, value in statement.items():
        if key in ("Action", "NotAction"):
            value = [name.upper() for name in value]
        written[key] = value[0] if isinstance(value, list) and len(value) == 1 else value
    return written


@given(policy=MANY)
def test_a_text_is_as_good_as_a_list_of_one(policy: list[dict[str, Any]]) -> None:
    written = [_written_otherwise(statement) for statement in policy]
    assert found(written) == found(policy)
    assert found(policy[0] if policy else []) == found(policy[:1])


NAMES = st.text(alphabet="ab*?", max_size=6)


@given(wider=NAMES, narrower=NAMES, name=st.text(alphabet="ab", max_size=8))
def test_what_a_pattern_covers_it_matches(wider: str, narrower: str, name: str) -> None:
    wide, narrow = normal(wider), normal(narrower)
    if covers(narrow, name) and covers(wide, narrow):
        assert covers(wide, name)
