"""The console's own files: read once, packed once, and kept by browsers until their content changes."""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path

from aiohttp import web

_FOLDER = Path(__file__).parent / "static"
_TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml", ".woff2": "font/woff2"}
_KEEP = {"Cache-Control": "public, max-age=31536000, immutable", "X-Content-Type-Options": "nosniff"}


def static_routes() -> tuple[list[web.RouteDef], Mapping[str, str]]:
    """Routes for every file in static/, and where each one is: its address changes with its content.

    Raises OSError where a file cannot be read, at start and not at the first visitor.
    """
    routes: list[web.RouteDef] = []
    places: dict[str, str] = {}
    for file in sorted(_FOLDER.rglob("*")):
        if file.suffix in _TYPES:
            name, body = file.relative_to(_FOLDER).as_posix(), file.read_bytes()
            places[name] = f"/console/static/{name}?v={hashlib.sha256(body).hexdigest()[:12]}"
            routes.append(web.get(f"/console/static/{name}", _file(body, _TYPES[file.suffix])))
    return routes, places


def _file(body: bytes, content_type: str) -> Callable[[web.Request], Awaitable[web.Response]]:
    packed = gzip.compress(body, 9, mtime=0)

    async def answer(request: web.Request) -> web.Response:
        headers = {**_KEEP, "Vary": "Accept-Encoding"}
        if "gzip" in request.headers.get("Accept-Encoding", ""):
            headers["Content-Encoding"] = "gzip"
            return web.Response(body=packed, content_type=content_type, charset="utf-8", headers=headers)
        return web.Response(body=body, content_type=content_type, charset="utf-8", headers=headers)

    return answer
