"""The senders: how each stands, and a message to one's own phone to see that it works."""

from __future__ import annotations

from datetime import timedelta

from aiohttp import web

from bot.cooperating.accounts import Pace
from bot.cooperating.numbers import BadNumber
from bot.cooperating.roles import Right
from bot.delivering.trying import Carrying, own_chat, own_phone
from bot.messages import Address, Content, masked
from console.asked import Asked
from console.entering import page
from store import gateways, throttling, trials
from store.database import Connection

BASE = "/console/settings/senders"
_SIMULATORS = "simulator:"
_ONCE = Pace(burst=1, per=timedelta(hours=1))


async def show(asked: Asked) -> web.Response:
    """Every sender that is set."""
    return await _page(asked, {}, 200)


async def _page(asked: Asked, wrong: dict[str, str], status: int) -> web.Response:
    names, now = list(asked.office.channels), asked.now
    found = await asked.look(lambda conn: gateways.gateways(conn, asked.scope, names, now))
    real = [each for each in found if not each.name.startswith(_SIMULATORS)]
    return asked.show(
        "settings/senders.html.j2",
        status=status,
        senders=real or found,
        real=bool(real),
        kinds={each.name: _kind(each.name) for each in found},
        edits=asked.may(Right.SETTINGS),
        wrong=wrong,
        sender=asked.form.text("sender", 200),
        number_given=asked.form.text("number", 60),
    )


def _kind(name: str) -> str:
    """telegram, twilio, android, http or simulator: what its words are called by."""
    return name.partition(":")[0]


async def send(asked: Asked) -> web.Response:
    """Send one short message to a number of one's own."""
    sender, number = asked.form.text("sender", 200), asked.form.text("number", 60)
    if sender not in asked.office.channels:
        return await _page(asked, {"sender": asked.t("settings.try_which")}, 422)
    try:
        address = _address(asked, sender, number)
    except ValueError as error:
        key = "settings.try_no_chat" if sender.startswith("telegram:") else "settings.try_no_number"
        return await _page(asked, {"number": wrong_phone(asked, error, key)}, 422)
    text = asked.t("settings.try_text", organisation=asked.office.policy().organisation, name=asked.person.name)
    now = asked.now

    once, wall = asked.form.text("once", 64), asked.office.wall()

    def work(conn: Connection) -> None:
        if once and throttling.try_all(conn, {f"once:{once}": _ONCE}, wall):
            return  # a double click
        trials.queue(conn, asked.scope, sender, address, [Content(text=text, language=asked.language)], now)
        asked.audit(conn, "settings.tried", f"sender:{masked(sender)}", to=masked(str(address)))

    try:
        await asked.do(work)
    except trials.NotWanted:
        return await _page(asked, {"number": asked.t("parts.phone_closed")}, 422)
    asked.office.ring()
    return asked.go(BASE, told="settings.tried")


def _address(asked: Asked, sender: str, number: str) -> Address:
    """Where a test by this sender goes. Raises ValueError for what is no number."""
    only = Carrying(senders=(sender,) if not sender.startswith(_SIMULATORS) else ())
    if sender.startswith("telegram:") or sender == "simulator:chat":
        return own_chat(number, only)
    return own_phone(number, asked.office.policy().country, only)


def wrong_phone(asked: Asked, error: ValueError, key: str) -> str:
    """Why nothing is sent to a phone of one's own; `key` says it of what is no number at all."""
    known = isinstance(error, BadNumber) and str(error) in ("abroad", "landline")
    return asked.t(f"parts.phone_{error}" if known else key)


PAGES = [
    page("GET", "/settings/senders", Right.SEE_SETTINGS, show),
    page("POST", "/settings/senders", Right.SETTINGS, send),
]
