"""Fills moto's IAM from a state: directly, because its clock is today's and the company's history is not."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from typing import Any

from .state import AwsState, IamUser

_FOUNDED = datetime(2020, 3, 1, 8)  # naive, as moto keeps its times


def seed(backend: Any, state: AwsState) -> None:
    """Make an empty account hold what the state says."""
    arns = {policy.name: policy.arn for policy in backend.managed_policies.values()}
    for name, document in state.policies:
        arns[name] = backend.create_policy("", "/", json.dumps(document), name, []).arn
    for group in state.groups:
        backend.create_group(group.name)
        for name in group.attached_policies:
            backend.attach_group_policy(arns[name], group.name)
    for user in state.users:
        _seed_user(backend, user, arns)
    for role in state.roles:
        made = backend.create_role(role.name, json.dumps(role.trust), role.path, None, "", [], "3600")
        made.create_date = _naive(role.created_at)
        for name in role.attached_policies:
            backend.attach_role_policy(arns[name], role.name)
    _forget_unused(backend)
    _steady(backend)


def _steady(backend: Any) -> None:
    """Identifiers and dates that moto draws anew each time, made the same for the same account."""
    for user in backend.users.values():
        user.id = _identifier("AIDA", user.name)
        for device in user.mfa_devices.values():
            backend.virtual_mfa_devices[device.serial_number].enable_date = user.create_date
    for group in backend.groups.values():
        group.id, group.create_date = _identifier("AGPA", group.name), _FOUNDED
    for role in backend.roles.values():
        role.id = _identifier("AROA", role.name)
    for policy in backend.managed_policies.values():
        if not policy.arn.startswith("arn:aws:iam::aws:"):
            policy.id = _identifier("ANPA", policy.name)
            policy.create_date = policy.update_date = _FOUNDED
            for version in policy.versions:
                version.create_date = _FOUNDED


def _identifier(prefix: str, name: str) -> str:
    return prefix + hashlib.sha256(name.encode()).hexdigest()[:16].upper()


def _forget_unused(backend: Any) -> None:
    """Of the policies it owns, AWS lists only those in use among an account's; moto lists all 1,500."""
    for arn, policy in list(backend.managed_policies.items()):
        if arn.startswith("arn:aws:iam::aws:") and not policy.attachment_count:
            del backend.managed_policies[arn]


def _seed_user(backend: Any, user: IamUser, arns: dict[str, str]) -> None:
    tags = [{"Key": "email", "Value": user.email}] if user.email else []
    made = backend.create_user("us-east-1", user.name, "/", tags)
    made.create_date = _naive(user.created_at)
    if user.console:
        backend.create_login_profile(user.name, "Example-passw0rd-of-nobody")
        made.password_last_used = _naive(user.password_last_used_at)
    if user.mfa:
        device = backend.create_virtual_mfa_device(user.name, "/")
        backend.enable_mfa_device(user.name, device.serial_number, "123456", "654321")
    for key in user.keys:
        access_key = backend.create_access_key(user.name, status="Active" if key.active else "Inactive")
        access_key.create_date, access_key.last_used = _naive(key.created_at), _naive(key.last_used_at)
    for name in user.groups:
        backend.add_user_to_group(name, user.name)
    for name in user.attached_policies:
        backend.attach_user_policy(arns[name], user.name)
    for name, document in user.inline_policies:
        backend.put_user_policy(user.name, name, json.dumps(document))
    if user.boundary:
        # moto has no call for it, but its answers show what stands here.
        made.permissions_boundary = {
            "PermissionsBoundaryType": "Policy",
            "PermissionsBoundaryArn": arns[user.boundary],
        }


def _naive(moment: datetime | None) -> datetime | None:
    """moto keeps UTC without a zone."""
    return None if moment is None else moment.replace(tzinfo=None)
