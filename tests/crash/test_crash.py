"""The program is killed again and again while learners write: nothing acknowledged is lost, no SMS is said twice."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from sqlalchemy import func, select

from authoring.shelf import Shelf
from store.database import Database
from store.health import Figures, figures
from store.tables import inbox, outbox
from tests.bad_inputs.town import BOT, settings_for
from tests.crash.crash_worker import Order
from tests.crash.learners import (
    SEED,
    Learners,
    SlowTelegram,
    SlowTwilio,
    heard_by_sms,
    heard_by_telegram,
    undisturbed,
)  # fmt: skip
from tests.transcripts.playing import content

ROOT = Path(__file__).parents[2]
KILLS = 25
A_RESTART = 200.0  # seconds that the clock leaps at each: leases run out, and what is unknown may be asked about


@dataclass
class Mill:
    """The worker of the moment, its database and its providers."""

    forker: asyncio.subprocess.Process
    database: Database
    order: dict[str, Any]
    twilio: SlowTwilio
    telegram: SlowTelegram
    learners: Learners
    starts: int = 0
    serving: int = 0  # the process id of the worker

    @property
    def ahead(self) -> float:
        return self.starts * A_RESTART

    def now(self) -> datetime:
        return datetime.now(UTC) + timedelta(seconds=self.ahead)

    async def start(self) -> None:
        """A new worker that serves. Its clock is minutes later than that of the one before."""
        self.starts += 1
        order = Order(**self.order, ahead=self.ahead, seed=SEED + self.starts)
        assert self.forker.stdin
        assert self.forker.stdout
        self.forker.stdin.write(json.dumps(asdict(order)).encode() + b"\n")
        async with asyncio.timeout(30):
            told = {(await self.forker.stdout.readline()).strip() for _ in range(2)}
        (self.serving,) = [int(each) for each in told if each.isdigit()]
        assert b"ready" in told

    def kill(self) -> None:
        """End the worker as a power cut would."""
        if self.serving:
            os.kill(self.serving, signal.SIGKILL)
        self.serving = 0

    async def speaks(self) -> None:
        """Return once a provider has got something from the worker of the moment."""
        before = len(self.twilio.posts) + len(self.telegram.calls)
        async with asyncio.timeout(20):
            while len(self.twilio.posts) + len(self.telegram.calls) == before:
                await asyncio.sleep(0.002)

    def figures(self) -> Figures:
        with self.database.reading() as conn:
            return figures(conn, self.now())

    def sending(self, sender: str) -> int:
        """How many messages of a sender are claimed and not settled."""
        with self.database.reading() as conn:
            query = select(func.count()).where(outbox.c.sender == sender, outbox.c.state == "sending")
            return int(conn.execute(query).scalar_one())

    async def settled(self) -> None:
        """Return once nothing waits, is on its way, or is in doubt."""
        async with asyncio.timeout(40):
            while True:
                found = self.figures()
                if not (found.inbox_waiting or found.outbox_waiting or found.outbox_sending or found.outbox_unknown):
                    return
                await asyncio.sleep(0.1)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@asynccontextmanager
async def mill(database: Database, folder: Path) -> AsyncIterator[Mill]:
    port = free_port()
    forker = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.crash.crash_worker", str(content(folder / "content")),
        cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        env={name: value for name, value in os.environ.items() if not name.startswith("CHASQUI_")},
    )  # fmt: skip
    clock: list[Mill] = []
    try:
        async with (
            SlowTwilio(now=lambda: clock[0].now()) as twilio,
            SlowTelegram() as telegram,
            aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=10)) as client,
        ):
            settings = asdict(settings_for(twilio, telegram, content_dir="")) | {"content_dir": str(folder)}
            made = Mill(
                forker=forker,
                database=database,
                order={"database": f"sqlite:///{database.path}", "port": port, "settings": settings},
                twilio=twilio,
                telegram=telegram,
                learners=Learners(f"http://127.0.0.1:{port}", client),
            )
            clock.append(made)
            yield made
    finally:
        for each in clock:
            each.kill()
        forker.kill()
        await forker.wait()


@pytest.mark.slow
async def test_killed_at_random_it_loses_nothing_and_says_no_sms_twice(
    sqlite: Database, shelf: Shelf, tmp_path: Path, migrated_sqlite: bytes, record_property: Any
) -> None:
    """F01, F02, F03, F07, F08"""
    by_sms, by_telegram = await undisturbed(migrated_sqlite, tmp_path, shelf)
    async with mill(sqlite, tmp_path) as made:
        claimed = 0
        for kill in range(KILLS):
            await made.start()
            made.learners.come(2)
            if kill % 5:  # one in five dies while it has hardly begun
                await made.speaks()
            await asyncio.sleep(made.learners.chance.uniform(0.03, 0.15))
            made.kill()
            claimed += made.sending(BOT)
        await made.start()
        await made.learners.done()
        await made.settled()
        made.kill()

        assert made.twilio.violations == made.telegram.violations == []
        with sqlite.reading() as conn:
            kept = {id: state for id, state in conn.execute(select(inbox.c.provider_id, inbox.c.state))}  # noqa: C416
        sms = heard_by_sms(made.twilio, made.learners.people, by_sms)
        chats = heard_by_telegram(made.telegram, made.learners.people, by_telegram)
        told = f"{len(kept)} in, {KILLS} kills, {sms=}, {chats=}, claimed for Telegram at the kills: {claimed}"
        record_property("crash", told)
        print(told)
        # Every message that was acknowledged was kept once and answered, and each answer was said.
        assert set(made.learners.acknowledged) == set(kept)
        assert set(kept.values()) == {"answered"}
        assert (sms.lost, sms.twice, sms.in_order) == (0, 0, True)
        # Telegram cannot be asked: what was on its way at a kill is said again, and no more than that.
        assert (chats.lost, chats.in_order) == (0, True)
        assert chats.twice <= claimed
