"""The embedded stack: starts its parts in order, reloads on change, and takes them down again."""

import asyncio
import contextlib
import json
import os
import time
from collections.abc import Callable
from contextlib import AsyncExitStack
from pathlib import Path

import watchfiles
from aiohttp import web
from botocore.exceptions import ClientError

from infra.deploy import Deployed, Target, deploy, prepare, stack
from infra.deploy.package import ROOT
from infra.local import door
from infra.local.emulator import Emulator
from infra.local.fingerprint import fingerprint
from infra.local.host import PATH, Host, read_functions
from infra.local.leash import Child
from infra.local.options import Options
from infra.local.pool import Pool

_REDEPLOY = {"template.yaml", "config.json", "app.py", "workers.py"}
_SEEDED, _DEPLOYED = "seeded", "deployed"
_GAME_PORTS = ("--port", "25601", "--bedrock-port", "25602")  # where the demo's servers are
Report = Callable[[str], None]
LogLine = Callable[[str, str, str], None]


class EmbeddedStack:
    """One running platform. `state` is a directory; whether it is kept is the caller's business."""

    def __init__(self, options: Options, state: Path, report: Report, log: LogLine) -> None:
        self._options, self._state, self._report, self._log = options, state, report, log
        ports = options.ports
        self.url = f"http://localhost:{ports.door}"
        self.plugin_url = self.url + door.PLUGIN_DOOR
        self.websocket_url = f"ws://localhost:{ports.door}/ws"
        self._emulator = Emulator(
            ports.emulator, state if options.state else None, state / "ministack.log"
        )
        self.target = Target(
            "embedded",
            endpoint=self._emulator.url,
            function_host=f"http://127.0.0.1:{ports.host}{PATH}",
            parameters=self._parameters(),
        )
        project = options.project
        self._host = Host(
            Pool([project, project / "layers/core/python", ROOT], log, debug=options.debug), log
        )
        self._exit = AsyncExitStack()

    @property
    def _paths(self) -> str:
        project = self._options.project
        return os.pathsep.join(map(str, (project, project / "layers/core/python", ROOT)))

    def _parameters(self) -> dict[str, str]:
        return {
            "ApiUrl": self.url,
            "WebsocketUrl": self.websocket_url,
            "MediaUrl": f"{self.url}/media",
            "SearchUrl": f"sqlite:///{self._state / 'search.db'}",
            "PingAllow": "127.0.0.0/8",
            "RateScale": str(self._options.rate_scale),
            **self._options.parameters,
        }

    async def start(self) -> Deployed:
        """Start everything and return once the front door answers."""
        self._state.mkdir(parents=True, exist_ok=True)
        pool = self._host.pool
        if self._options.demo:
            world = Child("infra.demo.gameworld", _GAME_PORTS, log=self._state / "gameworld.log")
            world.start({**os.environ, "PYTHONPATH": self._paths})
            self._exit.push_async_callback(asyncio.to_thread, world.stop)
        self._exit.push_async_callback(asyncio.to_thread, self._emulator.stop)
        self._exit.push_async_callback(pool.stop)
        await asyncio.gather(asyncio.to_thread(self._emulator.start), pool.start())
        self._report("MiniStack answers")
        await self._serve(self._host.application(), self._options.ports.host)
        deployed = await self._deploy()
        await self._prepare()
        front = door.application(self.target, deployed.outputs)
        await self._serve(front, self._options.ports.door)
        if self._options.demo:
            self._start_plugins()
        return deployed

    def _start_plugins(self) -> None:
        """Let two of the demo's servers report who plays, through the plugins' door."""
        addresses = ("--api", self.url, "--door", self.plugin_url)
        arguments = (*addresses, "--state", str(self._state / "plugins"))
        plugins = Child("infra.demo.plugins", arguments, log=self._state / "plugins.log")
        plugins.start({**os.environ, "PYTHONPATH": self._paths})
        self._exit.push_async_callback(asyncio.to_thread, plugins.stop)

    async def stop(self) -> None:
        """Take everything down, the emulator last, so that it saves what the others still did."""
        await self._exit.aclose()

    async def follow_changes(self) -> None:
        """Reload the functions whenever their code changes; redeploy when the template does."""
        project = self._options.project
        paths = [project / name for name in ("functions", "layers", "app.py", "template.yaml")]
        async for changes in watchfiles.awatch(*paths, debounce=150, step=30, recursive=True):
            changed = sorted(Path(path) for _, path in changes if not path.endswith(".pyc"))
            if not changed:
                continue
            started = time.monotonic()
            await self._host.pool.reload()
            await self._host.warm(self._api)
            took = time.monotonic() - started
            self._report(f"Reloaded {changed[0].name} in {took:.2f} s")
            if any(path.name in _REDEPLOY for path in changed):
                await self._redeploy()

    @property
    def _api(self) -> str:
        return f"{self.target.name}-api_handler"

    async def _redeploy(self) -> None:
        try:
            await self._deploy()
        except Exception as error:
            self._report(f"Not deployed: {error}")

    async def _deploy(self) -> Deployed:
        deployed = await asyncio.to_thread(self._deployed)
        client = self.target.client("lambda")
        # What a function hands out for S3 (forms for uploads) has to lead to the front door. By
        # number, because boto3 would put the bucket before a name.
        s3 = f"http://127.0.0.1:{self._options.ports.door}"
        addresses = {"AWS_ENDPOINT_URL": self._emulator.url, "AWS_ENDPOINT_URL_S3": s3}
        self._host.functions = await asyncio.to_thread(
            read_functions, client, addresses | self._options.variables, self._options.project
        )
        await self._host.warm(self._api)
        return deployed

    def _deployed(self) -> Deployed:
        """Deploy, unless the kept stack is what would be deployed."""
        mark = self._state / _DEPLOYED
        wanted = fingerprint(self._options.project, ROOT / "infra/deploy", self.target)
        if self._options.state and mark.exists() and mark.read_text() == wanted:
            with contextlib.suppress(ClientError):  # the state may be gone although the mark is not
                cloudformation = self.target.client("cloudformation")
                outputs = stack.outputs(cloudformation, self.target.name)
                self._report("The kept stack is up to date")
                return Deployed(outputs, changed=False)
        deployed = deploy(self.target, self._options.project, self._report)
        mark.write_text(wanted)
        return deployed

    async def _prepare(self) -> None:
        """Make the search index and seed the demo, the latter once in the life of a state."""
        mark = self._state / _SEEDED
        demo = self._options.demo and not mark.exists()
        variables = self._host.functions[self._api].environment
        await asyncio.to_thread(prepare.run, variables, self._options.project, demo=demo)
        if demo:
            mark.touch()
        self._report("Search index and demo are there" if demo else "Search index is there")

    async def _serve(self, application: web.Application, port: int) -> None:
        runner = web.AppRunner(application, access_log=None, shutdown_timeout=1)
        await runner.setup()
        self._exit.push_async_callback(runner.cleanup)
        await web.TCPSite(runner, "127.0.0.1", port).start()

    def addresses(self, deployed: Deployed) -> str:
        """What `Options.ready` gets, as JSON."""
        return json.dumps(
            {
                "api_url": self.url,
                "websocket_url": self.websocket_url,
                "plugin_url": self.plugin_url,
                "mailbox_url": f"{self.url}/mailbox",
                "endpoint": self._emulator.url,
                "outputs": deployed.outputs,
                "environment": self._host.functions[self._api].environment,
            }
        )
