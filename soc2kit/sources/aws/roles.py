"""Several accounts: one that the credentials are of, and others reached by a role that they may assume."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ...config import Config
from ...errors import Refused
from ...source_settings import AwsSettings
from .descriptions import session_of
from .failures import translated

SESSION_NAME = "soc2kit"


def accounts(config: Config) -> tuple[Config, ...]:
    """The configuration as it is, and once for each role of another account."""
    settings = config.aws or AwsSettings()
    own = replace(settings, assume_roles=(), role=None)
    return (
        replace(config, aws=own),
        *(replace(config, aws=replace(own, role=role)) for role in settings.assume_roles),
    )


def account_of(config: Config) -> str:
    """The account that a configuration reads, as far as that is known without asking AWS."""
    role = config.aws.role if config.aws else None
    return role.split(":")[4] if role else "unknown"


def assumed(client: Any, settings: AwsSettings) -> Any:
    """A session of the role in `settings`, which renews its credentials before they expire; `client` is of STS.

    Raises `Refused`, with what both accounts have to allow, when the role cannot be assumed.
    """
    from botocore.credentials import RefreshableCredentials
    from botocore.session import get_session

    asked = _request(settings)

    def renewed() -> Mapping[str, str]:
        with translated("sts:AssumeRole"):
            given = client.assume_role(**asked)["Credentials"]
            return {
                "access_key": given["AccessKeyId"],
                "secret_key": given["SecretAccessKey"],
                "token": given["SessionToken"],
                "expiry_time": given["Expiration"].isoformat(),
            }

    try:
        first = renewed()
    except Refused as error:
        raise Refused(
            f"aws sts:AssumeRole: {settings.role} cannot be assumed. The role's trust policy must name this identity"
            + (" and the external id" if "ExternalId" in asked else "")
            + f", and this identity needs sts:AssumeRole on the role (soc2kit/library/aws-permissions.json). {error}"
        ) from error
    core = get_session()
    core._credentials = RefreshableCredentials.create_from_metadata(first, renewed, "sts-assume-role")
    return session_of(core, region_name=settings.region)


def _request(settings: AwsSettings) -> dict[str, Any]:
    asked: dict[str, Any] = {"RoleArn": settings.role, "RoleSessionName": SESSION_NAME}
    variable = settings.external_id_variable
    if variable:
        if not os.environ.get(variable):
            raise Refused(
                f"aws sts:AssumeRole: the environment variable {variable} is not set, and [sources.aws]"
                f" external_id_variable names it for {settings.role}. Set it to the external id of the role"
            )
        asked["ExternalId"] = os.environ[variable]
    return asked
