"""Providers that refuse, break, hang, cut the line and talk nonsense, one after the other; and clocks that jump."""

from __future__ import annotations

import contextlib
import random
from collections import deque
from datetime import timedelta
from typing import Any

import aiohttp
from sqlalchemy import insert, select

from bot.messages import Content
from cli import wiring
from cli.wiring import House
from messaging.sending import reconcile, send_round
from store.errors import StoreError
from store.shapes import content_json
from store.tables import outbox
from tests.bad_inputs.town import BOT, TWILIO_SENDER, settings_for
from tests.fakes import telegram_api, twilio_api
from tests.faults.learners import SEED, phone
from tests.faults.mill import Place
from tests.faults.results import Result
from tests.houses import Clock

_TIMEOUT = 5.0  # seconds: a provider that hangs must not hang the test, nor a busy machine look like one
_TWILIO = (
    twilio_api.Fault(status=429, code=20429, message="Too Many Requests", retry_after="2"),
    twilio_api.Fault(status=500, code=20500, message="Internal Server Error"),
    twilio_api.Fault(status=500, code=20500, message="Internal Server Error", accept=True),
    twilio_api.Fault(drop=True),
    twilio_api.Fault(drop=True, accept=True),
    twilio_api.Fault(cut=True, accept=True),
    twilio_api.Fault(hang=True),
    twilio_api.Fault(status=200, body="<html>maintenance</html>"),
    twilio_api.Fault(status=503, body=""),
)
_TELEGRAM = (
    telegram_api.error(429, "Too Many Requests: retry after 3", retry_after=3),
    telegram_api.error(500, "Internal Server Error"),
    telegram_api.Fault(how="drop"),
    telegram_api.Fault(how="truncate"),
    telegram_api.Fault(how="hang"),
    telegram_api.Fault(502, body=b"<html>Bad Gateway</html>"),
    telegram_api.Fault(200, body=b"]{"),
)


async def misbehaving(place: Place, people: int) -> Result:
    """F09, F14, F15: one request in three goes wrong, each in its own way, and everything is delivered once."""
    chance, clock = random.Random(SEED), Clock()
    async with twilio_api.FakeTwilio(now=clock) as twilio, telegram_api.TelegramApi() as telegram:
        with place.database() as database:
            channels = wiring.channels_of(settings_for(twilio, telegram, content_dir=place.folder), place.shelf)
            for channel in channels:
                _impatient(channel)
            settings = settings_for(twilio, telegram, content_dir=place.folder)
            house = wiring.build(settings, database, place.shelf, channels, secret=b"a key", clock=clock)
            _hurried(house)
            _load(database, clock, people)
            chosen = [chance.choice(_TWILIO) if chance.random() < 0.34 else None for _ in range(people)]
            twilio.faults = deque(chosen)
            telegram.fail("sendMessage", *(chance.choice(_TELEGRAM) for _ in range(people // 3)))
            for _ in range(40 * people):
                with contextlib.suppress(StoreError):
                    while await send_round(house.post):
                        clock.wait(seconds=0.05)
                    await reconcile(house.post)
                with database.reading() as conn:
                    open_ = conn.execute(
                        select(outbox.c.id).where(outbox.c.state.in_(("queued", "sending", "unknown")))
                    )
                    if open_.first() is None:
                        break
                clock.wait(seconds=20)
            with database.reading() as conn:
                states = set(conn.execute(select(outbox.c.state)).scalars())
            for channel in channels:
                await channel.close()
        sms = [message["to"] for message in twilio.messages]
        chats = [call.params["chat_id"] for call in telegram.called("sendMessage")]
        lost = 2 * people - len(set(sms)) - len(set(chats))
        wrong = twilio.violations + telegram.violations
        if states - {"sent", "delivered"}:
            wrong.append(f"left in {sorted(states - {'sent', 'delivered'})}")
        return Result(
            fault="F09 F14 F15",
            what="providers answer 429, 500, cut, hang, nonsense in turn",
            engine=place.engine,
            times=sum(each is not None for each in chosen) + people // 3,
            messages=2 * people,
            lost=lost,
            repeated=len(sms) - len(set(sms)),
            note=f"{len(chats) - len(set(chats))} requests to Telegram made again",
            wrong=tuple(wrong[:3]),
        )


def _hurried(house: House) -> None:
    """Hours pass here in no time: nobody keeps a pace, and no sender's lease runs out meanwhile."""
    house.post.paces.clear()
    house.post.tenure = timedelta(days=30)


def _impatient(channel: Any) -> None:
    if hasattr(channel, "timeout"):
        channel.timeout = _TIMEOUT
    transport = getattr(channel, "_transport", None)
    if transport is not None:
        transport._limits = aiohttp.ClientTimeout(total=_TIMEOUT)


def _load(database: Any, clock: Clock, people: int) -> None:
    rows: list[dict[str, Any]] = []
    for number in range(1, people + 1):
        text = content_json(Content(text=f"Mensaje {number}."))
        common = {"kind": "reply", "content": text, "not_before": clock.now, "created_at": clock.now}
        rows.append({"sender": TWILIO_SENDER, "address": f"tel:{phone(number)}", **common})
        rows.append({"sender": BOT, "address": f"telegram:{700_000 + number}", **common})

    def work() -> None:
        with database.writing() as conn:
            conn.execute(insert(outbox), rows)

    database.do(work)


async def clock_jumps(place: Place, people: int) -> Result:
    """F30: the clock goes back an hour, then forward two, while messages wait and claims are open."""
    clock = Clock()
    async with twilio_api.FakeTwilio(now=clock) as twilio, telegram_api.TelegramApi() as telegram:
        with place.database() as database:
            settings = settings_for(twilio, telegram, content_dir=place.folder)
            channels = wiring.channels_of(settings, place.shelf)
            house = wiring.build(settings, database, place.shelf, channels, secret=b"a key", clock=clock)
            _hurried(house)
            _load(database, clock, people)
            for jump in (timedelta(hours=-1), timedelta(hours=2), timedelta(hours=-1), timedelta(0)):
                await send_round(house.post)
                clock.now += jump
                await reconcile(house.post)
            for _ in range(20):
                while await send_round(house.post):
                    clock.wait(seconds=0.05)
                clock.wait(minutes=10)
                await reconcile(house.post)
            for channel in channels:
                await channel.close()
        sms = [message["to"] for message in twilio.messages]
        chats = [call.params["chat_id"] for call in telegram.called("sendMessage")]
        return Result(
            fault="F30",
            what="the clock jumps back and forward an hour",
            engine=place.engine,
            times=4,
            messages=2 * people,
            lost=2 * people - len(set(sms)) - len(set(chats)),
            repeated=len(sms) + len(chats) - len(set(sms)) - len(set(chats)),
            wrong=tuple(twilio.violations + telegram.violations)[:3],
        )
