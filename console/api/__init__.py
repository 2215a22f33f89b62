"""The REST API v1: one table of routes, from which come routing, validation and the OpenAPI document."""

from __future__ import annotations

import json
from typing import Any

from aiohttp import web

from console.api import answering, problems
from console.api.document import document
from console.api.pacing import Limits
from console.api.problems import Problem, Refusal
from console.api.routing import ROUTES
from console.api.table import BASE
from console.office import Office

__all__ = ["described", "in_our_words", "routes"]


def routes(office: Office, limits: Limits | None = None) -> list[web.RouteDef]:
    """The routes of the API. `limits`: how often a token may ask."""
    at = answering.desk(office, limits or Limits())
    body = json.dumps(described(office), ensure_ascii=False).encode()

    async def tell(_: web.Request) -> web.StreamResponse:
        return web.Response(body=body, content_type="application/json", headers={"Cache-Control": "max-age=300"})

    made = [web.route(each.method, each.place, answering.answering(at, each)) for each in ROUTES]
    return [
        web.route("GET", f"{BASE}/openapi.json", tell),
        *made,
        web.route("*", "/api", _nothing),
        web.route("*", "/api/{rest:(?s:.*)}", _nothing),
    ]


def described(office: Office) -> dict[str, Any]:
    """The OpenAPI document."""
    return document(ROUTES, version=office.version or "1", server=office.public_url)


async def _nothing(request: web.Request) -> web.StreamResponse:
    """No route: nothing is there, or it is there for other methods."""
    allowed = sorted({each.method for each in ROUTES if each.is_at(request.path)})
    if request.path == f"{BASE}/openapi.json":
        allowed = ["GET"]
    if allowed:
        return problems.answer(Refusal(Problem.METHOD, headers={"Allow": ", ".join(allowed)}))
    return problems.answer(problems.missing())


def in_our_words(refused: web.HTTPException) -> web.StreamResponse:
    """What the guards before us refuse under /api is said as a problem, like everything else there."""
    return problems.of_framework(refused)
