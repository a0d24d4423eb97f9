"""The principals of an account, each with every policy that reaches it, from iam.GetAccountAuthorizationDetails."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

from .becoming import Door, Target, becomes, door, target
from .patterns import covers, reach
from .rights import Held, Holder, Right, rights_of
from .statements import ADMINISTRATOR, Statement, statements_of

Pages = list[dict[str, Any]]


@dataclass(frozen=True)
class Principal:
    arn: str
    type: str
    tags: Mapping[str, str]
    holder: Holder

    @property
    def boundary(self) -> str | None:
        return self.holder.boundary.via if self.holder.boundary else None


def entries(pages: Pages, name: str) -> Iterator[dict[str, Any]]:
    """The entries of one list of the answer; users, groups and policies may come on different pages."""
    for page in pages:
        yield from page["answer"].get(name, [])


def owned_by_aws(arn: str) -> bool:
    return arn.partition(":iam::")[2].startswith("aws:")


def service_linked(role: Mapping[str, Any]) -> bool:
    """Service-linked roles belong to AWS: nobody at the company can change or assume them."""
    return str(role["Path"]).startswith("/aws-service-role/")


def default_document(policy: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The version in force of a managed policy."""
    for version in policy.get("PolicyVersionList", []):
        if version.get("IsDefaultVersion"):
            document: Mapping[str, Any] = version["Document"]
            return document
    return None


class Account:
    """The account's policies, each read once, and its principals."""

    def __init__(self, pages: Pages, account: str | None = None) -> None:
        self._pages, self._account = pages, account
        self._documents = {policy["Arn"]: default_document(policy) for policy in entries(pages, "Policies")}
        self._groups = {group["GroupName"]: group for group in entries(pages, "GroupDetailList")}
        # A policy can be attached to hundreds, and hundreds can be in a group: each is read once.
        self._managed, self._attached = cache(self._read_managed), cache(self._read_attached)
        self._group, self._limit = cache(self._read_group), cache(self._read_limit)
        self._shared: dict[tuple[Held | None, ...], tuple[Right, ...]] = {}
        self._through: dict[tuple[Held | tuple[Target, Door | None] | None, ...], tuple[Right, ...]] = {}

    def principals(self) -> Iterator[Principal]:
        """Users and roles, service-linked roles left out."""
        for user in entries(self._pages, "UserDetailList"):
            groups = [held for name in user.get("GroupList", []) for held in self._group(name)]
            tags = {tag["Key"].lower(): tag["Value"] for tag in user.get("Tags", [])}
            yield Principal(user["Arn"], "user", tags, self._holder(user, "UserPolicyList", groups))
        for role in entries(self._pages, "RoleDetailList"):
            if not service_linked(role):
                yield Principal(role["Arn"], "role", {}, self._holder(role, "RolePolicyList", []))

    def rights(self, principal: Principal) -> tuple[Right, ...]:
        """The wide rights of a principal. Holders of the very same policies are judged once."""
        holder = principal.holder
        # What somebody may do to itself depends on who it is.
        key = (*holder.policies, holder.boundary)
        if any(_names(resource, holder) for resource in _resources(holder)):
            return tuple(rights_of(holder))
        if key not in self._shared:
            self._shared[key] = tuple(rights_of(holder))
        return self._shared[key]

    def ways_through_others(self, principal: Principal) -> tuple[Right, ...]:
        """How a principal becomes administrator through a role or user that is one; nothing for administrators."""
        return self._ways(principal, self._targets)

    def _ways(self, principal: Principal, targets: Iterable[Target]) -> tuple[Right, ...]:
        own, holder = self.rights(principal), principal.holder
        if _administers(own):
            return ()
        doors = {one: door(one, holder) for one in targets if one.arn != principal.arn}
        if any(_names(resource, holder) for resource in _resources(holder)):
            return tuple(becomes(holder, own, doors))
        # As for its own rights: those who hold the very same policies, and are let in the same way, are judged once.
        key = (*holder.policies, holder.boundary, *doors.items())
        if key not in self._through:
            self._through[key] = tuple(becomes(holder, own, doors))
        return self._through[key]

    @cached_property
    def _targets(self) -> list[Target]:
        """Administrators, and the roles through which one becomes administrator by another role."""
        every = list(self.principals())
        roles = {role["Arn"]: role for role in entries(self._pages, "RoleDetailList")}
        found = {
            one.arn: target(roles.get(one.arn, {"Arn": one.arn}), one.type)
            for one in every
            if _administers(self.rights(one))
        }
        added = list(found.values())
        while added:
            more = [
                one for one in every if one.type == "role" and one.arn not in found and _open(self._ways(one, added))
            ]
            added = [target(roles[one.arn], "role") for one in more]
            found |= {one.arn: one for one in added}
        return list(found.values())

    def _holder(self, entry: Mapping[str, Any], inline: str, groups: list[Held]) -> Holder:
        own = [self._attached(policy["PolicyArn"], policy["PolicyName"], "") for policy in _attachments(entry)]
        own += [_inline(policy, "") for policy in entry.get(inline, [])]
        boundary = (entry.get("PermissionsBoundary") or {}).get("PermissionsBoundaryArn")
        return Holder((*own, *groups), self._limit(boundary) if boundary else None, self._account, entry["Arn"])

    def _read_limit(self, arn: str) -> Held:
        statements, name = self._managed(arn), arn.rpartition("/")[2]
        return Held(name if statements is not None else f"{name} (its text is not in IAM's answer)", statements)

    def _read_group(self, name: str) -> tuple[Held, ...]:
        group, prefix = self._groups[name], f"group {name}: "
        attached = [self._attached(policy["PolicyArn"], policy["PolicyName"], prefix) for policy in _attachments(group)]
        return (*attached, *(_inline(policy, prefix) for policy in group.get("GroupPolicyList", [])))

    def _read_attached(self, arn: str, name: str, prefix: str) -> Held:
        return Held(f"{prefix}attached {name}", self._managed(arn))

    def _read_managed(self, arn: str) -> tuple[Statement, ...] | None:
        document = self._documents.get(arn)
        if document is None and owned_by_aws(arn) and arn.endswith(":policy/AdministratorAccess"):
            document = ADMINISTRATOR
        return None if document is None else statements_of(document)


def _administers(rights: Iterable[Right]) -> bool:
    return any(right.kind == "administrator" and right.paths for right in rights)


def _open(rights: Iterable[Right]) -> bool:
    return any(right.paths and right.open for right in rights)


def _attachments(entry: Mapping[str, Any]) -> list[dict[str, Any]]:
    attached: list[dict[str, Any]] = entry.get("AttachedManagedPolicies", [])
    return attached


def _inline(policy: Mapping[str, Any], prefix: str) -> Held:
    return Held(f"{prefix}inline {policy['PolicyName']}", statements_of(policy["PolicyDocument"]))


def _names(resource: str, holder: Holder) -> bool:
    """Whether a resource is the holder itself, and not simply everything of its kind."""
    arn = holder.arn or ""
    narrow = resource.replace("${aws:username}", arn.rpartition("/")[2])
    return reach(resource, holder.account)[0] == "" and covers(narrow, arn)


def _resources(holder: Holder) -> Iterator[str]:
    for held in holder.policies:
        for statement in held.statements or ():
            yield from statement.resources
