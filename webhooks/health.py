"""Is it alive, and is it ready: probes for a machine, with the reason where it is not."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import TypeVar

from aiohttp import web

from store import migrating, ticks
from store.database import Database
from store.errors import StoreError
from store.health import probe

T = TypeVar("T")

_PATIENCE = 0.9  # seconds; a balancer asks every few and must not be kept waiting by a database that is away
_SKEW = 5.0  # seconds between this machine's clock and the database's
_NOTHING: Mapping[str, float] = {}


def routes(database: Database, *, allowed: Mapping[str, float] = _NOTHING) -> list[web.RouteDef]:
    """`/health/live` answers while the loop turns. `/health/ready` says 503 and why, in JSON, where the database is
    away, takes nothing or has another schema, where a clock goes wrong, or where a job has been silent for longer than
    is `allowed` (job → seconds), on whichever machine it runs."""
    look = shared(lambda: database.look(lambda: _wrong(database, allowed)))

    async def live(_: web.Request) -> web.Response:
        return web.json_response({"status": "alive"})

    async def ready(_: web.Request) -> web.Response:
        try:
            async with asyncio.timeout(_PATIENCE):
                wrong = await look()
                if not database.takes:
                    await asyncio.shield(database.run(lambda: _try_to_write(database)))
        except (StoreError, TimeoutError):
            wrong = {"database": "the database is away or takes nothing"}
        if wrong:
            return web.json_response({"status": "not ready", "why": wrong}, status=503)
        return web.json_response({"status": "ready"})

    return [web.get("/health/live", live), web.get("/health/ready", ready)]


def shared(ask: Callable[[], Awaitable[T]]) -> Callable[[], Awaitable[T]]:
    """`ask`, once at a time: whoever comes while it is being asked gets the same answer. Nobody's giving up ends it,
    so that a hundred probes of a database that hangs occupy one thread and not a hundred."""
    asked: asyncio.Task[T] | None = None

    async def answer() -> T:
        nonlocal asked
        if asked is None or asked.done():
            asked = asyncio.ensure_future(ask())
            asked.add_done_callback(lambda task: task.cancelled() or task.exception())  # heard even by nobody
        return await asyncio.shield(asked)

    return answer


def _wrong(database: Database, allowed: Mapping[str, float]) -> dict[str, str]:
    wrong = {}
    with database.reading() as conn:
        found = migrating.revision(conn)
        if found != migrating.HEAD:
            return {"schema": f"the database has schema {found or 'none'}, this program {migrating.HEAD}"}
        silent = ticks.stopped(ticks.freshest(conn), allowed, database.now(), database.speed)
    for job, age in sorted(silent.items()):
        wrong[job] = f"silent for {age:.0f} s; at most {allowed[job]:.0f} s are usual"
    if abs(database.skew) > _SKEW:
        wrong["clock"] = f"this machine's clock differs from the database's by {database.skew:+.1f} s"
    return wrong


def _try_to_write(database: Database) -> None:
    with database.writing() as conn:
        probe(conn)
