"""The operator's command: `python -m infra.reindex --stack aws --stage prod` fills a new search
index, verifies it and swaps it in.

`--drift` only compares the index with the table and tells the differences; `--repair` also mends
those that can be: what is ahead of the table needs the reindex. Without `--stack` it takes the
functions' variables (`FIRSTSPAWN_TABLE`, ...) from its environment.
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
    """Reindex, or look for drift. Returns the exit code: 1 for a failure, 2 for drift left."""
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
    print(f"The old one: {report.missing} missing, {report.behind} behind, {report.ahead} ahead, "
          f"{report.stray} stray")  # fmt: skip
    if report.refused:
        print(_line("cannot be indexed", report.refused))
    return 0


def _compare(*, repair: bool) -> int:
    report = container().drift.compare(repair=repair)
    print(f"{report.checked} servers compared")
    for kind in ("missing", "behind", "ahead", "stray"):
        print(_line(kind, getattr(report, kind)))
    if report.refused:
        print(_line("cannot be indexed", report.refused))
    if repair:
        print(f"  mended: {report.repaired}")
    if report.ahead:
        print("Ahead of the table (was it restored from a backup?): `make reindex` mends that")
    mendable = report.missing or report.behind or report.stray
    left = report.ahead or report.refused or (mendable and not repair)
    return 2 if left else 0


def _line(kind: str, ids: list[str]) -> str:
    shown = ", ".join(ids[:_SHOWN]) + (", ..." if len(ids) > _SHOWN else "")
    return f"  {kind}: {len(ids)} {shown}".rstrip()


if __name__ == "__main__":
    sys.exit(main())
