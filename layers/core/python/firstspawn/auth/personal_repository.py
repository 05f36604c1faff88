"""What signing in keeps of a person."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from firstspawn.auth.models import Credential, EmailChange, Session
from firstspawn.db import keys
from firstspawn.db.facts import facts
from firstspawn.users.models import User


def credential_facts(user_id: str, now: datetime) -> Iterator[dict[str, Any]]:
    """The address one signs in with, and whether there is a password: two reads."""
    user = User.find(keys.profile(user_id), now, consistent=True)
    key = keys.credential(user.email) if user and user.email else None
    found = Credential.find(key, now, consistent=True) if key else None
    if user and found and found.userId == user_id:
        password = {"hasPassword": bool(found.passwordHash)}
        for one in facts([found], "passwordHash"):
            yield {"email": user.email, **password, **one}


def erase_sessions(user_id: str) -> None:
    """Delete every session: one query, batches of 25."""
    prefix = keys.session(user_id, "")
    found = Session.query(prefix.pk, Session.SK.startswith(prefix.sk), consistent_read=True)
    with Session.batch_write() as batch:
        for session in found:
            batch.delete(session)


def session_facts(user_id: str, now: datetime) -> Iterator[dict[str, Any]]:
    """Logins that last: one query."""
    prefix = keys.session(user_id, "")
    found = Session.query(prefix.pk, Session.SK.startswith(prefix.sk), consistent_read=True)
    return facts((one for one in found if one.is_alive(now)), "tokenHash")


def email_change_facts(user_id: str, now: datetime) -> Iterator[dict[str, Any]]:
    """The change of address that waits for its links, if one does: one read."""
    found = EmailChange.find(keys.email_change(user_id), now, consistent=True)
    return facts([found] if found else [])
