"""The operator's command: `python -m infra.reindex` fills a new search index and swaps it in.

Reads the environment of the functions (`FIRSTSPAWN_TABLE`, `FIRSTSPAWN_SEARCH_URL`, ...).
"""

import sys
import time

from firstspawn.clients.search.interface import EngineUnavailableError
from firstspawn.discovery.indexing import ReindexFailed
from firstspawn.wiring import container


def main() -> int:
    """Reindex. Returns the exit code."""
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
