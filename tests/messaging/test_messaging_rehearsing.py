"""In a rehearsal the clock runs fast, and leases, rests and the way through the air take as long as ever."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from random import Random

from authoring.shelf import Shelf
from bot.messages import Refusal, SendFailed
from cli import jobs
from messaging.answering import answer_round
from messaging.posting import Post, Tenure
from messaging.sending import LEASE, in_order, reconcile, send_round
from store import outbox as queries
from store import ticks
from store.database import Database
from tests.changing import replace
from tests.houses import Clock, Phone, build, say, settle, written
from tests.store.rows import phone as number
from tests.store.rows import rows, said, turn

SPEED = 1440
EVENING = datetime(2026, 11, 24, 1, 30, tzinfo=UTC)  # Monday, half past eight in Lima


async def test_a_provider_that_says_wait_is_left_alone_for_so_many_real_seconds(
    database: Database, shelf: Shelf
) -> None:
    phone, clock = Phone(), Clock()
    house = build(database, shelf, [phone], clock)
    house.post.speed = SPEED
    phone.faults = [SendFailed(Refusal.RATE_LIMITED, retry_after=35)]
    await say(house, "VIVERO")
    clock.wait(seconds=34 * SPEED)
    await send_round(house.post)
    assert phone.said == []
    clock.wait(seconds=2 * SPEED)
    await send_round(house.post)
    assert len(phone.said) == 1


async def test_a_claim_is_doubtful_after_a_real_minute_and_repeated_after_another(
    database: Database, shelf: Shelf
) -> None:
    phone, clock = Phone(), Clock()
    house = build(database, shelf, [phone], clock)
    house.post.speed = SPEED
    await house.receiver.receive(written("VIVERO", 1))
    await database.run(lambda: answer_round(house.desk))
    with database.writing() as conn:
        assert queries.claim(conn, clock(), "dead", 10, LEASE, None, speed=SPEED)
    clock.wait(seconds=59 * SPEED)
    await reconcile(house.post)
    assert rows(database, "SELECT state FROM outbox") == [("sending",)]
    clock.wait(seconds=2 * SPEED)
    await reconcile(house.post)
    assert rows(database, "SELECT state FROM outbox") == [("unknown",)]
    clock.wait(seconds=60 * SPEED)
    await reconcile(house.post)
    await settle(house)
    assert len(phone.said) == 1


def test_what_would_arrive_after_the_evening_has_begun_waits_for_the_morning(database: Database) -> None:
    turn(database, number(1), said("Mañana hay sesión.", unasked=True))
    with database.writing() as conn:
        assert queries.claim(conn, EVENING, "t1", 10, LEASE, None, speed=SPEED) == []
    with database.writing() as conn:
        assert len(queries.claim(conn, EVENING, "t2", 10, LEASE, None)) == 0, "it was put off until the morning"
        assert queries.claim(conn, EVENING + timedelta(hours=11), "t3", 10, LEASE, None)


async def test_what_has_waited_in_our_hands_until_the_evening_does_not_leave(sqlite: Database) -> None:
    turn(sqlite, number(1), said("Mañana hay sesión.", unasked=True))
    with sqlite.writing() as conn:
        (claimed,) = queries.claim(conn, EVENING, "t1", 10, LEASE, None)
    phone = Phone(name=claimed.sender)
    post = Post(database=sqlite, channels={phone.name: phone}, clock=lambda: EVENING, chance=Random(7))
    post.held[phone.name] = Tenure(fence=1, until=float("inf"))
    until = time.monotonic() + LEASE.total_seconds() - 4  # claimed four seconds ago
    [late] = await in_order(post, [replace(claimed, valid_for=3.0)], until)
    assert (late.status, late.spoke, phone.said) == ("queued", False, [])
    [fine] = await in_order(post, [replace(claimed, valid_for=9.0)], until)
    assert fine.status == "sent"
    post.speed = SPEED
    [fast] = await in_order(post, [replace(claimed, valid_for=3600.0)], until)
    assert fast.status == "queued", "an hour is over in two and a half seconds"


def test_jobs_look_oftener_and_are_missed_by_real_seconds(sqlite: Database, shelf: Shelf) -> None:
    house = build(sqlite, shelf, [Phone()], Clock())
    usual = {name: seconds for name, (seconds, _) in jobs.jobs(house).items()}
    sqlite.speed = SPEED
    often = {name: seconds for name, (seconds, _) in jobs.jobs(house).items()}
    assert often["content"] == usual["content"]
    assert often["rhythm"] == usual["rhythm"] / 20
    assert often["campaigns"] == 0.25
    now = datetime(2026, 11, 22, 15, tzinfo=UTC)
    seen = {"dues": now - timedelta(seconds=30 * SPEED)}
    assert ticks.stopped(seen, {"dues": 60.0}, now, SPEED) == {}
    assert ticks.stopped(seen, {"dues": 20.0}, now, SPEED) == {"dues": 30.0}
    assert ticks.stopped(seen, {"dues": 60.0}, now) == {"dues": 30.0 * SPEED}
