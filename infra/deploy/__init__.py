"""The one deploy path: build, package, create or update the stack, read its outputs.

`deploy()` is what the command line, the embedded stack and the tests call; only `Target` differs.
"""

from infra.deploy.deploy import Deployed, deploy
from infra.deploy.target import Target

__all__ = ["Deployed", "Target", "deploy"]
