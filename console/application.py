"""All pages of the console as routes of one application."""

from __future__ import annotations

from collections.abc import Sequence

from aiohttp import web
from multidict import MultiDict

from bot.cooperating.accounts import Session
from console import drawing, entering, static_files
from console.asked import Asked
from console.entering import Page
from console.forms import Form
from console.menu import menu
from console.office import Office
from console.sections import PAGES

_BASE = "/console"


def routes(office: Office) -> Sequence[web.RouteDef]:
    """The console's routes. Raises OSError where a file of it is missing."""
    environment = drawing.environment()
    files, places = static_files.static_routes()

    def maker(page: Page) -> entering.Make:
        section = page.path.strip("/").partition("/")[0]

        def make(request: web.Request, session: Session | None) -> Asked:
            return Asked(
                request=request,
                office=office,
                environment=environment,
                session=session,
                language=_language(office, request, session),
                now=office.clock(),
                form=entering.empty(),
                query=Form(MultiDict(request.query)),
                section=section,
                places=places,
                menu=menu,
            )

        return make

    made = [
        web.route(page.method, _BASE + page.path, entering.entered(office, page, maker(page)))
        for page in [*PAGES, *_HEADS]
    ]
    lost = Page(method="*", path="/{rest:.*}", right=None, handler=_nothing)
    last = web.route("*", _BASE + lost.path, entering.entered(office, lost, maker(lost)))
    return [*files, web.get(_BASE, _to_first), *made, last]


async def _to_first(request: web.Request) -> web.Response:
    raise web.HTTPSeeOther(f"{_BASE}/")


async def _nothing(asked: Asked) -> web.StreamResponse:
    raise asked.missing()


_HEADS = [
    Page(method="HEAD", path=page.path, right=page.right, handler=page.handler, open=page.open, most=page.most)
    for page in PAGES
    if page.method == "GET"
]


def _language(office: Office, request: web.Request, session: Session | None) -> str:
    """The person's language, else `?lang=`, else the browser's first wish that there is, else Spanish."""
    offered = [each for each in office.words.languages if each in OFFERED]
    wished = [request.query.get("lang", "")]
    if session:
        wished.append(session.account.language)
    wished += request.headers.get("Accept-Language", "").split(",")
    short = (wish.strip()[:2].lower() for wish in wished)
    return next((wish for wish in short if wish in offered), "es")


OFFERED = ("es", "en", "fr", "rw")
"""Languages of the console, as far as their words are there."""
