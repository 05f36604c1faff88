"""A copy of everything a person has given us, or made here."""
