"""Two clocks and three workers on one database, one of them killed in the middle: every due once."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import insert, select

from bot.delivering.campaigns import Campaign, Kind, Schedule, State
from bot.people import OPERATOR
from store import campaigns
from store.database import Connection
from store.tables import consent_states, learners, outbox, thread_learners, threads
from tests.bad_inputs.town import TWILIO_SENDER
from tests.faults.learners import phone
from tests.faults.mill import Mill, Place, mill
from tests.faults.results import Result

_WORKERS, _CLOCKS = 3, 2


async def each_due_once(place: Place, people: int) -> Result:
    """F04–F06, F24, F25: a campaign to everybody, planned by whoever is first, while a worker dies."""
    async with mill(place, leap=0) as made:
        for _ in range(_CLOCKS):
            await made.start(role="clock")
        workers = [await made.start(role="work") for _ in range(_WORKERS)]
        made.database.do(lambda: _begin(made, people))
        async with asyncio.timeout(120):
            while len(made.twilio.messages) < people // 4:
                await asyncio.sleep(0.01)
        await made.kill(workers[0])
        async with asyncio.timeout(300):
            while made.counted("sent", "delivered") + made.counted("sending", "unknown") < people:
                await asyncio.sleep(0.1)
        await made.kill()
        made.leap = 200.0  # what the dead worker held is asked about
        await made.start(role="work")
        await made.settled(seconds=120)
        await made.kill()
        with made.database.reading() as conn:
            rows = list(conn.execute(select(outbox.c.address).where(outbox.c.campaign == "minga")).scalars())
        heard = [message["to"] for message in made.twilio.messages]
        return Result(
            fault="F04 F05 F06 F24 F25",
            what=f"{_CLOCKS} clocks, {_WORKERS} workers, one killed: a campaign to everybody",
            engine=place.engine,
            times=1,
            messages=people,
            lost=people - len(set(heard)),
            repeated=len(heard) - len(set(heard)),
            note=f"{len(rows)} rows for {people} dues",
            wrong=() if len(rows) == len(set(rows)) == people else ("a due was answered twice or not at all",),
        )


def _begin(made: Mill, people: int) -> None:
    """So many learners in a zone where it is early in the afternoon, and a campaign that is due now."""
    now = made.now()
    zone = _noon(datetime.now(UTC))
    with made.database.writing() as conn:
        _people(conn, people, zone, now)
        local = now.astimezone(ZoneInfo(zone))
        schedule = Schedule(zone=zone, on=local.date(), hour=(local - timedelta(minutes=2)).strftime("%H:%M"))
        campaign = Campaign(
            id="minga",
            name="Minga",
            kind=Kind.ONCE,
            state=State.RUNNING,
            texts=({"es": "Mañana hay minga en la sede."},),
            schedule=schedule,
            created_by="elena",
            created_at=now,
        )
        assert campaigns.create(conn, OPERATOR, campaign, "elena", now)


def _people(conn: Connection, people: int, zone: str, now: datetime) -> None:
    ids = [f"learner-{number:05}" for number in range(1, people + 1)]
    common = {"language": "es", "timezone": zone, "country": "PE", "created_at": now - timedelta(days=30)}
    conn.execute(insert(learners), [{"id": id, **common} for id in ids])
    addresses = [f"tel:{phone(number)}" for number in range(1, people + 1)]
    conn.execute(insert(threads), [{"address": each, "sender": TWILIO_SENDER, "updated_at": now} for each in addresses])
    pairs = [{"address": address, "learner": id} for address, id in zip(addresses, ids, strict=True)]
    conn.execute(insert(thread_learners), pairs)
    words = [{"learner": id, "purpose": "learning", "granted": True, "at": now} for id in ids]
    conn.execute(insert(consent_states), words)


def _noon(real: datetime) -> str:
    """A zone where it is between noon and one now. (POSIX turns the sign: Etc/GMT+5 is five hours behind.)"""
    ahead = 12 - real.hour
    return f"Etc/GMT{-ahead:+d}" if ahead else "Etc/GMT"
