"""The connection to AWS: credentials from boto3's own chain, or of a role assumed with them; identity from STS."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

from ...config import Config
from ...errors import IncompleteCollection, MalformedInput
from ...source_settings import AwsSettings
from ..base import Origin
from .descriptions import session_of
from .failures import translated
from .lists import Empty, following
from .roles import assumed

# What a policy calls a service where boto3 calls it otherwise.
_POLICY_NAMES = {"sso-admin": "sso", "accessanalyzer": "access-analyzer"}
# Where each partition answers for its global services, IAM and the sign-in of root among them.
_GLOBAL_REGIONS = {"aws": "us-east-1", "aws-us-gov": "us-gov-west-1", "aws-cn": "cn-north-1"}
_LOOPBACK = {"127.0.0.1", "localhost", "::1"}
Asked = tuple[dict[str, Any], dict[str, Any]]
CONNECT_TIMEOUT_SECONDS = 10
READ_TIMEOUT_SECONDS = 60


@dataclass
class AwsConnection:
    """One account. `call` makes a single request; `pages` follows a list to its end."""

    origin: Origin
    session: Any
    settings: AwsSettings
    #: By AWS's own clock.
    opened_at: datetime | None = None
    _clients: dict[tuple[str, str | None], Any] = field(default_factory=dict)
    #: Clients may be used by several threads at once, but are not made so.
    _making: threading.Lock = field(default_factory=threading.Lock)

    def client(self, service: str, region: str | None = None) -> Any:
        key = (service, region)
        with self._making:
            if key not in self._clients:
                self._clients[key] = make_client(self.session, service, self.settings, region)
                if self.local:
                    self._clients[key].meta.events.register("before-sign.s3-control", self._without_account)
            return self._clients[key]

    def _without_account(self, request: Any, **_: Any) -> None:
        """S3 Control has the account before its host's name, where an address of numbers can have nothing."""
        request.url = request.url.replace(f"//{self.origin.account}.", "//", 1)

    def action(self, service: str, operation: str) -> str:
        """The IAM action of a call, as a policy names it: `iam:ListUsers`."""
        name = self.client(service).meta.method_to_api_mapping[operation]
        return f"{_POLICY_NAMES.get(service, service)}:{name}"

    @property
    def regions(self) -> tuple[str, ...]:
        """The regions that are asked where a service answers for each apart: the global one comes first."""
        partition = self.origin.identity.split(":")[1]
        asked = (_GLOBAL_REGIONS.get(partition, self.settings.region), self.settings.region, *self.settings.regions)
        return tuple(dict.fromkeys(asked))

    @property
    def local(self) -> bool:
        """Whether the other end is on this machine, where no limit of AWS's has to be kept."""
        return urlsplit(self.origin.endpoint).hostname in _LOOPBACK

    def call(self, service: str, operation: str, *, region: str | None = None, **parameters: Any) -> dict[str, Any]:
        with translated(self.action(service, operation)):
            return answered(getattr(self.client(service, region), operation), parameters)

    def pages(self, service: str, operation: str, **parameters: Any) -> Iterator[Asked]:
        """What was asked and each page; raises `IncompleteCollection` when more is announced than comes.

        An answer that does not say whether it is the last raises `MalformedInput`.
        """

        def more(answer: Mapping[str, Any]) -> dict[str, Any] | None:
            return {"Marker": answer.get("Marker")} if answer["IsTruncated"] else None

        return self._followed(service, operation, None, parameters, more)

    def listed(
        self, service: str, operation: str, name: str, *, region: str | None = None, token: str = "NextToken",
        sent_as: str = "", empty_ends: bool = False, empty: Empty | None = None, of_a_list: bool = True,
        **parameters: Any,
    ) -> Iterator[Asked]:  # fmt: skip
        """As `pages`, for services that say by a token that there is more, and by nothing that there is not.

        `name` is the list, or the path to it; the token stands beside it, and `sent_as` is what a request calls it,
        where that is another name. `empty_ends` is whether a token without text, which some services send with the last
        page, is none; `empty` tells of an answer without its list whether it says that there is nothing, as some do. An
        answer that says none of this is malformed; an empty list with a token is an ordinary page. Where it is not
        `of_a_list`, `name` may be anything.
        """

        def more(answer: Mapping[str, Any]) -> dict[str, Any] | None:
            return following(
                answer, name, token, sent_as or token, empty_ends=empty_ends, empty=empty, of_a_list=of_a_list
            )

        return self._followed(service, operation, region, parameters, more)

    def _followed(
        self, service: str, operation: str, region: str | None, parameters: dict[str, Any],
        following: Callable[[Mapping[str, Any]], dict[str, Any] | None],
    ) -> Iterator[Asked]:  # fmt: skip
        asked, markers = parameters, set()
        while True:
            answer = self.call(service, operation, region=region, **asked)
            with translated(self.action(service, operation)):
                more = following(answer)
            yield asked, answer
            if more is None:
                return
            (marker,) = more.values()
            if not marker or marker in markers:
                how = "by a marker that it gave before" if marker else "without a marker for it"
                raise IncompleteCollection(
                    f"aws {self.action(service, operation)}: AWS announced another page {how}. Run the same command"
                    " again"
                )
            markers.add(marker)
            asked = {**parameters, **more}


@contextmanager
def connect(config: Config) -> Iterator[AwsConnection]:
    # Notebooks and offline commands never reach this line, so they do not pay for the import.
    from botocore.session import get_session

    settings = config.aws or AwsSettings()
    with translated("credentials"):
        with usable_settings():
            session = session_of(get_session(), profile_name=settings.profile, region_name=settings.region)
            endpoint = make_client(session, "iam", settings).meta.endpoint_url
        if settings.role:
            session = assumed(make_client(session, "sts", settings), settings)
        identity = answered(make_client(session, "sts", settings).get_caller_identity, {})
        details = {"region": settings.region, **({"role": settings.role} if settings.role else {})}
        origin = Origin("aws", identity["Account"], identity["Arn"], endpoint, details)
        opened_at = _date_of(identity)
    yield AwsConnection(origin, session, settings, opened_at)


def _date_of(answer: Mapping[str, Any]) -> datetime | None:
    date = answer.get("ResponseMetadata", {}).get("HTTPHeaders", {}).get("date")
    moment = parsedate_to_datetime(date) if date else None
    return moment if moment is not None and moment.tzinfo is not None else None


@contextmanager
def usable_settings() -> Iterator[None]:
    """A region, address or number that boto3 cannot use, said in our words."""
    try:
        yield
    except ValueError as error:
        raise MalformedInput(
            f"aws: a setting cannot be used ({error}). Correct the region in [sources.aws], or in the environment"
            " AWS_ENDPOINT_URL or AWS_MAX_ATTEMPTS"
        ) from error


def make_client(session: Any, service: str, settings: AwsSettings, region: str | None = None) -> Any:
    from botocore.config import Config as BotocoreConfig

    options = BotocoreConfig(
        # boto3 itself reads this variable, but only where nothing is said here.
        retries={"mode": "standard", "total_max_attempts": int(os.environ.get("AWS_MAX_ATTEMPTS", "6"))},
        connect_timeout=CONNECT_TIMEOUT_SECONDS,
        read_timeout=READ_TIMEOUT_SECONDS,
        max_pool_connections=settings.concurrency,
        user_agent_extra="soc2kit",
    )
    return session.client(service, region_name=region, endpoint_url=settings.endpoint_url, config=options)


def answered(method: Any, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """One call. boto3 does not compare a body with its announced length: one that was cut off is only unreadable, and
    boto3 does not ask again. So this does, once."""
    from botocore.parsers import ResponseParserError

    try:
        answer: dict[str, Any] = method(**parameters)
    except ResponseParserError:
        answer = method(**parameters)
    return answer
