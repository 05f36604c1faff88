"""Finds what cases are about."""

from firstspawn.audit.schemas import Actor
from firstspawn.kit.clock import Clock
from firstspawn.moderation.errors import Outranked, UnknownKind
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

    def check_foreign(self, actor: Actor, subject: Subject) -> None:
        """Let nobody decide about themselves, their own, or what is said of their server.

        A review is of one server for good and a server has one owner for good, so what is read
        here still holds at the write: one read for a review. Raises Outranked.
        """
        own = actor.userId == subject.affectedId
        if not own and subject.kind is Kind.REVIEW:
            own = actor.userId == self._reviews.owner_reviewed(subject.id, self._clock())
        if own:
            raise Outranked
