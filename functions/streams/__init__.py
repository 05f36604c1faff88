"""Consumers of the table's stream."""
