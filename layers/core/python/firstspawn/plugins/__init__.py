"""Plugins in game servers: their credentials, what they sign, and that they are alive."""
