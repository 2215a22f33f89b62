"""The program in a process that can be killed at any moment: receiving, answering, sending and reconciling for real.

`python -m tests.faults.worker` imports everything once and then forks a worker for each line of its standard input
(JSON: see `Order`), so that a new one serves a few milliseconds after the last one was killed.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import random
import signal
import sys
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from aiohttp import web

from authoring.shelf import Shelf
from cli import jobs, running, wiring
from cli.serving import application
from cli.settings import Settings
from cli.watching import Watch
from cli.wiring import House
from messaging import posting, sending, telegram_transport, twilio_transport
from messaging.answering import answer_round
from messaging.sending import reconcile, send_round
from messaging.simulator import typed
from messaging.telegram_media import attach
from scheduler.clock import clock
from store.database import Database
from store.errors import StoreError
from store.lock import hold
from webhooks import telegram, twilio
from webhooks.limits import GuardedRunner

IMPORTED = (attach, telegram, telegram_transport, twilio, twilio_transport)  # before the fork, not after it


_ROLES = {"all": "work", "work": "work", "clock": "clock"}  # here the web is served, and the clock kept, by hand


@dataclass(frozen=True, kw_only=True)
class Order:
    """What a worker is to serve. `ahead`: how many seconds its clock is ahead of ours."""

    database: str
    port: int
    ahead: float
    seed: int
    settings: dict[str, Any]
    role: str = "all"  # or work: it answers and sends, and nobody knocks at it; or clock
    lease: float = 0.0  # seconds, where it is to be shorter than in earnest


def build(order: Order, database: Database, shelf: Shelf) -> House:
    """The house, with both channels."""
    given = {
        "twilio_auth_token": tuple(order.settings["twilio_auth_token"]),
        "content_dir": Path(order.settings["content_dir"]),
    }
    settings = Settings(**order.settings | given)
    house = wiring.build(
        settings,
        database,
        shelf,
        wiring.channels_of(settings, shelf),
        secret=b"a key for tests",
        clock=lambda: datetime.now(UTC) + timedelta(seconds=order.ahead),
        chance=random.Random(order.seed),
    )
    house.post.paces.clear()  # as fast as it can, for the sake of the crowd in the air
    house.post.me = f"{os.getpid()}"  # so that whoever looks at the leases knows whom to freeze
    return house


async def warm(order: Order, shelf: Shelf) -> None:
    """One turn on a database of its own, so that what is loaded late is loaded before the first fork."""
    with tempfile.TemporaryDirectory() as folder:
        database = Database.open(f"sqlite:///{folder}/warm.db")
        database.migrate()
        house = build(order, database, shelf)
        for text in ("VIVERO", "SI", "Rosa", "A"):
            await house.receiver.receive(typed("sms", "+51900000001", text, house.clock()))
            await database.run(lambda: answer_round(house.desk))
            await send_round(house.post)
        await wiring.close(house)


async def serve(order: Order, shelf: Shelf) -> None:
    """Everything that `chasqui run` does, with a clock of its own, until it is killed."""
    if order.lease:
        sending.LEASE = timedelta(seconds=order.lease)
        sending._MARGIN = order.lease / 3
        posting.TENURE = timedelta(seconds=order.lease)
    database = Database.open(order.database)
    held = hold(database.path) if database.path else None
    house = build(order, database, shelf)
    await reconcile(house.post)
    runner = GuardedRunner(application(house), access_log=None)
    if order.role == "all":
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", order.port).start()
    watch = Watch(database=database, tally=house.tally)
    loops = [asyncio.create_task(each()) for each in running._loops(house, _ROLES[order.role], asyncio.Event(), watch)]
    scheduler = clock(jobs.jobs(house)) if order.role == "clock" else None
    if scheduler:
        scheduler.start()
    print(f"ready {os.getpid()}", flush=True)
    try:
        while True:
            await asyncio.sleep(0.2)
            with contextlib.suppress(StoreError):  # as the clock's jobs do: it will be tried again
                if await reconcile(house.post):
                    house.outbox_bell.ring()
    finally:
        del loops, held, runner, scheduler


def main(content: Path) -> None:
    """Fork a worker a line. Whoever wrote the line ends it."""
    shelf = Shelf(content)
    warmed = False
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for them: the system clears them away
    for line in sys.stdin:
        order = Order(**json.loads(line))
        if not warmed:
            asyncio.run(warm(order, shelf))
            warmed = True
        if not os.fork():
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            asyncio.run(serve(order, shelf))
            return


if __name__ == "__main__":
    main(Path(sys.argv[1]))
