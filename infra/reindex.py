"""The operator's command: `python -m infra.reindex --stack aws --stage prod` fills a new search
index and swaps it in.

Without `--stack` it takes the functions' variables (`FIRSTSPAWN_TABLE`, ...) from its environment.
"""

import argparse
import os
import sys
import time

from firstspawn.clients.search.interface import EngineUnavailableError
from firstspawn.discovery.indexing import ReindexFailed
from firstspawn.wiring import container
from infra.deploy import prepare
from infra.deploy.target import Target


def main(arguments: list[str] | None = None) -> int:
    """Reindex. Returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m infra.reindex", description=__doc__)
    parser.add_argument("--stack", choices=["embedded", "localstack", "aws"])
    parser.add_argument("--stage", choices=["dev", "staging", "prod"], default="dev")
    options = parser.parse_args(arguments)
    if options.stack:
        target = Target.from_environment(options.stack, options.stage, {})
        os.environ.update(prepare.environment(target))
    began = time.monotonic()
    try:
        count = container().indexing.reindex(lambda done: print(f"\r{done} servers", end=""))
    except (EngineUnavailableError, ReindexFailed) as error:
        print(f"\nNot reindexed, the old index goes on: {error}", file=sys.stderr)
        return 1
    print(f"\r{count} documents in the new index after {time.monotonic() - began:.1f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
