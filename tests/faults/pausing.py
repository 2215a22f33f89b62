"""Freeze a worker for longer than its lease, as a laptop's lid or a paused machine does, while another works."""

from __future__ import annotations

import asyncio
import os
import random
import signal

from tests.faults.learners import SEED
from tests.faults.mill import Place, mill
from tests.faults.results import Result

_LEASE = 1.0  # seconds, so that sixty pauses take minutes and not an hour
_PAUSE = 2.6


async def paused(place: Place, pauses: int) -> Result:
    """F10: it wakes with a lease that is no longer its own, and must say nothing that somebody else may have said."""
    chance = random.Random(SEED)
    async with mill(place, leap=0) as made:
        made.load(400)
        workers = [await made.start(role="work", lease=_LEASE) for _ in range(2)]
        for pause in range(pauses):
            waits = made.counted("queued") // 2
            if waits < 200:
                made.load(400 - waits)
            await asyncio.sleep(chance.uniform(0.1, 0.4))
            os.kill(workers[pause % 2], signal.SIGSTOP)
            await asyncio.sleep(_PAUSE)
            os.kill(workers[pause % 2], signal.SIGCONT)
        made.leap = 200.0  # what is in doubt may be asked about
        await made.kill()
        await made.start(role="work")
        await made.settled(seconds=300)
        await made.kill()
        sms_lost, sms_twice, chats_lost, chats_twice = made.said()
        return Result(
            fault="F10",
            what=f"worker frozen {_PAUSE} s, lease {_LEASE:.0f} s",
            engine=place.engine,
            times=pauses,
            messages=2 * made.queued,
            lost=sms_lost + chats_lost,
            repeated=sms_twice + chats_twice,
            allowed=max(1, pauses // 10),
            note=f"{sms_twice} SMS and {chats_twice} Telegram repeated",
            wrong=tuple(made.twilio.violations + made.telegram.violations)[:3],
        )
