"""The connection to AWS: credentials from boto3's own chain, identity from STS, and boto3's errors in our words."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from ...config import AwsSettings, Config
from ...errors import CollectionError, IncompleteCollection, MalformedInput, Refused, Unreachable
from ..base import Origin

_REFUSALS = {
    "AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "AuthFailure", "OptInRequired",
    "InvalidClientTokenId", "UnrecognizedClientException", "ExpiredToken", "ExpiredTokenException",
    "InvalidToken", "IncompleteSignature", "MissingAuthenticationToken",
}  # fmt: skip
# A signature holds the time it was made at. AWS takes one more than five minutes off for expired, or for forged.
_CLOCK = {"RequestTimeTooSkewed", "SignatureDoesNotMatch", "InvalidSignatureException", "RequestExpired"}
# What a one-time password is computed from. AWS gives it out only when a device is made, but it must never be kept.
_SEEDS = {"Base32StringSeed", "QRCodePNG"}
_REPORT_GONE = {"ReportNotPresent", "ReportInProgress", "ReportExpired"}
_BUSY = {"Throttling", "ThrottlingException", "RequestLimitExceeded", "TooManyRequestsException", "ServiceUnavailable"}
CONNECT_TIMEOUT_SECONDS = 10
READ_TIMEOUT_SECONDS = 60


class ReportGone(IncompleteCollection):
    """The credential report expired, or was replaced, between being made and being fetched."""


@dataclass
class AwsConnection:
    """One account. `call` makes a single request; `pages` follows a list to its end."""

    origin: Origin
    session: Any
    settings: AwsSettings
    _clients: dict[str, Any] = field(default_factory=dict)

    def client(self, service: str) -> Any:
        if service not in self._clients:
            self._clients[service] = _client(self.session, service, self.settings)
        return self._clients[service]

    def action(self, service: str, operation: str) -> str:
        """The IAM action of a call, as a policy names it: `iam:ListUsers`."""
        return f"{service}:{self.client(service).meta.method_to_api_mapping[operation]}"

    def call(self, service: str, operation: str, **parameters: Any) -> dict[str, Any]:
        with translated(self.action(service, operation)):
            return _answer(getattr(self.client(service), operation), parameters)

    def pages(self, service: str, operation: str, **parameters: Any) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
        """What was asked and each page; raises `IncompleteCollection` when more is announced than comes.

        An answer that does not say whether it is the last raises `MalformedInput`.
        """
        asked, markers = parameters, set()
        while True:
            answer = self.call(service, operation, **asked)
            with translated(self.action(service, operation)):
                truncated, marker = answer["IsTruncated"], answer.get("Marker")
            yield asked, answer
            if not truncated:
                return
            if not marker or marker in markers:
                how = "by a marker that it gave before" if marker else "without a marker for it"
                raise IncompleteCollection(
                    f"aws {self.action(service, operation)}: AWS announced another page {how}. Run the same command"
                    " again"
                )
            markers.add(marker)
            asked = {**parameters, "Marker": marker}


@contextmanager
def connect(config: Config) -> Iterator[AwsConnection]:
    # Notebooks and offline commands never reach this line, so they do not pay for the import.
    import boto3

    settings = config.aws or AwsSettings()
    with translated("credentials"):
        with _usable_settings():
            session = boto3.session.Session(profile_name=settings.profile, region_name=settings.region)
            caller = _client(session, "sts", settings)
            endpoint = _client(session, "iam", settings).meta.endpoint_url
        identity = _answer(caller.get_caller_identity, {})
        origin = Origin("aws", identity["Account"], identity["Arn"], endpoint, {"region": settings.region})
    yield AwsConnection(origin, session, settings)


@contextmanager
def _usable_settings() -> Iterator[None]:
    """A region, address or number that boto3 cannot use, said in our words."""
    try:
        yield
    except ValueError as error:
        raise MalformedInput(
            f"aws: a setting cannot be used ({error}). Correct the region in [sources.aws], or in the environment"
            " AWS_ENDPOINT_URL or AWS_MAX_ATTEMPTS"
        ) from error


def _client(session: Any, service: str, settings: AwsSettings) -> Any:
    from botocore.config import Config as BotocoreConfig

    options = BotocoreConfig(
        # boto3 itself reads this variable, but only where nothing is said here.
        retries={"mode": "standard", "total_max_attempts": int(os.environ.get("AWS_MAX_ATTEMPTS", "6"))},
        connect_timeout=CONNECT_TIMEOUT_SECONDS,
        read_timeout=READ_TIMEOUT_SECONDS,
        user_agent_extra="soc2kit",
    )
    return session.client(service, endpoint_url=settings.endpoint_url, config=options)


def _answer(method: Any, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """One call. boto3 does not compare a body with its announced length: one that was cut off is only unreadable, and
    boto3 does not ask again. So this does, once."""
    from botocore.parsers import ResponseParserError

    try:
        answer: dict[str, Any] = method(**parameters)
    except ResponseParserError:
        answer = method(**parameters)
    return answer


@contextmanager
def translated(call: str) -> Iterator[None]:
    """boto3's exceptions as ours, with what to do about each."""
    from botocore import exceptions as aws
    from botocore.parsers import ResponseParserError

    try:
        yield
    except aws.ClientError as error:
        raise from_client_error(call, error.response) from error
    except _no_credentials() as error:
        raise Refused(
            f"aws {call}: no usable credentials ({error}). Set AWS_PROFILE or sign in with: aws sso login"
        ) from error
    except (aws.HTTPClientError, aws.ConnectionError) as error:
        raise Unreachable(
            f"aws {call}: no answer ({error}). Check the network and run the same command again"
        ) from error
    except aws.BotoCoreError as error:
        raise MalformedInput(f"aws {call}: {error}") from error
    except (ResponseParserError, KeyError, ValueError) as error:
        # boto3 checks no answer against the API's description: a part that is missing, or a number, time or text that
        # is none, comes as Python's own error.
        raise MalformedInput(
            f"aws {call}: the answer is not what this API gives ({type(error).__name__}: {error}). Run the same command"
            " again"
        ) from error


def _no_credentials() -> tuple[type[Exception], ...]:
    from botocore import exceptions as aws

    return (
        aws.NoCredentialsError, aws.PartialCredentialsError, aws.ProfileNotFound, aws.TokenRetrievalError,
        aws.CredentialRetrievalError, aws.UnauthorizedSSOTokenError, aws.SSOTokenLoadError,
    )  # fmt: skip


def from_client_error(call: str, response: Mapping[str, Any]) -> CollectionError:
    error = response.get("Error", {})
    code, message = str(error.get("Code", "unknown")), error.get("Message", "")
    status = response.get("ResponseMetadata", {}).get("HTTPStatusCode")
    if code in _REPORT_GONE:
        return ReportGone(f"aws {call}: {code}: {message} Run the same command again")
    if code in _CLOCK:
        return Refused(
            f"aws {call}: {code}: {message} AWS refuses a signature whose time is off: check this machine's clock"
            " (date -u). If it is right, check the secret access key"
        )
    if code in _REFUSALS or (status == 403 and code not in _BUSY):
        return Refused(
            f"aws {call}: {code}: {message} Allow the action for this identity"
            " (soc2kit/library/aws-permissions.json lists all), or renew its credentials"
        )
    if code in _BUSY:
        return Unreachable(f"aws {call}: {code} after all retries: {message} Run the same command again later")
    kind = Unreachable if isinstance(status, int) and status >= 500 else MalformedInput
    return kind(f"aws {call}: {code} (HTTP {status}): {message} Run the same command again")


def plain(value: Any) -> Any:
    """boto3's answer as JSON: times in ISO form, bytes as text; of the metadata only the request id."""
    if isinstance(value, Mapping):
        return {
            str(key): {"RequestId": item.get("RequestId")} if key == "ResponseMetadata" else plain(item)
            for key, item in value.items()
            if key not in _SEEDS
        }
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return value.decode("utf-8") if isinstance(value, bytes) else value
