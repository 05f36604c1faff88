"""What a run of the embedded stack can be told."""

from dataclasses import dataclass, field
from pathlib import Path

from infra.deploy.package import ROOT
from infra.local.ports import Ports


@dataclass(frozen=True)
class Options:
    """`state` outlives the run; None keeps everything in a temporary directory that is removed.

    `demo` seeds a fresh state. `debug` runs one worker in the foreground, so that `breakpoint()`
    works. `rate_scale` multiplies the rate limits. `ready` is a file that gets the stack's
    addresses as JSON once everything answers. `parameters` are the template's, `variables` those
    of the functions that no home but this one may set.
    """

    ports: Ports = field(default_factory=Ports)
    project: Path = ROOT
    state: Path | None = None
    demo: bool = True
    debug: bool = False
    reload: bool = True
    rate_scale: int = 20
    ready: Path | None = None
    parameters: dict[str, str] = field(default_factory=dict)
    variables: dict[str, str] = field(default_factory=dict)
