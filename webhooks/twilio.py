"""Twilio knocks: a learner's SMS, and what became of ours. Prove it genuine, parse, keep, answer 200."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from typing import NoReturn

from aiohttp import web

from bot.messages import Inbound, Receipt
from messaging import twilio
from webhooks.complaining import Seldom
from webhooks.limits import closing, must_be_plain, read_body

log = logging.getLogger(__name__)

PATH = "/webhooks/twilio"
MAX_BODY = 64 * 1024
_FORM = "application/x-www-form-urlencoded"
# We answer through the API, never in TwiML: only then is there a sid, a callback and a place in our outbox.
_NOTHING_TO_SAY = b'<?xml version="1.0" encoding="UTF-8"?><Response/>'
_XML = {"Content-Type": "text/xml; charset=utf-8"}

Heard = list[tuple[str, str]]


def routes(
    *,
    account_sid: str,
    tokens: Sequence[str],
    public_url: str,
    sender: str,
    receive: Callable[[Inbound], Awaitable[None]],
    receipt: Callable[[Receipt], Awaitable[None]],
    path: str = PATH,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> list[web.RouteDef]:
    """POST `path`/sms and /status for one account, which Twilio calls under `public_url` (there may be a path in it).

    `receive` and `receipt` return once what they were given is kept; where they raise, Twilio hears 503. `tokens` are
    the auth tokens that count, more than one while they are being rotated. `sender` is the channel's name, `now`
    the clock by which what comes in is stamped.
    """
    base = public_url.rstrip("/")
    genuine = _prover(tokens=[token for token in tokens if token], base=base)

    misplaced = Seldom()

    async def sms(request: web.Request) -> web.Response:
        return await hear(await genuine(request))

    async def hear(fields: Heard) -> web.Response:
        try:
            heard = twilio.inbound(fields, sender=sender, account_sid=account_sid, now=now())
        except ValueError as error:
            _refuse(error)
        try:
            await receive(heard)
        except Exception as error:
            _not_kept("an inbound message", error)
        return web.Response(body=_NOTHING_TO_SAY, headers=_XML)

    async def status(request: web.Request) -> web.Response:
        fields = await genuine(request)
        if twilio.is_a_message(fields):
            if misplaced.left_out(asyncio.get_running_loop().time()) is not None:
                log.warning(
                    "A learner's SMS came to %s/status. Set the number's webhook in Twilio to %s/sms", path, path
                )
            return await hear(fields)  # her word is not lost for it
        mid = request.query.get("mid", "")
        ours = int(mid) if mid.isascii() and mid.isdigit() and len(mid) < 19 else None
        try:
            told = twilio.receipt(fields, sender=sender, account_sid=account_sid, outbound=ours, now=now())
        except ValueError as error:
            _refuse(error)
        if told is None:
            log.info("Twilio reports a status that we do not know: %r", dict(fields).get("MessageStatus", "")[:40])
            return web.Response(body=_NOTHING_TO_SAY, headers=_XML)
        try:
            await receipt(told)
        except Exception as error:
            _not_kept("a receipt", error)
        return web.Response(body=_NOTHING_TO_SAY, headers=_XML)

    return [web.post(f"{path}/sms", sms), web.post(f"{path}/status", status)]


def _prover(*, tokens: Sequence[str], base: str) -> Callable[[web.Request], Awaitable[Heard]]:
    """What reads a request and lets only a genuine one through: 415, 413 and 403 in that order."""
    complaints = Seldom()

    async def genuine(request: web.Request) -> Heard:
        must_be_plain(request)
        if request.content_type != _FORM:
            raise closing(web.HTTPUnsupportedMediaType(text="A form is expected here.\n"))
        body = await read_body(request, MAX_BODY)
        try:
            fields = twilio.read_form(body)
        except twilio.Malformed:
            raise closing(web.HTTPRequestEntityTooLarge(twilio.MAX_FIELDS)) from None
        # Never Host or X-Forwarded-*: whoever calls us may write there what he likes.
        url = base + request.raw_path
        headers = request.headers
        if not twilio.is_genuine(
            tokens=tokens,
            url=url,
            fields=fields,
            signature=headers.get("X-Twilio-Signature", ""),
            settings=headers.get("X-Twilio-Webhooks-Signature-Settings", ""),
        ):
            complain(url, "with a signature" if "X-Twilio-Signature" in headers else "no X-Twilio-Signature")
            raise web.HTTPForbidden(text="Not signed by Twilio for this address.\n")
        return fields

    def complain(url: str, how: str) -> None:
        left_out = complaints.left_out(asyncio.get_running_loop().time())
        if left_out is None:
            return
        log.warning(
            "Refused a request that is not signed by Twilio for %r (%s, %d more since the last such line). If Twilio "
            "sent it: CHASQUI_PUBLIC_URL must be exactly what Twilio calls, and CHASQUI_TWILIO_AUTH_TOKEN the "
            "account's token.",
            url,
            how,
            left_out,
        )

    return genuine


def _refuse(error: ValueError) -> NoReturn:
    """Answer what is signed and yet not for us, or not in Twilio's shape."""
    log.warning("Refused a signed request of Twilio: %s", error)
    if isinstance(error, twilio.Foreign):
        raise web.HTTPForbidden(text=f"{error}\n") from None
    raise web.HTTPBadRequest(text=f"{error}\n") from None


def _not_kept(what: str, error: Exception) -> NoReturn:
    """Say 503, so that it is told again: nothing is lost while it is not acknowledged.

    The error's text may hold the message itself (a database repeats its parameters), so only its kind is logged.
    """
    log.error("Could not keep %s from Twilio: %s", what, type(error).__name__)
    raise web.HTTPServiceUnavailable(text="Not kept; please try again.\n") from None
