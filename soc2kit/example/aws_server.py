"""The example company's AWS accounts: moto over HTTP, behind a thin layer where moto answers unlike AWS or not at all.

The layer puts root into the credential report and the account summary, gives the report its real time and dates,
answers for the services that moto lacks, and can refuse single actions. Collectors cannot tell it from AWS.
"""

from __future__ import annotations

import logging
import os
import re
import threading
from collections.abc import Callable, Iterable
from datetime import datetime
from types import TracebackType
from typing import Any
from urllib.parse import parse_qs

from . import aws_cloud, aws_iam_layer, aws_services
from .aws_seed import seed
from .aws_wire import request_of
from .state import AwsState, IamRole

# Read by moto when it is imported: without the first, policies that AWS owns do not exist; without the second there
# would be some thousand machine images that nobody made.
_MOTO = {"MOTO_IAM_LOAD_MANAGED_POLICIES": "true", "MOTO_EC2_LOAD_DEFAULT_AMIS": "false"}
_REFUSAL = (
    '<ErrorResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><Error><Type>Sender</Type>'
    "<Code>AccessDenied</Code><Message>User is not authorized to perform: {action}</Message></Error>"
    "<RequestId>refused-by-the-example</RequestId></ErrorResponse>"
)
StartResponse = Callable[..., Any]
Seen = Callable[[dict[str, Any], bytes], None]


class AwsServer:
    """The server; `apply` makes the account match a state."""

    def __init__(self, account: str, seen: Seen | None = None) -> None:
        self.account = account
        #: Is shown every request, as it comes, before it is answered.
        self._seen = seen
        self.state: AwsState | None = None
        self.at: datetime | None = None
        self._states: dict[str, AwsState] = {}
        #: Actions answered with AccessDenied: `ListUsers` of IAM, `sso:ListInstances` of the other services.
        self.refuse: set[str] = set()
        #: Whether the credential report stays in the making for ever.
        self.report_never_completes = False
        #: How many users a page of a list has at most, as AWS's; moto gives all in one whatever is asked for.
        self.users_per_page = 1000
        #: As many of everything that says how services are configured.
        self.rows_per_page = 100
        self._users: dict[str, aws_iam_layer.UserList] = {}

    def __enter__(self) -> AwsServer:
        os.environ.update(_MOTO)
        # It would be the account of every request, whosever credentials sign it.
        os.environ.pop("MOTO_ACCOUNT_ID", None)
        from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
        from werkzeug.serving import WSGIRequestHandler, make_server

        example = self

        class Handler(WSGIRequestHandler):
            def date_time_string(self, timestamp: float | None = None) -> str:
                """AWS says what time it is; here that is the moment of the example."""
                return super().date_time_string(example.at.timestamp() if example.at else timestamp)

        logging.getLogger("werkzeug").setLevel(logging.ERROR)
        self._moto = DomainDispatcherApplication(create_backend_app)
        self._server = make_server("127.0.0.1", 0, self._answer, threaded=True, request_handler=Handler)
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
        # Forgotten, not `reset`: that would first make each account anew with its 1,500 policies of AWS.
        for service in (backends, get_backend("sts")):
            service.clear()
        for one in (state, *state.members):
            seed(backends[one.account]["aws"], one)
        self._states = {one.account: one for one in (state, *state.members)}
        self.state, self.at = state, at
        self._users.clear()

    def _answer(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        body = _body(environ)
        if self._seen is not None:
            self._seen(environ, body)
        account = self._account_of(environ)
        environ["HTTP_X_MOTO_ACCOUNT_ID"] = account
        state = self._states.get(account)
        service = aws_services.service_of(environ)
        if service is not None and state is not None and self.at is not None:
            page = self.users_per_page
            status, text = aws_services.answer(service, environ, body, state, self.at, page, self.refuse)
            start_response(
                status,
                [("Content-Type", "application/x-amz-json-1.1"), ("x-amzn-RequestId", "answered-by-the-example")],
            )
            return [text]
        request = request_of(environ, body)
        if request is not None and state is not None:
            reply = aws_cloud.answer(request, state, self.rows_per_page, self.refuse)
            if reply is not None:
                start_response(*reply[:2])
                return [reply[2]]
        asked = parse_qs(body.decode("latin-1"))
        action = asked.get("Action", [""])[0]
        if action in self.refuse or (action == "AssumeRole" and not self._assumable(asked["RoleArn"][0])):
            start_response("403 Forbidden", [("Content-Type", "text/xml")])
            return [_REFUSAL.format(action=action).encode()]
        if action == "GenerateCredentialReport" and self.report_never_completes:
            start_response("200 OK", [("Content-Type", "text/xml")])
            return [aws_iam_layer.still_making()]
        if action == "ListUsers" and account in self._users:
            start_response("200 OK", [("Content-Type", "text/xml")])
            return [self._users_page(account, asked).encode()]
        edit = self._edit(action, asked, state)
        if edit is None:
            answered: Iterable[bytes] = self._moto(environ, start_response)
            return answered
        return _edited(self._moto, environ, start_response, edit)

    def _edit(self, action: str, asked: dict[str, list[str]], state: AwsState | None) -> Callable[[str], str] | None:
        """What is put right in moto's answer to an action."""
        at = self.at
        if state is None or at is None:
            return None
        edits: dict[str, Callable[[str], str]] = {
            "AssumeRole": self._forget_use,
            "GetCredentialReport": lambda answer: aws_iam_layer.report(answer, state, at),
            "GetAccountSummary": lambda answer: aws_iam_layer.summary(answer, state),
            "ListUsers": lambda answer: self._users_page(state.account, asked, answer),
            "ListVirtualMFADevices": lambda answer: (
                answer if "Marker" in asked else aws_iam_layer.devices(answer, state)
            ),
        }
        return edits.get(action)

    def _users_page(self, account: str, asked: dict[str, list[str]], answer: str | None = None) -> str:
        """A page of an account's users; `answer` is moto's list of them, made once for a state."""
        if answer is not None:
            self._users[account] = aws_iam_layer.UserList(answer)
        size = min(self.users_per_page, int(asked.get("MaxItems", ["100"])[0]))
        return self._users[account].page(size, asked.get("Marker", ["0"])[0])

    def _account_of(self, environ: dict[str, Any]) -> str:
        """The account that the request's access key is of: that of an assumed role, or else the server's own."""
        from moto.backends import get_backend

        found = re.search(r"Credential=([^/]+)/", environ.get("HTTP_AUTHORIZATION", ""))
        backends: Any = get_backend("iam")
        # moto's own search makes each account anew, with its 1,500 policies of AWS, for every partition there is.
        known = (account for account in self._states if found and found[1] in backends[account]["aws"].access_keys)
        return next(known, self.account)

    def _assumable(self, arn: str) -> bool:
        state = self._states.get(arn.split(":")[4])
        return state is not None and any(arn == role_arn(state.account, role) for role in state.roles)

    def _forget_use(self, answer: str) -> str:
        """moto would note, at its own time, that the role was used."""
        from moto.backends import get_backend

        backends: Any = get_backend("iam")
        for account in self._states:
            for key in backends[account]["aws"].access_keys.values():
                key.role_arn = None
        return answer


def role_arn(account: str, role: IamRole) -> str:
    return f"arn:aws:iam::{account}:role{role.path}{role.name}"


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
