"""Outgoing mail: items that wait, messages on their way, texts."""
