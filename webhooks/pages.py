"""What every page of ours shares: strict headers, templates, files served by us, and no posts from elsewhere."""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path
from urllib.parse import urlsplit

from aiohttp import web
from jinja2 import Environment, FileSystemLoader, StrictUndefined

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; media-src 'self'; "
        "font-src 'self'; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    # Not no-referrer: with it browsers send `Origin: null` with our own forms, and a post from elsewhere looks alike.
    # Other sites are told nothing either way.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}

TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}


def templates(folder: Path) -> Environment:
    """The templates of a folder; values are escaped, and a name that is missing is an error, not an empty string."""
    return Environment(
        loader=FileSystemLoader(folder),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def page(html: str, *, status: int = 200) -> web.Response:
    """An HTML answer with the strict headers."""
    return web.Response(text=html, status=status, content_type="text/html", headers=HEADERS)


def is_from_here(request: web.Request) -> bool:
    """Whether a post comes from our own page (or from a program), not from a page of another site.

    Browsers send Sec-Fetch-Site to https and to this machine, and Origin with every post; programs send neither.
    """
    site = request.headers.get("Sec-Fetch-Site")
    if site:
        return site in ("same-origin", "none")
    origin = request.headers.get("Origin")
    return origin is None or urlsplit(origin).netloc == request.host


def language_of(request: web.Request, offered: Sequence[str]) -> str:
    """The page's language: `?lang=`, else the browser's first wish that is offered, else the first offered."""
    wished = [request.query.get("lang", ""), *request.headers.get("Accept-Language", "").split(",")]
    short = (wish.strip()[:2].lower() for wish in wished)
    return next((wish for wish in short if wish in offered), offered[0])


def static_routes(prefix: str, folder: Path, names: Sequence[str]) -> tuple[list[web.RouteDef], Mapping[str, str]]:
    """Routes for a closed list of files, read once, and where each one is: its address changes with its content.

    Raises OSError where a file is missing, at start and not at the first visitor.
    """
    routes: list[web.RouteDef] = []
    places: dict[str, str] = {}
    for name in names:
        body = (folder / name).read_bytes()
        places[name] = f"{prefix}/{name}?v={hashlib.sha256(body).hexdigest()[:10]}"
        routes.append(web.get(f"{prefix}/{name}", _file(body, TYPES[Path(name).suffix])))
    return routes, places


def _file(body: bytes, content_type: str) -> Callable[[web.Request], Awaitable[web.Response]]:
    headers = {**HEADERS, "Cache-Control": "max-age=86400"}

    async def answer(request: web.Request) -> web.Response:
        return web.Response(body=body, content_type=content_type, charset="utf-8", headers=headers)

    return answer
