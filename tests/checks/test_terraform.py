"""Tests of declared against deployed IAM policies, judged row by row."""

import pandas as pd
import pytest
from text_tables import Q1, Scenario, as_frame, judge, verdicts

from soc2kit.checks.terraform import declared_matches_deployed
from soc2kit.parameters import Parameters

DEPLOYED = """
    policy                          type              snapshot_at
    arn:aws:iam::1:policy/deploy    customer-managed  2026-03-31
    arn:aws:iam::1:policy/x/known   customer-managed  2026-03-31
    arn:aws:iam::1:policy/prod-ci   customer-managed  2026-03-31
    arn:aws:iam::1:role/r/inline/i  inline            2026-03-31
"""
POLICIES = """
    declared  file  line  type            name         optional  full_wildcard  statement  whole_services  snapshot_at
    narrow    a.tf  1     aws_iam_policy  deploy       no        no             NA         []              2026-03-31
    wide      a.tf  9     aws_iam_policy  known        no        yes            All        []              2026-03-31
    service   a.tf  5     aws_iam_policy  known        no        no             NA         s3              2026-03-31
    accepted  a.tf  5     aws_iam_policy  known        no        no             NA         logs            2026-03-31
    unknown   a.tf  2     aws_iam_policy  deploy       no        NA             NA         []              2026-03-31
    pattern   a.tf  2     aws_iam_policy  ${var.e}-ci  no        no             NA         []              2026-03-31
    absent    a.tf  3     aws_iam_policy  gone         no        no             NA         []              2026-03-31
    lost      a.tf  3     aws_iam_policy  gone         no        NA             NA         []              2026-03-31
    counted   a.tf  3     aws_iam_policy  gone         yes       no             NA         []              2026-03-31
    both      a.tf  3     aws_iam_policy  gone         no        yes            All        []              2026-03-31
"""
JUDGED = {
    "narrow": "ok",
    "wide": "a.tf line 9: allows every action on every resource: All",
    "service": "a.tf line 5: allows whole services on every resource: s3:*",
    "accepted": "ok",
    "unknown": "ok",
    "pattern": "ok",
    "absent": "a.tf line 3: declared but not deployed",
    "lost": "a.tf line 3: declared but not deployed",
    "counted": "ok",
    "both": "every resource: All; a.tf line 3: declared but not deployed",
}
OTHERS = """
    declared  file  line  type                            name    to_users  full_wildcard  statement  why  expect
    inline    a.tf  4     aws_iam_role_policy             i       no        no             NA         NA   ok
    not-in    a.tf  4     aws_iam_role_policy             deploy  no        no             NA         NA   but not
    to-user   a.tf  6     aws_iam_user_policy_attachment  NA      yes       yes            admin      NA   to users
    less      a.tf  6     aws_iam_user_policy_attachment  NA      yes       no             less       NA   ok
    to-role   a.tf  6     aws_iam_role_policy_attachment  NA      no        yes            admin      NA   ok
    via-role  a.tf  6     aws_iam_policy_attachment       NA      no        yes            admin      NA   ok
    via-user  a.tf  6     aws_iam_policy_attachment       NA      yes       yes            admin      NA   to users
    broken    b.tf  7     file                            NA      no        NA             NA         odd  read: odd
    empty     c.tf  NA    file                            NA      no        NA             NA         odd  c.tf: the
"""


def _with(text: str, name: str, values: dict[str, str], constant: str = "") -> str:
    """A text table with one column more, by the first cell of each row."""
    header, *rows = [line.strip() for line in text.strip().splitlines()]
    return "\n".join([f"{header}  {name}", *(f"{row}  {values.get(row.split()[0], constant)}" for row in rows)])


SCENARIOS = (
    Scenario("IAC-IAM-01", "terraform_iam", "{declared}", "snapshot_at",
             {"aws_policies": DEPLOYED, "terraform_iam": _with(POLICIES, "expect", JUDGED)},
             Parameters(approved_service_wildcards=("logs",))),
    Scenario("IAC-IAM-01", "terraform_iam", "{declared}", "snapshot_at",
             {"aws_policies": DEPLOYED.split("arn:aws:iam::1:policy/deploy")[0] + DEPLOYED.splitlines()[-1],
              "terraform_iam": _with(_with(OTHERS, "optional", {}, "no"), "snapshot_at", {}, "2026-03-31")}),
)  # fmt: skip


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.check)
def test_rows(scenario: Scenario) -> None:
    judge(scenario)


SAME = "allow s3:getobject on arn:x"
PAIRS = [
    # statements of a declared policy and of the deployed one of its name, and what is found
    ([SAME], [SAME], "ok"),
    ([SAME], ["allow *:* on *"], "a.tf line 1: deployed otherwise: allow *:* on *, which no file declares, without"),
    ([SAME], [SAME, "allow s3:* on *"], "deployed otherwise: allow s3:* on *, which no file declares"),
    ([SAME, "deny s3:* on *"], [SAME], "deployed otherwise: without deny s3:* on *"),
    ([SAME], ["a", "b", "c"], "a, which no file declares, b, which no file declares and 2 more"),
    (["allow s3:* on arn:${var.x}/*"], ["allow s3:* on arn:lake/*"], "ok"),
    (["allow s3:* on arn:${var.x}/*"], ["allow s3:* on *"], "which no file declares"),
    # What is not wholly known, or not read, is not compared.
    ([], ["allow *:* on *"], "ok"),
    ([SAME], [], "ok"),
]


@pytest.mark.parametrize(("declared", "deployed", "expected"), PAIRS)
@pytest.mark.parametrize("inline", [False, True])
def test_deployed_as_declared(declared: list[str], deployed: list[str], expected: str, inline: bool) -> None:
    found = _compared([("x", "r", declared)], [("r", deployed)], inline=inline)
    assert found["a.tf#x"] == expected if expected == "ok" else expected in found["a.tf#x"]


def _compared(
    declared: list[tuple[str, str, list[str]]], deployed: list[tuple[str, list[str]]], *, inline: bool = True
) -> dict[str, str]:
    """Policies of one name by what declares them and by their holder, deployed ones by holder."""
    kind = "aws_iam_role_policy" if inline else "aws_iam_policy"
    rows = [f"a.tf#{key}  a.tf  1  {kind}  p  {holder}  no  no  no  yes  2026-03-31" for key, holder, _ in declared]
    header = "declared  file  line  type  name  holder  optional  to_users  full_wildcard  known  snapshot_at\n"
    terraform = as_frame("terraform_iam", header + "\n".join(rows))
    terraform["statements"] = [statements for _, _, statements in declared]
    key = "arn:aws:iam::1:role/{}/inline/p  inline" if inline else "arn:aws:iam::1:policy/{}/p  customer-managed"
    text = "policy  type  snapshot_at\n" + "\n".join(f"{key.format(holder)}  2026-03-31" for holder, _ in deployed)
    policies = as_frame("aws_policies", text)
    policies["statements"] = [statements for _, statements in deployed]
    result = declared_matches_deployed(terraform, policies, period=Q1, parameters=Parameters())
    return {key: reason for (key, _), reason in verdicts(result).items()}


def test_inline_policies_of_one_name_are_told_apart_by_their_holders() -> None:
    found = _compared([("x", "r", ["a"]), ("y", "s", ["b"])], [("r", ["a"]), ("s", ["c"])])
    assert found["a.tf#x"] == "ok"
    assert "deployed otherwise: c, which" in found["a.tf#y"]


def test_one_name_declared_twice_may_be_deployed_as_either_says() -> None:
    found = _compared([("x", "r", ["a"]), ("y", "r", ["b"])], [("one", ["a"]), ("two", ["b"])], inline=False)
    assert found == {"a.tf#x": "ok", "a.tf#y": "ok"}
    found = _compared([("x", "r", ["a"]), ("y", "r", ["b"])], [("one", ["a"]), ("two", ["c"])], inline=False)
    assert [": deployed otherwise: c" in reason for reason in found.values()] == [True, True]


HEADER = "declared  file  line  type  name  optional  to_users  full_wildcard  known  snapshot_at\n"
POLICY = "a.tf#x  a.tf  1  aws_iam_policy  {name}  no  no  no  yes  {day}"


@pytest.mark.parametrize(
    ("declared", "deployed", "expected"),
    [
        # name and day of a declared policy, of a deployed one, and what is found
        (("deploy", "2026-03-31"), ("deploy", "2026-03-31"), {"a.tf#x": "ok"}),
        (("deploy", "2026-03-31"), ("other", "2026-03-31"),
         {"a.tf#x": "a.tf line 1: declared but not deployed", "arn:p/other": "deployed but declared in no file"}),
        (("${each.key}", "2026-03-31"), ("other", "2026-03-31"), {"a.tf#x": "ok"}),
        (("dep.oy", "2026-03-31"), ("deploy", "2026-03-31"),
         {"a.tf#x": "a.tf line 1: declared but not deployed", "arn:p/deploy": "deployed but declared in no file"}),
        # Of two days on which only one of the two was read, nothing is compared.
        (("deploy", "2026-03-31"), ("other", "2026-03-30"), {"a.tf#x": "ok"}),
    ],
)  # fmt: skip
def test_what_is_deployed_but_not_declared(
    declared: tuple[str, str], deployed: tuple[str, str], expected: dict[str, str]
) -> None:
    terraform = as_frame("terraform_iam", HEADER + POLICY.format(name=declared[0], day=declared[1]))
    text = f"policy  type  snapshot_at\narn:p/{deployed[0]}  customer-managed  {deployed[1]}"
    policies = as_frame("aws_policies", text)
    result = declared_matches_deployed(terraform, policies, period=Q1, parameters=Parameters())
    assert {key: reason for (key, _), reason in verdicts(result).items()} == expected
    assert isinstance(result.population["line"].dtype, pd.Int64Dtype)
