"""How many servers an account may list."""

from firstspawn.users.schemas import Tier

SERVER_LIMITS: dict[Tier, int | None] = {Tier.USER: 3, Tier.PREMIUM: 10, Tier.SERVER_OWNER: None}
