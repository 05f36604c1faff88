"""Passkeys: to sign in with, as second factor, to prove again who one is."""
