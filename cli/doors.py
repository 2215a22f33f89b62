"""The doors at which providers knock: one set of routes for each sender that is set."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from aiohttp import web

from cli import speaking
from cli.senders import AndroidPhone, HttpSender, TelegramBot, TwilioNumber
from cli.wiring import House

Count = Callable[[str], None]


def routes(house: House, count: Count) -> Iterator[Sequence[web.RouteDef]]:
    """The routes of each bot, number, telephone and gateway. `count` is told what was refused or left out."""
    senders = house.settings.senders
    for bot in senders.telegram:
        yield _telegram(house, bot, count)
    for number in senders.twilio:
        yield _twilio(house, number)
    for phone in senders.android:
        yield _android(house, phone, count)
    for sender in senders.http:
        yield _http(house, sender, count)


def _telegram(house: House, bot: TelegramBot, count: Count) -> Sequence[web.RouteDef]:
    from webhooks import telegram

    return telegram.routes(
        secret=speaking.telegram_secret(bot, house.settings),
        sender=bot.name,
        receive=house.receiver.receive,
        now=house.clock,
        count=count,
        path=speaking.telegram_path(bot),
    )


def _twilio(house: House, number: TwilioNumber) -> Sequence[web.RouteDef]:
    from webhooks import twilio

    return twilio.routes(
        account_sid=number.account_sid,
        tokens=number.auth_token,
        public_url=house.settings.public_url,
        sender=number.name,
        receive=house.receiver.receive,
        receipt=house.receiver.receipt,
        path=speaking.twilio_path(number),
        now=house.clock,
    )


def _android(house: House, phone: AndroidPhone, count: Count) -> Sequence[web.RouteDef]:
    from messaging.android import Phone
    from webhooks import android

    return android.routes(
        keys=phone.signing_key,
        phone=Phone(
            sims={sim.slot: sim.name for sim in phone.sims},
            numbers={sim.number: sim.name for sim in phone.sims if sim.number},
            country=phone.country,
            device=phone.device,
        ),
        receive=house.receiver.receive,
        receipt=house.receiver.receipt,
        path=speaking.android_path(phone),
        count=count,
        now=house.clock,
    )


def _http(house: House, sender: HttpSender, count: Count) -> Sequence[web.RouteDef]:
    from webhooks import http

    return http.routes(
        gateway=sender.gateway,
        sender=sender.name,
        secret=sender.secret,
        country=sender.country,
        receive=house.receiver.receive,
        receipt=house.receiver.receipt,
        path=speaking.http_path(sender),
        count=count,
        now=house.clock,
    )
