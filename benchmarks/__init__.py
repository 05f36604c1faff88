"""Measurements, each with one command; ratios against a named alternative in the same run."""
