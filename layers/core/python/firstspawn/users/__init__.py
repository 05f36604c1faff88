"""Profiles: who somebody is to others, and what the platform needs to know of them."""
