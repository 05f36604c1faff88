"""Consequences that happen once, however often their cause is told."""
