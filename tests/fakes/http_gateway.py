"""A Kannel and a Jasmin on loopback: they take messages as those do, hold us to their parameters, fail as told."""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass, field
from urllib.parse import parse_qs, parse_qsl, urlsplit

from aiohttp import web

from bot.delivering.septets import letters

USERNAME, PASSWORD = "chasqui", "a-secret-of-the-tests"
_KANNEL = {
    "username", "password", "from", "to", "text", "coding", "charset", "validity", "dlr-mask", "dlr-url",
}  # fmt: skip
_JASMIN = {
    "username", "password", "from", "to", "coding", "hex-content", "validity-period", "dlr", "dlr-level", "dlr-method",
    "dlr-url",
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Fault:
    """What goes wrong with one request."""

    status: int = 500
    body: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    accept: bool = False  # the message is taken all the same
    how: str = ""  # "drop", "cut", "hang"


@dataclass
class HttpGateway:
    """`async with HttpGateway() as box:`; `box.url` is what goes into CHASQUI_HTTP_URL."""

    messages: list[dict[str, str]] = field(default_factory=list)  # with `text` as it would be read
    faults: deque[Fault | None] = field(default_factory=deque)
    violations: list[str] = field(default_factory=list)
    url: str = ""

    async def __aenter__(self) -> HttpGateway:
        app = web.Application()
        app.router.add_get("/cgi-bin/sendsms", self._kannel)
        app.router.add_post("/send", self._jasmin)
        self._released = asyncio.Event()
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.url = f"http://127.0.0.1:{site.port}"
        return self

    async def __aexit__(self, *_: object) -> None:
        self._released.set()
        await self._runner.cleanup()

    def texts(self) -> list[str]:
        """What was taken, in order."""
        return [each["text"] for each in self.messages]

    async def _kannel(self, request: web.Request) -> web.StreamResponse:
        asked = dict(parse_qsl(request.rel_url.raw_query_string, keep_blank_values=True, encoding="utf-8"))
        self.violations += [f"{key} is unknown to Kannel" for key in asked if key not in _KANNEL]
        self.violations += [] if asked.get("coding") in ("0", "2") else ["coding is 0 or 2"]
        self.violations += _callback(asked.get("dlr-url", ""), "%d")
        if (asked.get("username"), asked.get("password")) != (USERNAME, PASSWORD):
            return web.Response(status=403, text="Authorization failed for sendsms")
        return await self._answer(request, asked, asked.get("text", ""), 202, "0: Accepted for delivery")

    async def _jasmin(self, request: web.Request) -> web.StreamResponse:
        asked = dict(parse_qsl(await request.text(), keep_blank_values=True))
        self.violations += [f"{key} is unknown to Jasmin" for key in asked if key not in _JASMIN]
        self.violations += _callback(asked.get("dlr-url", ""), "") if asked.get("dlr") == "yes" else []
        if (asked.get("username"), asked.get("password")) != (USERNAME, PASSWORD):
            return web.Response(status=403, text='Error "Authentication failure for username:x"')
        raw = bytes.fromhex(asked["hex-content"])
        text = raw.decode("utf-16-be") if asked["coding"] == "8" else letters(raw)
        id = f"07033084-5cfd-4812-90a4-e4d24ffb6e{len(self.messages):02x}"
        return await self._answer(request, asked, text, 200, f'Success "{id}"')

    async def _answer(
        self, request: web.Request, asked: dict[str, str], text: str, status: int, yes: str
    ) -> web.StreamResponse:
        fault = self.faults.popleft() if self.faults else None
        if fault is None or fault.accept:
            self.messages.append(asked | {"text": text})
        if fault is None:
            return web.Response(status=status, text=yes)
        if fault.how == "hang":
            await self._released.wait()
        if fault.how in ("drop", "hang"):
            if request.transport is not None:  # else whoever asked has gone
                request.transport.abort()
            return web.Response()
        if fault.how == "cut":
            broken = web.StreamResponse(status=status, headers={"Content-Length": "1000"})
            await broken.prepare(request)
            await broken.write(yes[:3].encode())
            if request.transport is not None:  # else whoever asked has gone
                request.transport.close()
            return broken
        return web.Response(status=fault.status, text=fault.body, headers=fault.headers)


def _callback(url: str, filled: str) -> list[str]:
    """Whether the address for receipts is whole: ours, with our id, and what the gateway fills in."""
    query = parse_qs(urlsplit(url).query)
    right = url.startswith("https://") and query.get("mid") and (not filled or filled in query.get("status", []))
    return [] if right else [f"the address for receipts is not right: {url!r}"]
