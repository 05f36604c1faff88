"""Warm CPU per request against a FastAPI + Mangum application that does the same GET and POST.

    python -m benchmarks.warm_request [requests]

Both answer the same API Gateway event with the same service and the same DTOs; the repositories
are in memory, so what is compared is the way in and out: routing, access, validation,
serialisation, headers, one log line.
"""

import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from firstspawn import wiring
from firstspawn.auth.registration import RegistrationService
from firstspawn.auth.repository import AuthRepository
from firstspawn.auth.schemas import ResendVerification
from firstspawn.auth.tokens import EmailTokens
from firstspawn.config import Secrets, Settings
from firstspawn.kit.dto import Accepted
from firstspawn.users.models import User
from firstspawn.users.schemas import PublicUser
from firstspawn.users.service import UserService

USER_ID = "01M832MXTJQ5JTFPE3ZMF6WCZ6"
_NOW = datetime(2026, 11, 23, tzinfo=UTC)
Application = Callable[[dict[str, Any]], dict[str, Any]]


class _Users:
    def find(self, user_id: str, *_: Any, **__: Any) -> User:
        return User(
            id=user_id, username="MinerMax", createdAt=_NOW, bio="A bio of usual length. " * 5
        )


class _Accounts:
    def find_credential(self, *_: Any) -> None:
        return None

    def store_token(self, *_: Any) -> None:
        return None


def container() -> wiring.Container:
    """A container whose services run on memory."""
    made = wiring.Container(Settings(), Secrets.from_json(Secrets.generate_json()))
    users: Any = _Users()
    accounts: Any = _Accounts()
    tokens = EmailTokens(made.secrets.macKey, made.random)
    made.__dict__["users"] = UserService(users, made.clock)
    made.__dict__["registration"] = RegistrationService(
        accounts, AuthRepository(), tokens, made.breaches, clock=made.clock, new_id=made.new_id
    )
    return made


def event(method: str, path: str, body: Any = None) -> dict[str, Any]:
    """A REST proxy event as API Gateway sends it."""
    headers = {"content-type": "application/json", "user-agent": "bench", "host": "api.local"}
    return {
        "resource": "/{proxy+}",
        "path": path,
        "httpMethod": method,
        "headers": headers,
        "multiValueHeaders": {name: [value] for name, value in headers.items()},
        "queryStringParameters": None,
        "multiValueQueryStringParameters": None,
        "pathParameters": {"proxy": path.strip("/")},
        "stageVariables": None,
        "requestContext": {
            "requestId": "bench",
            "stage": "api",
            "httpMethod": method,
            "path": path,
            "resourcePath": "/{proxy+}",
            "identity": {"sourceIp": "127.0.0.1", "userAgent": "bench"},
        },
        "body": None if body is None else json.dumps(body),
        "isBase64Encoded": False,
    }


def fastapi_application(services: wiring.Container) -> Application:
    """The alternative: the same services and DTOs behind FastAPI and Mangum."""
    from fastapi import FastAPI
    from mangum import Mangum

    api = FastAPI(openapi_url=None)

    @api.get("/api/v1/users/{user}")
    def get_profile(user: str) -> PublicUser:
        return services.users.public(user)[0]

    @api.post("/api/v1/auth/resend-verification", status_code=202)
    def resend(body: ResendVerification) -> Accepted:
        services.registration.resend_verification(body.email)
        return Accepted()

    handler: Any = Mangum(api, lifespan="off")
    return lambda one: handler(one, None)


def microseconds(application: Application, one: dict[str, Any], requests: int) -> float:
    """CPU time of the process per request."""
    with quiet():
        for _ in range(50):
            answer = application(one)
    assert answer["statusCode"] in {200, 202}, answer
    with quiet():
        started = time.process_time()
        for _ in range(requests):
            application(one)
        return (time.process_time() - started) / requests * 1e6


@contextmanager
def quiet() -> Iterator[None]:
    """Send our log lines, which are part of what is measured, to nowhere."""
    sys.stdout.flush()
    terminal, nowhere = os.dup(1), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    try:
        yield
    finally:
        sys.stdout.flush()
        os.dup2(terminal, 1)
        os.close(terminal)
        os.close(nowhere)


def main(requests: int = 2000) -> None:
    """Print CPU microseconds per request of both, and the ratio, for a GET and a POST."""
    os.environ.setdefault("AWS_DEFAULT_REGION", "us-east-1")
    services = container()
    wiring.use(services)
    from app import app

    theirs = fastapi_application(services)
    cases = {
        "GET /users/{id}": event("GET", f"/api/v1/users/{USER_ID}"),
        "POST /auth/resend-verification": event(
            "POST", "/api/v1/auth/resend-verification", {"email": "someone@example.com"}
        ),
    }
    print(f"{'request':34}{'ours us':>9}{'FastAPI us':>12}{'ours/FastAPI':>14}")
    for name, one in cases.items():
        pairs = [
            (
                microseconds(lambda e: app(e, None), one, requests // 4),
                microseconds(theirs, one, requests // 4),
            )
            for _ in range(4)
        ]
        ours, other = (min(side) for side in zip(*pairs, strict=True))
        print(f"{name:34}{ours:9.0f}{other:12.0f}{ours / other:14.2f}")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
