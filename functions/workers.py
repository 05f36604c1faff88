"""The functions that are not HTTP, for the application's assembly."""

from chalice.app import Blueprint

from functions.queues import mail
from functions.streams import events

WORKERS: tuple[Blueprint, ...] = (events.blueprint, mail.blueprint)
