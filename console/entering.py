"""Before any page: is this host ours, who asks, may she, and does the form come from our own page?"""

from __future__ import annotations

import ipaddress
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from aiohttp import web
from multidict import MultiDict

from bot.cooperating.accounts import Session
from bot.cooperating.roles import Forbidden, Right, may
from console import forms
from console.asked import TOKEN, Asked, NotThere
from console.office import Office
from store import account_sessions
from store.errors import StoreError

log = logging.getLogger(__name__)

Handler = Callable[[Asked], Awaitable[web.StreamResponse]]

_ALWAYS = ("/me", "/sign-out")  # what is open to an administrator who still owes her second factor

ONE_FORM = 512 * 1024
"""Octets of an ordinary form."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One page: `path` below /console. `right` is what a person needs (None: a session); `open` pages need nobody;
    `most` octets may be posted."""

    method: str
    path: str
    right: Right | None
    handler: Handler
    open: bool = False
    most: int = ONE_FORM


def page(method: str, path: str, right: Right | None, handler: Handler, *, most: int = ONE_FORM) -> Page:
    """A page for people who are signed in and have `right`."""
    return Page(method=method, path=path, right=right, handler=handler, most=most)


def open_page(method: str, path: str, handler: Handler) -> Page:
    """A page for anybody."""
    return Page(method=method, path=path, right=None, handler=handler, open=True)


def cookie_name(office: Office) -> str:
    """The session's cookie: bound to this host by its prefix where we are reached by https."""
    return "__Host-chasqui" if office.secure else "chasqui"


def remember(office: Office, response: web.StreamResponse, token: str) -> None:
    """Put a session's token on an answer."""
    response.set_cookie(cookie_name(office), token, path="/", httponly=True, samesite="Lax", secure=office.secure)


def forget(office: Office, response: web.StreamResponse) -> None:
    """Take the session's token away."""
    response.del_cookie(cookie_name(office), path="/", httponly=True, samesite="Lax", secure=office.secure)


def is_our_host(office: Office, host: str) -> bool:
    """Whether a request's Host is one under which we are meant to be reached: that of the public URL; without one, this
    machine's name or any bare address, under which no other site can pose as us."""
    if office.public_url and host.lower() == urlsplit(office.public_url).netloc.lower():
        return True
    try:
        name = urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return False
    if name == "localhost":
        return True
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def is_from_here(request: web.Request) -> bool:
    """Whether a post comes from our own page, not from another site's. Browsers send Sec-Fetch-Site to https and to
    this machine, and Origin with every post."""
    site = request.headers.get("Sec-Fetch-Site")
    if site:
        return site in ("same-origin", "none")
    origin = request.headers.get("Origin")
    return origin is None or urlsplit(origin).netloc == request.host


async def session_of(office: Office, request: web.Request) -> Session | None:
    """The session of a request, looked up anew each time: an account that is disabled is out at once."""
    token = request.cookies.get(cookie_name(office), "")
    if not token or len(token) > 200:
        return None
    database, now = office.database, office.wall()

    def work() -> Session | None:
        with database.reading() as conn:
            return account_sessions.find_session(conn, token, now)

    found = await database.look(work)
    if found and account_sessions.is_stale(found, now):

        def seen() -> None:
            with database.writing() as conn:
                account_sessions.touch_session(conn, found.id, now)

        await database.run(seen)
    return found


Make = Callable[[web.Request, Session | None], Asked]


def entered(office: Office, page: Page, make: Make) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    """The page's handler behind its doors."""

    async def answer(request: web.Request) -> web.StreamResponse:
        if not is_our_host(office, request.host):
            raise web.HTTPBadRequest(text="This is not the address of this console.\n")
        asked = make(request, None)
        try:
            asked = make(request, await session_of(office, request))
            return await _behind(asked, page)
        except Forbidden as refused:
            return asked.show("errors/forbidden.html.j2", status=403, right=refused.right.value)
        except NotThere:
            return asked.show("errors/missing.html.j2", status=404)
        except StoreError:
            log.exception("The database did not answer for %s", page.path)
            return asked.show("errors/trouble.html.j2", status=503)
        except web.HTTPException as answered:
            if answered.status == 413:
                return asked.show("errors/large.html.j2", status=413, most=page.most)
            if answered.status == 400:
                return asked.show("errors/odd.html.j2", status=400)
            raise
        except Exception:
            log.exception("A page failed: %s", page.path)
            return asked.show("errors/trouble.html.j2", status=500)

    return answer


async def _behind(asked: Asked, page: Page) -> web.StreamResponse:
    if page.method == "POST":
        if not is_from_here(asked.request):
            return asked.show("errors/elsewhere.html.j2", status=403)
        asked.form = await forms.read(asked.request, page.most)
    if page.open:
        return await page.handler(asked)
    if asked.session is None:
        return _sign_in_first(asked)
    if page.right is not None and not may(asked.scope, page.right):
        raise Forbidden(page.right)
    if asked.person.owes_second_factor(asked.office.wall()) and not page.path.startswith(_ALWAYS):
        return asked.go("/console/me/second-factor")
    if page.method == "POST" and not asked.is_ours(asked.form.raw(TOKEN) or asked.request.headers.get("X-Token", "")):
        return _send_again(asked, 403)
    return await page.handler(asked)


def _sign_in_first(asked: Asked) -> web.Response:
    """To the door; what was written in a form is shown again, so that nothing is lost."""
    if asked.request.method == "POST":
        return _send_again(asked, 401)
    to = f"/console/sign-in?next={quote(asked.request.path_qs, safe='')}"
    if asked.by_htmx:
        return web.Response(status=401, headers={"HX-Redirect": to})
    return asked.go(to)


def _send_again(asked: Asked, status: int) -> web.Response:
    fields = [(name, value) for name, value in asked.form.pairs() if name != TOKEN]
    return asked.show("errors/again.html.j2", status=status, fields=fields, signed_in=asked.session is not None)


def empty() -> forms.Form:
    """The form of a request that brought none."""
    return forms.Form(MultiDict())
