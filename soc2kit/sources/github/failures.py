"""What GitHub's refusals and breakdowns mean, in the words of `soc2kit.errors`.

Unreachable
└── Overloaded           every attempt ended in 5xx, or the query was too much: ask for less
IncompleteCollection
└── NullNodes            a list came back with holes, as it does when GitHub runs out of time: ask for less
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import requests
from github import GithubException, RateLimitExceededException
from requests.exceptions import RetryError

from ...errors import CollectionError, IncompleteCollection, MalformedInput, RateLimited, Refused, Unreachable

REDIRECTS = (301, 302, 307, 308)
_ATTEMPTS_ENDED_IN = re.compile(r"too many (\d{3}) error responses")
_TOO_MUCH = re.compile(r"resource limits|something went wrong while executing|timeout|timed ?out", re.IGNORECASE)
# Both spellings of the rate limit occur in answers.
RATE_LIMIT_TYPES = {"RATE_LIMIT", "RATE_LIMITED"}
_TOO_MUCH_TYPES = {"RESOURCE_LIMITS_EXCEEDED", "MAX_NODE_LIMIT_EXCEEDED"}
_REFUSAL_TYPES = {"FORBIDDEN", "INSUFFICIENT_SCOPES", "UNAUTHORIZED", "NOT_FOUND"}


class Overloaded(Unreachable):
    pass


class NullNodes(IncompleteCollection):
    passing = True


@contextmanager
def translated(call: str, needs: str) -> Iterator[None]:
    """Raise what goes wrong inside as a `CollectionError` that names `call` and what the token `needs`."""
    try:
        yield
    except RateLimitExceededException as error:
        raise rate_limited(call) from error
    except GithubException as error:
        raise _refusal(call, needs, error.status, _message(error.data)) from error
    except RetryError as error:
        ended = _ATTEMPTS_ENDED_IN.search(str(error))
        if ended and ended[1] in ("403", "429"):
            raise rate_limited(call) from error
        if "too many redirects" in str(error):
            raise _moved(call, "a redirect") from error
        status = ended[1] if ended else "an error"
        raise Overloaded(
            f"github {call}: GitHub answered {status} to every attempt. See https://www.githubstatus.com and run the"
            " same command again"
        ) from error
    except requests.RequestException as error:
        raise Unreachable(
            f"github {call}: no answer ({type(error).__name__}). Check the network and [sources.github] base_url, then"
            " run the same command again"
        ) from error
    except (ValueError, RuntimeError) as error:
        # PyGithub raises RuntimeError for a redirect to another host or protocol.
        raise MalformedInput(
            f"github {call}: the answer cannot be read ({error}). Check that [sources.github] base_url is GitHub's API"
        ) from error


@contextmanager
def readable(what: str) -> Iterator[None]:
    """A record that lacks what GitHub always gives is an answer that cannot be read, and ends nothing else."""
    try:
        yield
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise MalformedInput(
            f"github {what}: the answer is not what this API gives ({type(error).__name__}: {error}). Run the same"
            " command again"
        ) from error


def rate_limited(call: str, when: str = "") -> CollectionError:
    return RateLimited(
        f"github {call}: GitHub's rate limit is used up. It is renewed within the hour{when}: run the same command"
        " again then"
    )


def _moved(call: str, what: str) -> CollectionError:
    return MalformedInput(
        f"github {call}: GitHub answered {what}, as for a name that was changed. Write the present name of the"
        " organisation or repository, and the address of GitHub's API, in [sources.github]"
    )


def _message(data: Any) -> str:
    return str(data.get("message") or "no message") if isinstance(data, Mapping) else "no message"


def _refusal(call: str, needs: str, status: int, message: str) -> CollectionError:
    if status < 400:
        return _moved(call, f"{status}, which is no record and no list")
    if status == 401:
        remedy = "the token is wrong or has expired: make a new one and set it in the environment"
    elif status == 404:
        remedy = f"there is no such thing, or the token may not see it. Check the name; the token needs {needs}"
    elif status >= 500:
        return Overloaded(f"github {call}: GitHub answered {status} ({message}). Run the same command again later")
    else:
        remedy = f"the token needs {needs}"
    return Refused(f"github {call}: refused ({status}: {message}); {remedy}")


def graphql_failure(call: str, needs: str, errors: Any) -> CollectionError:
    """What the `errors` of a GraphQL answer mean; data that came with them is partial and never kept."""
    known = [error for error in errors if isinstance(error, Mapping)] if isinstance(errors, list) else []
    types = {str(error.get("type")) for error in known}
    text = "; ".join(str(error.get("message")) for error in known) or repr(errors)
    if types & RATE_LIMIT_TYPES:
        return rate_limited(call)
    if types & _TOO_MUCH_TYPES or _TOO_MUCH.search(text):
        return Overloaded(f"github {call}: too much for GitHub at once ({text}). Run the same command again later")
    if known and types <= _REFUSAL_TYPES:
        return Refused(f"github {call}: refused ({text}); the token needs {needs}")
    return IncompleteCollection(
        f"github {call}: GitHub gave only a part of the answer ({text}). Run the same command again; if it stays so,"
        f" check that the token has {needs}"
    )
