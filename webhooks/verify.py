"""Certificates on the web: the page and the JSON of a code, the issuer's keys, status lists, and what a holder shares.

Nobody signs in here. A code is guessed in vain: unknown ones answer alike, and whoever tries many waits.
"""

from __future__ import annotations

import ipaddress
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

from aiohttp import web

from bot.certifying import codes, verifying
from bot.certifying.badges import Place
from bot.certifying.credentials import Credential
from bot.certifying.verifying import Verification
from webhooks import pages
from webhooks.verify_texts import LANGUAGES, TEXTS

# What signs and checks signatures is loaded for the first one, not at the start.
if TYPE_CHECKING:
    from authoring.credentials import offline
    from authoring.credentials.keys import Ring

_FOLDER = Path(__file__).parent / "verify_page"
_TEMPLATE = pages.templates(_FOLDER).get_template("index.html.j2")
_ROBOTS = {"X-Robots-Tag": "noindex, nofollow, noarchive", "Vary": "Accept, Accept-Language"}
_MOST = 10_000  # addresses that are remembered
_OPEN = {"Access-Control-Allow-Origin": "*", "X-Content-Type-Options": "nosniff"}  # anybody's program may check

Find = Callable[[str], Awaitable[Credential | None]]
Revoked = Callable[[int], Awaitable[list[int] | None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How many codes may be tried in vain within `window` seconds: by one address, and by all together."""

    each: int = 20
    everybody: int = 2000
    window: float = 600.0


@dataclass(slots=True)
class _Tries:
    """The codes tried in vain of late, by address: in memory, never written down, forgotten with the window."""

    patience: Patience
    begun: float = 0.0
    everybody: int = 0
    by: OrderedDict[str, int] = field(default_factory=OrderedDict)

    def spent(self, address: str) -> bool:
        """Whether this address has to wait. Once all together try too many, one in vain is all that each has."""
        now = time.monotonic()
        if now - self.begun > self.patience.window:
            self.begun, self.everybody = now, 0
            self.by.clear()
        allowed = 1 if self.everybody >= self.patience.everybody else self.patience.each
        return self.by.get(address, 0) >= allowed

    def in_vain(self, address: str) -> None:
        """One more."""
        self.everybody += 1
        self.by[address] = self.by.pop(address, 0) + 1
        if len(self.by) > _MOST:
            self.by.popitem(last=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Office:
    """What the routes are given by whoever starts them."""

    find: Find
    revoked: Revoked
    ring: Callable[[], Ring]
    place: Place
    organisation: str
    clock: Callable[[], datetime]
    tries: _Tries
    style: str


def routes(
    *,
    find: Find,
    revoked: Revoked,
    ring: Callable[[], Ring],
    place: Place,
    organisation: str,
    clock: Callable[[], datetime],
    patience: Patience | None = None,
) -> list[web.RouteDef]:
    """The routes of verification, to be added to an application.

    - `find` gives the credential of a code without hyphens; `revoked` the places set in a status list, None where there
      is no such list; `ring` the keys.
    - `place` is where we are reached, `organisation` the issuer's name.

    Raises OSError where a file of the page is missing.
    """
    files, places = pages.static_routes("/verify-static", _FOLDER, ("style.css",))
    office = _Office(
        find=find,
        revoked=revoked,
        ring=ring,
        place=place,
        organisation=organisation,
        clock=clock,
        tries=_Tries(patience or Patience()),
        style=places["style.css"],
    )
    return [
        web.get("/verify", _with(_ask, office)),
        web.get("/verify/{code}", _with(_verify, office)),
        web.get("/credentials/keys.json", _with(_keys, office)),
        web.get("/.well-known/jwks.json", _with(_keys, office)),
        web.get("/credentials/issuer.json", _with(_issuer, office)),
        web.get(r"/credentials/status/{number:[1-9]\d{0,5}}", _with(_status, office)),
        web.get("/credentials/{code}.jwt", _with(_signed, office)),
        *files,
    ]


_Handler = Callable[[web.Request], Awaitable[web.Response]]


def _with(handler: Callable[[web.Request, _Office], Awaitable[web.Response]], office: _Office) -> _Handler:
    async def answer(request: web.Request) -> web.Response:
        return await handler(request, office)

    return answer


# --- the page ---


async def _ask(request: web.Request, office: _Office) -> web.Response:
    """The form; what was written in it is answered here (an offline QR) or at the page of its code."""
    payload = request.query.get("payload", "").strip()[:400]
    written = request.query.get("code", "").strip()[:40]
    if payload and _is_printed(payload):
        return _printed(request, office, payload)
    written = written or payload.rstrip("/").rpartition("/")[2][:40]  # a code, or the address in the first QR
    if written:
        language = pages.language_of(request, tuple(LANGUAGES))
        where = f"/verify/{quote(written, safe='')}?{urlencode({'lang': language})}"
        return web.Response(status=303, headers={**pages.HEADERS, **_ROBOTS, "Location": where})
    return _page(request, office)


async def _verify(request: web.Request, office: _Office) -> web.Response:
    written = request.match_info["code"][:400]
    if "*" in written and _is_printed(written):
        return _printed(request, office, written)
    address = _address(request)
    if office.tries.spent(address):
        if _wants_json(request):
            return web.json_response({"state": "wait"}, status=429, headers={**_OPEN, **_ROBOTS, "Retry-After": "600"})
        return _page(request, office, status=429, waits=True)
    language = pages.language_of(request, tuple(LANGUAGES))
    code = codes.read(written).code
    # Asked whatever was written: a slip of the pen takes as long as an unknown code.
    credential = await office.find(code)
    found = verifying.verified(written, credential, office.clock(), language=language)
    if not found.found:
        office.tries.in_vain(address)
    status = 200 if found.found else 404
    if _wants_json(request):
        headers = {**_OPEN, **_ROBOTS, "Cache-Control": "no-store"}
        return web.json_response(verifying.as_json(found), status=status, headers=headers)
    return _page(request, office, status=status, found=found)


def _is_printed(written: str) -> bool:
    from authoring.credentials import offline

    return written.upper().startswith(f"{offline.MARK}*")


def _printed(request: web.Request, office: _Office, payload: str) -> web.Response:
    from authoring.credentials import offline, signing

    if not offline.is_whole(payload):
        return _page(request, office, status=404, cut=True)
    try:
        said = offline.read(payload, office.ring().published())
    except (signing.Tampered, ValueError):
        return _page(request, office, status=404, forged=True)
    return _page(request, office, printed=said, printed_state=said.state(office.clock().date()))


def _page(
    request: web.Request,
    office: _Office,
    *,
    status: int = 200,
    found: Verification | None = None,
    printed: offline.Printed | None = None,
    printed_state: str = "",
    forged: bool = False,
    cut: bool = False,
    waits: bool = False,
) -> web.Response:
    language = pages.language_of(request, tuple(LANGUAGES))
    html = _TEMPLATE.render(
        language=language,
        languages=LANGUAGES,
        say=TEXTS[language],
        style=office.style,
        found=found,
        printed=printed,
        printed_state=printed_state,
        forged=forged,
        cut=cut,
        waits=waits,
    )
    response = pages.page(html, status=status)
    response.headers.update(_ROBOTS)
    return response


def _wants_json(request: web.Request) -> bool:
    return "application/json" in request.headers.get("Accept", "")


def _address(request: web.Request) -> str:
    """Who asks. Behind a proxy on this machine or network, whom the proxy names last."""
    remote = request.remote or ""
    named = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
    return (named[:45] if named and _is_ours(remote) else "") or remote


def _is_ours(remote: str) -> bool:
    try:
        return ipaddress.ip_address(remote).is_private
    except ValueError:
        return True


# --- for programs ---


async def _keys(request: web.Request, office: _Office) -> web.Response:
    headers = {**_OPEN, "Cache-Control": "public, max-age=300"}
    return web.json_response(office.ring().published(), headers=headers)


async def _issuer(request: web.Request, office: _Office) -> web.Response:
    profile: Mapping[str, Any] = {
        "@context": "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
        "id": office.place.issuer,
        "type": ["Profile"],
        "name": office.organisation,
        "url": office.place.base,
        "jwks_uri": f"{office.place.base}/credentials/keys.json",
    }
    return web.json_response(profile, headers=_OPEN)


async def _status(request: web.Request, office: _Office) -> web.Response:
    """A status list as it stands now: made anew for each request, so that a revocation is seen at once."""
    number = int(request.match_info["number"])
    revoked = await office.revoked(number)
    if revoked is None:
        raise web.HTTPNotFound(headers=_OPEN)
    from authoring.credentials import signing

    token = signing.status_list(revoked, number, office.place, office.ring().badge, office.clock())
    headers = {**_OPEN, "Cache-Control": "no-store"}
    return web.Response(text=token, content_type="application/vc+jwt", headers=headers)


async def _signed(request: web.Request, office: _Office) -> web.Response:
    """The signed file, while its holder shares it. Otherwise as if there were none."""
    address = _address(request)
    if office.tries.spent(address):
        raise web.HTTPTooManyRequests(headers=_OPEN)
    credential = await office.find(codes.read(request.match_info["code"][:40]).code)
    if credential is None or not credential.shared(office.clock()):
        office.tries.in_vain(address)
        raise web.HTTPNotFound(headers=_OPEN)
    from authoring.credentials import signing

    token = signing.signed(credential, office.place, office.ring().badge)
    name = f'attachment; filename="{codes.shown(credential.code)}.jwt"'
    headers = {**_OPEN, **_ROBOTS, "Cache-Control": "no-store", "Content-Disposition": name}
    return web.Response(text=token, content_type="application/vc+jwt", headers=headers)
