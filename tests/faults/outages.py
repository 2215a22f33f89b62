"""Take the database away and bring it back while learners write, and lose its machine for good."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import aiohttp
from sqlalchemy import select

from store.database import Database
from store.tables import inbox
from tests.bad_inputs.town import SMS_PATH, signed, sms_fields
from tests.faults.learners import SEED, heard_by_sms, heard_by_telegram, undisturbed
from tests.faults.mill import Mill, Place, mill
from tests.faults.results import Result
from tests.faults.servers import Server

_SOON = 1.0  # seconds within which a webhook says that it cannot keep anything


@contextmanager
def server() -> Iterator[Server]:
    """A server of its own, with an empty, migrated database called chasqui."""
    made = Server().create().start()
    try:
        _prepare(made)
        yield made
    finally:
        made.gone()


def _prepare(made: Server) -> None:
    made.ask("CREATE DATABASE chasqui")
    database = Database.open(made.url("chasqui"))
    database.migrate()
    database.close()


async def away(place: Place, made_server: Server, migrated: bytes, times: int) -> Result:
    """F16: the database stops and starts again under load. Webhooks say 503 at once; what got no 200 comes again."""
    chance = random.Random(SEED)
    by_sms, by_telegram = await undisturbed(migrated, place.folder, place.shelf)
    slowest, wrong = 0.0, set[str]()
    async with mill(place, leap=0) as made:
        await made.start()
        for time_ in range(times):
            made.learners.come(2)
            await asyncio.sleep(chance.uniform(0.05, 0.3))
            await asyncio.to_thread(made_server.stop)
            status, seconds = await _knock(made, 9_000_000 + time_)
            slowest = max(slowest, seconds)
            if status != 503:
                wrong.add(f"{status} while the database was away")
            await asyncio.to_thread(made_server.start)
        await made.learners.done()
        with place.database() as fresh:  # the connections of the other died with the server
            made.database = fresh
            await made.noted("queued", "sending", "unknown")
            await made.kill()
            made.leap = 200.0
            await made.start()
            await made.settled(seconds=300)
            await made.kill()
            with fresh.reading() as conn:
                kept = set(conn.execute(select(inbox.c.provider_id)).scalars())
        sms = heard_by_sms(made.twilio, made.learners.people, by_sms)
        chats = heard_by_telegram(made.telegram, made.learners.people, by_telegram)
        missing = set(made.learners.acknowledged) - kept
        if slowest > _SOON:
            wrong.add(f"a webhook took {slowest:.1f} s to say so")
        if sms.twice:
            wrong.add(f"{sms.twice} SMS said twice")
        return Result(
            fault="F16",
            what="database stopped and started under load",
            engine=place.engine,
            times=times,
            messages=len(kept) + sms.taken + chats.taken,
            lost=sms.lost + chats.lost + len(missing),
            repeated=chats.twice,
            allowed=0,
            note=f"{len(kept):,} heard; 503 within {slowest:.2f} s; {chats.twice} Telegram repeated",
            wrong=tuple(sorted(wrong)),
        )


async def _knock(made: Mill, number: int) -> tuple[int, float]:
    """One SMS of somebody who is nobody's learner: the status, and how long it took."""
    fields = sms_fields("HOLA", number, "+51999999999")
    began = time.monotonic()
    try:
        url = made.learners.url + SMS_PATH
        async with made.learners.client.post(url, data=fields, headers=signed(SMS_PATH, fields)) as answer:
            return answer.status, time.monotonic() - began
    except (aiohttp.ClientError, TimeoutError):
        return 0, time.monotonic() - began


_BEGUN = 12  # messages acknowledged before the primary may be killed


async def lost(
    place_at: Callable[[str], Place], times: int, *, synchronous: bool, seconds: tuple[float, float] = (0.2, 0.6)
) -> Result:
    """F18, F19: the primary is killed under load and its standby promoted. With a synchronous standby nothing that
    was acknowledged is missing; without, something is, which shows that this test can fail."""
    chance = random.Random(SEED)
    acknowledged_in_all = missing_in_all = 0
    for _ in range(times):
        found = await _one_loss(place_at, chance.uniform(*seconds), synchronous=synchronous)
        acknowledged_in_all += found[0]
        missing_in_all += found[1]
    kind = "synchronous" if synchronous else "asynchronous"
    return Result(
        fault="F18" if synchronous else "F19",
        what=f"primary killed under load, {kind} standby promoted",
        engine="postgresql",
        times=times,
        messages=acknowledged_in_all,
        lost=missing_in_all if synchronous else 0,
        repeated=0,
        note="" if synchronous else f"{missing_in_all:,} acknowledged lost, as this kind of standby may",
        wrong=() if synchronous or missing_in_all else ("it lost nothing, so it shows nothing",),
    )


async def _one_loss(place_at: Callable[[str], Place], seconds: float, *, synchronous: bool) -> tuple[int, int]:
    """How many messages were acknowledged, and how many of these the promoted standby does not have."""
    more = {"synchronous_standby_names": "second"} if synchronous else {}
    first = await asyncio.to_thread(lambda: Server().create().start())
    second = Server()
    try:
        await asyncio.to_thread(_prepare, first)
        await asyncio.to_thread(second.copied_from, first, "second")
        await asyncio.to_thread(second.start)
        for name, value in more.items():
            first.ask(f"ALTER SYSTEM SET {name} = '{value}'")
        first.ask("SELECT pg_reload_conf()")
        await _streaming(first, synchronous=synchronous)
        async with mill(place_at(first.url("chasqui"))) as made:
            await made.start()
            made.learners.come(12)
            async with asyncio.timeout(60):  # a busy machine takes its time to the first one
                while len(made.learners.acknowledged) < _BEGUN:
                    await asyncio.sleep(0.02)
            await asyncio.sleep(seconds)
            if not synchronous:
                _hold_back(first)
                await asyncio.sleep(0.3)
            await asyncio.to_thread(first.kill)
            for task in made.learners.writing:
                task.cancel()
            await asyncio.gather(*made.learners.writing, return_exceptions=True)
            acknowledged = set(made.learners.acknowledged)
            await made.kill()
        await asyncio.to_thread(second.promote)
        kept = {str(row[0]) for row in second.ask("SELECT provider_id FROM inbox", "chasqui")}
        return len(acknowledged), len(acknowledged - kept)
    finally:
        first.gone()
        second.gone()


def _hold_back(primary: Server) -> None:
    """The network to the standby falls behind for the last moments: its sender is frozen."""
    for row in primary.ask("SELECT pid FROM pg_stat_replication"):
        os.kill(int(str(row[0])), signal.SIGSTOP)


async def _streaming(primary: Server, *, synchronous: bool) -> None:
    """Return once the standby follows, and as a synchronous one where it must."""
    wanted = "sync" if synchronous else "async"
    async with asyncio.timeout(60):
        while True:
            rows = primary.ask("SELECT state, sync_state FROM pg_stat_replication")
            if ("streaming", wanted) in rows:
                return
            await asyncio.sleep(0.05)
