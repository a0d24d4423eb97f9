"""Where in each dataset a name can hide: edits that put one there which nothing else in the evidence has."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from typing import Any

import hiding_places_of_access as access
import hiding_places_of_aws as cloud
import hiding_places_of_pipeline as pipeline
import hiding_places_of_scans as scans
from rewritten_evidence import objects

Pages = list[dict[str, Any]]


def first(pages: Pages, key: str, *, where: str = "") -> dict[str, Any] | None:
    """The first object that has a field, and within it or above it another."""
    return next((one for one in objects(pages) if key in one and (not where or where in one)), None)


def author(pages: Pages) -> None:
    for one in objects(pages):
        if {"name", "email", "user"} <= set(one) and one["user"] and one["user"]["login"] == "chloem":
            one |= {"name": "Chloé von Privat", "email": "chloe@Laptop-Hidden"}
        elif {"name", "email", "user"} <= set(one) and one["user"] and one["user"]["login"] == "pnovak":
            one["email"] = "pete.hidden@home.example"


def free_text(pages: Pages) -> None:
    for one in objects(pages):
        if "messageHeadline" in one:
            one["messageHeadline"] = "Fix\n\nCo-authored-by: Amara Hidden <amara.hidden@home.example>"
        if "message" in one and "oid" in one:
            one["message"] = "Fix\n\nCo-authored-by: Berta Hidden <berta.hidden@home.example>"
        if "labels" in one:
            one["labels"] = {"totalCount": 1, "nodes": [{"name": "hold-for-labelhidden"}]}
        if "headRefName" in one:
            one["headRefName"] = "branchhidden/fix"


def fork(pages: Pages) -> None:
    pull = first(pages, "associatedPullRequests")
    if pull is not None:
        nodes = pull["associatedPullRequests"]["nodes"]
        nodes.append({"number": 7, "merged": False, "baseRefName": "main", "mergeCommit": None,
                      "baseRepository": {"nameWithOwner": "forkhidden/api"}})  # fmt: skip


def happened(pages: Pages) -> None:
    """Whoever did something to a pull request, whose review was dismissed, whose fork it came from."""
    pull = first(pages, "timelineItems")
    if pull is not None:
        by = {"actor": {"login": "actorhidden", "__typename": "User"}, "createdAt": pull["mergedAt"]}
        pull["timelineItems"]["nodes"] += [
            {**by, "__typename": "LabeledEvent", "label": {"name": "ask-eventhidden"}},
            {**by, "__typename": "ReviewDismissedEvent", "previousReviewState": "APPROVED",
             "review": {"author": {"login": "dismissedhidden", "__typename": "User"}, "submittedAt": None}},
        ]  # fmt: skip
        pull |= {"headRepository": {"nameWithOwner": "headhidden/api"}, "isCrossRepository": True}
        pull["commits"]["nodes"][0]["commit"]["committer"] = {
            "user": None, "name": "Committer Hidden", "email": "committer.hidden@home.example",
        }  # fmt: skip


def mover(pages: Pages) -> None:
    """In the feed of a branch's activity an account stands that nothing else names."""
    for one in objects(pages):
        if one.get("activity_type") == "pr_merge" and one["actor"]:
            one["actor"]["login"] = "moverhidden"
            return


def reviewer(pages: Pages) -> None:
    for one in objects(pages):
        if one.get("login") == "ytanaka" and "__typename" in one:
            one |= {"login": "enthidden", "__typename": "EnterpriseUserAccount", "name": "Yuki H. Hidden"}


def profile(pages: Pages) -> None:
    user = first(pages, "login", where="avatar_url")
    if user is not None:
        user |= {"name": "Profile Hidden", "location": "Hiddenhausen", "twitter_username": "@birdhidden"}


def iam(pages: Pages) -> None:
    for one in objects(pages):
        if one.get("UserName") == "lucia.santos" and "Tags" in one:
            one["Tags"].append({"Key": "Owner", "Value": "Taghidden of Lund"})
        if one.get("RoleName") == "BreakGlass":
            one["Description"] = "Made for Deschidden"
            one["AssumeRolePolicyDocument"]["Statement"][0]["Condition"] = {
                "StringEquals": {"aws:username": "Lucia.SANTOS"},
                "IpAddress": {"aws:SourceIp": ["198.51.100.23/32", "2001:db8::77"]},
            }
        if str(one.get("SerialNumber", "")).endswith("mfa/mara.lindqvist"):
            one["SerialNumber"] = one["SerialNumber"].replace("mara.lindqvist", "Phonehidden")


def bypass(pages: Pages) -> None:
    for one in objects(pages):
        if "bypass_actors" in one:
            one["bypass_actors"] = [{"actor_id": 4711234, "actor_type": "User"}]


def ruleset_history(pages: Pages) -> None:
    for one in objects(pages):
        if "version_id" in one:
            one["actor"] = {"id": 4711234, "type": "User"}


def pushed_past(pages: Pages) -> None:
    for one in objects(pages):
        if "actor_name" in one:
            one |= {"actor_name": "pusherhidden", "actor_id": 4711235}


JSON_EDITS: dict[str, tuple[Callable[[Pages], None], ...]] = {
    "github.merged_pull_requests": (author, free_text, happened, reviewer),
    "github.default_branch_commits": (author, free_text, fork, mover),
    "github.members": (profile,),
    "github.branch_rules": (bypass, ruleset_history),
    "github.rule_suites": (pushed_past,),
    "aws.authorization_details": (iam,),
    "aws.mfa_devices": (iam,),
    **access.JSON_EDITS,
    **cloud.JSON_EDITS,
    **pipeline.JSON_EDITS,
    **scans.JSON_EDITS,
}
SETTINGS = (
    ('approved_github_owners = [', 'approved_github_owners = ["bosshidden", "MLindqvist", '),
    ("approved_aws_escalation = [", 'approved_aws_escalation = ["escalationhidden", "role/BreakGlass", '),
    ("break_glass_aws_users = [", 'break_glass_aws_users = ["breakglasshidden", '),
    ("approved_database_writers = [", 'approved_database_writers = ["writerhidden", '),
    ("allowed_bots", 'approved_bypass_actors = ["User:4711234"]  # ask Commenthidden\nallowed_bots'),
    ("minimum_deployment_reviewers = 1", 'minimum_deployment_reviewers = 1\napproved_deployers = ["deployerhidden"]'),
    ("[sources.aws]", '[[parameters.changes]]\nfrom = 2026-02-01\nreason = "Reasonhidden said so"\ndormant_days = 90\n'
                      '[sources.aws]'),
    ('path = "roster.csv"', 'path = "/home/homehidden/roster.csv"'),
)  # fmt: skip


def settings(text: str) -> str:
    for old, new in SETTINGS:
        assert old in text
        text = text.replace(old, new, 1)
    return text


def roster(text: str) -> str:
    rows = list(csv.DictReader(io.StringIO(text)))
    rows[4]["manager"] = "Managerhidden"
    rows.append({**rows[5], "email": "O'Neil.hidden@Tidewater.example", "name": 'Anna "Ann" O\'Neil, Hidden'})
    rows.append({**rows[5], "email": "second.hidden@tidewater.example", "name": "Lucia Santos"})
    stream = io.StringIO()
    writer = csv.DictWriter(stream, [*rows[0], "private_phone"])
    writer.writeheader()
    writer.writerows({**row, "private_phone": "+49 151 hidden"} for row in rows)
    return stream.getvalue()


def identities(text: str) -> str:
    confirmed = "mlindqvist,mara.lindqvist@tidewater.example,"
    text = text.replace(f"{confirmed}lucia.santos@tidewater.example", f"{confirmed}Oralhidden by phone")
    return f"{text}postgres,leaver_hidden,felix.ortega@tidewater.example,lucia.santos@tidewater.example,2026-01-05\n"


TEXT_EDITS: dict[str, Callable[[str], str]] = {
    "company.settings": settings,
    "company.roster": roster,
    "company.identities": identities,
    **access.TEXT_EDITS,
}
EDITED = frozenset({*JSON_EDITS, *TEXT_EDITS})


REPORTS = scans.Reports()


def edit(record: dict[str, Any], data: bytes) -> bytes:
    if record["dataset"] in (scans.ORIGINAL, scans.LISTING):
        return REPORTS.edit(record, data)
    if record["dataset"] in TEXT_EDITS:
        return TEXT_EDITS[record["dataset"]](data.decode()).encode()
    if record["dataset"] not in JSON_EDITS:
        return data
    pages = json.loads(data)
    for change in JSON_EDITS[record["dataset"]]:
        change(pages)
    return json.dumps(pages, ensure_ascii=False).encode()
