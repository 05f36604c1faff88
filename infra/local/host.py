"""The function host: MiniStack sends it invocations, one HTTP POST each (event in, result out)."""

import os
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

from aiohttp import web

from infra.local.instances import Answer, Function
from infra.local.pool import Pool

PATH = "/invocations"
_BODY_LIMIT = 8 * 2**20
_INHERITED = ("PATH", "HOME", "LANG", "TMPDIR", "VIRTUAL_ENV", "TERM")
_PROXY = "MINISTACK_LAMBDA_PROXY_URL"


def read_functions(client: Any, extra: dict[str, str], project: Path) -> dict[str, Function]:
    """The functions deployed on the emulator behind `client` (a boto3 Lambda client), by name.

    `extra` are variables they get beside their own.
    """
    pages = client.get_paginator("list_functions").paginate()
    found = [item for page in pages for item in page["Functions"]]
    shared = {"AWS_REGION": client.meta.region_name, "LAMBDA_TASK_ROOT": str(project), **extra}
    return {item["FunctionName"]: _function(item, shared) for item in found}


def _function(configuration: dict[str, Any], shared: dict[str, str]) -> Function:
    own = dict(configuration.get("Environment", {}).get("Variables", {}))
    own.pop(_PROXY, None)
    inherited = {key: os.environ[key] for key in _INHERITED if key in os.environ}
    runtime = {
        "TZ": ":UTC",
        "AWS_DEFAULT_REGION": shared["AWS_REGION"],
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_LAMBDA_FUNCTION_NAME": configuration["FunctionName"],
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(configuration["MemorySize"]),
        "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
    }
    return Function(
        name=configuration["FunctionName"],
        arn=configuration["FunctionArn"],
        handler=configuration["Handler"],
        timeout=configuration["Timeout"],
        memory=configuration["MemorySize"],
        environment={**inherited, **runtime, **shared, **own},
    )


class Host:
    """Answers invocations out of a pool. `functions` is filled in once the stack is deployed."""

    def __init__(self, pool: Pool, log: Callable[[str, str, str], None]) -> None:
        self.pool = pool
        self.functions: dict[str, Function] = {}
        self._log = log

    def application(self) -> web.Application:
        """The HTTP side, for an aiohttp runner."""
        application = web.Application(client_max_size=_BODY_LIMIT)
        application.router.add_post(PATH, self._invoke)
        return application

    async def warm(self, name: str) -> None:
        """Import the code of `name` ahead of its first invocation, and say so if that fails."""
        if function := self.functions.get(name):
            failure = await self.pool.warm(function)
            if failure:
                self._log(name, "", f"cannot be imported: {failure.body.decode()}")

    async def _invoke(self, request: web.Request) -> web.Response:
        name = request.headers.get("X-Amzn-Lambda-Function-Name", "")
        request_id = request.headers.get("X-Amzn-Lambda-Request-Id") or str(uuid.uuid4())
        function = self.functions.get(name)
        if function is None:
            answer = Answer.failure(
                "ResourceNotFound", f"The host does not know the function {name}"
            )
        else:
            answer = await self.pool.invoke(function, request_id, await request.read())
        status = 200 if answer.ok else 500
        return web.Response(body=answer.body, status=status, content_type="application/json")
