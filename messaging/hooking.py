"""Tell other programs what happened: signed, at least once, and never to an address inside somebody's network."""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult

from bot.cooperating.hooks import Hook, is_public, signed, signing, wrong_url
from store import hook_events, idempotency
from store.database import Database
from store.hook_events import Tried
from store.hooks import Delivery

log = logging.getLogger(__name__)

_PATIENCE = aiohttp.ClientTimeout(total=10, connect=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Teller:
    """What telling needs. `secret` is the installation's, from which those of the subscriptions are derived. `private`:
    an address inside this network, and plain http, will do: for trying things out."""

    database: Database
    clock: Callable[[], datetime]
    secret: bytes
    private: bool = False
    agent: str = "Chasqui"


class _Inside(OSError):
    """A name that leads to an address which is not on the open internet."""


class _PublicOnly(AbstractResolver):
    """Looks names up, and hands on nothing if any of what it finds is inside a network.

    What it returns is what is connected to, so no second look-up can answer otherwise.
    """

    def __init__(self) -> None:
        self._inner = aiohttp.ThreadedResolver()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """The addresses of a host. Raises OSError for one inside a network."""
        found = await self._inner.resolve(host, port, family)
        if not found or not all(is_public(each["host"]) for each in found):
            raise _Inside(f"{host} leads into a private network.")
        return found

    async def close(self) -> None:
        """Nothing is held."""
        await self._inner.close()


async def tell_round(teller: Teller) -> int:
    """Gather what is new, send what is due, settle; how much was tried."""
    database = teller.database

    def begin() -> list[tuple[Hook, Delivery]]:
        with database.writing() as conn:
            now = teller.clock()
            hook_events.gather(conn, now)
            return hook_events.take(conn, now)

    waiting = await database.run(begin) if await database.look(lambda: _wanted(teller)) else []
    if not waiting:
        return 0
    async with _session(teller) as session:
        tried = await asyncio.gather(*(_tell(teller, session, hook, each) for hook, each in waiting))

    def settle() -> None:
        with database.writing() as conn:
            hook_events.settle(conn, tried, teller.clock())

    await database.run(settle)
    return len(tried)


async def tidy(teller: Teller) -> int:
    """Drop what is kept no longer: what was told a month ago, and the answers of yesterday's requests."""

    def work() -> int:
        with teller.database.writing() as conn:
            now = teller.clock()
            return hook_events.prune(conn, now) + idempotency.prune(conn, now)

    return await teller.database.run(work)


def _wanted(teller: Teller) -> bool:
    with teller.database.reading() as conn:
        return hook_events.anybody(conn)


def _session(teller: Teller) -> aiohttp.ClientSession:
    resolver = None if teller.private else _PublicOnly()
    connector = aiohttp.TCPConnector(limit=50, limit_per_host=10, resolver=resolver, use_dns_cache=False)
    return aiohttp.ClientSession(
        connector=connector, timeout=_PATIENCE, cookie_jar=aiohttp.DummyCookieJar(), trust_env=False
    )


async def _tell(teller: Teller, session: aiohttp.ClientSession, hook: Hook, delivery: Delivery) -> Tried:
    if why := wrong_url(hook.url, private=teller.private):
        return Tried(delivery=delivery, status=0, error=why)
    body, now = delivery.body.encode(), teller.clock()
    headers = {
        "Content-Type": "application/json",
        "User-Agent": teller.agent,
        "Chasqui-Event": delivery.kind,
        "Chasqui-Event-Id": delivery.event,
        "Chasqui-Signature": signed(signing(hook, teller.secret, now), now, body),
    }
    try:
        # What is answered is not read: only whether it was taken counts.
        async with session.post(hook.url, data=body, headers=headers, allow_redirects=False) as answer:
            status = answer.status
            answer.close()
    except _TROUBLE as error:
        return Tried(delivery=delivery, status=0, error=_named(error))
    return Tried(delivery=delivery, status=status, error="" if 200 <= status < 300 else _refusal(status))


_TROUBLE: tuple[type[Exception], ...] = (aiohttp.ClientError, OSError, TimeoutError, ValueError)


def _refusal(status: int) -> str:
    return "redirect" if 300 <= status < 400 else "refused"


def _named(error: Any) -> str:
    """What went wrong, in a word: never the error's own text, which may hold what the other side wrote."""
    inner = getattr(error, "os_error", None) or error
    if isinstance(inner, _Inside) or isinstance(error.__cause__, _Inside):
        return "private"
    if isinstance(error, TimeoutError):
        return "timeout"
    if isinstance(error, aiohttp.ClientConnectorDNSError | socket.gaierror):
        return "name"
    if isinstance(error, aiohttp.ClientSSLError):
        return "certificate"
    return "connection" if isinstance(error, aiohttp.ClientConnectionError | OSError) else "answer"
