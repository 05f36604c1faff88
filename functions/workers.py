"""The functions that are not HTTP, for the application's assembly."""

from chalice.app import Blueprint

from functions.plugin import door as plugin_door
from functions.queues import deletions, exports, identities, mail, reactions
from functions.queues import rebuild as search_rebuilder
from functions.queues import uptime as uptime_worker
from functions.scheduled import blocklist as blocklist_daily
from functions.scheduled import deletions as deletion_schedule
from functions.scheduled import identities as identity_schedule
from functions.scheduled import plugins as plugin_watch
from functions.scheduled import reindex as search_nightly
from functions.scheduled import uptime as uptime_schedule
from functions.streams import events, search
from functions.uploads import media
from functions.websocket import handler as websocket

WORKERS: tuple[Blueprint, ...] = (
    blocklist_daily.blueprint,
    deletion_schedule.blueprint,
    deletions.blueprint,
    events.blueprint,
    exports.blueprint,
    identities.blueprint,
    identity_schedule.blueprint,
    mail.blueprint,
    media.blueprint,
    plugin_door.blueprint,
    plugin_watch.blueprint,
    reactions.blueprint,
    search.blueprint,
    search_nightly.blueprint,
    search_rebuilder.blueprint,
    uptime_schedule.blueprint,
    uptime_worker.blueprint,
    websocket.blueprint,
)
