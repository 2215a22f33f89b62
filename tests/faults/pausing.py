"""Freeze a worker for longer than its lease, as a laptop's lid or a paused machine does, while another works."""

from __future__ import annotations

import asyncio
import os
import random
import signal

from sqlalchemy import select

from store.campaign_tables import sender_leases
from tests.bad_inputs.town import BOT
from tests.faults.learners import SEED
from tests.faults.mill import Mill, Place, mill
from tests.faults.results import Result

_LEASE = 1.0  # seconds, so that sixty pauses take minutes and not an hour
_PAUSE = 2.6


async def paused(place: Place, pauses: int) -> Result:
    """F10: it wakes with a lease that is no longer its own, and must say nothing that somebody else may have said.

    Frozen is whoever speaks for the bot, with messages in the air; the other one takes the bot over meanwhile.
    """
    chance = random.Random(SEED)
    taken_over = in_the_air = 0
    async with mill(place, leap=0) as made:
        made.load(400)
        workers = [await made.start(role="work", lease=_LEASE) for _ in range(2)]
        for _ in range(pauses):
            waits = made.counted("queued") // 2
            if waits < 200:
                made.load(400 - waits)
            await asyncio.sleep(chance.uniform(0.1, 0.4))
            frozen = await _speaker(made, workers)
            os.kill(frozen, signal.SIGSTOP)
            in_the_air += made.counted("sending", sender=BOT)
            await asyncio.sleep(_PAUSE)
            taken_over += await _taken_over(made, workers, frozen)
            os.kill(frozen, signal.SIGCONT)
        await made.noted("queued", "sending", "unknown")
        made.leap = 200.0  # what is in doubt after all may be asked about
        await made.kill()
        await made.start(role="work")
        await made.settled(seconds=300)
        await made.kill()
        sms_lost, sms_twice, chats_lost, chats_twice = made.said()
        wrong = tuple(made.twilio.violations + made.telegram.violations)[:3]
        if taken_over * 3 < pauses:  # one that is frozen in a transaction keeps the other one waiting
            wrong = (*wrong, f"the other took over only {taken_over} times")
        if not in_the_air:
            wrong = (*wrong, "nothing was in the air")
        return Result(
            fault="F10",
            what=f"worker frozen {_PAUSE} s, lease {_LEASE:.0f} s",
            engine=place.engine,
            times=pauses,
            messages=2 * made.queued,
            lost=sms_lost + chats_lost,
            repeated=sms_twice + chats_twice,
            allowed=max(1, pauses // 10),
            note=f"{taken_over} taken over with {in_the_air:,} in the air, "
            f"{sms_twice} SMS and {chats_twice} Telegram repeated",
            wrong=wrong,
        )


async def _taken_over(made: Mill, workers: list[int], frozen: int) -> bool:
    """Whether the other one speaks now. A busy machine gives it a little longer for that."""
    for _ in range(50):
        if await _speaker(made, workers) != frozen:
            return True
        await asyncio.sleep(0.1)
    return False


async def _speaker(made: Mill, workers: list[int]) -> int:
    """The worker that speaks for the bot, once there is one."""
    async with asyncio.timeout(60):
        while True:
            with made.database.reading() as conn:
                owner = conn.execute(select(sender_leases.c.owner).where(sender_leases.c.sender == BOT)).scalar() or ""
            if owner.isdigit() and int(owner) in workers:
                return int(owner)
            await asyncio.sleep(0.02)
