"""The second factor: one-time codes, recovery codes, and what they are asked for."""
