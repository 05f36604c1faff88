"""The key strings of reputation, moderation, the audit log and analytics; else as `keys.py`."""

from firstspawn.db.keys import Key

REPUTATION = "REPUTATION#"
REPUTATION_SUM = "REPUTATIONSUM#"
AUDIT_SHARDS = 4
CASE_SHARDS = 4
CASE_NOTE = "NOTE#"
CASE_REPORT = "REPORT#"
HIDDEN = "HIDDEN#"
_DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def audit_entry(month: str, entry_id: str) -> Key:
    """What a member of the staff did: in one of its month's shards, by the end of its id."""
    return Key(audit_shard(month, _DIGITS.index(entry_id[-1]) % AUDIT_SHARDS), entry_id)


def audit_shard(month: str, shard: int) -> str:
    """A part of a month (`2026-11`) of the audit log."""
    return f"AUDIT#{month}#{shard}"


def audit_by_subject(subject: str) -> str:
    """GSI1 partition: what was done to somebody or something."""
    return f"AUDITSUBJECT#{subject}"


def audit_by_actor(user_id: str) -> str:
    """GSI2 partition: what a member of the staff did."""
    return f"AUDITACTOR#{user_id}"


def reputation_entry(user_id: str, action: str, cause: str, number: int | None = None) -> Key:
    """A line of somebody's ledger; each cause's are numbered. Without one: where they begin."""
    place = "" if number is None else f"{number:06d}"
    return Key(f"USER#{user_id}", f"{REPUTATION}{action}#{cause}#{place}")


def reputation_sum(user_id: str, action: str) -> Key:
    """What somebody's ledger comes to for an action, and on its last day."""
    return Key(f"USER#{user_id}", f"{REPUTATION_SUM}{action}")


def reputation_by_time(user_id: str) -> str:
    """GSI1 partition: somebody's ledger."""
    return f"USER#{user_id}#REPUTATION"


def case(subject: str, part: str = "CASE") -> Key:
    """What the staff has on a subject (`kind:id`): there is one case, again and again."""
    return Key(f"CASE#{subject}", part)


def case_report(subject: str, reporter_id: str) -> Key:
    """What somebody reported of a subject, once."""
    return case(subject, f"{CASE_REPORT}{reporter_id}")


def case_note(subject: str, note_id: str) -> Key:
    """What the staff noted on a case."""
    return case(subject, f"{CASE_NOTE}{note_id}")


def cases_in(state: str, shard: int) -> str:
    """GSI1 and GSI2 partition: the cases of a state, by age and by reports."""
    return f"MODERATION#{state}#{shard}"


def case_shard(subject: str) -> int:
    """Which of a state's shards a case is in."""
    return _DIGITS.find(subject[-1].upper()) % CASE_SHARDS


def case_place(subject: str, first: str) -> str:
    """Sort key in these: when it was opened, or how often reported; then whose it is."""
    return f"{first}#{subject}"


def reports_by(user_id: str) -> str:
    """GSI1 partition: what somebody reported."""
    return f"USER#{user_id}#REPORT"


def decision(decision_id: str) -> Key:
    """What the staff decided."""
    return Key(f"DECISION#{decision_id}", "DECISION")


def decisions_on(subject: str) -> str:
    """GSI1 partition: what was decided on a subject."""
    return f"CASE#{subject}#DECISION"


def decisions_about(user_id: str) -> str:
    """GSI2 partition: what was decided that affects somebody."""
    return f"USER#{user_id}#DECISION"


def hidden_by(decision_id: str, review_id: str) -> Key:
    """That a review was hidden by a decision on its author."""
    return Key(f"DECISION#{decision_id}", f"{HIDDEN}{review_id}")


def views_of(server_id: str, day: str) -> Key:
    """How often a server was looked at on a day."""
    return Key(f"SERVER#{server_id}", f"ANALYTICS#VIEWS#{day}")


def counts_of(server_id: str, day: str) -> Key:
    """What a server's counters came to at the end of a day."""
    return Key(f"SERVER#{server_id}", f"ANALYTICS#COUNTS#{day}")


def fingerprint(text_hash: str, review_id: str) -> Key:
    """That a review says what others may say as well."""
    return Key(f"FINGERPRINT#{text_hash}", review_id)
