"""What other features keep of a person, put there without their ceremonies."""

from firstspawn.db import keys, standing_keys
from firstspawn.passkeys.models import Passkey, PasskeyGuard
from firstspawn.playtime.models import Played
from firstspawn.reputation.models import ReputationEntry
from firstspawn.secondfactor.models import SecondFactor
from firstspawn.wiring import Container
from tests.support.factories import Account


def with_what_features_keep(stack: Container, account: Account) -> None:
    """A passkey, a second factor, a line of reputation and an hour of playtime."""
    now, user = stack.clock(), {"userId": account.id}
    Passkey.at(
        keys.passkey(account.id, "k1"), id="k1", credentialId="c1", publicKey="p", signCount=0,
        aaguid="a", name="Phone", isBackedUp=False, createdAt=now, **user,
    ).save()  # fmt: skip
    PasskeyGuard.at(keys.passkey_guard("k1"), **user).save()
    SecondFactor.at(
        keys.second_factor(account.id), secret="sealed", lastStep=0, confirmedAt=now, **user
    ).save()
    Played.at(keys.played(account.id, "s1"), serverId="s1", activeMinutes=60, **user).save()
    ReputationEntry.at(
        standing_keys.reputation_entry(account.id, "REVIEW", "cause", 1), action="REVIEW",
        cause="cause", number=1, delta=1, held=1, applies=True, createdAt=now, **user,
    ).save()  # fmt: skip
