"""Telegram calls this: prove that a delivery is genuine, read it, have it kept, and only then say 200."""

from __future__ import annotations

import asyncio
import json
import logging
import re
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

from aiohttp import web

from bot.messages import Inbound, Json
from messaging.telegram import inbound, is_genuine

PATH = "/webhooks/telegram"
BODY_LIMIT = 1024 * 1024  # bytes; an update of Telegram's is a few kB
BODY_SECONDS = 15.0
FAILURES = 20  # wrong secrets from one address in a minute, before it is told to stop
_MINUTE = 60.0
_ADDRESSES = 10_000  # remembered at once, so that a flood from everywhere does not fill the memory
_NUMBER = re.compile(rb'"update_id"\s*:\s*([0-9]{1,18})\b')
_log = logging.getLogger(__name__)

Receive = Callable[[Inbound], Awaitable[object]]


def _utc() -> datetime:
    return datetime.now(UTC)


def _uncounted(event: str) -> None:
    """Nobody counts."""


def routes(
    *,
    secret: str,
    sender: str,
    receive: Receive,
    now: Callable[[], datetime] = _utc,
    clock: Callable[[], float] = time.monotonic,
    count: Callable[[str], None] = _uncounted,
    path: str = PATH,
) -> list[web.RouteDef]:
    """The route of one bot, at `path`. `sender` is `telegram:<bot id>`; without a `secret` every delivery is refused.

    `receive` returns once the message cannot be lost; what it raises becomes a 503, and Telegram delivers again for up
    to 24 hours. `clock` is monotonic, in seconds. `count` is told "telegram_auth_failed" for each wrong secret.
    """
    strangers = _Strangers(clock)

    async def deliver(request: web.Request) -> web.Response:
        if not is_genuine(request.headers.get("X-Telegram-Bot-Api-Secret-Token"), secret):
            count("telegram_auth_failed")
            return _closing(strangers.turn_away(request.remote or ""))
        if request.content_type != "application/json" or (request.charset or "utf-8").lower() not in ("utf-8", "utf8"):
            return _closing(415)
        try:
            async with asyncio.timeout(BODY_SECONDS):
                body = await _body(request)
        except TimeoutError:
            return _closing(408)
        if body is None:
            return _closing(413)
        heard = _read(body, sender, now())
        if heard is None:
            return web.Response(status=400)
        try:
            await receive(heard)
        except Exception as error:
            # The text of a database error repeats the row, and so what a learner wrote.
            _log.error("%s: update %s could not be kept: %s", sender, heard.provider_id, type(error).__name__)
            return web.Response(status=503)
        return web.Response()

    return [web.post(path, deliver)]


class _Strangers:
    """Counts wrong secrets per address and minute. The right secret is never held up: it may come by the same proxy."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._minute = clock()
        self._failures: dict[str, int] = {}

    def turn_away(self, address: str) -> int:
        """The status for one more wrong secret. The log gets a line per address and minute, and none of the body."""
        if self._clock() - self._minute >= _MINUTE or len(self._failures) >= _ADDRESSES:
            self._minute, self._failures = self._clock(), {}
        failures = self._failures[address] = self._failures.get(address, 0) + 1
        if failures == 1:
            _log.warning("a delivery to %s from %s without the right secret was refused", PATH, address)
        return 401 if failures <= FAILURES else 429


def _closing(status: int) -> web.Response:
    """An empty answer, after which the connection ends: the rest of a body that nobody reads must not follow."""
    response = web.Response(status=status)
    response.force_close()
    return response


async def _body(request: web.Request) -> bytes | None:
    """The whole body; None as soon as it is over the limit, which a chunked one does not announce."""
    if (request.content_length or 0) > BODY_LIMIT:
        return None
    body = bytearray()
    async for chunk in request.content.iter_any():
        body += chunk
        if len(body) > BODY_LIMIT:
            return None
    return bytes(body)


def _read(body: bytes, sender: str, now: datetime) -> Inbound | None:
    """The update in a body; None for what Telegram never sends: no JSON, no object, no valid `update_id`."""
    try:
        update: Json = json.loads(body.decode())
    except (UnicodeDecodeError, json.JSONDecodeError):
        return None
    except (ValueError, RecursionError):  # JSON, and yet nobody reads it: a number of 10,000 digits, nested 1,000 deep
        number = _NUMBER.search(body)
        whole = body.count(b"{") == body.count(b"}") and body.count(b"[") == body.count(b"]")
        update = {"update_id": int(number[1]), "unreadable": {}} if number and whole else {}
    return inbound(update, sender=sender, now=now) if isinstance(update, dict) else None
