"""The single table: its connection, its keys, the base of every item, and transactions."""
