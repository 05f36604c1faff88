"""Tokens people give to programs: named, limited to scopes, mortal."""
