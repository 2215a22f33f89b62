"""Let each await of the send path fail in turn: before its effect, after it, and by cancellation."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import insert, select

from bot.messages import Content, Refusal, SendFailed
from cli import wiring
from cli.wiring import House
from messaging.sending import Post, reconcile, send_round
from store.database import Database
from store.errors import StoreError, Unavailable
from store.shapes import content_json
from store.tables import outbox
from tests.bad_inputs.town import TWILIO_SENDER, settings_for
from tests.changing import replace
from tests.fakes.telegram_api import TelegramApi
from tests.fakes.twilio_api import FakeTwilio
from tests.faults.learners import phone
from tests.faults.mill import Place
from tests.faults.results import Result
from tests.houses import Clock

HOW = ("before", "after", "cancel")
_TO = (1, 1, 2, 3)  # two messages to one phone, so that their order is tried as well


@dataclass
class Wire:
    """Trips at the `at`-th await."""

    at: int
    how: str
    count: int = 0
    tripped: bool = False

    async def around(self, effect: Callable[[], Awaitable[Any]], before: Exception, after: Exception) -> Any:
        self.count += 1
        if self.count != self.at:
            return await effect()
        self.tripped = True
        if self.how == "before":
            raise before
        done = await effect()
        if self.how == "cancel":
            raise asyncio.CancelledError
        raise after if after else AssertionError(done)


@dataclass
class WiredDatabase:
    """A database whose every piece of work may be the one that fails."""

    real: Database
    wire: Wire

    def __getattr__(self, name: str) -> Any:
        return getattr(self.real, name)

    async def run(self, work: Callable[[], Any]) -> Any:
        away = Unavailable("the connection was cut")
        return await self.wire.around(lambda: self.real.run(work), away, away)

    async def look(self, work: Callable[[], Any]) -> Any:
        away = Unavailable("the connection was cut")
        return await self.wire.around(lambda: self.real.look(work), away, away)


@dataclass
class WiredChannel:
    """A channel whose every word may be the one that fails: nothing written, or written and no answer."""

    real: Any
    wire: Wire

    def __getattr__(self, name: str) -> Any:
        return getattr(self.real, name)

    async def send(self, outbound: Any) -> Any:
        nothing = SendFailed(Refusal.UNAVAILABLE)
        unclear = SendFailed(Refusal.UNCERTAIN, ambiguous=True)
        return await self.wire.around(lambda: self.real.send(outbound), nothing, unclear)

    async def find(self, *given: Any, **named: Any) -> Any:
        away = SendFailed(Refusal.UNAVAILABLE)
        return await self.wire.around(lambda: self.real.find(*given, **named), away, away)


async def each_await_fails(make_place: Callable[[], Place]) -> Result:
    """F02, F08, F09, F17: every await of claiming, sending, settling and asking, each in three ways."""
    tries = messages = lost = repeated = 0
    wrong: list[str] = []
    for how in HOW:
        at, reached = 1, True
        while reached:
            place = make_place()
            reached, texts = await _once(place, Wire(at=at, how=how))
            if reached:
                tries += 1
                messages += len(_TO)
                gone = set(_wanted()) - set(texts)
                lost += len(gone)
                repeated += len(texts) - len(set(texts))
                if texts.index(_wanted()[0]) > texts.index(_wanted()[1]) if not gone else False:
                    wrong.append(f"the {at}th await, {how}: out of order")
            at += 1
    return Result(
        fault="F02 F08 F09 F17",
        what="each await of the send path fails before, after, by cancellation",
        engine=place.engine,
        times=tries,
        messages=messages,
        lost=lost,
        repeated=repeated,
        wrong=tuple(wrong[:3]),
    )


def _wanted() -> list[str]:
    return [f"Mensaje {number}." for number in range(len(_TO))]


async def _once(place: Place, wire: Wire) -> tuple[bool, list[str]]:
    """One life with one failure: whether the wire was reached, and what Twilio has taken, in order."""
    clock = Clock()
    async with FakeTwilio(now=clock) as twilio, TelegramApi() as telegram:
        with place.database() as database:
            settings = settings_for(twilio, telegram, content_dir=place.folder)
            _load(database, clock)
            house = _house(place, database, clock, settings)
            wired: dict[str, Any] = {name: WiredChannel(each, wire) for name, each in house.channels.items()}
            post = replace(house.post, database=WiredDatabase(database, wire), channels=wired)  # type: ignore[arg-type]
            await _live(post, clock)
            await _close(house)
            house = _house(place, database, clock, settings)
            clock.wait(seconds=300)
            await _live(house.post, clock)
            await _close(house)
            with database.reading() as conn:
                states = set(conn.execute(select(outbox.c.state)).scalars())
            assert states <= {"sent", "queued"}, states
        return wire.tripped, [message["body"] for message in twilio.messages]


def _house(place: Place, database: Database, clock: Clock, settings: Any) -> House:
    channels = wiring.channels_of(settings, place.shelf)
    return wiring.build(settings, database, place.shelf, channels, secret=b"a key for tests", clock=clock)


async def _live(post: Post, clock: Clock) -> None:
    """Send, and ask about what is in doubt, for some minutes of the clock."""
    for _ in range(6):
        for work in (lambda: _sent(post), lambda: reconcile(post)):
            with contextlib.suppress(StoreError, asyncio.CancelledError):
                await work()
        clock.wait(seconds=70)


async def _sent(post: Post) -> None:
    while await send_round(post):
        continue


async def _close(house: House) -> None:
    for channel in house.channels.values():
        await channel.close()


def _load(database: Database, clock: Clock) -> None:
    rows = [
        {
            "sender": TWILIO_SENDER,
            "address": f"tel:{phone(number)}",
            "kind": "reply",
            "content": content_json(Content(text=text)),
            "not_before": clock.now,
            "created_at": clock.now - timedelta(seconds=1),
        }
        for number, text in zip(_TO, _wanted(), strict=True)
    ]

    def work() -> None:
        with database.writing() as conn:
            conn.execute(insert(outbox), rows)

    database.do(work)
