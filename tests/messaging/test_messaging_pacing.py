"""Pace a sender: as fast as its provider allows, and never faster."""

from __future__ import annotations

import asyncio
import itertools
import random
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import insert

from bot.messages import Address, Allowance, Capabilities, Outbound, Refusal, SendFailed, Sent
from messaging import pacing, posting
from messaging.dispatching import dispatch
from messaging.pacing import Pace
from messaging.posting import Post
from messaging.sending import send_round
from messaging.working import Bell
from store.database import Database
from store.tables import outbox
from tests.houses import Clock
from tests.store.rows import rows

CHAT, OTHER = Address(scheme="telegram", identity="1"), Address(scheme="telegram", identity="2")
GROUP = Address(scheme="telegram", identity="-100")
PHONE = Address(scheme="tel", identity="+51900000001")


def pace(**allowed: float) -> Pace:
    return Pace(allowance=Allowance(**allowed), chance=random.Random(7))  # type: ignore[arg-type]


def say(paced: Pace, address: Address, now: float, segments: int = 1, *, takes: float = 0.002) -> float:
    """Wait as long as asked to and say it; when it was said."""
    while wait := max(pacing.chat_wait(paced, address, now), pacing.wait(paced, segments, now)):
        now += wait
    pacing.begun(paced, address, segments, now)
    pacing.ended(paced, segments, now, now + takes)
    return now


def test_the_rate_of_a_bot_is_held_and_never_passed_in_any_second() -> None:
    paced, now, said = pace(per_second=30), 0.0, []
    for number in range(600):
        now = say(paced, Address(scheme="telegram", identity=str(number)), now)
        said.append(now)
    assert max(sum(at <= other < at + 1 for other in said) for at in said) <= 30
    assert 600 / (said[-1] - said[0]) >= 0.98 * 30


def test_a_start_goes_at_half_the_rate_for_a_second() -> None:
    paced, now, said = pace(per_second=30), 5.0, []
    pacing.begin(paced, 5.0)
    for number in range(60):
        now = say(paced, Address(scheme="telegram", identity=str(number)), now)
        said.append(now)
    assert sum(at < 6.0 for at in said) <= 17


def test_segments_count_not_messages() -> None:
    paced = pace(per_second=1)
    said = [say(paced, PHONE, 0.0, 3)]
    said.append(say(paced, PHONE, said[-1]))
    assert said[1] - said[0] >= 2.9


def test_three_messages_of_a_turn_follow_at_once_and_the_next_ones_once_a_second() -> None:
    paced, now, said = pace(per_second=30, per_chat_second=1), 0.0, []
    for _ in range(6):
        now = say(paced, CHAT, now)
        said.append(now)
    assert said[2] - said[0] < 0.2
    assert [round(after - before, 1) >= 0.9 for before, after in itertools.pairwise(said[2:])] == [True] * 3
    assert pacing.chat_wait(paced, OTHER, 0.0) == 0.0


def test_a_group_hears_twenty_a_minute() -> None:
    paced, now, said = pace(per_second=30, per_chat_second=1, per_group_minute=20), 0.0, []
    for _ in range(45):
        now = say(paced, GROUP, now)
        said.append(now)
    assert max(sum(at <= other < at + 60 for other in said) for at in said) <= 20


def test_a_sim_speaks_every_five_to_fifteen_seconds_and_stops_for_the_day() -> None:
    paced, now, said = pace(per_second=0.1, jitter=0.5, per_day=30), 0.0, []
    for _ in range(30):
        now = say(paced, PHONE, now)
        said.append(now)
    pauses = [after - before for before, after in itertools.pairwise(said)]
    assert 4.8 <= min(pauses) <= 7
    assert 13 <= max(pauses) <= 15.1
    assert pacing.room(paced, now + 3600) == 0


def test_no_more_is_claimed_than_can_be_said_soon() -> None:
    slow = pace(per_second=0.1)
    assert pacing.room(slow, 100.0) == 1
    say(slow, PHONE, 100.0)
    assert pacing.room(slow, 101.0) == 0
    assert pacing.room(slow, 109.5) == 1
    assert 30 <= (pacing.room(pace(per_second=30), 100.0) or 0) <= 36


# -- with a provider that counts --


@dataclass
class Bot:
    """A provider that takes `rate` messages in any second and answers 429 to more."""

    rate: int
    name: str = "telegram:1"
    capabilities: Capabilities = field(default_factory=lambda: Capabilities(charset="any"))
    taken: deque[float] = field(default_factory=deque)
    times: list[float] = field(default_factory=list)
    refused: int = 0
    faults: list[SendFailed] = field(default_factory=list)

    @property
    def allowance(self) -> Allowance:
        return Allowance(per_second=self.rate)

    async def send(self, outbound: Outbound) -> Sent:
        if self.faults:
            raise self.faults.pop(0)
        now = asyncio.get_running_loop().time()
        while self.taken and self.taken[0] <= now - 1:
            self.taken.popleft()
        if len(self.taken) >= self.rate:
            self.refused += 1
            raise SendFailed(Refusal.RATE_LIMITED, retry_after=1)
        self.taken.append(now)
        self.times.append(now)
        return Sent(provider_id=f"{outbound.address.identity}:{len(self.times)}")

    async def find(
        self, outbound: Outbound, since: datetime, *, known: Callable[[str], bool] = lambda provider_id: False
    ) -> Sent | None:
        return None

    async def close(self) -> None:
        return


def fill(database: Database, count: int, sender: str = "telegram:1", at: datetime | None = None) -> None:
    now = at or datetime.now(UTC) - timedelta(seconds=1)
    with database.writing() as conn:
        conn.execute(
            insert(outbox),
            [
                {
                    "sender": sender, "address": f"telegram:{number}", "kind": "reply",
                    "content": '{"text":"x"}', "not_before": now, "created_at": now,
                }
                for number in range(1, count + 1)
            ],
        )  # fmt: skip


async def test_a_provider_that_counts_answers_no_429(sqlite: Database) -> None:
    bot, bell = Bot(rate=50), Bell()
    fill(sqlite, 175)
    post = Post(database=sqlite, channels={bot.name: bot}, clock=sqlite.now)
    await dispatch(post, lambda: len(bot.times) >= 175, bell.wait, bell.ring, look_again=0.05, beat=lambda: None)
    assert bot.refused == 0
    assert rows(sqlite, "SELECT DISTINCT state FROM outbox") == [("sent",)]


# -- leases --


def two_workers(database: Database, clock: Clock, bot: Bot) -> tuple[Post, Post]:
    first, second = (Post(database=database, channels={bot.name: bot}, clock=clock) for _ in range(2))
    return first, second


@pytest.fixture
def clock() -> Clock:
    return Clock()


async def test_one_worker_speaks_for_a_sender_and_another_takes_over_when_it_dies(
    database: Database, clock: Clock
) -> None:
    if database.dialect == "sqlite":
        pytest.skip("on SQLite one process serves")
    bot = Bot(rate=1000)
    fill(database, 100, at=clock())
    first, second = two_workers(database, clock, bot)
    assert await send_round(first) > 0
    assert await send_round(second) == 0, "it spoke for a sender that is somebody else's"
    clock.wait(seconds=11)
    second.looked_at = float("-inf")
    assert await send_round(second) > 0
    assert second.held[bot.name].fence == first.held[bot.name].fence + 1
    assert await send_round(first) == 0, "it claimed although its lease had gone"


async def test_a_process_that_lost_its_lease_while_it_slept_says_nothing_more(sqlite: Database, clock: Clock) -> None:
    bot = Bot(rate=1000)
    fill(sqlite, 1, at=clock())
    post = Post(database=sqlite, channels={bot.name: bot}, clock=clock, tenure=timedelta(0))
    assert await send_round(post) == 1
    assert bot.times == []
    assert rows(sqlite, "SELECT state, attempt FROM outbox") == [("queued", 0)]


async def test_a_429_is_obeyed_by_the_next_process_too_and_is_no_attempt_of_the_message(
    database: Database, clock: Clock
) -> None:
    bot = Bot(rate=1000, faults=[SendFailed(Refusal.RATE_LIMITED, retry_after=35)])
    fill(database, 2, at=clock())
    first = Post(database=database, channels={bot.name: bot}, clock=clock)
    await send_round(first)
    said = len(bot.times)
    assert rows(database, "SELECT MAX(attempt) FROM outbox WHERE state = 'queued'") == [(0,)]
    clock.wait(seconds=20)  # it was killed; its lease has run out
    second = Post(database=database, channels={bot.name: bot}, clock=clock)
    await send_round(second)
    assert len(bot.times) == said, "the pause was forgotten"
    clock.wait(seconds=16)
    await send_round(second)
    assert len(bot.times) == 2


async def test_a_provider_that_is_down_is_left_alone_for_longer_and_longer(sqlite: Database, clock: Clock) -> None:
    bot = Bot(rate=1000, faults=[SendFailed(Refusal.UNCERTAIN, ambiguous=True)] * 1000)
    fill(sqlite, 400, at=clock())
    post = Post(database=sqlite, channels={bot.name: bot}, clock=clock, width=8)
    for _ in range(120):
        await send_round(post)
        clock.wait(seconds=60)
    assert 1000 - len(bot.faults) < 60, "it was hammered for two hours"
    bot.faults.clear()
    clock.wait(seconds=400)
    assert await send_round(post) == 1, "it is tried with one message first"
    assert await send_round(post) > 1


async def test_what_a_sim_has_said_today_is_known_after_a_restart(sqlite: Database, clock: Clock) -> None:
    bot = Bot(rate=1000)
    allowed = Allowance(per_day=3)
    fill(sqlite, 5, at=clock())

    def post() -> Post:
        made = Post(database=sqlite, channels={bot.name: bot}, clock=clock)
        made.paces[bot.name] = Pace(allowance=allowed, chance=random.Random(7))
        return made

    first = post()
    while await send_round(first):
        pass
    assert len(bot.times) == 3
    assert posting.is_out(first, bot.name, clock())
    second = post()
    assert await send_round(second) == 0
    clock.wait(hours=11)  # tomorrow by UTC, and not yet by the clock of the SIM's country
    assert posting.local(first, clock()).date() < clock().date()
    assert posting.is_out(first, bot.name, clock())
    clock.wait(hours=13)
    third = post()
    while await send_round(third):
        pass
    assert len(bot.times) == 5


def test_what_was_said_long_ago_is_forgotten_though_nobody_asks_whether_there_is_room() -> None:
    paced = pace(per_second=50)
    for number in range(10_000):
        pacing.begun(paced, PHONE, 1, number / 100)
        pacing.ended(paced, 1, number / 100, number / 100 + 0.002)
    assert len(paced.window) <= 101
