"""The web application: the routes of what is set, and the guards around them."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence

from aiohttp import web

from bot.messages import Address
from cli import doors, issuing
from cli.later import Later, Loaded
from cli.main import VERSION
from cli.wiring import House
from messaging.simulator import Line, line_of
from store import dialogues
from store.database import Database
from store.metrics import measure
from store.migrating import HEAD
from webhooks import health, limits, metrics

PAGES = web.AppKey("PAGES", Loaded)
_KEPT = 5.0  # seconds that figures are told again before the database is asked anew
_LOOK_AGAIN = 0.05  # seconds between two looks for an answer, for a page that has no script to look by itself


def application(house: House, allowed: Mapping[str, float] | None = None) -> web.Application:
    """Everything that is served over HTTP for these settings. `allowed`: how long each job may be silent (seconds)
    before `/health/ready` turns red."""
    app = web.Application(client_max_size=limits.MAX_BODY)
    settings = house.settings
    limits.guard(app, https=settings.public_url.startswith("https"), reword=_in_the_words_of_the_api)
    seen: Counter[str] = Counter()
    app.add_routes(health.routes(house.database, allowed=allowed or {}))
    app.add_routes(metrics.routes(_sight(house.database), token=settings.metrics_token, seen=seen, build=_build(house)))
    for found in doors.routes(house, lambda event: seen.update((event,))):
        app.add_routes(found)
    app.add_routes(issuing.routes(house))
    app[PAGES] = Loaded(lambda: _console(house))
    app.router.register_resource(Later("/console", app[PAGES]))
    app.router.register_resource(Later("/api", Loaded(lambda: _api(house))))
    if not settings.public_url:
        # Anybody could write as anybody here, so it is for a machine that the world does not reach.
        app.add_routes(_simulator(house))
    app.router.add_get("/", _to("/console/" if settings.public_url else "/try"))
    return app


def _to(place: str) -> Callable[[web.Request], Awaitable[web.Response]]:
    """Where somebody goes who writes nothing but our address."""

    async def lead(request: web.Request) -> web.Response:
        raise web.HTTPFound(place)

    return lead


def _console(house: House) -> Sequence[web.RouteDef]:
    from cli import consoling  # all pages: as much to load as everything else together

    return consoling.routes(house)


def _api(house: House) -> Sequence[web.RouteDef]:
    from cli import consoling

    return consoling.api_routes(house)


def _in_the_words_of_the_api(request: web.Request, refused: web.HTTPException) -> web.StreamResponse | None:
    if not request.path.startswith("/api/") or refused.status < 400:
        return None
    from console.api import in_our_words

    return in_our_words(refused)


def _build(house: House) -> dict[str, str]:
    return {"version": VERSION, "schema": HEAD, "database": house.database.dialect}


def _sight(database: Database) -> metrics.Look:
    """The figures, asked of the database at most every few seconds, however many ask us."""
    kept: tuple[float, metrics.Sight] | None = None

    def work() -> metrics.Sight:
        began = time.monotonic()
        with database.reading() as conn:
            found = measure(conn, database.now())
        return metrics.Sight(measures=found, seconds=time.monotonic() - began, skew=database.skew)

    ask = health.shared(lambda: database.look(work))

    async def look() -> metrics.Sight:
        nonlocal kept
        if kept is None or time.monotonic() - kept[0] > _KEPT:
            kept = (time.monotonic(), await ask())
        return kept[1]

    return look


def _simulator(house: House) -> Sequence[web.RouteDef]:
    from bot.delivering.hours import zone_of
    from webhooks import simulator

    async def history(address: Address) -> Sequence[Line]:
        database = house.database

        def work() -> Sequence[Line]:
            with database.reading() as conn:
                return [
                    line_of(row.inbound, id=row.id)
                    if row.inbound
                    else Line(mine=False, at=row.at, id=row.id, content=row.content)
                    for row in dialogues.of_address(conn, address)
                ]

        return await database.look(work)

    async def settled(address: Address) -> None:
        def work() -> bool:
            with house.database.reading() as conn:
                return dialogues.is_settled(conn, address)

        while not await house.database.look(work):  # noqa: ASYNC110 - another process may be the one that answers
            await asyncio.sleep(_LOOK_AGAIN)

    def courses(language: str) -> Sequence[tuple[str, str]]:
        found = house.shelf().for_country("")
        whole = [each for each in found if language in each.languages]  # no word that leads to another language
        return [(each.title(language), each.join_word(language)) for each in whole or found]

    return simulator.routes(
        receive=house.receiver.receive,
        history=history,
        courses=courses,
        settled=settled,
        price_per_segment=house.settings.sms_price,
        country=house.settings.country,
        zone=zone_of("", house.settings.country),
        clock=house.clock,
    )
