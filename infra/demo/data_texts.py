"""What the demo's servers say of themselves: by theme in English, by language elsewhere."""

from typing import NamedTuple


class Theme(NamedTuple):
    """Tags that go with a theme (the first always, of the others some), and sentences to choose."""

    tags: tuple[str, ...]
    shorts: tuple[str, ...]
    longs: tuple[str, ...]


def _theme(tags: str, shorts: str, longs: str) -> Theme:
    return Theme(tuple(tags.split()), tuple(shorts.split("|")), tuple(longs.split("|")))


THEMES = {
    "survival": _theme(
        "survival smp economy land-claims family-friendly crossplay mcmmo jobs beginner-friendly",
        "Survival as it should be: calm, fair, lasting|A world that is never reset|"
        "Build a home among good neighbours",
        "Claim your land, trade at the harbour market and meet us on Friday for an event.|"
        "The map is four years old and 20,000 blocks wide; the nether is renewed every spring.",
    ),
    "skyblock": _theme(
        "skyblock oneblock economy quests jobs crossplay weekly-events",
        "An island, a tree, and a lot of sky|Grow a block into a kingdom",
        "Two hundred challenges, minions, island levels and a market that players run.|"
        "Co-op islands for up to eight friends. Seasons last three months, cosmetics are kept.",
    ),
    "factions": _theme(
        "factions pvp economy custom-items weekly-events active-staff",
        "Raid, defend, betray|Wars every weekend, and no mercy in between",
        "Cannons, spawner values and outposts. The best three factions share each season's prize.|"
        "Anti-cheat that works and staff that does not play.",
    ),
    "towny": _theme(
        "towny economy earth land-claims roleplay jobs quests",
        "Towns, nations, and who pays for the walls|Politics with pickaxes",
        "Found a town with your friends, join a nation, vote, trade, and now and then go to war.|"
        "Shops are run by players, prices are theirs. Railways cross the whole map.",
    ),
    "prison": _theme(
        "prison economy custom-items jobs quests",
        "Mine your way from A to free|Everyone starts at the bottom of the shaft",
        "Twenty-six mines, prestiges, gangs and a black market behind the canteen.",
    ),
    "minigames": _theme(
        "minigames bedwars skywars parkour pvp crossplay family-friendly",
        "A dozen games, rounds of five minutes|Queue up, laugh, queue again",
        "BedWars, SkyWars, parkour and party games on maps made by our own builders.|"
        "Parties, replays and fair matchmaking; no ranks that win games.",
    ),
    "creative": _theme(
        "creative peaceful family-friendly active-staff weekly-events",
        "Plots, brushes and time|Build something larger than yourself",
        "WorldEdit for everybody, plots up to 500 x 500 and a contest every month.",
    ),
    "roleplay": _theme(
        "roleplay whitelist adults voice-chat custom-items economy",
        "Be somebody else for an evening|A story that its players write",
        "Apply with a character of your own. Voice is by distance, and what happens stays.|"
        "Guilds, courts, taverns, and a chronicle that is kept since the first day.",
    ),
    "mmorpg": _theme(
        "mmorpg quests dungeons custom-items custom-terrain",
        "Classes, dungeons and a world worth walking|No mods, hundreds of quests",
        "Six classes, forty dungeons and bosses that need more than one of you.",
    ),
    "modded": _theme(
        "modded forge fabric quests whitelist voice-chat",
        "Machines, magic and very long pipes|A modpack kept in order",
        "Our pack has 240 mods that know each other. Chunk loading is free, lag is not tolerated.",
    ),
    "anarchy": _theme(
        "anarchy pvp cracked vanilla",
        "No rules. None.|Whatever you build will be found",
        "One map since 2016, never reset. The first thousand blocks are a desert for a reason.",
    ),
    "pixelmon": _theme(
        "pixelmon modded forge quests minigames beginner-friendly",
        "Catch, train, challenge eight gyms|Leagues for trainers of all kinds",
        "Gym leaders are players, tournaments are every Saturday, legends spawn fairly.",
    ),
    "practice": _theme(
        "practice kitpvp pvp weekly-events",
        "Ranked duels with 20 kits|Click well, sleep badly",
        "Servers on both sides of the ocean, low ping, open statistics and no excuses.",
    ),
    "hardcore": _theme(
        "hardcore survival smp whitelist",
        "One life a season|Die, and watch the others",
        "A season takes six weeks. Whoever is alive at the end is written on the wall.",
    ),
    "earth": _theme(
        "earth towny economy factions",
        "Our planet, one block to 500 metres|Found a nation where you live",
        "Real rivers, real ores, invented borders. Diplomacy happens in the forum, war on Sunday.",
    ),
    "vanilla": _theme(
        "vanilla survival semi-vanilla smp no-pay-to-win whitelist",
        "The game, and people. Nothing else|No plugins, no shop, no hurry",
        "Around thirty regulars, one world, and backups every six hours.",
    ),
    "hytale": _theme(
        "survival quests dungeons smp beginner-friendly custom-terrain",
        "Explore Orbis together|A first camp in a new world",
        "We keep close to the game as it is made, with a town at spawn and guides for newcomers.",
    ),
}

# Elsewhere a server's own words are in its language; its theme shows in its tags.
TEXTS = {
    "de": (
        "Gemeinsam bauen, ohne Eile und ohne Pay-to-Win",
        (
            "Wir sind eine ruhige Gemeinschaft mit eigener Welt, fairen Regeln und festen "
            "Bauabenden am Freitag. Neue werden herumgeführt."
        ),
    ),
    "fr": (
        "Un serveur francophone, accueillant et sans pay-to-win",
        (
            "Une carte qui dure, des événements chaque semaine et une équipe présente tous les "
            "soirs. Les débutants sont les bienvenus."
        ),
    ),
    "es": (
        "Comunidad hispana, sin ventajas de pago",
        (
            "Un mundo que no se reinicia, eventos todos los fines de semana y un equipo que "
            "responde en minutos. ¡Ven a construir con nosotros!"
        ),
    ),
    "pt-BR": (
        "Comunidade brasileira, sem vantagens pagas",
        (
            "Mapa que não é resetado, eventos toda semana e uma equipe que joga junto. Novatos "
            "são muito bem-vindos."
        ),
    ),
    "ru": (
        "Дружный сервер без доната на преимущества",
        (
            "Мир без вайпов, честные правила и события каждые выходные. Новичкам покажем город и "
            "поможем построить первый дом."
        ),
    ),
    "pl": (
        "Spokojny serwer bez pay-to-win",
        "Mapa bez resetów, uczciwe zasady i wspólne budowanie w każdy piątek.",
    ),
    "zh-Hans": (
        "长期稳定的公益服务器，欢迎新人",
        "地图永不重置，每周末都有活动。红石、建筑、冒险都有伙伴，新人有人带路。",
    ),
    "ja": (
        "初心者歓迎、のんびり遊べるサーバー",
        "ワールドはリセットしません。毎週末にイベントを開催し、建築好きの仲間が待っています。",
    ),
    "ko": (
        "초보자 환영, 느긋한 커뮤니티 서버",
        "초기화 없는 월드와 매주 열리는 이벤트. 함께 짓고 모험할 친구를 기다립니다.",
    ),
}
