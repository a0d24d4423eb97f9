"""IAM Identity Center: users, groups, permission sets, and who has which of them in which AWS account.

Requests for P permission sets that are provisioned in A accounts, G groups and U users, where no list exceeds a page
of 100: 1 for the instances, 1 for the permission sets, 6 for each of these, one for each pair of a permission set and
an account that it is provisioned in, 1 for the users, 1 for the groups and one for each group. More users only mean
more pages: assignments are asked by account and permission set, memberships by group. The other way round,
sso:ListAccountAssignmentsForPrincipal and identitystore:ListGroupMembershipsForMember need one request for each user.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from ...errors import IncompleteCollection
from ...period import Period
from ..base import Completeness, Page, Pages
from .failures import NoSuchThing, translated
from .reading import Reader
from .session import AwsConnection

_STORE, _ADMIN = "identitystore", "sso-admin"
PERMISSIONS = (
    "sso:ListInstances", "sso:ListPermissionSets", "sso:DescribePermissionSet",
    "sso:ListManagedPoliciesInPermissionSet", "sso:ListCustomerManagedPolicyReferencesInPermissionSet",
    "sso:GetInlinePolicyForPermissionSet", "sso:GetPermissionsBoundaryForPermissionSet",
    "sso:ListAccountsForProvisionedPermissionSet", "sso:ListAccountAssignments",
    "identitystore:ListUsers", "identitystore:ListGroups", "identitystore:ListGroupMemberships",
)  # fmt: skip


def identity_center(connection: AwsConnection, period: Period) -> Pages:
    """Every instance that this account owns, read whole; an account without one says so.

    An instance is read once: in the account that owns it, or in `identity_center_account` where the reading of it was
    delegated to another.
    """
    mine: list[dict[str, Any]] = []
    elsewhere: list[dict[str, Any]] = []
    everywhere = Reader(connection, None)
    for page in everywhere.listed(_ADMIN, "list_instances", "Instances", RegionScope="ALL_REGIONS"):
        with translated("sso:ListInstances"):
            for instance in page.answer["Instances"]:
                reader = connection.settings.identity_center_account or instance["OwnerAccountId"]
                (mine if reader == connection.origin.account else elsewhere).append(instance)
        # An instance is nobody's right, so it is not counted among the rows.
        yield replace(page, rows=0)
    for instance in mine:
        yield from _instance(Reader(connection, instance.get("PrimaryRegion")), instance)
    return Completeness(_reason(mine, elsewhere))


def _reason(mine: list[dict[str, Any]], elsewhere: list[dict[str, Any]]) -> str:
    if mine:
        names = ", ".join(instance["InstanceArn"] for instance in mine)
        return f"every list of {names} ended without a further token; every member of a group is among the users"
    if elsewhere:
        owners = ", ".join(sorted({instance["OwnerAccountId"] for instance in elsewhere}))
        return f"Identity Center is owned by account {owners}, and read there; nothing is to be read in this account"
    return "Identity Center is not enabled: sso.ListInstances names no instance in any region"


def _instance(read: Reader, instance: dict[str, Any]) -> Iterator[Page]:
    arn, store = instance["InstanceArn"], instance["IdentityStoreId"]
    sets: list[str] = []
    for page in read.listed(_ADMIN, "list_permission_sets", "PermissionSets", InstanceArn=arn):
        sets += page.answer["PermissionSets"]
        yield page
    for permission_set in sets:
        yield from _permission_set(read, {"InstanceArn": arn, "PermissionSetArn": permission_set})
    users: set[str] = set()
    for page in read.listed(_STORE, "list_users", "Users", IdentityStoreId=store):
        with translated("identitystore:ListUsers"):
            users |= {user["UserId"] for user in page.answer["Users"]}
        yield page
    groups: list[str] = []
    for page in read.listed(_STORE, "list_groups", "Groups", IdentityStoreId=store):
        with translated("identitystore:ListGroups"):
            groups += [group["GroupId"] for group in page.answer["Groups"]]
        yield page
    for group in groups:
        yield from _members(read, store, group, users)


def _permission_set(read: Reader, which: dict[str, str]) -> Iterator[Page]:
    yield read.one(_ADMIN, "describe_permission_set", "PermissionSet", **which)
    yield from read.listed(_ADMIN, "list_managed_policies_in_permission_set", "AttachedManagedPolicies", **which)
    yield from read.listed(
        _ADMIN, "list_customer_managed_policy_references_in_permission_set", "CustomerManagedPolicyReferences", **which
    )
    yield read.one(_ADMIN, "get_inline_policy_for_permission_set", "InlinePolicy", **which)
    try:
        yield read.one(_ADMIN, "get_permissions_boundary_for_permission_set", "PermissionsBoundary", **which)
    except NoSuchThing:
        # AWS answers a permission set without a boundary like one that does not exist.
        yield read.absent(_ADMIN, "get_permissions_boundary_for_permission_set", which)
    accounts: list[str] = []
    for page in read.listed(_ADMIN, "list_accounts_for_provisioned_permission_set", "AccountIds", **which):
        accounts += page.answer["AccountIds"]
        yield page
    for account in accounts:
        yield from read.listed(_ADMIN, "list_account_assignments", "AccountAssignments", AccountId=account, **which)


def _members(read: Reader, store: str, group: str, users: set[str]) -> Iterator[Page]:
    """The members of a group; raises `IncompleteCollection` for one that the list of users lacks.

    A list whose end was lost says of itself that it is whole. Only users are members of groups.
    """
    for page in read.listed(_STORE, "list_group_memberships", "GroupMemberships", IdentityStoreId=store, GroupId=group):
        with translated("identitystore:ListGroupMemberships"):
            unknown = sorted({item["MemberId"]["UserId"] for item in page.answer["GroupMemberships"]} - users)
        if unknown:
            raise IncompleteCollection(
                f"aws identitystore:ListUsers: {len(users)} users read, but group {group} has the member {unknown[0]},"
                " who is not among them. Run the same command again"
            )
        yield page
