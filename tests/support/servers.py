"""Servers for tests: owners without the cost of a password, and forms nobody has sent yet."""

import json
from itertools import count
from typing import Any

from firstspawn.db import keys
from firstspawn.servers.schemas import RegisterServer, ServerView
from firstspawn.users.models import User
from firstspawn.users.schemas import Caller
from firstspawn.wiring import Container

_numbers = count(1)


def server_form(**fields: Any) -> RegisterServer:
    """What an owner sends; the name, and with it the slug, is new each time."""
    number = next(_numbers)
    values = {
        "gameType": "MINECRAFT",
        "name": f"Emerald Isles {number}",
        "ip": f"play{number}.emerald.example.com",
    }
    return RegisterServer.model_validate_json(json.dumps({**values, **fields}))


class Owners:
    """Makes owners and their servers in one container's table."""

    def __init__(self, stack: Container) -> None:
        self._stack = stack

    def create(self, **profile: Any) -> Caller:
        """A verified profile, without credential; `profile` sets more attributes."""
        user_id = self._stack.new_id()
        now = self._stack.clock()
        user = User.at(
            keys.profile(user_id), id=user_id, username=f"owner-{next(_numbers)}",
            emailVerified=True, createdAt=now, updatedAt=now, **profile,
        )  # fmt: skip
        user.save()
        return Caller(user_id, "session", 1)

    def server(self, owner: Caller | None = None, **fields: Any) -> tuple[Caller, ServerView]:
        """A registered server and its owner."""
        caller = owner or self.create()
        return caller, self._stack.server_registration.register(caller, server_form(**fields))[0]

    def count(self, owner: Caller) -> int:
        """How many servers the profile says its owner has."""
        user = User.find(keys.profile(owner.userId), self._stack.clock(), consistent=True)
        assert user is not None
        return int(user.serverCount)
