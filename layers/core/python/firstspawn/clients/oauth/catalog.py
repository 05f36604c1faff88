"""Which providers a stack has: those it was given a registration for."""

from firstspawn.clients.oauth.discord import Discord
from firstspawn.clients.oauth.epic import Epic
from firstspawn.clients.oauth.google import Google
from firstspawn.clients.oauth.interface import Provider
from firstspawn.clients.oauth.steam import Steam
from firstspawn.config import Secrets, Settings


def configured_providers(settings: Settings, secrets: Secrets) -> dict[str, Provider]:
    """The providers by name, in the order they are shown; calls nobody."""
    found: dict[str, Provider] = {**token_providers(settings, secrets)}
    if settings.google_client_id and (secret := secrets.googleClientSecret):
        found["google"] = Google(settings.google_client_id, secret, settings.google_url)
    if settings.epic_client_id and (secret := secrets.epicClientSecret):
        found["epic"] = Epic(settings.epic_client_id, secret, settings.epic_url)
    if settings.steam_enabled:
        realm = settings.steam_realm or settings.api_url
        found["steam"] = Steam(realm, secrets.steamApiKey, settings.steam_url)
    return found


def token_providers(settings: Settings, secrets: Secrets) -> dict[str, Discord]:
    """Those of them whose tokens are kept."""
    if settings.discord_client_id and (secret := secrets.discordClientSecret):
        return {"discord": Discord(settings.discord_client_id, secret, settings.discord_url)}
    return {}
