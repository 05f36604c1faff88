"""FirstSpawn's domain: importable and testable with no Lambda around it."""
