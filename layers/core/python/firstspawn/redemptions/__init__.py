"""Handing over what players are owed in the game, exactly once."""
