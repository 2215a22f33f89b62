"""The web application: the routes of what is set, and the guards around them."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence

from aiohttp import web

from bot.messages import Address
from cli import wiring
from cli.wiring import House
from messaging.simulator import Line, line_of
from store import dialogues
from webhooks import health, limits

_LOOK_AGAIN = 0.05  # seconds between two looks for an answer, for a page that has no script to look by itself


def application(house: House) -> web.Application:
    """Everything that is served over HTTP for these settings."""
    app = web.Application(client_max_size=limits.MAX_BODY)
    settings = house.settings
    limits.guard(app, https=settings.public_url.startswith("https"))
    seen: Counter[str] = Counter()
    app.add_routes(health.routes(house.database, metrics_token=settings.metrics_token, seen=seen))
    if settings.has_twilio:
        app.add_routes(_twilio(house))
    if settings.has_telegram:
        app.add_routes(_telegram(house, seen))
    if not settings.public_url:
        # Anybody could write as anybody here, so it is for a machine that the world does not reach.
        app.add_routes(_simulator(house))
    return app


def _twilio(house: House) -> Sequence[web.RouteDef]:
    from webhooks import twilio

    settings = house.settings
    return twilio.routes(
        account_sid=settings.twilio_account_sid,
        tokens=settings.twilio_auth_token,
        public_url=settings.public_url,
        sender=wiring.twilio_name(settings),
        receive=house.receiver.receive,
        receipt=house.receiver.receipt,
    )


def _telegram(house: House, seen: Counter[str]) -> Sequence[web.RouteDef]:
    from webhooks import telegram

    return telegram.routes(
        secret=wiring.telegram_secret(house.settings),
        sender=wiring.telegram_name(house.settings),
        receive=house.receiver.receive,
        now=house.clock,
        count=lambda event: seen.update((event,)),
    )


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
        zone=zone_of("", house.settings.country),
        clock=house.clock,
    )
