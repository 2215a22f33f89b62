"""Kill the program at random moments, as a power cut does: while learners write, and while a queue is being sent."""

from __future__ import annotations

import asyncio
import random

from sqlalchemy import select

from store.tables import inbox
from tests.bad_inputs.town import BOT
from tests.faults.learners import SEED, heard_by_sms, heard_by_telegram, undisturbed
from tests.faults.mill import Place, mill
from tests.faults.results import Result

_AT_LEAST = 120  # messages of each kind that wait when a worker starts


async def worker_killed(place: Place, kills: int) -> Result:
    """F07, F08: a worker, forked after its imports, is killed every 30 to 200 ms while it sends what waits."""
    chance = random.Random(SEED)
    async with mill(place) as made:
        in_the_air = 0
        for _ in range(kills):
            waits = made.counted("queued") // 2
            if waits < _AT_LEAST:
                made.load(_AT_LEAST * 2 - waits)
            process = await made.start(role="work")
            await asyncio.sleep(chance.uniform(0.03, 0.2))
            await made.kill(process)
            in_the_air += made.counted("sending", sender=BOT)
        await made.start(role="work")
        await made.settled(seconds=300)
        await made.kill()
        sms_lost, sms_twice, chats_lost, chats_twice = made.said()
        wrong = tuple(made.twilio.violations + made.telegram.violations)[:3]
        if sms_twice:
            wrong = (*wrong, f"{sms_twice} SMS said twice")
        return Result(
            fault="F07 F08",
            what="kill -9 of a worker that sends",
            engine=place.engine,
            times=kills,
            messages=2 * made.queued,
            lost=sms_lost + chats_lost,
            repeated=chats_twice,
            allowed=in_the_air,
            note=f"{made.queued:,} SMS, none repeated; Telegram cannot be asked" if not sms_twice else "",
            wrong=wrong,
        )


async def all_killed(place: Place, migrated: bytes, kills: int) -> Result:
    """F01, F02, F03: the whole process is killed while learners write; providers bring again what got no 200."""
    by_sms, by_telegram = await undisturbed(migrated, place.folder, place.shelf)
    async with mill(place) as made:
        in_the_air = 0
        for kill in range(kills):
            process = await made.start()
            made.learners.come(2)
            if kill % 5:  # one in five dies while it has hardly begun
                await made.speaks()
            await asyncio.sleep(made.learners.chance.uniform(0.03, 0.15))
            await made.kill(process)
            in_the_air += made.counted("sending", sender=BOT)
        await made.start()
        await made.learners.done()
        await made.settled(seconds=300)
        await made.kill()
        with made.database.reading() as conn:
            kept = {row[0]: row[1] for row in conn.execute(select(inbox.c.provider_id, inbox.c.state))}
        sms = heard_by_sms(made.twilio, made.learners.people, by_sms)
        chats = heard_by_telegram(made.telegram, made.learners.people, by_telegram)
        acknowledged = set(made.learners.acknowledged)
        wrong = tuple(made.twilio.violations + made.telegram.violations)[:3]
        if set(kept) != acknowledged:
            wrong = (*wrong, f"{len(acknowledged ^ set(kept))} acknowledged and kept differ")
        if set(kept.values()) != {"answered"}:
            wrong = (*wrong, "not every message was answered")
        if sms.twice or not (sms.in_order and chats.in_order):
            wrong = (*wrong, f"{sms.twice} SMS said twice, order {sms.in_order and chats.in_order}")
        return Result(
            fault="F01 F02 F03",
            what="kill -9 of the whole process while learners write",
            engine=place.engine,
            times=kills,
            messages=len(kept) + sms.taken + chats.taken,
            lost=sms.lost + chats.lost + len(acknowledged - set(kept)),
            repeated=chats.twice,
            allowed=in_the_air,
            note=f"{len(kept):,} heard, each answered once",
            wrong=wrong,
        )
