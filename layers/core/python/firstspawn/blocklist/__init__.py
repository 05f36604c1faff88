"""Servers that Mojang blocks for breaking the EULA: the public list, kept and asked."""
