"""What admins and moderators do without a case: roles, and what is recommended."""

from firstspawn.audit.schemas import Act, Actor
from firstspawn.kit.clock import Clock
from firstspawn.kit.ids import NewId
from firstspawn.moderation.decision_repository import DecisionRepository, Noted
from firstspawn.moderation.effect_repository import EffectRepository
from firstspawn.moderation.errors import Outranked
from firstspawn.moderation.schemas import ChangeListing, ChangeRole
from firstspawn.servers.service import ServerService
from firstspawn.users.service import UserService


class StaffService:
    """Changes that are the staff's to make."""

    def __init__(
        self,
        decisions: DecisionRepository,
        effects: EffectRepository,
        users: UserService,
        servers: ServerService,
        *,
        clock: Clock,
        new_id: NewId,
    ) -> None:
        self._decisions, self._effects = decisions, effects
        self._users, self._servers = users, servers
        self._clock, self._new_id = clock, new_id

    def set_role(self, actor: Actor, user: str, form: ChangeRole) -> None:
        """Give somebody else a role: two reads, one transaction. It counts at once.

        Nobody changes their own, so that there always is an admin. Raises UserNotFound, Outranked,
        ChangedMeanwhile.
        """
        user_id = self._users.public(user)[0].id
        if user_id == actor.userId:
            raise Outranked
        now = self._clock()
        before = self._effects.role_of(user_id, now)
        if before is form.role:
            return
        act = Act(
            actor, "user.role", f"user:{user_id}", form.reason,
            {"role": before.value}, {"role": form.role.value},
        )  # fmt: skip
        changed = self._effects.set_role(user_id, form.role, before)
        self._decisions.commit(changed, self._decisions.note(Noted(act, self._new_id()), now))

    def feature(self, actor: Actor, server: str, form: ChangeListing) -> None:
        """Recommend a server, or do not any more: a read, a transaction. Not one's own.

        Raises ServerNotFound, Outranked.
        """
        found, now = self._servers.get(server)[0], self._clock()
        if found.ownerId == actor.userId:
            raise Outranked
        act = Act(
            actor, "server.feature", f"server:{found.id}", form.reason,
            {"isFeatured": found.isFeatured}, {"isFeatured": form.isFeatured},
        )  # fmt: skip
        changed = self._effects.feature_server(found.id, now, featured=form.isFeatured)
        self._decisions.commit(changed, self._decisions.note(Noted(act, self._new_id()), now))
