"""Every key string of the table. Nothing else formats one (a test enforces it).

`docs/data-model.md` says which access pattern uses which.
"""

from datetime import date
from typing import NamedTuple


class Key(NamedTuple):
    """A primary key."""

    pk: str
    sk: str


SESSION = "SESSION#"
API_TOKEN_PLACE = "APITOKEN#"  # noqa: S105 -- a name
SERVER_PARTS = "#"
ROSTER_MEMBER = "MEMBER#"
PLUGIN = "PLUGIN#"
REVIEW = "REVIEW#"
FAVORITE = "FAVORITE#"
PLAYED = "PLAYED#"
PLAYER_SERVER = "SERVER#"
ANOMALY = "ANOMALY#"


def profile(user_id: str) -> Key:
    """A user's public and private profile."""
    return Key(f"USER#{user_id}", "PROFILE")


def credential(email: str) -> Key:
    """The login record of an address, and the guard that makes it unique."""
    return Key(f"EMAIL#{email}", "CREDENTIAL")


def username(folded: str) -> Key:
    """The guard that makes a user name unique."""
    return Key(f"USERNAME#{folded}", "GUARD")


def session(user_id: str, session_id: str) -> Key:
    """One login of a user: a family of refresh tokens."""
    return Key(f"USER#{user_id}", f"{SESSION}{session_id}")


def email_change(user_id: str) -> Key:
    """The change of address that a user has asked for."""
    return Key(f"USER#{user_id}", "EMAILCHANGE")


def token(sha256: str, purpose: str) -> Key:
    """A single-use token, found by the hash of what was mailed."""
    return Key(f"TOKEN#{sha256}", purpose)


def api_token(sha256: str) -> Key:
    """An API token, found by the hash of its secret."""
    return Key(f"APITOKEN#{sha256}", "TOKEN")


def user_api_tokens(user_id: str) -> str:
    """GSI1 partition: the API tokens of one user, by creation time."""
    return f"USER#{user_id}#APITOKEN"


def api_token_place(user_id: str, number: int) -> Key:
    """One of the places a user has for API tokens: there are no more than these."""
    return Key(f"USER#{user_id}", f"{API_TOKEN_PLACE}{number:02}")


def passkey(user_id: str, passkey_id: str) -> Key:
    """A user's passkey, by the hash of its credential's id."""
    return Key(f"USER#{user_id}", f"PASSKEY#{passkey_id}")


def passkey_guard(passkey_id: str) -> Key:
    """The guard that makes a passkey unique among all users."""
    return Key(f"PASSKEY#{passkey_id}", "GUARD")


def second_factor(user_id: str) -> Key:
    """What a user's second factor is checked against."""
    return Key(f"USER#{user_id}", "SECONDFACTOR")


def second_factor_pending(user_id: str) -> Key:
    """A second factor that its user has yet to confirm."""
    return Key(f"USER#{user_id}", "SECONDFACTOR#PENDING")


def challenge(sha256: str) -> Key:
    """What became of a challenge, by the hash of its text."""
    return Key(f"CHALLENGE#{sha256}", "CHALLENGE")


def link_code(stored: str) -> Key:
    """A code to be typed in the game, found by its keyed hash."""
    return Key(f"LINKCODE#{stored}", "LINKCODE")


def oauth_state(sha256: str) -> Key:
    """An attempt to sign in elsewhere, found by the hash of its state."""
    return Key(f"STATE#{sha256}", "STATE")


def assertion(sha256: str) -> Key:
    """The mark that a provider's answer was used."""
    return Key(f"STATE#{sha256}", "ASSERTION")


def export(user_id: str) -> Key:
    """A person's one export."""
    return Key(f"USER#{user_id}", "EXPORT")


def deletion(user_id: str) -> Key:
    """A person's wish to be gone, until they are."""
    return Key(f"USER#{user_id}", "DELETION")


def deletions_due(day: date) -> str:
    """GSI2 partition: the deletions of one day, by the moment they are due."""
    return f"DELETION#{day.isoformat()}"


def deleted_user(user_id: str) -> Key:
    """The mark that an account is gone."""
    return Key(f"USER#{user_id}", "DELETED")


def user_of(pk: str) -> str:
    """The user whose partition a key is in: an index of keys alone tells no more."""
    return pk.partition("#")[2]


def server_of(pk: str) -> str:
    """The server whose partition a key is in, whatever the item says."""
    return pk.partition("#")[2]


def mail(mail_id: str) -> Key:
    """A mail that waits to be sent."""
    return Key(f"MAIL#{mail_id}", "MAIL")


def effect(event_id: str, consumer: str) -> Key:
    """The mark that a consumer has done its part for an event."""
    return Key(f"EFFECT#{event_id}", consumer)


def server_detail(server_id: str) -> Key:
    """What the owner edits. The three parts sort together, so one query reads them."""
    return Key(f"SERVER#{server_id}", "#DETAIL")


def server_stats(server_id: str) -> Key:
    """What counters count."""
    return Key(f"SERVER#{server_id}", "#STATS")


def server_status(server_id: str) -> Key:
    """What pings change."""
    return Key(f"SERVER#{server_id}", "#STATUS")


def uptime_day(server_id: str, date: str) -> Key:
    """A day's 24 hourly aggregates of one server."""
    return Key(f"SERVER#{server_id}", f"UPTIME#{date}")


def plugin(server_id: str, plugin_id: str) -> Key:
    """An installed plugin, beside its server."""
    return Key(f"SERVER#{server_id}", f"{PLUGIN}{plugin_id}")


def plugin_book(server_id: str) -> Key:
    """How many plugins a server has."""
    return Key(f"SERVER#{server_id}", "PLUGINS")


def plugin_credential(sha256: str) -> Key:
    """What a signed call is judged by, found by the hash of its key."""
    return Key(f"PLUGINKEY#{sha256}", "CREDENTIAL")


def plugin_watch(bucket: int) -> str:
    """GSI2 partition: the plugins to look after in one span of five minutes since 1970."""
    return f"PLUGINWATCH#{bucket}"


def plugin_watch_cursor() -> Key:
    """Up to where plugins were looked after."""
    return Key("PLUGINWATCH", "CURSOR")


def delivery(server_id: str, player: str, redemption_id: str) -> Key:
    """What a server owes a player, oldest first."""
    return Key(f"DELIVERY#{server_id}#{player}", redemption_id)


def replay(plugin_id: str, mark: str) -> Key:
    """The mark that a signed request was seen."""
    return Key(f"REPLAY#{plugin_id}#{mark}", "REPLAY")


def slug(slug_text: str) -> Key:
    """The guard that makes a slug unique and finds its server."""
    return Key(f"SLUG#{slug_text}", "GUARD")


def owner_index(user_id: str) -> str:
    """GSI1 partition: the servers of one owner, by creation time."""
    return f"OWNER#{user_id}"


def catalog(kind: str, entry: str) -> Key:
    """An entry of a small catalogue (tags, badges), read whole and cached."""
    return Key(f"CATALOG#{kind}", entry)


def roster_counter() -> Key:
    """Draws the next place in a roster."""
    return Key("ROSTER", "COUNTER")


def roster_member(shard: int, server_id: str) -> Key:
    """A server's place in its roster."""
    return Key(f"ROSTER#{shard}", f"{ROSTER_MEMBER}{server_id}")


def roster_state(shard: int) -> Key:
    """The packed state of a roster. Sorts right behind its members: one query reads both."""
    return Key(f"ROSTER#{shard}", "STATE")


def roster_lease(shard: int) -> Key:
    """Who works on a roster, until when; apart from the state, so taking it costs 1 unit."""
    return Key(f"ROSTER#{shard}", "LEASE")


def roster_samples(shard: int, minute: str) -> Key:
    """A round's packed raw results; in a partition of its own, so that no round reads it."""
    return Key(f"ROSTERLOG#{shard}", f"SAMPLES#{minute}")


def roster_hours(shard: int, date: str) -> Key:
    """A day's packed hourly aggregates of a whole roster."""
    return Key(f"ROSTERLOG#{shard}", f"HOURS#{date}")


def player_clock(platform: str, player: str) -> Key:
    """A player's time, given away across all servers, and what they have on those played last."""
    return Key(f"PLAYER#{platform}#{player}", "PLAYTIME")


def player_server(platform: str, player: str, server_id: str) -> Key:
    """What a player has on a server that was played long ago, taken off the clock."""
    return Key(f"PLAYER#{platform}#{player}", f"{PLAYER_SERVER}{server_id}")


def played(user_id: str, server_id: str) -> Key:
    """A user's verified playtime on a server."""
    return Key(f"USER#{user_id}", f"{PLAYED}{server_id}")


def anomaly(server_id: str, anomaly_id: str) -> Key:
    """Something odd about a server's playtime, by time."""
    return Key(f"SERVER#{server_id}", f"{ANOMALY}{anomaly_id}")


def anomalies_held() -> str:
    """GSI1 partition: anomalies that wait for a moderator."""
    return "ANOMALY#HELD"


def watch(server_id: str, plugin_id: str) -> Key:
    """How suspicious a plugin instance is."""
    return Key(f"SERVER#{server_id}", f"WATCH#{plugin_id}")


def kept_verdicts(server_id: str, date: str, report_id: str = "") -> Key:
    """Verdicts that the bucket did not take."""
    return Key(f"SERVER#{server_id}", f"VERDICTS#{date}#{report_id}")


def ticket(sha256: str) -> Key:
    """A single-use ticket that opens a websocket."""
    return Key(f"TICKET#{sha256}", "TICKET")


def connection(connection_id: str) -> Key:
    """An open websocket."""
    return Key(f"CONNECTION#{connection_id}", "CONNECTION")


def user_connections(user_id: str) -> str:
    """GSI1 partition: the open websockets of one user."""
    return f"USER#{user_id}#CONNECTION"


def upload(upload_id: str) -> Key:
    """An upload that was granted and waits for its object."""
    return Key(f"UPLOAD#{upload_id}", "UPLOAD")


def rate(policy: str, subject: str, window: int) -> Key:
    """The counters of one caller against one rate limit, in one of its longest windows."""
    return Key(f"RATE#{policy}#{subject}", f"WINDOW#{window}")


def review(server_id: str, user_id: str) -> Key:
    """A user's review of a server: the pair is the key, so there is one."""
    return Key(f"SERVER#{server_id}", f"{REVIEW}{user_id}")


def review_entry(user_id: str, since: str, server_id: str) -> Key:
    """A review among its author's, by the time it was written."""
    return Key(f"USER#{user_id}", f"{REVIEW}{since}#{server_id}")


def reviews_by_time(server_id: str) -> str:
    """GSI1 partition of reviews: verified or not, then by time."""
    return f"SERVER#{server_id}#REVIEW"


def reviews_by_rating(server_id: str) -> str:
    """GSI2 partition of reviews: by rating, verified or not, then by time."""
    return f"SERVER#{server_id}#REVIEW#RATING"


def reviews_by_use(server_id: str) -> str:
    """GSI1 partition of reviews' entries: verified or not, then by how helpful they are."""
    return f"SERVER#{server_id}#HELPFUL"


def reviews_by_rating_and_use(server_id: str) -> str:
    """GSI2 partition of reviews' entries: by rating, verified or not, then how helpful."""
    return f"SERVER#{server_id}#HELPFUL#RATING"


def review_standing(
    verified: bool | None = None, place: str = "", rating: int | None = None
) -> str:
    """Sort key in these four; what is left out leaves what those begin with that stand alike."""
    known = "" if verified is None else f"{verified:d}"
    return f"{'' if rating is None else rating}{known}{place}"


def review_place(since: str, user_id: str, points: int | None = None) -> str:
    """Where a review stands among those alike: by points if they lead, then by time."""
    return f"{'' if points is None else format(points, '04d')}{since}#{user_id}"


def review_vote(review_id: str, since: str, user_id: str) -> Key:
    """A vote on a review as it was written at a time: one written anew starts without votes."""
    return Key(f"REVIEW#{review_id}#{since}", f"VOTE#{user_id}")


def votes_of(user_id: str) -> str:
    """GSI2 partition: the votes of one person, by time."""
    return f"USER#{user_id}#VOTE"


def review_text(review_id: str, since: str, slot: int | None = None) -> Key:
    """An earlier text of a review; the slots are used in turn. Without one: where they begin."""
    return Key(f"REVIEW#{review_id}#{since}", f"TEXT#{'' if slot is None else format(slot, '02d')}")


def favorite(user_id: str, server_id: str) -> Key:
    """A server among a user's favourites."""
    return Key(f"USER#{user_id}", f"{FAVORITE}{server_id}")


def favorites(user_id: str) -> Key:
    """How many favourites a user has."""
    return Key(f"USER#{user_id}", "FAVORITES")


def favorites_by_time(user_id: str) -> str:
    """GSI2 partition: a user's favourites by the time they were added."""
    return f"USER#{user_id}#FAVORITE"
