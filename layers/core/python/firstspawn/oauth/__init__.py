"""Signing in with an account elsewhere: the flow to a provider and back, and what it proves."""
