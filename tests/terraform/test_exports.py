"""Plans and states: what is kept of them, and that no secret is."""

from __future__ import annotations

import json
from typing import Any

import pytest

from soc2kit.frames.terraform_config import terraform_exported, terraform_plans, workspace_of
from soc2kit.terraform.exports import cut_down, resources_of

CANARY = "canary-7f3a"
RECORD = {"source": {"account": "infra"}}
ABOUT = {"format_version": "1.2", "terraform_version": "1.9.8"}
DATABASE = "aws_db_instance"


def resource(kind: str, values: dict[str, Any], sensitive: Any = None, **more: Any) -> dict[str, Any]:
    return {"address": f"{kind}.x", "mode": "managed", "type": kind, "name": "x", "values": values,
            "sensitive_values": {} if sensitive is None else sensitive, **more}  # fmt: skip


def state(*resources: Any, **module: Any) -> str:
    return json.dumps({**ABOUT, "values": {"root_module": {"resources": list(resources), **module}}})


def change(address: str, *actions: str, **more: Any) -> dict[str, Any]:
    return {"address": address, "type": address.split(".")[0], "mode": "managed",
            "change": {"actions": list(actions), **more}}  # fmt: skip


def plan(*resources: Any, changes: Any = (), **more: Any) -> str:
    return json.dumps({**ABOUT, "planned_values": {"root_module": {"resources": list(resources)}},
                       "resource_changes": list(changes), "timestamp": "2026-03-30T04:00:00Z", **more})  # fmt: skip


def log(*lines: dict[str, Any]) -> str:
    stamp = {"@level": "info", "@module": "terraform.ui", "@timestamp": "2026-03-30T04:00:00Z", "@message": CANARY}
    first = {**stamp, "type": "version", "terraform": "1.9.8"}
    return "\n".join(json.dumps(one) for one in (first, *({**stamp, **line} for line in lines)))


def kept(text: str) -> dict[str, Any]:
    found = cut_down(text)
    assert found is not None
    return found


POLICY = {"Statement": [
    {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "*",
     "Condition": {"StringEquals": {"aws:Referer": CANARY}}},
    {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "*",
     "Condition": {"StringEquals": {"aws:Referer": CANARY}}},
    {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "*",
     "Condition": {"Bool": {"aws:SecureTransport": "false"}}},
]}  # fmt: skip
SECRETS = [
    resource(DATABASE, {"identifier": "app", "password": CANARY, "username": CANARY, "tags": {"a": CANARY}}),
    resource(DATABASE, {"identifier": "app", "kms_key_id": CANARY}, {"kms_key_id": True}),
    resource(DATABASE, {"identifier": {"a": CANARY}}),
    resource("aws_secretsmanager_secret_version", {"secret_string": CANARY}),
    resource("aws_ssm_parameter", {"value": CANARY, "name": "x"}),
    resource("random_password", {"result": CANARY}),
    resource("aws_db_parameter_group", {"name": "g", "parameter": [
        {"name": "x", "value": CANARY}, {"name": "rds.force_ssl", "value": "1"}]}),
    resource("aws_db_parameter_group", {"parameter": [{"name": "rds.force_ssl", "value": CANARY}]},
             {"parameter": [{"value": True}]}),
    resource("aws_s3_bucket_policy", {"bucket": "b", "policy": json.dumps(POLICY)}),
    resource("aws_security_group", {"ingress": [{"description": CANARY, "cidr_blocks": [CANARY]}]},
             {"ingress": [{"cidr_blocks": [True]}]}),
    resource("aws_security_group", {"ingress": [{"cidr_blocks": [CANARY]}]}, {"ingress": True}),
    resource("aws_lb_listener", {"default_action": [{"type": "authenticate-oidc",
             "authenticate_oidc": [{"client_secret": CANARY}]}]}),
    resource("aws_cloudfront_distribution", {"origin": [{"custom_header": [{"value": CANARY}]}]}),
]  # fmt: skip


@pytest.mark.parametrize("secret", SECRETS, ids=lambda one: one["type"])
def test_no_secret_of_a_state_or_a_plan_is_kept(secret: dict[str, Any]) -> None:
    values, mask = secret["values"], secret["sensitive_values"]
    changes = [change(secret["address"], "update", before=values, after=values, after_sensitive=mask)]
    nested = {"child_modules": [{"address": "module.m", "resources": [secret]}]}
    outputs = {"o": {"sensitive": False, "value": CANARY}}
    for text in (
        state(secret), state(**nested), plan(secret, changes=changes),
        plan({**secret, "sensitive_values": {}}, changes=changes),
        plan(secret, variables={"v": {"value": CANARY}}, output_changes={"o": {"after": CANARY}},
             prior_state=json.loads(state(secret)), resource_drift=changes,
             configuration={"root_module": {"variables": {"v": {"default": CANARY}}, "resources": [
                 {"address": secret["address"], "expressions": {"bucket": {"constant_value": CANARY}}}]}}),
        json.dumps({**json.loads(state(secret)), "outputs": outputs}),
    ):  # fmt: skip
        assert CANARY in text
        assert CANARY not in json.dumps(cut_down(text))


def test_no_message_and_no_output_of_a_log_is_kept() -> None:
    text = log({"type": "outputs", "outputs": {"o": {"value": CANARY}}},
               {"type": "diagnostic", "diagnostic": {"detail": CANARY}},
               {"type": "change_summary", "changes": {"add": 1, "operation": "plan"}})  # fmt: skip
    assert CANARY not in json.dumps(kept(text))


def test_what_is_kept_of_a_state() -> None:
    values = {"identifier": "app", "storage_encrypted": True, "kms_key_id": None, "tags": {}}
    found = kept(state(resource(DATABASE, values), resource("aws_iam_role", {}), resource(DATABASE, {}, mode="data")))
    assert (found["kind"], found["others"]) == ("state", 1)
    assert [one["values"] for one in found["resources"]] == [
        {"identifier": "app", "storage_encrypted": True, "kms_key_id": None}
    ]


def test_what_will_be_known_later_and_what_is_sensitive_is_open() -> None:
    changes = [change(f"{DATABASE}.x", "create", after_unknown={"arn": True, "kms_key_id": True})]
    values = {"identifier": "app", "storage_encrypted": True}
    (one,) = resources_of(
        kept(plan(resource(DATABASE, values, {"storage_encrypted": True}), changes=changes)), "p.json"
    )
    assert {name: str(getattr(value, "text", value)) for name, value in one.values.items()} == {
        "identifier": "app", "storage_encrypted": "it is sensitive", "arn": "known after apply",
        "kms_key_id": "known after apply",
    }  # fmt: skip


def test_a_reference_leads_where_the_name_is_not_known_yet() -> None:
    block = resource("aws_s3_bucket_public_access_block", {"block_public_acls": True})
    told = {"root_module": {"resources": [{"address": block["address"], "expressions": {
        "bucket": {"references": ["aws_s3_bucket.x.id", "aws_s3_bucket.x"]}}}]}}  # fmt: skip
    text = plan(resource("aws_s3_bucket", {"bucket": None}), block, configuration=told)
    (row,) = [one for one in exported(**{"p.json": text}) if one["setting"] == "blocks off"]
    assert (row["values"], row["why"]) == (["ignore_public_acls", "block_public_policy", "restrict_public_buckets"], [])


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("[]", None), ("{}", None), ("x", None), ("", None), ('{"Statement": []}', None),
        ('{"format_version": "1.0"}', None),
        (json.dumps({**ABOUT, "format_version": "2.0", "values": {}}), "format_version is 2.0; 1 is known"),
        (json.dumps({"version": 4, "serial": 1, "lineage": "x", "resources": []}), "write `terraform show -json`"),
        (json.dumps({**ABOUT, "values": {"root_module": {"resources": [3]}}}), "another shape"),
    ],
)  # fmt: skip
def test_what_is_no_export_or_of_no_known_form(text: str, problem: str | None) -> None:
    found = cut_down(text)
    assert (found is None) == (problem is None)
    assert problem is None or problem in str(found)


def pages(files: dict[str, str]) -> list[dict[str, Any]]:
    made = [(path, kept(text)) for path, text in files.items()]
    return [{"call": f"export {path}", "parameters": {"folder": "plans", "path": path}, "answer": answer}
            for path, answer in made]  # fmt: skip


def exported(**files: str) -> list[dict[str, Any]]:
    return [dict(row) for row in terraform_exported(pages(files), RECORD)]


def planned(**files: str) -> list[dict[str, Any]]:
    return [dict(row) for row in terraform_plans(pages(files), RECORD)]


@pytest.mark.parametrize(
    ("path", "workspace"),
    [
        ("production.json", "production"), ("plans/production-2026-03-30.json", "plans/production"),
        ("production/plan.json", "production"), ("production.tfplan.json", "production"), ("plan.json", "plan"),
        ("a/2026-03-30.json", "a"), ("a/b-state.json", "a/b"), ("eu/prod-plan-2026-03-30T04:00:00Z.jsonl", "eu/prod"),
    ],
)  # fmt: skip
def test_workspaces_by_their_paths(path: str, workspace: str) -> None:
    assert workspace_of(path) == workspace


SUMMARY = {"type": "change_summary", "changes": {"operation": "plan"}}
ADDRESS = f"{DATABASE}.x"
WHERE = {"addr": ADDRESS, "resource_type": DATABASE}


@pytest.mark.parametrize(
    ("text", "changes", "drift", "resources", "errored", "complete"),
    [
        (plan(changes=[change(ADDRESS, "no-op")]), [], [], 1, False, True),
        (plan(changes=[change(ADDRESS, "read")]), [], [], 1, False, True),
        (plan(changes=[change(ADDRESS, "update")]), [f"update {ADDRESS}"], [], 1, False, True),
        (plan(changes=[change(ADDRESS, "delete", "create")]), [f"delete and create {ADDRESS}"], [], 1, False, True),
        (plan(changes=[change(ADDRESS, "no-op", importing={"id": "x"})]),
         [f"import and no-op {ADDRESS}"], [], 1, False, True),
        (plan(resource_drift=[change(ADDRESS, "update")]), [], [f"update {ADDRESS}"], 0, False, True),
        (plan(errored=True, complete=False), [], [], 0, True, False),
        (log(SUMMARY), [], [], 1, False, True),
        (log({"type": "planned_change", "change": {"resource": WHERE, "action": "update"}}, SUMMARY),
         [f"update {ADDRESS}"], [], 2, False, True),
        (log({"type": "resource_drift", "change": {"resource": WHERE, "action": "update"}}, SUMMARY),
         [], [f"update {ADDRESS}"], 1, False, True),
        (log(), [], [], 1, False, False),
        (log({"type": "diagnostic", "@level": "error"}), [], [], 1, True, False),
    ],
)  # fmt: skip
def test_what_a_plan_would_do(
    text: str, changes: list[str], drift: list[str], resources: int, errored: bool, complete: bool
) -> None:
    (row,) = planned(**{"production.json": text})
    assert (row["changes"], row["drift"], row["resources"], row["errored"], row["complete"]) == (
        changes, drift, resources, errored, complete,
    )  # fmt: skip
    assert str(row["made_at"]).startswith("2026-03-30T04:00:00")


def test_the_latest_plan_of_each_workspace_counts() -> None:
    old, new = plan(changes=[change(ADDRESS, "update")]), plan(changes=[change(ADDRESS, "no-op")])
    later = new.replace("2026-03-30", "2026-04-06")
    rows = planned(**{"p-a.json": later, "p-2026-03-30.json": old, "p-2026-04-06.json": later})
    assert {row["workspace"]: row["changes"] for row in rows} == {"p-a": [], "p": []}


def test_a_folder_without_a_plan_says_so() -> None:
    (row,) = planned(**{"production-state.json": state()})
    assert row["problem"].startswith("there is no plan")


OLD, NEW = {"storage_encrypted": True}, {"storage_encrypted": False}


def test_what_is_left_of_an_earlier_replacement_says_nothing_of_what_is_there() -> None:
    found = kept(state(resource(DATABASE, NEW), resource(DATABASE, OLD, deposed_key="8c1f2a40")))
    assert [one["values"] for one in found["resources"]] == [NEW]
    changes = [
        change(f"{DATABASE}.x", "update", after_unknown={"kms_key_id": True}),
        {**change(f"{DATABASE}.x", "delete"), "deposed": "8c1f2a40"},
    ]
    (one,) = kept(plan(resource(DATABASE, NEW), changes=changes))["resources"]
    assert one["values"] == {**NEW, "kms_key_id": {"unknown": "known after apply"}}


def test_what_only_moves_is_something_to_do_and_what_is_only_read_is_not() -> None:
    moved = {**change(f"{DATABASE}.x", "no-op"), "previous_address": f"{DATABASE}.old"}
    same = {**change(f"{DATABASE}.y", "no-op"), "previous_address": f"{DATABASE}.y"}
    (row,) = planned(p=plan(resource(DATABASE, OLD), changes=[moved, same]))
    assert row["changes"] == [f"move {DATABASE}.x"]
    lines = [
        {"type": "planned_change", "change": {"action": action, "resource": {"addr": action, "resource_type": "x"}}}
        for action in ("read", "noop", "move", "update")
    ]
    (row,) = planned(p=log(*lines, {"type": "change_summary", "changes": {"operation": "plan"}}))
    assert row["changes"] == ["move move", "update update"]


def test_one_of_several_values_can_be_known_later() -> None:
    group = resource("aws_security_group", {"ingress": [{"from_port": 22, "cidr_blocks": ["10.0.0.0/8", None]}]})
    later = change("aws_security_group.x", "create", after_unknown={"ingress": [{"cidr_blocks": [False, True]}]})
    (one,) = kept(plan(group, changes=[later]))["resources"]
    assert one["values"]["ingress"][0]["cidr_blocks"] == ["10.0.0.0/8", {"unknown": "known after apply"}]


def test_what_is_nested_deeper_than_any_plan_is_none() -> None:
    deep = "[" * 200_000
    assert cut_down(deep) is None
    (one,) = kept(state(resource("aws_s3_bucket_policy", {"policy": deep})))["resources"]
    assert one["values"] == {"policy": {"unknown": "the policy is no JSON"}}
