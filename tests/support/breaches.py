"""A stand-in of Have I Been Pwned's ranges, over HTTP."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread


@dataclass
class FakeRanges:
    """Knows `leaked` passwords, and pads. `asked` are the paths, `headers` the last request's."""

    url: str = ""
    leaked: set[str] = field(default_factory=set)
    padding: set[str] = field(default_factory=set)
    asked: list[str] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)
    status: int = 200

    def answer(self, prefix: str) -> str:
        """The suffixes of a range; those of padding were seen never."""
        seen = {**dict.fromkeys(self.padding, 0), **dict.fromkeys(self.leaked, 7)}
        digests = {hashlib.sha1(n.encode()).hexdigest().upper(): times for n, times in seen.items()}
        found = [f"{one[5:]}:{times}" for one, times in digests.items() if one[:5] == prefix]
        return "\r\n".join(found)


@contextmanager
def running_ranges() -> Iterator[FakeRanges]:
    """The stand-in, for as long as the block runs."""
    fake = FakeRanges()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            fake.asked.append(self.path)
            fake.headers = dict(self.headers)
            data = fake.answer(self.path.removeprefix("/range/")).encode()
            self.send_response(fake.status)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    fake.url = f"http://127.0.0.1:{server.server_port}"
    thread = Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield fake
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)
