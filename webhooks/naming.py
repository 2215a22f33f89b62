"""Give every request a name, so that what the log says of it can be found again, here and at the proxy."""

from __future__ import annotations

import random
import re
from contextvars import ContextVar, Token

from aiohttp import web

HEADER = "X-Request-ID"
_FIT = re.compile(r"[A-Za-z0-9._-]{1,64}")
# A caller's name for it must not bring a number into our log.
_NUMBER = re.compile(r"\d{9}")

_NAME = web.RequestKey("name", str)
request_id: ContextVar[str] = ContextVar("request_id", default="")


def name(request: web.Request) -> Token[str]:
    """Take the request's name from the proxy, or give it one. `request_id.reset` ends it."""
    given = request.headers.get(HEADER, "")
    fit = given and _FIT.fullmatch(given) and not _NUMBER.search(given)
    # It need only differ from the others of the day, so nothing is asked of the machine's entropy.
    request[_NAME] = found = given if fit else f"{random.getrandbits(64):016x}"
    return request_id.set(found)


def name_of(request: web.Request) -> str:
    """The name that it was given; empty for one that was refused before."""
    found: str = request.get(_NAME, "")
    return found
