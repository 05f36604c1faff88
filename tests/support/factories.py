"""Accounts for tests, made through the services a person's requests would reach."""

from dataclasses import dataclass
from functools import cache
from itertools import count
from typing import Any

from argon2 import PasswordHasher

from firstspawn.auth.models import Credential, EmailToken
from firstspawn.auth.passwords import hash_password
from firstspawn.auth.registration_repository import UNVERIFIED_LIFE
from firstspawn.auth.schemas import Login, Register
from firstspawn.auth.service import Device
from firstspawn.auth.tokens import EmailTokens, Purpose
from firstspawn.db import keys
from firstspawn.kit.clock import epoch
from firstspawn.users.models import User, UsernameGuard
from firstspawn.users.names import fold_username
from firstspawn.users.schemas import Caller
from firstspawn.wiring import Container

PASSWORD = "Diamond-Pickaxe-1"
DEVICE = Device("pytest", "203.0.113.7")

_numbers = count(1)


@dataclass(frozen=True)
class Account:
    """A signed-in account: its access token and its refresh token, once."""

    id: str
    username: str
    email: str
    access: str
    refresh: str
    caller: Caller


class Accounts:
    """Makes accounts in one container's table."""

    def __init__(self, stack: Container) -> None:
        self._stack = stack

    def form(self, **fields: Any) -> Register:
        """A registration nobody has made yet."""
        number = next(_numbers)
        values = {
            "email": f"player{number}@mail.example.com",
            "username": f"Player-{chr(97 + number % 26)}{number}",
            "password": PASSWORD,
        }
        return Register(**{**values, **fields})

    def register(self, **fields: Any) -> Register:
        """Register an account and leave its address unverified."""
        form = self.form(**fields)
        self._stack.registration.register(form)
        return form

    def mailed_tokens(self, email: str, purpose: Purpose = Purpose.VERIFY_EMAIL) -> list[str]:
        """The tokens of the links mailed to an address, oldest first."""
        tokens = EmailTokens(self._stack.secrets.macKey, self._stack.random)
        mailed = [item for item in EmailToken.scan() if item.email == email]
        items = [item for item in mailed if item.purpose == purpose]
        items.sort(key=lambda item: (item.createdAt, item.seed))
        return [tokens.token(purpose, item.seed) for item in items]

    def login(self, form: Register) -> Account:
        """Sign in."""
        grant, refresh = self._stack.auth.login(
            Login(email=form.email, password=form.password), DEVICE
        )
        caller = self._stack.access_tokens.read(grant.accessToken)
        return Account(caller.userId, form.username, form.email, grant.accessToken, refresh, caller)

    def again(self, account: Account, password: str = PASSWORD) -> Account:
        """Sign somebody in once more, with a session and an access token of now."""
        return self.login(
            Register(email=account.email, username=account.username, password=password)
        )

    def create(self, *, verified: bool = True, **profile: Any) -> Account:
        """A signed-in account; `profile` sets attributes no request may set (role, isBanned).

        Its items are stored one by one: a registration's transactions copy moto's whole table.
        """
        form, now, user_id = self.form(), self._stack.clock(), self._stack.new_id()
        life = {} if verified else {"expiresAt": epoch(now + UNVERIFIED_LIFE)}
        times = {"createdAt": now, "updatedAt": now, **life}
        user = User.at(
            keys.profile(user_id), id=user_id, username=form.username, email=form.email,
            emailVerified=verified, **times,
        )  # fmt: skip
        user.save()
        Credential.at(
            keys.credential(form.email), userId=user_id, passwordHash=_hash(), verified=verified,
            **times,
        ).save()  # fmt: skip
        UsernameGuard.at(keys.username(fold_username(form.username)), userId=user_id, **life).save()
        account = self.login(form)
        if profile:
            user.update([getattr(User, name).set(value) for name, value in profile.items()])
        return account


def store_outdated_hash(email: str) -> str:
    """Give an address a hash of PASSWORD as it would have been made years ago; return it."""
    hashed = PasswordHasher(time_cost=1, memory_cost=8 * 1024, parallelism=1).hash(PASSWORD)
    Credential.at(keys.credential(email)).update([Credential.passwordHash.set(hashed)])
    return hashed


@cache
def _hash() -> str:
    return hash_password(PASSWORD)
