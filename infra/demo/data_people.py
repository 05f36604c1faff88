"""The demo's accounts. All of them share one password; see `infra/demo/seed.py`."""

_NAMES = """
    AmberFox Aurelia BasaltBob BirchAndOak BlockSmith CaveDiver Celestine ChunkLoader CopperCat
    CreeperHug DeepslateDan DirtHutDave Elderberry EnderPearl Esmeralda Fernanda Fjordling FlintNova
    FrostByte GlowSquid GraniteGus Halcyon HayBale HoneyComb IrisBloom IronGolem JadeDragon Juniper
    KelpFarmer Kirschblum LapisLena LavaLlama Lichenwald MapleMoss Marzipan MesaMiner Mooncalf
    NetherNils NightOwl Obsidienne OceanMonk PandaPia Petrichor PistonPete Quartzite Rabenherz
    RedstoneRui Saffron SlimeChunk SnowGolem Sorrel Tamsin TorchBearer TundraTom
"""
NAMES = tuple(_NAMES.split())

SERVICE_ACCOUNTS = ("demo", "demo-moderator", "demo-admin")
