"""How many servers an account may list, and how often one may move."""

from firstspawn.users.schemas import Tier

ADDRESSES_A_DAY = 10
SERVER_LIMITS: dict[Tier, int | None] = {Tier.USER: 3, Tier.PREMIUM: 10, Tier.SERVER_OWNER: None}
