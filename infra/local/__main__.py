"""`python -m infra.local`: the whole platform on this machine, with Python alone."""

import argparse
import asyncio
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from infra.deploy.package import ROOT
from infra.deploy.stack import DeployError
from infra.local.logs import format_line
from infra.local.options import Options
from infra.local.ports import PortBusyError, Ports
from infra.local.stack import EmbeddedStack


def main(arguments: list[str] | None = None) -> int:
    """Run until Ctrl-C or SIGTERM; return the exit code."""
    parsed = _parse(arguments)
    options = _options(parsed)
    try:
        options.ports.check()
        if options.state is None:
            with tempfile.TemporaryDirectory(prefix="firstspawn-") as directory:
                asyncio.run(_run(options, Path(directory)))
        else:
            if parsed.reset:
                shutil.rmtree(options.state, ignore_errors=True)
            asyncio.run(_run(options, options.state))
    except (DeployError, PortBusyError, RuntimeError, subprocess.CalledProcessError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


async def _run(options: Options, state: Path) -> None:
    started = time.monotonic()
    colour = sys.stdout.isatty()

    def report(line: str) -> None:
        print(f"{time.monotonic() - started:5.1f} s  {line}", flush=True)

    def log(function: str, request_id: str, text: str) -> None:
        name = function.removeprefix("firstspawn-dev-")
        print(format_line(name, request_id, text, now=time.time(), colour=colour), flush=True)

    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, ended.set)
    stack = EmbeddedStack(options, state, report, log)
    running = asyncio.create_task(_serve(stack, options))
    waiting = asyncio.create_task(ended.wait())
    try:
        await asyncio.wait({running, waiting}, return_when=asyncio.FIRST_COMPLETED)
        if running.done():
            await running
    finally:
        running.cancel()
        waiting.cancel()
        await asyncio.gather(running, waiting, return_exceptions=True)
        await stack.stop()
        report("Stopped")


async def _serve(stack: EmbeddedStack, options: Options) -> None:
    deployed = await stack.start()
    print(_banner(stack, options), flush=True)
    if options.ready:
        partial = options.ready.with_suffix(".partial")
        partial.write_text(stack.addresses(deployed))
        partial.rename(options.ready)
    if options.reload:
        await stack.follow_changes()
    await asyncio.Event().wait()


def _banner(stack: EmbeddedStack, options: Options) -> str:
    kept = f"kept in {options.state}" if options.state else "forgotten at the end"
    return (
        f"\n  API        {stack.url}/api/v1\n  Docs       {stack.url}/docs\n"
        f"  Plugins    {stack.plugin_url}/api/v1/plugin (their Function URL)\n"
        f"  Mailbox    {stack.url}/mailbox\n  Websocket  {stack.websocket_url}\n"
        f"  AWS        http://127.0.0.1:{options.ports.emulator}   State {kept}. Ctrl-C ends.\n"
    )


def _options(parsed: argparse.Namespace) -> Options:
    return Options(
        ports=Ports(parsed.port, parsed.host_port, parsed.aws_port),
        project=parsed.project,
        state=None if parsed.fresh else parsed.state.resolve(),
        demo=not parsed.no_demo,
        debug=parsed.debug,
        reload=not parsed.no_reload,
        rate_scale=parsed.rate_scale,
        ready=parsed.ready,
        parameters=dict(parsed.parameter),
        variables=dict(parsed.variable),
    )


def _parse(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m infra.local", description=__doc__)
    parser.add_argument("--port", type=int, default=8000, help="of the front door (8000)")
    parser.add_argument("--host-port", type=int, default=8001, help="of the functions (8001)")
    parser.add_argument("--aws-port", type=int, default=4566, help="of MiniStack (4566)")
    parser.add_argument(
        "--state", type=Path, default=ROOT / ".state", help="directory that is kept"
    )
    parser.add_argument("--fresh", action="store_true", help="start empty and keep nothing")
    parser.add_argument("--reset", action="store_true", help="empty the kept state first")
    parser.add_argument("--no-demo", action="store_true", help="do not seed the demo")
    parser.add_argument("--no-reload", action="store_true", help="do not watch the code")
    parser.add_argument("--debug", action="store_true", help="one worker here: breakpoint() works")
    parser.add_argument(
        "--rate-scale", type=int, default=20, help="multiplies the rate limits (20)"
    )
    parser.add_argument(
        "--parameter", type=_pair, action="append", default=[], metavar="NAME=VALUE",
        help="of the template, for example DiscordClientId=...",
    )  # fmt: skip
    parser.add_argument(
        "--variable", type=_pair, action="append", default=[], help=argparse.SUPPRESS
    )
    parser.add_argument("--ready", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--project", type=Path, default=ROOT, help=argparse.SUPPRESS)
    return parser.parse_args(arguments)


def _pair(text: str) -> tuple[str, str]:
    name, separator, value = text.partition("=")
    if not (name and separator):
        raise argparse.ArgumentTypeError("NAME=VALUE is needed")
    return name, value


if __name__ == "__main__":
    sys.exit(main())
