"""Is it alive, is it ready, and how long are the queues: probes for a machine, figures for Prometheus."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import fields

from aiohttp import web

from store.database import Database
from store.errors import StoreError
from store.health import Figures, figures, probe

_LOOPBACK = ("127.0.0.1", "::1")


_NOTHING: Mapping[str, int] = {}


def routes(database: Database, *, metrics_token: str = "", seen: Mapping[str, int] = _NOTHING) -> list[web.RouteDef]:
    """`/health/live` answers while the loop turns, `/health/ready` while the database does, `/metrics` to loopback
    or with the token as a bearer. Nothing here is labelled by a person or a number.

    `seen` counts what this process has seen since it started and nobody shall make us write down, such as forgeries.
    """

    async def live(_: web.Request) -> web.Response:
        return web.json_response({"status": "alive"})

    async def ready(_: web.Request) -> web.Response:
        try:
            await database.look(lambda: _figures(database))
            if not database.takes:
                await database.run(lambda: _try_to_write(database))
        except StoreError:
            return web.json_response({"status": "the database is away or takes nothing"}, status=503)
        return web.json_response({"status": "ready"})

    async def metrics(request: web.Request) -> web.Response:
        if not _may_read(request, metrics_token):
            raise web.HTTPForbidden(text="Metrics are for loopback, or with the token.\n")
        try:
            found = await database.look(lambda: _figures(database))
        except StoreError:
            raise web.HTTPServiceUnavailable(text="The database is away.\n") from None
        return web.Response(text=_exposition(found, seen), headers={"Content-Type": "text/plain; version=0.0.4"})

    return [web.get("/health/live", live), web.get("/health/ready", ready), web.get("/metrics", metrics)]


def _try_to_write(database: Database) -> None:
    with database.writing() as conn:
        probe(conn)


def _figures(database: Database) -> Figures:
    with database.reading() as conn:
        return figures(conn, database.now())


def _may_read(request: web.Request, token: str) -> bool:
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if token:
        return hmac.compare_digest(given.encode(), token.encode())
    # A proxy on this machine speaks from loopback for the whole world, and says so.
    return request.remote in _LOOPBACK and "X-Forwarded-For" not in request.headers


def _exposition(found: Figures, seen: Mapping[str, int]) -> str:
    """Prometheus text format 0.0.4: a gauge for each figure, and one counter labelled by what was counted."""
    lines = []
    for each in fields(found):
        if each.name != "counters":
            name = f"chasqui_{each.name}{'_seconds' if each.name.endswith('oldest') else ''}"
            lines += [f"# TYPE {name} gauge", f"{name} {getattr(found, each.name):g}"]
    lines.append("# TYPE chasqui_events_total counter")
    for event, count in sorted({**found.counters, **seen}.items()):
        label = event.replace("\\", "\\\\").replace('"', '\\"')
        lines.append(f'chasqui_events_total{{event="{label}"}} {count}')
    return "\n".join(lines) + "\n"
