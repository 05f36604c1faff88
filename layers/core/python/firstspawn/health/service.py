"""Asks the parts behind the API whether they answer; nothing of what they say is shown."""

import logging
from collections.abc import Callable, Mapping

from firstspawn.errors import NotFound, Unavailable

_log = logging.getLogger(__name__)
Probe = Callable[[], object]


class HealthService:
    """One probe a part; a probe that raises means that the part is down."""

    def __init__(self, probes: Mapping[str, Probe]) -> None:
        self._probes = probes

    def check(self, part: str) -> None:
        """Ask one part. Raises NotFound for an unknown one, Unavailable if it does not answer."""
        probe = self._probes.get(part)
        if probe is None:
            raise NotFound("no such part", code="route_not_found")
        try:
            probe()
        except Exception as error:  # the probe's vendor decides what it raises
            _log.warning("unhealthy", extra={"part": part, "reason": type(error).__name__})
            raise Unavailable(code=f"{part}_unavailable") from error
