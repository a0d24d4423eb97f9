"""boto3's errors in our words, each with what to do about it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from ...errors import CollectionError, IncompleteCollection, MalformedInput, Refused, Unreachable

_REFUSALS = {
    "AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "AuthFailure", "OptInRequired",
    "InvalidClientTokenId", "UnrecognizedClientException", "ExpiredToken", "ExpiredTokenException",
    "InvalidToken", "IncompleteSignature", "MissingAuthenticationToken",
}  # fmt: skip
# A signature holds the time it was made at. AWS takes one more than five minutes off for expired, or for forged.
_CLOCK = {"RequestTimeTooSkewed", "SignatureDoesNotMatch", "InvalidSignatureException", "RequestExpired"}
# Of refusals, those that end everything: nothing that is asked afterwards would be answered.
_EXPIRED = {"ExpiredToken", "ExpiredTokenException", "InvalidToken"}
_UNSUPPORTED = {"UnsupportedOperation", "UnsupportedOperationException", "InvalidAction", "UnknownOperationException"}
# What the services that answer 400 to this say of a thing that was listed and is not there any more.
_GONE = {
    "ResourceNotFoundException", "TableNotFoundException", "NotFoundException", "QueueDoesNotExist",
    "AWS.SimpleQueueService.NonExistentQueue",
}  # fmt: skip
_REPORT_GONE = {"ReportNotPresent", "ReportInProgress", "ReportExpired"}
_BUSY = {"Throttling", "ThrottlingException", "RequestLimitExceeded", "TooManyRequestsException", "ServiceUnavailable"}


class ReportGone(IncompleteCollection):
    """The credential report expired, or was replaced, between being made and being fetched."""


class NoSuchThing(MalformedInput):
    """AWS knows no such thing, or the thing has not what was asked for."""


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
    if code == "ResourceNotFoundException":
        return NoSuchThing(f"aws {call}: {code}: {message} Run the same command again")
    kind = Unreachable if isinstance(status, int) and status >= 500 else MalformedInput
    return kind(f"aws {call}: {code} (HTTP {status}): {message} Run the same command again")


def only_here(error: CollectionError, *, of_one_thing: bool) -> str | None:
    """AWS's code for an answer that says nothing of other calls: not allowed, not supported there, or gone meanwhile.

    None: what is asked next would fare no better, or the answer is damaged.
    """
    response = getattr(error.__cause__, "response", None)
    if not isinstance(response, Mapping):
        return None
    code = str(response.get("Error", {}).get("Code", "unknown"))
    status = response.get("ResponseMetadata", {}).get("HTTPStatusCode")
    if code in _EXPIRED | _CLOCK | _BUSY:
        return None
    gone = of_one_thing and (status == 404 or code in _GONE)
    known = code in _REFUSALS | _UNSUPPORTED or status == 403 or gone
    return code if known else None


def code_of(error: CollectionError) -> str:
    """AWS's code for what went wrong; empty where it was not AWS that said so."""
    response = getattr(error.__cause__, "response", None) or {}
    return str(response.get("Error", {}).get("Code", ""))


def said_of(error: CollectionError) -> Mapping[str, Any]:
    """The words of AWS's answer, with its reference."""
    response = getattr(error.__cause__, "response", {})
    return {
        "Message": str(response.get("Error", {}).get("Message", "")),
        "RequestId": response.get("ResponseMetadata", {}).get("RequestId"),
    }
