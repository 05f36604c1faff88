"""Signing in: registration, logins, sessions, tokens."""
