"""Names of CloudTrail's events that grant or take away access: what they ask for is evidence, that of others is not.

Sources keep the parameters of these alone, because those of other services hold secrets under names that nobody can
list; frames say what each of them means.
"""

from __future__ import annotations

from collections.abc import Iterator

IAM, STORE, DIRECTORY, SSO, SIGN_IN = (
    "iam.amazonaws.com",
    "identitystore.amazonaws.com",
    "sso-directory.amazonaws.com",
    "sso.amazonaws.com",
    "signin.amazonaws.com",
)
CONSOLE_LOGIN = (SIGN_IN, "ConsoleLogin")
_NAMES = {
    IAM: (
        "CreateUser DeleteUser CreateLoginProfile UpdateLoginProfile DeleteLoginProfile"
        " CreateAccessKey UpdateAccessKey DeleteAccessKey AddUserToGroup RemoveUserFromGroup"
        " AttachUserPolicy DetachUserPolicy PutUserPolicy DeleteUserPolicy"
        " PutUserPermissionsBoundary DeleteUserPermissionsBoundary"
        " AttachGroupPolicy DetachGroupPolicy PutGroupPolicy DeleteGroupPolicy"
        " CreateRole DeleteRole UpdateAssumeRolePolicy"
        " AttachRolePolicy DetachRolePolicy PutRolePolicy DeleteRolePolicy"
        " PutRolePermissionsBoundary DeleteRolePermissionsBoundary"
        " CreatePolicyVersion SetDefaultPolicyVersion DeletePolicy"
    ),
    SSO: (
        "CreateAccountAssignment DeleteAccountAssignment"
        " AttachManagedPolicyToPermissionSet DetachManagedPolicyFromPermissionSet"
        " PutInlinePolicyToPermissionSet DeleteInlinePolicyFromPermissionSet"
    ),
    STORE: "CreateUser DeleteUser CreateGroupMembership DeleteGroupMembership",
    DIRECTORY: "CreateUser DeleteUser EnableUser DisableUser AddMemberToGroup RemoveMemberFromGroup",
}


def _pairs() -> Iterator[tuple[str, str]]:
    for source, names in _NAMES.items():
        for name in names.split():
            yield source, name


#: Event source and event name of every grant and revocation that is read.
ACCESS_EVENTS = frozenset(_pairs())
