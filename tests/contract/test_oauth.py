"""Accounts by identity on every engine: whoever arrives at the same moment, and what it costs."""

from collections.abc import Callable, Iterator
from functools import partial
from urllib.parse import parse_qs, urlsplit

import pytest

from firstspawn.auth.models import Credential
from firstspawn.db import keys
from firstspawn.identities.models import IdentityGuard
from firstspawn.oauth.schemas import Finished
from firstspawn.users.models import User, UsernameGuard
from firstspawn.wiring import Container
from tests.support.clock import FrozenClock
from tests.support.costs import assert_cost, count_calls
from tests.support.engines import Engine
from tests.support.factories import DEVICE, Accounts
from tests.support.identities import an_identity
from tests.support.oauth import with_providers
from tests.support.oauth_providers import FakeProviders, running_providers
from tests.support.races import kinds, need_real_races, race
from tests.support.stacks import stack_on


@pytest.fixture(scope="module")
def fake() -> Iterator[FakeProviders]:
    with running_providers(lambda: 0) as fake:
        yield fake


@pytest.fixture
def stack(engine: Engine, clock: FrozenClock, fake: FakeProviders) -> Container:
    built = with_providers(stack_on(engine, clock), fake)
    _ = built.oauth, built.registration, built.access_tokens
    return built


def answered(stack: Container, fake: FakeProviders, **person: object) -> partial[Finished]:
    """An attempt that is all but finished."""
    started = stack.oauth.start("discord", None)
    query = {name: [value] for name, value in fake.visit(started.url, **person).items()}
    return partial(stack.oauth.finish, "discord", query, started.browser, DEVICE)


def outcome(finished: object) -> dict[str, list[str]]:
    assert isinstance(finished, Finished), finished
    return parse_qs(urlsplit(finished.url).query)


def test_8_first_logins_of_one_person_make_one_account(
    engine: Engine, stack: Container, fake: FakeProviders
) -> None:
    need_real_races(engine)
    # Given
    person = {"id": an_identity().platformUserId, "global_name": "Racer"}
    # When
    outcomes = race([answered(stack, fake, **person) for _ in range(8)])
    # Then everybody is in, and in the same account
    assert [outcome(one) for one in outcomes] == [{"signedIn": ["discord"]}] * 8
    key_ends = f"#{person['id']}"
    (guard,) = [one for one in IdentityGuard.scan() if one.PK.endswith(key_ends)]
    assert len([one for one in UsernameGuard.scan() if one.userId == guard.userId]) == 1
    racers = [user for user in User.scan() if user.username.startswith("Racer")]
    assert [user.id for user in racers] == [guard.userId]


def test_of_8_who_bring_one_answer_one_is_let_in(
    engine: Engine, stack: Container, fake: FakeProviders
) -> None:
    need_real_races(engine)
    # When
    outcomes = race([answered(stack, fake, id="901")] * 8)
    # Then
    told = [str(outcome(one)) for one in outcomes]
    assert sorted(told) == ["{'error': ['invalid_state']}"] * 7 + ["{'signedIn': ['discord']}"]


def test_a_registration_and_a_provider_at_one_address_never_share_an_account(
    engine: Engine, stack: Container, fake: FakeProviders
) -> None:
    need_real_races(engine)
    accounts = Accounts(stack)
    for number in range(4):
        # Given
        form = accounts.form()
        finish = answered(stack, fake, id=f"91{number}", email=form.email, verified=True)
        # When
        runners: list[Callable[[], object]] = [finish]
        runners.append(partial(stack.registration.register, form))
        outcomes = race(runners)
        # Then the proven one has the address, without the other's password
        assert kinds(outcomes) == {"Finished": 1, "NoneType": 1}
        assert outcome(outcomes[0]) == {"signedIn": ["discord"]}
        (user,) = [user for user in User.scan() if user.email == form.email]
        credential = Credential.find(keys.credential(form.email), stack.clock())
        assert credential is not None
        assert credential.userId == user.id
        assert credential.passwordHash is None


def test_what_starting_and_signing_in_cost(stack: Container, fake: FakeProviders) -> None:
    # Given
    number = an_identity().platformUserId
    # When / Then
    with count_calls() as costs:
        stack.oauth.start("discord", None)
    assert_cost(costs, operations=["PutItem"], write_units=1)
    email = f"c{number}@mail.example.com"
    new = answered(stack, fake, id=number, email=email, verified=True, global_name=f"C{number}")
    with count_calls() as costs:
        new()
    reads = ["GetItem", "DeleteItem", "GetItem", "GetItem"]
    writes = ["TransactWriteItems", "GetItem", "PutItem", "UpdateItem"]
    assert_cost(costs, operations=reads + writes, read_units=4, write_units=16)
    known = answered(stack, fake, id=number)
    with count_calls() as costs:
        known()
    reads = ["GetItem", "DeleteItem", "GetItem"]
    writes = ["TransactWriteItems", "GetItem", "PutItem", "UpdateItem"]
    assert_cost(costs, operations=reads + writes, read_units=3, write_units=9)
