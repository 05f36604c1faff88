"""The catalogue of tags that servers are described and found by."""
