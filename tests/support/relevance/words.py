"""The words a believable list of servers is made of, in the languages of its players."""
# ruff: noqa: SIM905 -- word lists; wide characters count twice

# What is played -> how players of each language call it. The key is the tag.
THEMES: dict[str, dict[str, str]] = {
    "skyblock": {"en": "skyblock", "zh": "空岛", "ja": "スカイブロック",
        "ko": "스카이블럭", "ru": "скайблок"},
    "survival": {"en": "survival", "zh": "生存", "ja": "サバイバル",
        "ko": "야생", "ru": "выживание"},
    "pvp": {"en": "pvp", "zh": "对战", "ja": "対戦",
        "ko": "전투", "ru": "битвы"},
    "factions": {"en": "factions", "zh": "阵营", "ja": "派閥",
        "ko": "팩션", "ru": "фракции"},
    "creative": {"en": "creative", "zh": "创造", "ja": "創造",
        "ko": "건축", "ru": "творчество"},
    "minigames": {"en": "minigames", "zh": "小游戏", "ja": "ミニゲーム",
        "ko": "미니게임", "ru": "миниигры"},
    "roleplay": {"en": "roleplay", "zh": "角色扮演", "ja": "ロールプレイ",
        "ko": "역할극", "ru": "ролевая"},
    "anarchy": {"en": "anarchy", "zh": "无政府", "ja": "無法地帯",
        "ko": "무정부", "ru": "анархия"},
    "prison": {"en": "prison", "zh": "监狱", "ja": "刑務所",
        "ko": "감옥", "ru": "тюрьма"},
    "bedwars": {"en": "bedwars", "zh": "起床战争", "ja": "ベッドウォーズ",
        "ko": "베드워즈", "ru": "бедварс"},
    "towny": {"en": "towny", "zh": "城镇", "ja": "街づくり",
        "ko": "마을", "ru": "города"},
    "parkour": {"en": "parkour", "zh": "跑酷", "ja": "アスレチック",
        "ko": "파쿠르", "ru": "паркур"},
    "modded": {"en": "modded", "zh": "模组", "ja": "工業",
        "ko": "모드", "ru": "моды"},
    "vanilla": {"en": "vanilla", "zh": "原版", "ja": "バニラ",
        "ko": "바닐라", "ru": "ванилла"},
    "economy": {"en": "economy", "zh": "经济", "ja": "経済",
        "ko": "경제", "ru": "экономика"},
    "hardcore": {"en": "hardcore", "zh": "极限", "ja": "ハードコア",
        "ko": "하드코어", "ru": "хардкор"},
}  # fmt: skip
FIRST = {
    "en": (
        "amber arctic ashen astral autumn azure boreal brass bright broken cedar cinder"
        " clover cobalt copper coral crimson crystal dusk eclipse elder ember emerald endless"
        " falcon feral fern forsaken frozen gilded glacier golden granite harbor hollow indigo"
        " iron ivory jade jolly lantern lunar maple marble meadow midnight misty mossy nimbus"
        " nomad obsidian onyx opal orchid pearl phantom pixel quartz radiant raven rustic"
        " saffron sapphire scarlet shady silent silver solar stellar storm sunken thunder"
        " timber topaz twilight velvet verdant violet wandering whisper willow winter zephyr"
    ).split(),
    "de": "abend alte blaue düstere ewige goldene grüne kühle nördliche rote stille wilde".split(),
    "es": "antigua brillante dorada eterna feliz lejana mágica oscura perdida verde".split(),
    "fr": "ancien brillant céleste doré éternel forêt glacé lointain mystère perdu".split(),
    "pl": "ciemna dzika leśna północna stara srebrna święta złota żelazna zimowa".split(),
    "ru": (
        "северный зимний тихий золотой древний лунный огненный серый чёрный весёлый звёздный"
    ).split(),
    "zh": "星空 幻想 龙之 青云 月光 晨曦 永恒 冰霜 烈焰 紫金 风暴 梦境".split(),
    "ja": "桜 星空 月影 蒼い 夢幻 黄金 静かな 雷鳴 紅葉 氷雪".split(),
    "ko": "하늘 푸른 별빛 달빛 황금 겨울 고요한 천둥 꿈의 은하".split(),
    "ar": "مملكة قلعة مدينة جزيرة واحة أرض حصن غابة قرية سماء".split(),
}
SECOND = {
    "en": (
        "arena bastion bay canyon castle cliffs cove craft crossing den empire falls fields"
        " forge fortress frontier garden glade grove gulch harbour haven heights hills hollow"
        " isles keep kingdom lagoon lands lodge marsh mesa mines oasis orchard outpost peaks"
        " plains quarry reach realm ridge river sanctum shire shores summit tavern temple"
        " tower vale village wilds woods"
    ).split(),
    "de": "burg festung heide höhle insel küste mühle tal wälder welt".split(),
    "es": "aldea bahía ciudad cumbre isla montaña selva tierra torre villa".split(),
    "fr": "château cité forêt île marée montagne plage rivière vallée village".split(),
    "pl": "dolina góra kraina łąka osada puszcza rzeka twierdza wioska wyspa".split(),
    "ru": "лес мир край остров берег замок город рубеж предел очаг".split(),
    "zh": "世界 大陆 之城 王国 村庄 部落 群岛 天堂".split(),
    "ja": "王国 の森 の村 の島 世界 鯖 の里 要塞".split(),
    "ko": "왕국 마을 세계 섬 숲 성 나라 요새".split(),
    "ar": "النور الذهب الصقور النجوم القمر الرمال الفرسان الظلام".split(),
}
SUFFIX = ("", "", "", "", " MC", " Network", "Craft", " SMP")
# Two words that many write as one, in names alone: nobody has tagged them.
COMPOUNDS = (("bed", "wars"), ("sky", "wars"), ("egg", "hunts"), ("build", "battles"),
             ("life", "steal"), ("city", "scape"))  # fmt: skip
DECORATIONS = ("★ {} ★", "⚔️{}⚔️", "❤️{}", "✨{}™", "👨🏽\u200d🌾{}🏴\u200d☠️", "[{}]\ufe0f")
BRANDS = (
    "Hypercube",
    "Lunaris",
    "Grandhaven",
    "Pikanet",
    "Oldgrove",
    "Manacraft",
    "Cubelight",
    "Wynfall",
)
IMITATIONS = (
    "{} Fans",
    "Not {}",
    "{} Clone Network",
    "Best {} Alternative",
    "{}X",
    "New {} Reborn",
)
SHORT = {
    "en": "A {theme} server with {extra}",
    "de": "Ein {theme} Server mit {extra}",
    "es": "Servidor de {theme} con {extra}",
    "fr": "Un serveur {theme} avec {extra}",
    "pl": "Serwer {theme} z {extra}",
    "ru": "Сервер {theme}, {extra}",
    "zh": "我的世界{theme}服务器 {extra}",
    "ja": "{theme}サーバー {extra}",
    "ko": "{theme} 서버 {extra}",
    "ar": "سيرفر {theme} {extra}",
}
EXTRAS = (
    "custom enchantments", "weekly events", "no griefing", "active staff", "player shops",
    "land claims", "quests and dungeons", "a friendly community", "no pay to win", "bosses",
)  # fmt: skip
PROSE = (
    "we opened years ago and never reset our map",
    "join our discord to meet everybody before you play",
    "this is not {other}, we promise",
    "some of us came from {other} and stayed",
    "ranks can be earned by playing alone",
    "our staff speaks several languages",
)
