"""A telephone knocks (SMS Gateway for Android): prove its signature, read the event, keep it, answer 200."""

from __future__ import annotations

import json
import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime

from aiohttp import web

from bot.messages import Inbound, Json, Receipt
from messaging import android
from webhooks.complaining import Seldom
from webhooks.limits import closing, must_be_plain, read_body

log = logging.getLogger(__name__)

PATH = "/webhooks/android"
MAX_BODY = 64 * 1024  # octets; an event is a few hundred


def _uncounted(event: str) -> None:
    """Nobody counts."""


def routes(
    *,
    keys: Sequence[str],
    phone: android.Phone,
    receive: Callable[[Inbound], Awaitable[object]],
    receipt: Callable[[Receipt], Awaitable[object]],
    path: str = PATH,
    count: Callable[[str], None] = _uncounted,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
    wall: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> list[web.RouteDef]:
    """POST `path` for one telephone, whose signing key is one of `keys` (two while it is changed).

    `receive` and `receipt` return once what they were given is kept; where they raise, the phone hears 503 and tells
    it again for two days. `count` is told "android …" for what is genuine and not kept. `wall` is real time, against
    which the signature's time is held; `now` dates what is kept.
    """
    complaint = _Complaint(wall)

    async def told(request: web.Request) -> web.Response:
        must_be_plain(request)
        body = await read_body(request, MAX_BODY)
        signature, timestamp = request.headers.get("X-Signature", ""), request.headers.get("X-Timestamp", "")
        if not android.is_genuine(keys=keys, body=body, timestamp=timestamp, signature=signature, now=wall()):
            count("android auth failed")
            complaint.say(path, bool(signature))
            raise closing(web.HTTPForbidden(text="Not signed.\n") if signature else web.HTTPUnauthorized(text="\n"))
        try:
            said = android.read(_object(body), phone, now())
        except android.Malformed as error:
            raise web.HTTPBadRequest(text=f"{error}\n") from None
        if isinstance(said, str):
            count(f"android {said}")
            return web.Response()
        try:
            await (receive(said) if isinstance(said, Inbound) else receipt(said))
        except Exception as error:
            # The error's text may hold the message itself (a database repeats its parameters).
            log.error("%s: an event could not be kept: %s", said.sender, type(error).__name__)
            raise web.HTTPServiceUnavailable(text="Not kept; please try again.\n") from None
        return web.Response()

    return [web.post(path, told)]


class _Complaint:
    """One line a minute about what is not genuine, with the cure."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock, self._seldom = clock, Seldom()

    def say(self, path: str, signed: bool) -> None:
        left_out = self._seldom.left_out(self._clock().timestamp())
        if left_out is None:
            return
        log.warning(
            "Refused a request to %s (%s, %d more since the last such line). If the phone sent it: "
            "CHASQUI_ANDROID_SIGNING_KEY must be the key of the app (Settings, Webhooks, Signing Key), and the phone's "
            "clock must be right to five minutes.",
            path,
            "its signature or time is wrong" if signed else "no X-Signature",
            left_out,
        )


def _object(body: bytes) -> Json:
    try:
        found = json.loads(body.decode())
    except (ValueError, RecursionError):
        raise android.Malformed("not JSON") from None
    if not isinstance(found, dict):
        raise android.Malformed("not an object")
    return found
