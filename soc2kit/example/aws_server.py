"""The example company's AWS account: moto over HTTP, behind a thin layer where moto answers unlike AWS.

The layer puts root into the credential report and the account summary, gives the report its real time and dates, and
can refuse single actions. Collectors cannot tell it from AWS.
"""

from __future__ import annotations

import base64
import logging
import os
import re
import threading
from collections.abc import Callable, Iterable
from datetime import datetime
from types import TracebackType
from typing import Any
from urllib.parse import parse_qs

from .aws_seed import seed
from .state import AwsState

# Read by moto when it is imported: without the first, policies that AWS owns do not exist; without the second there
# would be some thousand machine images that nobody made.
_MOTO = {"MOTO_IAM_LOAD_MANAGED_POLICIES": "true", "MOTO_EC2_LOAD_DEFAULT_AMIS": "false"}
_REPORT_TIME = "%Y-%m-%dT%H:%M:%S+00:00"
_REFUSAL = (
    '<ErrorResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><Error><Type>Sender</Type>'
    "<Code>AccessDenied</Code><Message>User is not authorized to perform: iam:{action}</Message></Error>"
    "<RequestId>refused-by-the-example</RequestId></ErrorResponse>"
)
StartResponse = Callable[..., Any]


class AwsServer:
    """The server; `apply` makes the account match a state."""

    def __init__(self, account: str) -> None:
        self.account = account
        self.state: AwsState | None = None
        self.at: datetime | None = None
        #: IAM actions answered with AccessDenied.
        self.refuse: set[str] = set()
        #: Whether the credential report stays in the making for ever.
        self.report_never_completes = False
        #: How many users a page of ListUsers has; moto gives all in one whatever is asked for.
        self.users_per_page = 100

    def __enter__(self) -> AwsServer:
        os.environ.update(_MOTO, MOTO_ACCOUNT_ID=self.account)
        from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
        from werkzeug.serving import make_server

        logging.getLogger("werkzeug").setLevel(logging.ERROR)
        self._moto = DomainDispatcherApplication(create_backend_app)
        self._server = make_server("127.0.0.1", 0, self._answer, threaded=True)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def environment(self) -> dict[str, str]:
        """What a client needs to reach this account, and to read no real credentials."""
        return {
            "AWS_ENDPOINT_URL": self.url,
            "AWS_ACCESS_KEY_ID": "example",
            "AWS_SECRET_ACCESS_KEY": "example",
            "AWS_SESSION_TOKEN": "example",
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            "AWS_EC2_METADATA_DISABLED": "true",
            # moto lacks some calls for good; trying them five times more only costs time.
            "AWS_MAX_ATTEMPTS": "2",
        }

    def apply(self, state: AwsState, at: datetime) -> None:
        from moto.backends import get_backend

        if state.account != self.account:
            raise ValueError(f"this server is account {self.account}, the state is of {state.account}")
        # moto types `get_backend` by service name; IAM is global and its one region is called "aws".
        backends: Any = get_backend("iam")
        backends.reset()
        seed(backends[self.account]["aws"], state)
        self.state, self.at = state, at

    def _answer(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        body = _body(environ)
        action = parse_qs(body.decode("latin-1")).get("Action", [""])[0]
        if action in self.refuse:
            start_response("403 Forbidden", [("Content-Type", "text/xml")])
            return [_REFUSAL.format(action=action).encode()]
        if action == "GenerateCredentialReport" and self.report_never_completes:
            start_response("200 OK", [("Content-Type", "text/xml")])
            return [_still_making()]
        asked = parse_qs(body.decode("latin-1"))
        edits: dict[str, Callable[[str], str]] = {
            "GetCredentialReport": self._report,
            "GetAccountSummary": self._summary,
            "ListUsers": lambda answer: _paged(answer, self.users_per_page, asked.get("Marker", ["0"])[0]),
            "ListVirtualMFADevices": lambda answer: answer if "Marker" in asked else self._devices(answer),
        }
        if self.state is None or action not in edits:
            answered: Iterable[bytes] = self._moto(environ, start_response)
            return answered
        return _edited(self._moto, environ, start_response, edits[action])

    def _report(self, answer: str) -> str:
        state, at = self._known()

        def content(match: re.Match[str]) -> str:
            header, *rows = base64.b64decode(match[1]).decode().splitlines()
            passwords = {user.name: user.password_changed_at for user in state.users if user.console}
            lines = [header, _root_row(state, header), *(_with_password_date(row, header, passwords) for row in rows)]
            encoded = base64.b64encode("\n".join(lines).encode()).decode()
            return f"<Content>{encoded}</Content>"

        answer = re.sub(r"<Content>(.*?)</Content>", content, answer, flags=re.S)
        return re.sub(
            r"<GeneratedTime>.*?</GeneratedTime>", f"<GeneratedTime>{at:%Y-%m-%dT%H:%M:%SZ}</GeneratedTime>", answer
        )

    def _summary(self, answer: str) -> str:
        state, _ = self._known()
        for name, value in (("AccountMFAEnabled", state.root_mfa), ("AccountAccessKeysPresent", state.root_access_key)):
            pattern = rf"(<key>{name}</key>\s*<value>)\d+"
            answer = re.sub(pattern, rf"\g<1>{int(value)}", answer)
        return answer

    def _devices(self, answer: str) -> str:
        state, _ = self._known()
        if not state.root_mfa:
            return answer
        device = (
            f"<member><SerialNumber>arn:aws:iam::{state.account}:mfa/root-account-mfa-device</SerialNumber>"
            f"<User><Arn>arn:aws:iam::{state.account}:root</Arn><UserId>{state.account}</UserId></User></member>"
        )
        return re.sub(
            r"<VirtualMFADevices\s*/>|<VirtualMFADevices>", f"<VirtualMFADevices>{device}", answer, count=1
        ).replace(f"{device}<IsTruncated", f"{device}</VirtualMFADevices><IsTruncated")

    def _known(self) -> tuple[AwsState, datetime]:
        assert self.state is not None
        assert self.at is not None
        return self.state, self.at


def _paged(answer: str, size: int, marker: str) -> str:
    """One page of a list of users, with the marker of the next."""
    listed = re.search(r"<Users>(.*)</Users>", answer, flags=re.S)
    users = (
        re.findall(r"<member>(?:(?!</?member>).|<Tags>.*?</Tags>)*</member>", listed[1], flags=re.S) if listed else []
    )
    start = int(marker)
    page = "".join(users[start : start + size])
    more = start + size < len(users)
    end = f"<IsTruncated>{str(more).lower()}</IsTruncated>" + (f"<Marker>{start + size}</Marker>" if more else "")
    answer = re.sub(r"<Users>.*</Users>", lambda _: f"<Users>{page}</Users>", answer, flags=re.S)
    return re.sub(r"<IsTruncated>.*?</IsTruncated>(<Marker>.*?</Marker>)?", end, answer, flags=re.S)


def _body(environ: dict[str, Any]) -> bytes:
    """The request's body, put back for moto to read."""
    import io

    body: bytes = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    environ["wsgi.input"] = io.BytesIO(body)
    return body


def _edited(
    application: Any, environ: dict[str, Any], start_response: StartResponse, edit: Callable[[str], str]
) -> list[bytes]:
    held: dict[str, Any] = {}

    def hold(status: str, headers: list[tuple[str, str]], *rest: Any) -> None:
        held.update(status=status, headers=headers)

    answer = b"".join(application(environ, hold))
    if held["status"].startswith("200"):
        answer = edit(answer.decode()).encode()
    headers = [(name, value) for name, value in held["headers"] if name.lower() != "content-length"]
    start_response(held["status"], [*headers, ("Content-Length", str(len(answer)))])
    return [answer]


def _still_making() -> bytes:
    return (
        b'<GenerateCredentialReportResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/">'
        b"<GenerateCredentialReportResult><State>INPROGRESS</State></GenerateCredentialReportResult>"
        b"<ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></GenerateCredentialReportResponse>"
    )


def _root_row(state: AwsState, header: str) -> str:
    used = state.root_last_used_at
    values = {
        "user": "<root_account>",
        "arn": f"arn:aws:iam::{state.account}:root",
        "user_creation_time": "2020-03-01T08:00:00+00:00",
        "password_enabled": "not_supported",
        "password_last_used": used.strftime(_REPORT_TIME) if used else "no_information",
        "password_last_changed": "not_supported",
        "password_next_rotation": "not_supported",
        "mfa_active": str(state.root_mfa).lower(),
        "access_key_1_active": str(state.root_access_key).lower(),
        "access_key_2_active": "false",
        "cert_1_active": "false",
        "cert_2_active": "false",
    }
    return ",".join(values.get(column, "N/A") for column in header.split(","))


def _with_password_date(row: str, header: str, passwords: dict[str, datetime | None]) -> str:
    """moto gives the user's creation for the password's last change; AWS gives N/A where there is no password."""
    columns, values = header.split(","), row.split(",")
    changed = passwords.get(values[0])
    values[columns.index("password_last_changed")] = changed.strftime(_REPORT_TIME) if changed else "N/A"
    return ",".join(values)
