"""The function host keeps Lambda's semantics: real worker processes, a throw-away project."""

import asyncio
import json
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from infra.deploy.package import ROOT
from infra.local.instances import Answer, Function
from infra.local.pool import Pool

_HANDLERS = """
import os, sys, time
calls = 0

def work(event, context):
    global calls
    calls += 1
    print("working for", context.aws_request_id)
    if event.get("sleep"):
        time.sleep(event["sleep"])
    if event.get("exit"):
        os._exit(3)
    if event.get("fail"):
        raise ValueError("no such thing")
    if "answer" in event:
        return event["answer"]
    return {"pid": os.getpid(), "calls": calls, "env": dict(os.environ)}
"""


Lines = asyncio.Queue[tuple[str, str, str]]


class _Bench:
    def __init__(self, pool: Pool, project: Path, lines: Lines) -> None:
        self.pool, self.project, self.lines = pool, project, lines

    async def ask(self, event: Any, name: str = "one", seconds: int = 10) -> Answer:
        environment = {"PATH": os.environ["PATH"], "OWN": name}
        function = Function(name, f"arn:{name}", "handlers.work", seconds, 256, environment)
        return await self.pool.invoke(function, f"request-of-{name}", json.dumps(event).encode())

    async def result(self, event: Any, name: str = "one") -> Any:
        answer = await self.ask(event, name)
        assert answer.ok, answer.body
        return json.loads(answer.body)


@asynccontextmanager
async def _bench(tmp_path: Path, limit: int = 8) -> AsyncIterator[_Bench]:
    (tmp_path / "handlers.py").write_text(_HANDLERS)
    lines: Lines = asyncio.Queue()
    pool = Pool(
        [tmp_path, ROOT], lambda *line: lines.put_nowait(line), limit=limit, spares=1, libraries=()
    )
    await pool.start()
    try:
        yield _Bench(pool, tmp_path, lines)
    finally:
        await pool.stop()


def test_an_instance_is_kept_warm_and_sees_its_own_environment_alone(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with _bench(tmp_path) as bench:
            first, second = await bench.result({}), await bench.result({})
            other = await bench.result({}, "two")

        assert (first["pid"], second["calls"]) == (second["pid"], 2)
        assert other["pid"] != first["pid"]
        assert (first["env"]["OWN"], other["env"]["OWN"]) == ("one", "two")
        assert "PYTEST_CURRENT_TEST" not in first["env"]

    asyncio.run(scenario())


def test_parallel_invocations_get_an_instance_each(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with _bench(tmp_path) as bench:
            events = [{"sleep": 0.2} for _ in range(4)]
            results = await asyncio.gather(*(bench.result(event) for event in events))

        assert len({result["pid"] for result in results}) == 4
        assert {result["calls"] for result in results} == {1}

    asyncio.run(scenario())


def test_beyond_the_limit_invocations_wait_and_idle_instances_make_room(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with _bench(tmp_path, limit=2) as bench:
            names = ["one", "two", "three", "one", "two", "three"]
            results = await asyncio.gather(*(bench.result({"sleep": 0.02}, name) for name in names))

        assert [result["env"]["OWN"] for result in results] == names

    asyncio.run(scenario())


def test_a_slow_function_is_cut_off_and_its_instance_replaced(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with _bench(tmp_path) as bench:
            before = await bench.result({})
            slow = await bench.ask({"sleep": 30}, seconds=1)
            after = await bench.result({})

        assert json.loads(slow.body)["errorType"] == "Sandbox.Timedout"
        assert after["pid"] != before["pid"]

    asyncio.run(scenario())


@pytest.mark.parametrize(
    ("event", "kind"), [({"fail": True}, "ValueError"), ({"exit": True}, "Runtime.ExitError")]
)
def test_failures_come_back_in_lambdas_shape(tmp_path: Path, event: Any, kind: str) -> None:
    async def scenario() -> None:
        async with _bench(tmp_path) as bench:
            answer = await bench.ask(event)
            again = await bench.ask({"answer": 1})

        assert (answer.ok, json.loads(answer.body)["errorType"]) == (False, kind)
        assert again == Answer(True, b"1")

    asyncio.run(scenario())


def test_new_code_is_served_after_a_reload(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with _bench(tmp_path) as bench:
            await bench.result({})
            (tmp_path / "handlers.py").write_text("def work(event, context):\n    return 'new'\n")
            await bench.pool.reload()
            assert await bench.result({}) == "new"

    asyncio.run(scenario())


def test_failed_stream_records_fail_the_batch_but_failed_messages_do_not(tmp_path: Path) -> None:
    failures = {"batchItemFailures": [{"itemIdentifier": "1"}]}

    async def scenario() -> None:
        async with _bench(tmp_path) as bench:
            stream = {"Records": [{"eventSource": "aws:dynamodb"}], "answer": failures}
            queue = {"Records": [{"eventSource": "aws:sqs"}], "answer": failures}
            assert not (await bench.ask(stream)).ok
            assert await bench.result(queue) == failures

    asyncio.run(scenario())


def test_output_is_told_apart_by_function_and_request(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with _bench(tmp_path) as bench:
            await bench.result({}, "one")
            await bench.result({}, "two")
            wanted = {
                (name, f"request-of-{name}", f"working for request-of-{name}")
                for name in ("one", "two")
            }
            async with asyncio.timeout(5):  # the output travels beside the answer
                assert {await bench.lines.get(), await bench.lines.get()} == wanted

    asyncio.run(scenario())
