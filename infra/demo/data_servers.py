"""The demo's servers: names and what is played there. Invented; likenesses are chance."""

from typing import NamedTuple


class DemoServer(NamedTuple):
    """One server: its language and region, and the theme that gives its tags and its texts."""

    slug: str
    name: str
    theme: str
    language: str
    region: str


# Theme -> names, one a line; English, spread over the English-speaking regions.
_ENGLISH = {
    "survival": "Emerald Isles|Coral Cove|Hearthwood|Lanternfall|Moss and Maple|Foxglove SMP|"
    "Stonebrook|Driftwood Bay|Amberfield|Quiet Valley|The Long Winter|Fernhollow|Saltmarsh|"
    "Tinderbox|Pebble Creek|Northwatch",
    "skyblock": "Cloudbreak|Skyward Isles|Floating Orchard|Aether Gardens|Nimbus Blocks|"
    "One Block Harbor|Starfall Islands|Driftsky|Hanging Gardens",
    "factions": "Iron Banner|Obsidian Wars|Crimson Pact|Siegeborn|Ashen Legion|Warhorn|"
    "Blackpowder Factions|Broken Crown",
    "towny": "Riverbend Towny|Kingdoms of Aldor|Old Harbour|Copper Republic|Market Square|"
    "Nations United|Willowmere|Crown and Council",
    "prison": "Cell Block Nine|Chain Gang|Diggers Row|Pickaxe Penitentiary|The Deep Shaft|"
    "Goldvein Prison",
    "minigames": "Party Piñata|Blitz Arcade|Bedrush|Hopscotch Network|Twelve Tiny Games|"
    "Pixel Carnival|Spleef Street|Sprint and Splash|Lobby Nine|"
    "Parkour Heights|Quick Match",
    "creative": "Blueprint|Plotwright|Chisel and Canvas|Builders Guild|Architects Rest|"
    "Gridline Creative|Sketchbook",
    "roleplay": "Ravenmoor|Saint Alder High|Port Meridian|The Gilded Stag|Hollow Court|"
    "Far Colony Nine|Lamplight City|Wolfsgate",
    "mmorpg": "Wyrmwatch|Moonwell|Runes of Eldertide|Dawnforge|Hall of Embers|Thornkeep Realms|"
    "Legends of Calder|Spirewalkers",
    "modded": "Cogs and Steam|Rustworks|Create Above|Alchemy Labs|Voltage|All the Gears|"
    "Orbital Mods|Sawmill",
    "anarchy": "No Mans Spawn|Lawless|Wasteland Zero|The Grief Log",
    "pixelmon": "Tall Grass|Sapphire League|Evergreen Trainers|Route Zero|Kanto Nights",
    "practice": "Duelist|Rod and Bow|Combo Practice|Sword Temple|Ladder Fights|First Blood",
    "hardcore": "One Heart|Permadeath Society|Last Torch|Ironman Season",
    "earth": "Terra Politica|Globe Trotters|Earth at War|One to Five Hundred",
    "vanilla": "Plain Vanilla|Untouched|Seedling SMP|Grass Block Club|Vanilla Bean|No Plugins Here|"
    "The Old Map|Bread and Torches",
    "hytale": "Orbis Outpost|Kweebec Grove|Trork Frontier|Emerald Grove|Avatar Landing|"
    "Gaia Wardens|Zone One Survival|Portal Watch",
}
_ENGLISH_REGIONS = ("NA", "EU", "NA", "OC", "EU", "NA", "AS")

# Language, region, then "slug=name=theme".
_OTHERS = (
    ("de", "EU", """steinbruch=Steinbruch=survival|wolkenreich=Wolkenreich=skyblock|
gruene-hoehle=Grüne Höhle=survival|marktplatz-mc=Marktplatz MC=towny|
ritterrunde=Ritterrunde=roleplay|bauhuette=Bauhütte=creative|
kupferkessel=Kupferkessel=modded|eisenfaust=Eisenfaust=factions|
nordlicht=Nordlicht SMP=survival|blockfabrik=Blockfabrik=minigames|
tiefbau=Tiefbau Gefängnis=prison|weltenbummler=Weltenbummler=earth|
fuchsbau=Fuchsbau=vanilla|drachenfels=Drachenfels=mmorpg"""),
    ("fr", "EU", """le-vieux-moulin=Le Vieux Moulin=survival|iles-du-ciel=Îles du Ciel=skyblock|
empire-d-ardenne=Empire d'Ardenne=towny|chateau-noir=Château Noir=roleplay|
la-forge=La Forge=modded|arene-rouge=Arène Rouge=practice|
petits-jeux=Petits Jeux=minigames|terre-sauvage=Terre Sauvage=survival|
les-batisseurs=Les Bâtisseurs=creative|coeur-de-pierre=Cœur de Pierre=hardcore"""),
    ("es", "EU", """tierra-brava=Tierra Brava=survival|islas-perdidas=Islas Perdidas=skyblock|
reino-de-cobre=Reino de Cobre=towny|la-mina=La Mina=prison"""),
    ("es", "SA", """pampa-craft=Pampa Craft=survival|condor-network=Cóndor Network=minigames|
selva-viva=Selva Viva=survival|fuego-austral=Fuego Austral=factions|
anarquia-sur=Anarquía Sur=anarchy|mundo-nandu=Mundo Ñandú=earth"""),
    ("pt-BR", "SA", """ipe-roxo=Ipê Roxo=survival|ilha-do-sol=Ilha do Sol=skyblock|
coroa-real=Coroa Real=factions|cidade-baixa=Cidade Baixa=roleplay|
jogatina=Jogatina=minigames|mata-atlantica=Mata Atlântica=vanilla|
forja-br=Forja BR=modded|arena-jaguar=Arena Jaguar=practice"""),
    ("ru", "EU", """severnyj-kraj=Северный край=survival|nebesnye-ostrova=Небесные острова=skyblock|
zheleznyj-vek=Железный век=factions|taiga=Тайга=vanilla|kuznica=Кузница=modded|
staryj-gorod=Старый город=roleplay|arena-bur=Арена Бурь=practice|rudnik=Рудник=prison|
bereg=Тихий берег=survival|drakony=Драконы Севера=mmorpg"""),
    ("pl", "EU", """bursztyn=Bursztyn=survival|zamek-krzemien=Zamek Krzemień=towny|
puszcza=Puszcza=vanilla|podniebne-wyspy=Podniebne Wyspy=skyblock|kuznia=Kuźnia Modów=modded"""),
    ("zh-Hans", "AS", """taohuayuan=桃花源生存=survival|yunzhongdao=云中岛空岛=skyblock|
changan=长安小镇=towny|xiaoyouxi=像素小游戏=minigames|jianghu=江湖=mmorpg|
gongcheng=红石工程=modded"""),
    ("ja", "AS", """hinata-mura=ひなた村=survival|sorajima=空島クラフト=skyblock|
takumi=匠の町=creative|yoru-no-machi=夜の街=roleplay|sakura-net=さくらネット=minigames"""),
    ("ko", "AS", """dalbit=달빛 마을=survival|hanul=하늘섬=skyblock|
bulkkot=불꽃 대전=practice|onsil=온실 야생=vanilla"""),
)  # fmt: skip


def _english() -> list[DemoServer]:
    named = [
        (name, theme)
        for theme, names in _ENGLISH.items()
        for name in names.split("|")
    ]  # fmt: skip
    return [
        DemoServer(
            name.lower().replace("ñ", "n").replace(" ", "-"),
            name,
            theme,
            "en",
            _ENGLISH_REGIONS[number % len(_ENGLISH_REGIONS)],
        )
        for number, (name, theme) in enumerate(named)
    ]


def _others() -> list[DemoServer]:
    servers = []
    for language, region, entries in _OTHERS:
        for entry in entries.split("|"):
            slug, name, theme = entry.strip().split("=")
            servers.append(DemoServer(slug, name, theme, language, region))
    return servers


SERVERS = tuple(_english() + _others())
