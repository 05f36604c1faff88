"""Adapters to everything outside; vendors' SDKs are imported inside them, when first used."""
