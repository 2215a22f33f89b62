"""The program is killed again and again while learners write: nothing acknowledged is lost, no SMS is said twice."""

from __future__ import annotations

import asyncio
import json
import os
import random
import signal
import socket
import subprocess
import sys
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from sqlalchemy import func, select

from authoring.shelf import Shelf
from store.database import Database
from store.health import Figures, figures
from store.tables import inbox, outbox
from tests.bad_inputs.town import BOT, SECRET, SMS_PATH, TELEGRAM_PATH, settings_for, signed, sms_fields, town
from tests.crash.crash_worker import Order
from tests.fakes import telegram_api, telegram_updates, twilio_api
from tests.transcripts.playing import content

ROOT = Path(__file__).parents[2]
KILLS = 25
A_RESTART = 200.0  # seconds that the clock leaps at each: leases run out, and what is unknown may be asked about
SEED = 20_260_302

# The same question for the same answer twice, so that two equal texts go to one number within a second.
SCRIPT = ("VIVERO", "SI", "Rosa", "A", "B", "ESTADO", "ESTADO", "A")


class SlowTwilio(twilio_api.FakeTwilio):
    """Takes its time before it accepts a message, and again before it says so."""

    chance = random.Random(SEED)

    async def _create(self, request: web.Request) -> web.StreamResponse:
        await asyncio.sleep(self.chance.uniform(0, 0.01))
        answer = await super()._create(request)
        await asyncio.sleep(self.chance.uniform(0, 0.03))
        return answer


class SlowTelegram(telegram_api.TelegramApi):
    """The same, and it cannot be asked what it has taken."""

    chance = random.Random(SEED + 1)

    async def _answer(self, call: telegram_api.Call) -> Any:
        answer = await super()._answer(call)
        await asyncio.sleep(self.chance.uniform(0, 0.03))
        return answer


@dataclass
class Mill:
    """The worker of the moment, and the learners who write to it."""

    forker: asyncio.subprocess.Process
    database: Database
    url: str
    order: dict[str, Any]
    twilio: SlowTwilio
    telegram: SlowTelegram
    client: aiohttp.ClientSession
    chance: random.Random
    starts: int = 0
    acknowledged: list[str] = field(default_factory=list)

    @property
    def ahead(self) -> float:
        return self.starts * A_RESTART

    def now(self) -> datetime:
        return datetime.now(UTC) + timedelta(seconds=self.ahead)

    async def start(self) -> int:
        """A new worker that serves; its process id. Its clock is minutes later than that of the one before."""
        self.starts += 1
        order = Order(**self.order, ahead=self.ahead, seed=SEED + self.starts)
        assert self.forker.stdin
        assert self.forker.stdout
        self.forker.stdin.write(json.dumps(asdict(order)).encode() + b"\n")
        async with asyncio.timeout(30):
            told = {(await self.forker.stdout.readline()).strip() for _ in range(2)}
        (pid,) = [int(each) for each in told if each.isdigit()]
        assert b"ready" in told
        return pid

    async def learn(self, number: int, *, by_sms: bool) -> None:
        """One learner says her lines. As a provider does, each is brought again until it is acknowledged."""
        for place, text in enumerate(SCRIPT):
            id = number * 100 + place
            while not await (self._sms(text, id, number) if by_sms else self._update(text, id, number)):
                await asyncio.sleep(self.chance.uniform(0.005, 0.02))
            self.acknowledged.append(f"SM{id:032x}" if by_sms else str(id))
            await asyncio.sleep(self.chance.uniform(0, 0.06))

    async def _sms(self, text: str, id: int, number: int) -> bool:
        fields = sms_fields(text, id, phone(number))
        return await self._post(SMS_PATH, data=fields, headers=signed(SMS_PATH, fields))

    async def _update(self, text: str, id: int, number: int) -> bool:
        chat = {"id": number, "type": "private", "first_name": "Rosa"}
        update = telegram_updates.text(text, id, chat=chat)
        return await self._post(TELEGRAM_PATH, json=update, headers={"X-Telegram-Bot-Api-Secret-Token": SECRET})

    async def _post(self, path: str, **given: Any) -> bool:
        try:
            async with self.client.post(self.url + path, **given) as answer:
                return answer.status == 200
        except (aiohttp.ClientError, TimeoutError, OSError):
            return False

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


def phone(number: int) -> str:
    return f"+519{number:08d}"


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
                url=f"http://127.0.0.1:{port}",
                order={"database": f"sqlite:///{database.path}", "port": port, "settings": settings},
                twilio=twilio,
                telegram=telegram,
                client=client,
                chance=random.Random(SEED),
            )
            clock.append(made)
            yield made
    finally:
        forker.kill()
        await forker.wait()


async def undisturbed(database: Database, shelf: Shelf) -> tuple[list[str], list[str]]:
    """What one learner hears by SMS, and what one hears by Telegram, where nothing ever goes wrong."""
    async with town(database, shelf) as place:
        await place.talk(*SCRIPT)
        await place.chat(*SCRIPT)
        return place.heard(), place.read()


@pytest.mark.slow
async def test_killed_at_random_it_loses_nothing_and_says_no_sms_twice(
    sqlite: Database, shelf: Shelf, tmp_path: Path, migrated_sqlite: bytes, record_property: pytest.RecordProperty
) -> None:
    """F01, F02, F03, F07, F08"""
    (tmp_path / "calm.db").write_bytes(migrated_sqlite)
    calm = Database.open(f"sqlite:///{tmp_path / 'calm.db'}")
    by_sms, by_telegram = await undisturbed(calm, shelf)
    calm.close()
    async with mill(sqlite, tmp_path) as made:
        learners: list[asyncio.Task[None]] = []
        claimed = 0
        for kill in range(KILLS + 1):
            pid = await made.start()
            if kill == KILLS:
                break
            for each in range(2):
                number = 1 + kill * 2 + each
                learners.append(asyncio.create_task(made.learn(number, by_sms=True)))
                learners.append(asyncio.create_task(made.learn(700_000 + number, by_sms=False)))
            if kill % 5:  # one in five dies while it has hardly begun
                await made.speaks()
            await asyncio.sleep(made.chance.uniform(0.03, 0.15))
            os.kill(pid, signal.SIGKILL)
            claimed += made.sending(BOT)
        await asyncio.gather(*learners)
        await made.settled()
        os.kill(pid, signal.SIGKILL)

        assert made.twilio.violations == made.telegram.violations == []
        with sqlite.reading() as conn:
            kept = dict(conn.execute(select(inbox.c.provider_id, inbox.c.state)).all())
            given_up = conn.execute(select(func.count()).where(outbox.c.state == "failed")).scalar_one()
        # Every message that was acknowledged was kept once and answered.
        assert set(made.acknowledged) == set(kept)
        assert set(kept.values()) == {"answered"}

        people = range(1, 1 + KILLS * 2)
        sms: dict[str, list[str]] = {phone(number): [] for number in people}
        for message in made.twilio.messages:
            sms[message["to"]].append(message["body"])
        read: dict[str, list[str]] = {str(700_000 + number): [] for number in people}
        for call in made.telegram.called("sendMessage"):
            read[call.params["chat_id"]].append(call.params["text"])
        missing = sum((Counter(by_telegram) - Counter(texts)).total() for texts in read.values())
        doubled = sum((Counter(texts) - Counter(by_telegram)).total() for texts in read.values())
        lost = sum((Counter(by_sms) - Counter(texts)).total() for texts in sms.values())
        twice = sum((Counter(texts) - Counter(by_sms)).total() for texts in sms.values())
        figures = {
            "messages in": len(kept), "kills": KILLS, "sms out": len(made.twilio.messages), "sms lost": lost,
            "sms twice": twice, "telegram out": len(made.telegram.called("sendMessage")), "telegram lost": missing,
            "telegram twice": doubled, "telegram claimed at the kills": claimed, "given up": given_up,
        }  # fmt: skip
        record_property("crash", figures)
        print(figures)
        assert (lost, twice) == (0, 0)
        assert missing == 0
        assert doubled <= claimed
        assert all(texts == by_sms for texts in sms.values())
