"""The engines: what to download, which Java they need, how they start and when they are up."""

import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

_HERE = Path(__file__).parent
_PROBE_SECONDS = 2

Arguments = Callable[[int, Path], list[str]]


@dataclass(frozen=True)
class Engine:
    """One engine. `arguments(port, data)` follow `java`; `probe` is a path that answers when up."""

    name: str
    version: str
    port: int
    variable: str
    java: int
    arguments: Arguments
    probe: str
    answer: int
    megabytes: int

    @property
    def pom(self) -> Path:
        """The Maven file that pins what is downloaded."""
        return _HERE / self.name / "pom.xml"

    def url(self, port: int) -> str:
        """Where it answers on this machine."""
        return f"http://127.0.0.1:{port}"

    def is_up(self, url: str) -> bool:
        """Ask it. DynamoDB Local answers a plain GET with 400, OpenSearch its health with 200."""
        try:
            with urllib.request.urlopen(url + self.probe, timeout=_PROBE_SECONDS) as response:  # noqa: S310
                return bool(response.status == self.answer)
        except urllib.error.HTTPError as error:
            return error.code == self.answer
        except (OSError, ValueError):
            return False


def _dynamodb_local(port: int, _data: Path) -> list[str]:
    return [
        "com.amazonaws.services.dynamodbv2.local.main.ServerRunner",
        *("-inMemory", "-sharedDb", "-disableTelemetry", "-port", str(port)),
    ]


def _opensearch(port: int, data: Path) -> list[str]:
    # The runner's node number is added to the base port: node 1 of base 9200 listens on 9201.
    return [
        "org.codelibs.opensearch.runner.OpenSearchRunner",
        *("-basePath", str(data), "-numOfNode", "1", "-clusterName", f"firstspawn-{port}"),
        *("-baseHttpPort", str(port - 1)),
    ]


ENGINES = (
    Engine(
        name="dynamodb-local",
        version="2.6.1",
        port=8800,
        variable="FIRSTSPAWN_TEST_DYNAMODB_URL",
        java=17,
        arguments=_dynamodb_local,
        probe="/",
        answer=400,
        megabytes=51,
    ),
    Engine(
        name="opensearch",
        version="3.8.0",
        port=9201,
        variable="FIRSTSPAWN_TEST_OPENSEARCH_URL",
        java=21,
        arguments=_opensearch,
        probe="/_cluster/health?wait_for_status=yellow&timeout=1s",
        answer=200,
        megabytes=71,
    ),
)
