"""Passes HTTP and websocket traffic on to the emulator as it came, and hides the emulator."""

import asyncio
from collections.abc import Mapping

import aiohttp
from aiohttp import WSMsgType, web
from multidict import CIMultiDict
from yarl import URL

# RFC 9110, section 7.6.1, and what each side computes for itself.
_HOP = {"connection", "keep-alive", "proxy-authenticate", "proxy-authorization", "te", "trailer",
        "transfer-encoding", "upgrade", "host", "content-length"}  # fmt: skip
_EMULATOR = {"server", "date", "x-amzn-requestid", "x-amz-request-id", "x-amz-id-2"}
_FORWARDED = {
    "forwarded",
    "x-forwarded-for",
    "x-forwarded-host",
    "x-forwarded-port",
    "x-forwarded-proto",
}
_HANDSHAKE = {"sec-websocket-key", "sec-websocket-version", "sec-websocket-extensions"}


class Forwarder:
    """A client session towards one emulator, shared by all routes of the front door."""

    def __init__(self, endpoint: str) -> None:
        self._endpoint = endpoint
        self._session: aiohttp.ClientSession | None = None

    async def open(self) -> None:
        """Make the session; needs a running loop."""
        self._session = aiohttp.ClientSession(
            auto_decompress=False,
            cookie_jar=aiohttp.DummyCookieJar(),
            connector=aiohttp.TCPConnector(limit=128),
            timeout=aiohttp.ClientTimeout(total=120),
        )

    async def close(self) -> None:
        """Close the session's connections."""
        if self._session:
            await self._session.close()

    @property
    def session(self) -> aiohttp.ClientSession:
        """The open session."""
        assert self._session is not None, "open() comes first"
        return self._session

    async def http(
        self, request: web.Request, path: str, *, keep_host: bool = False
    ) -> web.StreamResponse:
        """Send `request` to the emulator's `path` (raw, with query) and hand its answer back.

        A presigned address is signed for the host it names: it needs to be told (`keep_host`).
        """
        url = URL(self._endpoint + path, encoded=True)
        headers = _forwarded(request, drop=_HOP | _FORWARDED)
        if keep_host:
            headers["Host"] = request.host
        try:
            async with self.session.request(
                request.method,
                url,
                headers=headers,
                data=await request.read(),
                allow_redirects=False,
                skip_auto_headers=("User-Agent", "Accept", "Accept-Encoding", "Content-Type"),
            ) as answer:
                body = await answer.read()
                kept = _kept(answer.headers, _HOP | _EMULATOR)
                return web.Response(status=answer.status, headers=kept, body=body)
        except aiohttp.ClientError as error:
            return web.Response(status=502, text=f"The emulator did not answer: {error}")

    async def websocket(self, request: web.Request, path: str) -> web.StreamResponse:
        """Join the caller's websocket with one to the emulator's `path`; hand back refusals."""
        url = URL(self._endpoint + path, encoded=True)
        drop = _HOP | _FORWARDED | _HANDSHAKE | {"sec-websocket-protocol"}
        protocols = [
            p.strip() for p in request.headers.get("Sec-WebSocket-Protocol", "").split(",")
        ]
        wanted = [protocol for protocol in protocols if protocol]
        try:
            upstream = await self.session.ws_connect(
                url, headers=_forwarded(request, drop=drop), protocols=wanted, max_msg_size=2**20
            )
        except aiohttp.WSServerHandshakeError as error:
            return web.Response(status=error.status if error.status >= 400 else 502)
        except aiohttp.ClientError as error:
            return web.Response(status=502, text=f"The emulator did not answer: {error}")
        client = web.WebSocketResponse(
            protocols=[upstream.protocol] if upstream.protocol else (), max_msg_size=2**20
        )
        await client.prepare(request)
        pumps = [
            asyncio.create_task(_pump(client, upstream)),
            asyncio.create_task(_pump(upstream, client)),
        ]
        await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
        for pump in pumps:
            pump.cancel()
        await upstream.close(code=client.close_code or 1000)
        await client.close(code=_sendable(upstream.close_code))
        return client


Socket = web.WebSocketResponse | aiohttp.ClientWebSocketResponse


async def _pump(source: Socket, sink: Socket) -> None:
    async for message in source:
        if message.type is WSMsgType.TEXT:
            await sink.send_str(message.data)
        elif message.type is WSMsgType.BINARY:
            await sink.send_bytes(message.data)


def _sendable(code: int | None) -> int:
    return code if code and code not in {1005, 1006, 1015} else 1000


def _kept(headers: Mapping[str, str], drop: set[str]) -> CIMultiDict[str]:
    return CIMultiDict((key, value) for key, value in headers.items() if key.lower() not in drop)


def _forwarded(request: web.Request, drop: set[str]) -> CIMultiDict[str]:
    headers = _kept(request.headers, drop)
    headers["X-Forwarded-For"] = request.remote or "127.0.0.1"
    headers["X-Forwarded-Host"] = request.host
    headers["X-Forwarded-Port"] = request.host.rpartition(":")[2] if ":" in request.host else "80"
    headers["X-Forwarded-Proto"] = "http"
    return headers
