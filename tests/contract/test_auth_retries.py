"""A write whose answer was lost is sent again by the SDK; that is neither a failure nor a theft."""

from typing import Any
from unittest.mock import patch

import pytest
from botocore.endpoint import Endpoint
from botocore.exceptions import ReadTimeoutError

from firstspawn.auth.errors import RefreshTokenReused
from firstspawn.wiring import Container
from tests.support.clock import FrozenClock
from tests.support.engines import MOTO, Engine
from tests.support.factories import Accounts
from tests.support.stacks import stack_on


@pytest.fixture
def stack(engine: Engine, clock: FrozenClock) -> Container:
    if engine.name == MOTO.name:
        pytest.skip("moto answers before botocore's transport: no answer can be lost there")
    return stack_on(engine, clock)


def losing(operation: str) -> Any:
    """Let the first such request reach the engine and lose its answer on the way back."""
    send, lost = Endpoint._send, list[str]()

    def lossy(endpoint: Endpoint, request: Any) -> Any:
        answer = send(endpoint, request)
        target = request.headers["X-Amz-Target"]
        if not lost and operation in (target.decode() if isinstance(target, bytes) else target):
            lost.append(operation)
            raise ReadTimeoutError(endpoint_url=request.url)
        return answer

    return patch.object(Endpoint, "_send", lossy)


def test_a_refresh_whose_answer_was_lost_is_carried_through(stack: Container) -> None:
    # Given
    account = Accounts(stack).create()
    # When
    with losing("UpdateItem"):
        _, fresh = stack.auth.refresh(account.refresh)
    # Then the session lives on, one generation further
    _, newer = stack.auth.refresh(fresh)
    assert len(stack.auth.sessions(account.caller).items) == 1
    # And reuse is still seen
    with pytest.raises(RefreshTokenReused):
        stack.auth.refresh(fresh)
    assert newer


def test_a_verification_whose_answer_was_lost_is_done(stack: Container) -> None:
    # Given
    accounts = Accounts(stack)
    form = accounts.register()
    (mailed,) = accounts.mailed_tokens(form.email)
    # When the answer to the transaction is the one that is lost
    with losing("TransactWriteItems"):
        stack.registration.verify_email(mailed)
    # Then
    assert stack.users.me(accounts.login(form).caller)[0].emailVerified
