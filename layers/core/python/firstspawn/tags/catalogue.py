"""The tags a new stack starts with. Editing an entry here changes no stack that has it already."""

from typing import NamedTuple

from firstspawn.tags.schemas import Category


class Entry(NamedTuple):
    """A tag as it is first stored."""

    slug: str
    name: str
    category: str
    color: str
    icon: str
    description: str
    sortOrder: int


_GAMEMODES = (
    ("survival", "Survival", "pickaxe", "Gather, build and live through the night"),
    ("smp", "SMP", "users", "One lasting survival world, shared by everybody"),
    ("semi-vanilla", "Semi-Vanilla", "leaf", "Vanilla with a few comforts"),
    ("vanilla", "Vanilla", "box", "The game as it comes"),
    ("creative", "Creative", "palette", "Build without limits"),
    ("skyblock", "SkyBlock", "cloud", "Begin on an island in the sky"),
    ("oneblock", "OneBlock", "square", "A world out of a single block"),
    ("factions", "Factions", "swords", "Clans that raid each other's bases"),
    ("towny", "Towny", "home", "Towns, nations and their politics"),
    ("prison", "Prison", "lock", "Mine your way up the ranks"),
    ("bedwars", "BedWars", "bed", "Guard your bed, break the others'"),
    ("skywars", "SkyWars", "wind", "Last one standing in the sky"),
    ("minigames", "Minigames", "gamepad", "Short rounds of many kinds"),
    ("parkour", "Parkour", "footprints", "Jump, fall, try again"),
    ("pvp", "PvP", "crosshair", "Player against player"),
    ("kitpvp", "KitPvP", "shield", "Choose a kit and fight at once"),
    ("practice", "Practice PvP", "target", "Ranked duels"),
    ("anarchy", "Anarchy", "flame", "No rules"),
    ("roleplay", "Roleplay", "masks", "Play somebody else"),
    ("mmorpg", "MMORPG", "scroll", "Quests, classes and dungeons"),
    ("earth", "Earth", "globe", "A map of the world"),
    ("pixelmon", "Pixelmon", "paw", "Catch and train monsters"),
)
_FEATURES = (
    ("economy", "Economy", "coins", "Money, shops and auctions"),
    ("quests", "Quests", "map", "Tasks with rewards"),
    ("dungeons", "Dungeons", "door", "Instances with bosses"),
    ("custom-items", "Custom Items", "sword", "Things the game does not have"),
    ("custom-terrain", "Custom Terrain", "mountain", "Landscapes made by hand or by other rules"),
    ("land-claims", "Land Claims", "flag", "What you build stays yours"),
    ("mcmmo", "mcMMO", "trending-up", "Skills that grow with use"),
    ("jobs", "Jobs", "briefcase", "Earn by doing"),
    ("voice-chat", "Proximity Voice", "mic", "Hear who is near you"),
    ("no-pay-to-win", "No Pay to Win", "scale", "Money buys looks, not strength"),
    ("weekly-events", "Weekly Events", "calendar", "Something happens every week"),
)
_COMMUNITY = (
    ("family-friendly", "Family Friendly", "smile", "Fit for children, and moderated so"),
    ("adults", "18+", "user-check", "Grown-ups only"),
    ("whitelist", "Whitelist", "clipboard", "Apply before you play"),
    ("lgbtq-friendly", "LGBTQ+ Friendly", "heart", "Everybody is welcome"),
    ("beginner-friendly", "Beginner Friendly", "seedling", "Somebody will show you around"),
    ("active-staff", "Active Staff", "badge", "Help within minutes"),
)
_PLATFORM = (
    ("crossplay", "Crossplay", "link", "Java and Bedrock together"),
    ("modded", "Modded", "puzzle", "Needs mods in your client"),
    ("forge", "Forge", "anvil", "Runs on Forge or NeoForge"),
    ("fabric", "Fabric", "grid", "Runs on Fabric"),
    ("cracked", "Offline Mode", "unlock", "Accounts are not checked"),
)
_DIFFICULTY = (
    ("peaceful", "Peaceful", "sun", "Nothing bites"),
    ("hardcore", "Hardcore", "skull", "One life"),
)


def _entries() -> tuple[Entry, ...]:
    groups = (
        (Category.GAMEMODE, "#3b82f6", _GAMEMODES),
        (Category.FEATURE, "#22c55e", _FEATURES),
        (Category.COMMUNITY, "#ec4899", _COMMUNITY),
        (Category.PLATFORM, "#a855f7", _PLATFORM),
        (Category.DIFFICULTY, "#f97316", _DIFFICULTY),
    )
    return tuple(
        Entry(slug, name, category.value, color, icon, description, group * 100 + order)
        for group, (category, color, tags) in enumerate(groups)
        for order, (slug, name, icon, description) in enumerate(tags)
    )


CATALOGUE = _entries()
