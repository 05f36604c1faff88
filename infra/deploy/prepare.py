"""What a fresh stack needs inside: the search index, the tags and, if wanted, the demo.

A program of its own, run with the environment of the API's function, so that what starts it never
imports the project's services.
"""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from infra.deploy import emulators
from infra.deploy.package import ROOT
from infra.deploy.target import Target

_DEMO = "--demo"


def environment(target: Target) -> dict[str, str]:
    """The environment of `target`'s API function, as far as it makes sense on this machine."""
    name = f"{target.name}-api_handler"
    configuration = target.client("lambda").get_function_configuration(FunctionName=name)
    variables: dict[str, str] = {**os.environ, **configuration["Environment"]["Variables"]}
    if target.endpoint:
        variables |= {"AWS_ENDPOINT_URL": target.endpoint, "AWS_REGION": target.region}
        variables |= {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}
    if variables["FIRSTSPAWN_SEARCH_URL"] == emulators.COMPOSED_SEARCH:
        variables["FIRSTSPAWN_SEARCH_URL"] = emulators.PUBLISHED_SEARCH
    return variables


def run(variables: Mapping[str, str], project: Path = ROOT, *, demo: bool = False) -> None:
    """Prepare a stack, given its API's environment. Raises CalledProcessError."""
    paths = os.pathsep.join(map(str, (project, project / "layers/core/python", ROOT)))
    command = [sys.executable, "-P", "-m", "infra.deploy.prepare", *([_DEMO] if demo else [])]
    subprocess.run(command, check=True, env={**variables, "PYTHONPATH": paths})


def main(arguments: list[str]) -> None:
    """Prepare the index and the catalogue; with `--demo`, seed the demo too."""
    from firstspawn.wiring import container

    services = container()
    if not services.search_engine.prepare():
        # The index was made by an older mapping or analysis.
        services.rebuilds.run()
    services.tags.seed()
    if _DEMO in arguments:
        from infra.demo.seed import await_index, seed

        seed(services)
        if not await_index(services):
            print("The index is still behind the table", file=sys.stderr)


if __name__ == "__main__":
    main(sys.argv[1:])
