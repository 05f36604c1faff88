"""Playtime: what servers say was played, what of it counts, and for whom."""
