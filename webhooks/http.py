"""A generic HTTP gateway knocks: prove it by the secret in the path, read its fields, keep, answer as it wants."""

from __future__ import annotations

import hmac
import ipaddress
import logging
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from typing import NoReturn

from aiohttp import web

from bot.messages import Inbound, Receipt
from messaging import http_reading
from messaging.http_profiles import Gateway
from webhooks.complaining import Seldom
from webhooks.limits import closing, must_be_plain, read_body

log = logging.getLogger(__name__)

PATH = "/webhooks/http"
MAX_BODY = 64 * 1024  # octets


def _uncounted(event: str) -> None:
    """Nobody counts."""


def routes(
    *,
    gateway: Gateway,
    sender: str,
    secret: str,
    country: str,
    receive: Callable[[Inbound], Awaitable[object]],
    receipt: Callable[[Receipt], Awaitable[object]],
    path: str = PATH,
    count: Callable[[str], None] = _uncounted,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> list[web.RouteDef]:
    """GET and POST `path`/sms and `path`/status, with `/{secret}` behind them where there is a secret.

    Without a secret only a machine of our own network is heard: such gateways sign nothing. `receive` and `receipt`
    return once what they were given is kept; where they raise, the gateway hears 503 and tells it again. `count` is
    told "http …" for what is not kept.
    """

    read = _reader(gateway, secret, path, count)

    def kept() -> web.Response:
        return web.Response(text=gateway.ack, content_type="text/plain")

    async def sms(request: web.Request) -> web.Response:
        given = await read(request)
        try:
            heard = http_reading.inbound(given, gateway, sender=sender, country=country, now=now())
        except http_reading.Malformed as error:
            _refuse(error)
        if isinstance(heard, str):
            count(f"http {heard}")
            return kept()
        try:
            await receive(heard)
        except Exception as error:
            _not_kept("an inbound message", error)
        return kept()

    async def status(request: web.Request) -> web.Response:
        given = await read(request)
        try:
            told = http_reading.receipt(given, gateway, sender=sender, now=now())
        except http_reading.Malformed as error:
            _refuse(error)
        if isinstance(told, str):
            count(f"http {told}")
            return kept()
        try:
            await receipt(told)
        except Exception as error:
            _not_kept("a receipt", error)
        return kept()

    tail = "/{secret}" if secret else ""
    made = []
    for name, handler in (("sms", sms), ("status", status)):
        for where in {f"{path}/{name}", f"{path}/{name}{tail}"}:
            made += [web.get(where, handler, allow_head=False), web.post(where, handler)]
    return made


def _reader(
    gateway: Gateway, secret: str, path: str, count: Callable[[str], None]
) -> Callable[[web.Request], Awaitable[Mapping[str, str]]]:
    complaints = Seldom()

    async def read(request: web.Request) -> Mapping[str, str]:
        must_be_plain(request)
        given = request.match_info.get("secret", "")
        if not hmac.compare_digest(given.encode(errors="surrogateescape"), secret.encode()) or not (
            secret or _near(request.remote)
        ):
            count("http auth failed")
            left_out = complaints.left_out()
            if left_out is not None:
                log.warning(
                    "Refused a request to %s/…: it does not end with the secret that is set (%d more since the last "
                    "such line)",
                    path,
                    left_out,
                )
            raise closing(web.HTTPForbidden(text="No.\n"))
        body = await read_body(request, MAX_BODY)
        try:
            return http_reading.fields(
                query=request.rel_url.raw_query_string,
                body=body,
                content_type=request.content_type,
                charset=gateway.charset,
            )
        except http_reading.Malformed as error:
            _refuse(error)

    return read


def _near(remote: str | None) -> bool:
    try:
        address = ipaddress.ip_address(remote or "")
    except ValueError:
        return False
    return address.is_loopback or address.is_private


def _refuse(error: ValueError) -> NoReturn:
    log.warning("Refused a request of the HTTP gateway: %s", error)
    raise web.HTTPBadRequest(text=f"{error}\n") from None


def _not_kept(what: str, error: Exception) -> NoReturn:
    """Say 503, so that it is told again. The error's text may hold the message itself, so only its kind is logged."""
    log.error("Could not keep %s from the HTTP gateway: %s", what, type(error).__name__)
    raise web.HTTPServiceUnavailable(text="Not kept; please try again.\n") from None
