"""Who reacts to what happened."""

from collections.abc import Callable, Mapping, Sequence

from firstspawn.reactions.schemas import Happening

Handler = Callable[[Happening], None]


class UnknownEvent(ValueError):
    """No handler reacts to it: it was sent by code that is newer, or not there any more."""


class ReactionService:
    """The table of events and their handlers."""

    def __init__(self, handlers: Mapping[str, Sequence[Handler]]) -> None:
        self._handlers = handlers

    @property
    def events(self) -> frozenset[str]:
        """Everything that somebody reacts to."""
        return frozenset(self._handlers)

    def handlers(self, happening: Happening) -> Sequence[Handler]:
        """Who reacts. Raises UnknownEvent."""
        try:
            return self._handlers[happening.event]
        except KeyError:
            raise UnknownEvent(happening.event) from None
