"""Whether a server is up: rosters of a hundred, checked together, written back together."""
