"""Give every request a name, so that what the log says of it can be found again, here and at the proxy."""

from __future__ import annotations

import re
import secrets
from collections.abc import Awaitable, Callable
from contextvars import ContextVar

from aiohttp import web

HEADER = "X-Request-ID"
_FIT = re.compile(r"[A-Za-z0-9._-]{1,64}")
# A caller's name for it must not bring a number into our log.
_NUMBER = re.compile(r"\d{9}")

_NAME = web.RequestKey("name", str)
request_id: ContextVar[str] = ContextVar("request_id", default="")


@web.middleware
async def named(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    """Take the request's name from the proxy, or give it one; the answer carries it back."""
    given = request.headers.get(HEADER, "")
    fit = _FIT.fullmatch(given) and not _NUMBER.search(given)
    request[_NAME] = name = given if fit else secrets.token_hex(8)
    token = request_id.set(name)
    try:
        return await handler(request)
    finally:
        request_id.reset(token)


async def answer_with_name(request: web.Request, response: web.StreamResponse) -> None:
    """Before the answer's head is written: put the name on it, refusals included."""
    name = request.get(_NAME, "")
    if name:
        response.headers.setdefault(HEADER, name)
