"""Finds what cases are about."""

from firstspawn.kit.clock import Clock
from firstspawn.moderation.errors import UnknownKind
from firstspawn.moderation.rules import Kind
from firstspawn.moderation.schemas import Subject
from firstspawn.moderation.subject_repository import SubjectRepository
from firstspawn.servers.service import ServerService
from firstspawn.users.service import UserService


class Subjects:
    """Reviews, servers and users as subjects of cases."""

    def __init__(
        self,
        reviews: SubjectRepository,
        servers: ServerService,
        users: UserService,
        clock: Clock,
    ) -> None:
        self._reviews, self._servers, self._users = reviews, servers, users
        self._clock = clock

    def find(self, kind: str, subject_id: str) -> Subject:
        """A subject by its id (a server also by slug, a user by name): one read, or two.

        Raises UnknownKind, ReviewNotFound, ServerNotFound, UserNotFound.
        """
        if kind == Kind.REVIEW:
            return self._reviews.review(subject_id, self._clock())
        if kind == Kind.SERVER:
            server = self._servers.get(subject_id)[0]
            return Subject(Kind.SERVER, server.id, server.ownerId, f"your server {server.name}")
        if kind == Kind.USER:
            user = self._users.public(subject_id)[0]
            return Subject(Kind.USER, user.id, user.id, "your account")
        raise UnknownKind
