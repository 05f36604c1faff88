"""The composition root: builds each service once, when it is first asked for.

Everything is imported inside the properties, so a function's cold start pays only for what it
uses. Tests build a `Container` of their own and hand it to `use`.
"""

from firstspawn.config import Settings
from firstspawn.wiring.personal import Personal


class Container(Personal):
    """The services of one process."""


_current: Container | None = None


def container() -> Container:
    """The process's container, made from the environment when it is first needed."""
    global _current  # noqa: PLW0603 -- one per process, by design
    if _current is None:
        _current = Container(Settings.from_environment())
    return _current


def use(replacement: Container | None) -> None:
    """Make `container()` answer with this one (tests, operator commands); None forgets it."""
    global _current  # noqa: PLW0603
    _current = replacement
