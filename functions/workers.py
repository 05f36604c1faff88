"""The functions that are not HTTP, for the application's assembly."""

from chalice.app import Blueprint

WORKERS: tuple[Blueprint, ...] = ()
