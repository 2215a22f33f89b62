"""The program in processes that are killed, paused and started again, with the learners and providers around it."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
from sqlalchemy import func, insert, select

from authoring.shelf import Shelf
from bot.messages import Content
from store.database import Database
from store.health import Figures, figures
from store.shapes import content_json
from store.tables import outbox
from tests.bad_inputs.town import BOT, TWILIO_SENDER, settings_for
from tests.faults.learners import SEED, Learners, SlowTelegram, SlowTwilio, phone
from tests.faults.servers import free_port
from tests.faults.worker import Order
from tests.transcripts.playing import content

ROOT = Path(__file__).parents[2]
A_RESTART = 200.0  # seconds that the clock leaps at each: leases run out, and what is unknown may be asked about


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a fault is tried: a fresh, migrated database, a folder, and the small courses."""

    url: str
    folder: Path
    shelf: Shelf

    @property
    def engine(self) -> str:
        return self.url.partition(":")[0].partition("+")[0]

    @contextmanager
    def database(self) -> Iterator[Database]:
        opened = Database.open(self.url)
        try:
            yield opened
        finally:
            opened.close()


@dataclass
class Mill:
    """The workers of the moment, their database and their providers."""

    forker: asyncio.subprocess.Process
    database: Database
    order: dict[str, Any]
    twilio: SlowTwilio
    telegram: SlowTelegram
    learners: Learners
    starts: int = 0
    workers: list[int] = field(default_factory=list)  # process ids
    queued: int = 0  # messages that `load` has put into the outbox, of each kind
    leap: float = A_RESTART

    @property
    def ahead(self) -> float:
        return self.starts * self.leap

    def now(self) -> datetime:
        return datetime.now(UTC) + timedelta(seconds=self.ahead)

    async def start(self, **changed: Any) -> int:
        """A new worker that serves; its process id. Its clock is minutes later than that of the one before."""
        self.starts += 1
        order = Order(**self.order | {"ahead": self.ahead, "seed": SEED + self.starts} | changed)
        assert self.forker.stdin
        assert self.forker.stdout
        self.forker.stdin.write(json.dumps(asdict(order)).encode() + b"\n")
        async with asyncio.timeout(60):
            word, _, process = (await self.forker.stdout.readline()).decode().partition(" ")
        assert word == "ready", f"the worker said {word!r}"
        self.workers.append(int(process))
        return int(process)

    async def kill(self, process: int = 0) -> None:
        """End a worker (all of them for 0) as a power cut would, and return once it is gone."""
        for each in [process] if process else list(self.workers):
            os.kill(each, signal.SIGKILL)
            self.workers.remove(each)
            while Path(f"/proc/{each}").exists():
                await asyncio.sleep(0.001)

    async def speaks(self) -> None:
        """Return once a provider has got something more."""
        before = self.taken()
        async with asyncio.timeout(60):
            while self.taken() == before:
                await asyncio.sleep(0.002)

    def taken(self) -> int:
        return len(self.twilio.posts) + len(self.telegram.calls)

    def load(self, count: int) -> None:
        """Put so many more messages of each kind into the outbox, each to somebody of her own."""
        now, rows = self.now(), []
        for number in range(self.queued + 1, self.queued + count + 1):
            text = content_json(Content(text=f"Mensaje {number}: la pulpa se separa y se seca."))
            common = {"kind": "reply", "content": text, "not_before": now, "created_at": now, "learner": ""}
            rows.append({"sender": TWILIO_SENDER, "address": f"tel:{phone(number)}", **common})
            rows.append({"sender": BOT, "address": f"telegram:{700_000 + number}", **common})
        self.queued += count

        def work() -> None:
            with self.database.writing() as conn:
                conn.execute(insert(outbox), rows)

        self.database.do(work)

    def figures(self) -> Figures:
        with self.database.reading() as conn:
            return figures(conn, self.now())

    def counted(self, *states: str, sender: str = "") -> int:
        """How many messages are in one of these states, of one sender or of all."""
        with self.database.reading() as conn:
            query = select(func.count()).where(outbox.c.state.in_(states))
            return int(conn.execute(query.where(outbox.c.sender == sender) if sender else query).scalar_one())

    async def settled(self, seconds: float = 60) -> None:
        """Return once nothing waits, is on its way, or is in doubt."""
        async with asyncio.timeout(seconds):
            while True:
                found = self.figures()
                if not (found.inbox_waiting or found.outbox_waiting or found.outbox_sending or found.outbox_unknown):
                    return
                await asyncio.sleep(0.1)

    async def noted(self, *states: str) -> None:
        """Return once the workers have noted what they had in the air, so that nothing is in one of these states; or
        after a while, for what is in doubt then stays so."""
        for _ in range(300):
            if not self.counted(*states):
                return
            await asyncio.sleep(0.1)

    def said(self) -> tuple[int, int, int, int]:
        """Of what `load` put there: lost and doubled by SMS, lost and doubled by Telegram."""
        sms = [message["to"] for message in self.twilio.messages]
        chats = [call.params["chat_id"] for call in self.telegram.called("sendMessage")]
        wanted = range(1, self.queued + 1)
        return (
            *_lost_and_doubled(sms, [phone(number) for number in wanted]),
            *_lost_and_doubled(chats, [str(700_000 + number) for number in wanted]),
        )


def _lost_and_doubled(heard: Sequence[str], wanted: Sequence[str]) -> tuple[int, int]:
    once = set(heard)
    return len(set(wanted) - once), len(heard) - len(once)


@asynccontextmanager
async def mill(place: Place, *, leap: float = A_RESTART) -> AsyncIterator[Mill]:
    """A mill over this place's database; its workers end with it."""
    port = free_port()
    forker = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.faults.worker", str(content(place.folder / "content")),
        cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        env={name: value for name, value in os.environ.items() if not name.startswith("CHASQUI_")},
    )  # fmt: skip
    clock: list[Mill] = []
    try:
        async with (
            SlowTwilio(now=lambda: clock[0].now()) as twilio,
            SlowTelegram() as telegram,
            aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=60)) as client,
        ):
            settings = asdict(settings_for(twilio, telegram, content_dir="")) | {"content_dir": str(place.folder)}
            with place.database() as database:
                made = Mill(
                    forker=forker,
                    database=database,
                    order={"database": place.url, "port": port, "settings": settings},
                    twilio=twilio,
                    telegram=telegram,
                    learners=Learners(f"http://127.0.0.1:{port}", client),
                    leap=leap,
                )
                clock.append(made)
                yield made
    finally:
        for each in clock:
            await each.kill()
        forker.kill()
        await forker.wait()
