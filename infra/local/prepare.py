"""What a fresh stack needs inside: the search index, the tags and, if wanted, the demo.

A program of its own, run with the environment of the API's function, so that the runner itself
never imports the project's code.
"""

import importlib.util
import sys

from firstspawn.clients.search import open_search
from firstspawn.wiring import container


def main(arguments: list[str]) -> None:
    """Prepare the index and the catalogue; with `--demo`, seed the demo too."""
    services = container()
    settings = services.settings
    open_search(settings.search_url, settings.search_index).prepare()
    services.tags.seed()
    if "--demo" not in arguments:
        return
    if importlib.util.find_spec("infra.demo") is None:
        print("There is no demo data in this checkout yet")
        return
    importlib.import_module("infra.demo.seed").seed(settings)


if __name__ == "__main__":
    main(sys.argv[1:])
