"""Guard the HTTP server: close whoever sends slowly, cap and never inflate bodies, and put headers on pages.

aiohttp 3.14 waits for ever for the rest of a head or of a body, so a handful of lines a minute would hold every
connection that the process can have.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError
from aiohttp.streams import StreamReader

from webhooks import crowding, naming, pages
from webhooks.complaining import Seldom
from webhooks.crowding import Crowd

log = logging.getLogger(__name__)

MAX_BODY = 256 * 1024
"""Octets of one request, for `web.Application(client_max_size=MAX_BODY)`; a route may read less or more by itself."""

_EVERYWHERE = {"X-Content-Type-Options": "nosniff"}
_HTTPS_ONLY = "max-age=31536000; includeSubDomains"

# What a client does wrong: in a head, and in a body that is read here.
_MALFORMED = (HttpProcessingError, web.RequestPayloadError)

_Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
_Reword = Callable[[web.Request, web.HTTPException], web.StreamResponse | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How long a client may take, in seconds. `head`: from the connection, or from a request's first octet, to the end
    of its headers. `body`: from there to the end of the body, and a second more for every `pace` octets that came, so
    that an upload over a thin line in the mountains is not taken for an attack. `idle`: between two requests."""

    head: float = 10.0
    body: float = 15.0
    pace: int = 2048
    idle: float = 75.0
    linger: float = 2.0  # reading on after an early refusal, so that the client gets to see it
    most: int = 0  # connections at once; 0: what the files of this process allow


class GuardedRunner(web.AppRunner):
    """web.AppRunner whose connections keep `limits`; sites are started on it as ever."""

    __slots__ = ("_limits",)

    def __init__(self, app: web.Application, *, limits: Limits | None = None, **kwargs: Any) -> None:
        self._limits = limits or Limits()
        # A body stays as it came: ten kilobytes of gzip can be a gigabyte, and we take none of it anyway (`guard`).
        given = {"keepalive_timeout": self._limits.idle, "lingering_time": self._limits.linger}
        super().__init__(app, **(given | {"auto_decompress": False} | kwargs))

    async def _make_server(self) -> web.Server:
        made = await super()._make_server()
        return _GuardedServer(
            made.request_handler,
            request_factory=made.request_factory,
            handler_cancellation=made.handler_cancellation,
            loop=made._loop,
            limits=self._limits,
            **made._kwargs,
        )


class _GuardedServer(web.Server):
    def __init__(self, *args: Any, limits: Limits, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._limits = limits
        self._complaints, self._refusals = Seldom(), Seldom()
        self.crowd = Crowd(limits.most or crowding.most())

    def crowded(self, remote: str) -> None:
        """Say that somebody was not let in any more."""
        more = self._refusals.left_out(self._loop.time())
        if more is not None:
            log.warning(
                "Closed a connection of %s: %d may be open, and %d of one address (%d more since the last such line)",
                remote,
                self.crowd.most,
                self.crowd.each,
                more,
            )

    def complain(self, remote: object, error: BaseException) -> None:
        """Say that somebody does not speak HTTP."""
        more = self._complaints.left_out(self._loop.time())
        if more is not None:
            kind = type(error).__name__
            log.warning(
                "Refused a malformed request from %s (%s, %d more since the last such line)", remote, kind, more
            )

    def __call__(self) -> web.RequestHandler:
        return _GuardedConnection(self, limits=self._limits, loop=self._loop, **self._kwargs)


class _GuardedConnection(web.RequestHandler):
    """aiohttp's connection with one timer, which runs only while the client owes us something.

    A request that arrives in one piece on a kept connection, the usual one, starts no timer at all.
    """

    __slots__ = ("_inside", "_limits", "_owed", "_remote", "_server", "_since", "_watch")

    def __init__(self, manager: _GuardedServer, *, limits: Limits, **kwargs: Any) -> None:
        super().__init__(manager, **kwargs)
        self._server, self._limits = manager, limits
        self._watch: asyncio.TimerHandle | None = None
        self._since = 0.0
        self._remote, self._inside = "", False
        self._owed: StreamReader | None = None  # the body that is on its way; None: a head

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        peer = transport.get_extra_info("peername")
        self._remote = str(peer[0]) if isinstance(peer, tuple) else ""
        self._inside = self._server.crowd.enter(self._remote)
        if self._inside:
            self._wait_for(None)
        elif isinstance(transport, asyncio.WriteTransport):
            self._server.crowded(self._remote)
            transport.abort()

    def connection_lost(self, exc: BaseException | None) -> None:
        self._stop_waiting()
        if self._inside:
            self._inside = False
            self._server.crowd.leave(self._remote)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        before = self._request_count
        super().data_received(data)
        if self._request_count != before:
            body = self._messages[-1][1]
            if not body.is_eof():
                self._wait_for(body)
            elif self._watch is not None:
                self._stop_waiting()
        elif self._owed is not None:
            if self._owed.is_eof():
                self._stop_waiting()
        elif self._watch is None and data and self._payload_parser is None and not self._upgraded:
            self._wait_for(None)

    def log_exception(self, *args: Any, **kwargs: Any) -> None:
        error = kwargs.get("exc_info")
        gone = self.transport is None  # in the middle of what was being sent
        if isinstance(error, _MALFORMED) or (gone and isinstance(error, ConnectionError)):
            self._server.complain(args[-1] if len(args) > 1 else "somebody", error)
        else:
            super().log_exception(*args, **kwargs)

    def _wait_for(self, body: StreamReader | None) -> None:
        self._stop_waiting()
        self._owed = body
        self._since = self._loop.time()
        self._watch = self._loop.call_later(self._limits.head if body is None else self._limits.body, self._too_late)

    def _stop_waiting(self) -> None:
        if self._watch is not None:
            self._watch.cancel()
        self._watch = self._owed = None

    def _too_late(self) -> None:
        body = self._owed
        if body is not None and not body.is_eof():
            allowed = self._limits.body + body.total_bytes / self._limits.pace
            left = self._since + allowed - self._loop.time()
            if self._reading_paused:  # it is we who do not read
                left = 1.0
            if left > 0:
                self._watch = self._loop.call_later(max(left, 0.05), self._too_late)
                return
        self._stop_waiting()
        if not self._request_in_progress:
            self.force_close()
            return
        # A request is being answered: its answer goes out first, 408 if it is still waiting for this body.
        if body is not None:
            self._lingering_time = 0.0
            body.set_exception(web.HTTPRequestTimeout(text="The body came too slowly.\n"))
        self.close()


def guard(app: web.Application, *, https: bool = False, reword: _Reword | None = None) -> None:
    """Name each request, refuse inflated bodies with 415, and put the security headers on `app`'s pages. Call it
    before the app starts.

    `https`: the public URL is https, so browsers are told to stay with it. `reword` may say a refusal in the words of
    the place that was asked for. One layer does all of it: each further one is paid for by every message.
    """
    extra = {"Strict-Transport-Security": _HTTPS_ONLY} if https else {}
    headers = {**pages.HEADERS, **extra}

    async def on_prepare(request: web.Request, response: web.StreamResponse) -> None:
        held = response.headers
        is_page = held.get("Content-Type", "").startswith("text/html")
        for name, value in (headers if is_page else _EVERYWHERE).items():
            held.setdefault(name, value)
        named = naming.name_of(request)
        if named:
            held.setdefault(naming.HEADER, named)

    @web.middleware
    async def guarded(request: web.Request, handler: _Handler) -> web.StreamResponse:
        token = naming.name(request)
        try:
            must_be_plain(request)
            return await handler(request)
        except web.HTTPException as refused:
            said = reword(request, refused) if reword else None
            if said is None:
                raise
            return said
        finally:
            naming.request_id.reset(token)

    app.on_response_prepare.append(on_prepare)
    app.middlewares.insert(0, guarded)


def must_be_plain(request: web.Request) -> None:
    """Raise 415 where the body is compressed (Content-Encoding), and close the connection."""
    if request.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise closing(web.HTTPUnsupportedMediaType(text="Content-Encoding is not accepted here.\n"))


async def read_body(request: web.Request, limit: int) -> bytes:
    """The body of `request`, of at most `limit` octets, chunked or not; else 413, and the connection is closed.

    The route's own limit: the application's client_max_size does not count here, be it smaller or larger.
    """
    announced = request.content_length
    if announced is not None and announced > limit:
        raise closing(web.HTTPRequestEntityTooLarge(limit))
    body = await request.content.readany()
    if request.content.at_eof() and len(body) <= limit:
        return body  # the usual case: it came in one piece
    pieces, size = [body], len(body)
    while size <= limit:
        piece = await request.content.readany()
        if not piece:
            return b"".join(pieces)
        pieces.append(piece)
        size += len(piece)
    raise closing(web.HTTPRequestEntityTooLarge(limit))


def closing(refusal: web.HTTPException) -> web.HTTPException:
    """`refusal`, after which the connection is closed: the rest of the body is not worth reading."""
    refusal.force_close()
    return refusal
