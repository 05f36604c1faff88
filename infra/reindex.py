"""The operator's command: `python -m infra.reindex --stack aws --stage prod` fills a new search
index, verifies it and swaps it in.

`--drift` only compares the index with the table and tells the differences; `--repair` also mends
them. Without `--stack` it takes the functions' variables (`FIRSTSPAWN_TABLE`, ...) from its
environment.
"""

import argparse
import os
import sys
import time

from firstspawn.clients.search.interface import EngineUnavailableError
from firstspawn.discovery.errors import ReindexFailed
from firstspawn.wiring import container
from infra.deploy import prepare
from infra.deploy.target import Target

_SHOWN = 10


def main(arguments: list[str] | None = None) -> int:
    """Reindex, or look for drift. Returns the exit code: 1 for a failure, 2 for drift found."""
    parser = argparse.ArgumentParser(prog="python -m infra.reindex", description=__doc__)
    parser.add_argument("--stack", choices=["embedded", "localstack", "aws"])
    parser.add_argument("--stage", choices=["dev", "staging", "prod"], default="dev")
    parser.add_argument("--drift", action="store_true", help="tell differences, change nothing")
    parser.add_argument("--repair", action="store_true", help="tell differences and mend them")
    options = parser.parse_args(arguments)
    if options.stack:
        target = Target.from_environment(options.stack, options.stage, {})
        os.environ.update(prepare.environment(target))
    try:
        if options.drift or options.repair:
            return _compare(repair=options.repair)
        return _reindex()
    except (EngineUnavailableError, ReindexFailed) as error:
        print(f"\nNot done, the old index goes on: {error}", file=sys.stderr)
        return 1


def _reindex() -> int:
    began = time.monotonic()
    report = container().rebuilds.run(lambda done: print(f"\r{done} servers", end=""))
    seconds = time.monotonic() - began
    print(f"\r{report.documents} documents in the new index after {seconds:.1f} s, verified")
    print(f"The old one: {report.missing} missing, {report.behind} behind, {report.stray} stray")
    return 0


def _compare(*, repair: bool) -> int:
    report = container().drift.compare(repair=repair)
    print(f"{report.checked} servers compared")
    for kind in ("missing", "behind", "stray"):
        ids = getattr(report, kind)
        shown = ", ".join(ids[:_SHOWN]) + (", ..." if len(ids) > _SHOWN else "")
        print(f"  {kind}: {len(ids)} {shown}".rstrip())
    if repair:
        print(f"  mended: {report.repaired}")
    found = report.missing or report.behind or report.stray
    return 2 if found and not repair else 0


if __name__ == "__main__":
    sys.exit(main())
