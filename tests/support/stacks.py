"""The services on an engine's table."""

from firstspawn.config import Secrets, Settings
from firstspawn.kit.clock import Clock
from firstspawn.wiring import Container
from tests.support.engines import REGION, Engine


def stack_on(engine: Engine, clock: Clock) -> Container:
    """A container on the table the `engine` fixture connected; real randomness, safe in threads."""
    settings = Settings.from_environment({"AWS_REGION": REGION, "FIRSTSPAWN_TABLE": engine.table})
    stack = Container(settings, Secrets.from_json(Secrets.generate_json()), clock)
    stack._connected = True  # the fixture did it
    return stack
