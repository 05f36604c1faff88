"""What somebody who signs in has proven so far."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Proof:
    """Whose account it is. `epoch` and `hasSecondFactor` are the account's at that moment."""

    userId: str
    epoch: int
    hasSecondFactor: bool = False
