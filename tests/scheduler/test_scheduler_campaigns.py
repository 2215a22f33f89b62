"""Campaigns become dues: planned once, spread from a cursor, each in her own hour, and what was missed is said."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import insert

from bot.delivering.audiences import Audience
from bot.delivering.campaigns import Campaign, Catchup, Kind, Schedule, State, parted
from bot.people import OPERATOR
from scheduler import spreading as spreading_rounds
from scheduler.campaigns import Planner, plan_round, spread_round, tick
from store import campaigns, progressing, spreading
from store.database import Database
from store.organisation_tables import cohort_members, cohorts, sessions
from store.tables import outbox, threads
from tests.changing import replace
from tests.store.planned import make, people
from tests.store.rows import rows

MONDAY = datetime(2026, 11, 23, 14, 0, tzinfo=UTC)  # 09:00 in Lima
DAY = timedelta(days=1)


@dataclass
class Clock:
    now: datetime = MONDAY

    def __call__(self) -> datetime:
        return self.now

    def wait(self, **length: float) -> None:
        self.now += timedelta(**length)


@pytest.fixture
def clock() -> Clock:
    return Clock()


def planner(database: Database, clock: Clock, **more: Any) -> Planner:
    return Planner(database=database, clock=clock, **{"capacity": 1000.0, **more})


def owed(database: Database) -> list[tuple[str, str, str, int]]:
    return rows(database, "SELECT learner, kind, subject, at FROM dues ORDER BY learner, subject")  # type: ignore[return-value]


def hours(database: Database) -> dict[str, str]:
    """Learner → when her due falls, in UTC."""
    return {row[0]: datetime.fromtimestamp(row[3] / 1e6, UTC).strftime("%d %H:%M") for row in owed(database)}


def occurrences(database: Database) -> list[tuple[Any, ...]]:
    return rows(database, "SELECT local_date, slot, state, dues FROM occurrences ORDER BY local_date, slot")


def answered(database: Database) -> None:
    """All that is owed is answered, without a word."""
    with database.writing() as conn:
        conn.exec_driver_sql("DELETE FROM dues")


async def test_a_notice_reaches_everybody_at_once(database: Database, clock: Clock) -> None:
    ids = people(database, 12)
    rung: list[bool] = []
    make(database, now=clock.now)
    assert await tick(planner(database, clock, chunk=5, owed=lambda: rung.append(True))) == 12
    assert [row[0] for row in owed(database)] == ids
    assert {parted(row[2]) for row in owed(database)} == {("c1", 1, date(2026, 11, 23), "now", 0)}
    assert len(rung) == 4  # the first chunk is a small one
    assert await tick(planner(database, clock)) == 0


async def test_each_learner_hears_at_the_hour_of_her_own_zone(database: Database, clock: Clock) -> None:
    rosa, _ = people(database, 2)
    marie, _ = people(database, 2, start=10, country="RW", timezone="")
    clock.now = datetime(2026, 11, 22, 20, tzinfo=UTC)
    schedule = Schedule(on=date(2026, 11, 23), hour="09:30")
    make(database, kind=Kind.ONCE, schedule=schedule, now=clock.now)
    at_work = planner(database, clock)
    for _ in range(26 * 6):
        await tick(at_work)
        clock.wait(minutes=10)
    assert (hours(database)[marie], hours(database)[rosa]) == ("23 07:30", "23 14:30")
    assert occurrences(database) == [("2026-11-23", "0930", "spread", 4)]


async def test_without_an_hour_each_learner_hears_at_her_own(database: Database, clock: Clock) -> None:
    early, late, usual = (
        people(database, 1, hour=6) + people(database, 1, start=1, hour=20) + people(database, 1, start=2)
    )
    make(database, kind=Kind.ONCE, schedule=Schedule(on=date(2026, 11, 23)), now=clock.now - timedelta(hours=12))
    clock.now -= timedelta(hours=12)
    at_work = planner(database, clock)
    for _ in range(36 * 4):
        await tick(at_work)
        clock.wait(minutes=15)
    found = hours(database)
    assert (found[early], found[usual], found[late]) == ("23 11:00", "23 23:00", "24 01:00")
    assert occurrences(database)[0][2:] == ("spread", 3)


async def test_dues_are_made_only_some_minutes_ahead_of_the_senders(database: Database, clock: Clock) -> None:
    people(database, 900)
    make(database, now=clock.now)
    slow = planner(database, clock, capacity=0.5)  # 300 in ten minutes
    assert await tick(slow) == 300
    assert await tick(slow) == 0
    answered(database)
    clock.wait(seconds=3)
    assert await tick(slow) == 300
    answered(database)
    clock.wait(seconds=3)
    assert await tick(slow) == 300
    clock.wait(seconds=3)
    assert await tick(slow) == 0
    assert occurrences(database) == [("2026-11-23", "now", "planned", 900)]
    answered(database)
    clock.wait(seconds=3)
    await tick(slow)
    assert occurrences(database) == [("2026-11-23", "now", "spread", 900)]


async def test_variants_are_dealt_in_turn_inside_each_cooperative(database: Database, clock: Clock) -> None:
    people(database, 7, cooperative="a")
    people(database, 5, start=10, cooperative="b")
    make(database, texts=({"es": "uno"}, {"es": "dos"}, {"es": "tres"}), now=clock.now)
    await tick(planner(database, clock, chunk=3))
    dealt = Counter((row[0] >= "l0000010", parted(row[2])[4]) for row in owed(database))
    assert dealt == {(False, 0): 3, (False, 1): 2, (False, 2): 2, (True, 0): 2, (True, 1): 2, (True, 2): 1}


async def test_sixteen_planners_at_once_make_one_occurrence(database: Database, clock: Clock) -> None:
    people(database, 300)
    make(database, kind=Kind.RECURRING, schedule=Schedule(days=("mon", "tue"), hour="09:00"), now=clock.now)
    several = [planner(database, clock, chunk=20) for _ in range(16)]
    made = await asyncio.gather(*(tick(each) for each in several))
    assert sum(made) == 300
    assert len(owed(database)) == 300
    assert occurrences(database) == [("2026-11-23", "0900", "spread", 300), ("2026-11-24", "0900", "planned", 0)]


async def test_a_planner_that_dies_is_followed_from_its_cursor(database: Database, clock: Clock) -> None:
    people(database, 50)
    make(database, now=clock.now)
    first = planner(database, clock, chunk=20)
    await plan_round(first)
    (found,) = first.reads(lambda conn: spreading.to_spread(conn, clock.now))
    work = spreading_rounds._Work(planner=first, occurrence=found)
    assert work.take()
    for _ in range(2):  # it opens the window and writes one chunk, and is heard of no more
        step = work.look()
        assert step is not None
        held = work.write(step)
        assert held is not None
        work = replace(work, occurrence=held)
    unwritten = work.look()
    assert unwritten is not None

    assert await tick(planner(database, clock)) == 0
    clock.wait(minutes=2)
    assert await tick(planner(database, clock)) == 48
    assert len(owed(database)) == 50
    assert work.write(unwritten) is None  # it was only asleep, and writes nothing
    assert len(owed(database)) == 50


async def test_an_edit_begins_again_past_those_who_have_it(database: Database, clock: Clock) -> None:
    ids = people(database, 10)
    first = make(database, now=clock.now)
    await tick(planner(database, clock))
    with database.writing() as conn:
        conn.exec_driver_sql("DELETE FROM dues WHERE learner < 'l0000004'")
        said = [
            {
                "sender": "s", "address": f"tel:{id}", "learner": id, "kind": "campaign", "content": "{}",
                "state": state, "not_before": clock.now, "created_at": clock.now, "unasked": True, "campaign": "c1",
                "occurrence": "2026-11-23/now",
            }
            for id, state in zip(ids[:4], ("sent", "sent", "queued", "queued"), strict=True)
        ]  # fmt: skip
        conn.execute(insert(outbox), said)
    clock.wait(minutes=3)
    with database.writing() as conn:
        edited = campaigns.edit(conn, OPERATOR, replace(first, texts=({"es": "Mejor"},)), "ana", clock.now)
    assert edited is not None
    assert await tick(planner(database, clock)) == 8
    assert [row[0] for row in owed(database)] == ids[2:]
    assert {parted(row[2])[1] for row in owed(database)} == {2}


async def test_a_new_hour_does_not_say_today_twice(database: Database, clock: Clock) -> None:
    people(database, 2)
    days = Schedule(days=("mon", "tue"), hour="09:00")
    old = make(database, kind=Kind.RECURRING, schedule=days, now=clock.now)
    await tick(planner(database, clock))
    answered(database)
    clock.wait(hours=1)
    with database.writing() as conn:
        assert campaigns.edit(conn, OPERATOR, replace(old, schedule=replace(days, hour="10:30")), "ana", clock.now)
    assert await tick(planner(database, clock)) == 0
    assert [row[:2] for row in occurrences(database)] == [("2026-11-23", "0900"), ("2026-11-24", "1030")]


@pytest.mark.parametrize(
    ("policy", "states"),
    [
        (Catchup.LATEST, ["skipped", "skipped", "spread"]),
        (Catchup.SKIP, ["skipped", "skipped", "skipped"]),
        (Catchup.ALL, ["spread", "spread", "spread"]),
    ],
)
async def test_after_three_days_off_the_policy_says_what_still_goes_out(
    database: Database, clock: Clock, policy: Catchup, states: list[str]
) -> None:
    people(database, 1)
    make(
        database,
        kind=Kind.RECURRING,
        schedule=Schedule(hour="09:00"),
        catchup=policy,
        now=clock.now - timedelta(hours=1),
    )
    clock.now = MONDAY + 2 * DAY + timedelta(hours=3)
    await tick(planner(database, clock))
    found = occurrences(database)
    assert [row[2] for row in found[:3]] == states
    assert len(owed(database)) == states.count("spread")
    with database.reading() as conn:
        progress = progressing.progress(conn, OPERATOR, "c1")
    assert len(progress.notes) == states.count("skipped")
    assert rows(database, "SELECT sum(n) FROM counters WHERE name = 'occurrences skipped'") == [
        (states.count("skipped") or None,)
    ]


async def test_a_late_start_is_not_dropped(database: Database, clock: Clock) -> None:
    people(database, 1)
    make(database, kind=Kind.ONCE, schedule=Schedule(hour="06:00"), now=clock.now)
    assert await tick(planner(database, clock)) == 1


async def test_a_campaign_ends_when_nothing_of_it_waits(database: Database, clock: Clock) -> None:
    people(database, 2)
    make(database, now=clock.now)
    await tick(planner(database, clock))
    clock.wait(minutes=11)
    await tick(planner(database, clock))
    assert state(database) is State.RUNNING
    answered(database)
    clock.wait(minutes=1)
    await tick(planner(database, clock))
    assert state(database) is State.FINISHED


def state(database: Database) -> State:
    with database.reading() as conn:
        found = campaigns.get(conn, OPERATOR, "c1")
    assert isinstance(found, Campaign)
    return found.state


async def test_nothing_is_spread_while_it_is_paused_or_after_it_was_cancelled(database: Database, clock: Clock) -> None:
    people(database, 5)
    make(database, now=clock.now)
    await plan_round(planner(database, clock))
    with database.writing() as conn:
        assert campaigns.move(conn, OPERATOR, "c1", State.PAUSED, actor="luz", now=clock.now)
    assert await spread_round(planner(database, clock)) == 0
    with database.writing() as conn:
        assert campaigns.move(conn, OPERATOR, "c1", State.RUNNING, actor="luz", now=clock.now)
    assert await spread_round(planner(database, clock)) == 5
    with database.writing() as conn:
        assert campaigns.move(conn, OPERATOR, "c1", State.CANCELLED, actor="luz", now=clock.now)
    assert owed(database) == []


def _cohort(database: Database, ids: list[str], hour: int | None = 7) -> None:
    with database.writing() as conn:
        row = {
            "id": "k1", "name": "K", "course": "coffee-nursery", "days": "mon,wed", "hour": hour,
            "starts_on": "2026-11-01", "ends_on": "2026-12-31", "created_at": MONDAY,
        }  # fmt: skip
        conn.execute(insert(cohorts), row)
        conn.execute(insert(cohort_members), [{"cohort": "k1", "learner": id, "joined_at": MONDAY} for id in ids])


async def test_a_drip_owes_the_lesson_of_a_slot_to_the_members_of_the_cohort(database: Database, clock: Clock) -> None:
    ids = people(database, 4)
    _cohort(database, ids[:2])
    clock.now -= timedelta(hours=6)
    make(database, kind=Kind.DRIP, schedule=Schedule(cohort="k1"), now=clock.now)
    for _ in range(72 * 4):
        await tick(planner(database, clock))
        clock.wait(minutes=15)
    assert [row[:3] for row in owed(database)] == [
        (id, "lesson", f"k1/{day}/0700") for id in ids[:2] for day in ("2026-11-23", "2026-11-25")
    ]


@pytest.mark.parametrize(
    ("schedule", "day"),
    [
        (Schedule(event="joined", offset=3, hour="09:00"), 21 + 3),
        (Schedule(event="silence", offset=5, hour="09:00"), 20 + 5),
        (Schedule(event="session", offset=-2, hour="09:00"), 28 - 2),
    ],
)
async def test_an_event_in_her_life_is_answered_once_so_many_days_away(
    database: Database, clock: Clock, schedule: Schedule, day: int
) -> None:
    ids = people(database, 2)
    people(database, 2, start=10, created_at=MONDAY - 90 * DAY, heard_at=MONDAY - 90 * DAY)
    _cohort(database, ids)
    with database.writing() as conn:
        conn.execute(insert(sessions), {"cohort": "k1", "at": datetime(2026, 11, 28, 15, tzinfo=UTC)})
    make(database, kind=Kind.EVENT, schedule=schedule, now=clock.now)
    clock.wait(hours=-1)
    for _ in range(24 * 7):
        await tick(planner(database, clock))
        clock.wait(hours=1)
    assert [(row[0], parted(row[2])[2].day) for row in owed(database)] == [(id, day) for id in ids]


async def test_who_breaks_her_silence_is_not_written_to(database: Database, clock: Clock) -> None:
    first, _ = people(database, 2)
    make(database, kind=Kind.EVENT, schedule=Schedule(event="silence", offset=3, hour="09:00"), now=clock.now)
    with database.writing() as conn:
        conn.execute(threads.update().where(threads.c.address == "tel:+51900000001").values(heard_at=clock.now))
    for _ in range(48):
        await tick(planner(database, clock))
        clock.wait(hours=1)
    assert [(row[0], parted(row[2])[2].day) for row in owed(database)] == [(first, 23)]


async def test_an_audience_that_changes_is_judged_when_it_is_spread(database: Database, clock: Clock) -> None:
    people(database, 3, cooperative="a")
    make(database, audience=Audience(cooperatives=("a",)), now=clock.now)
    await plan_round(planner(database, clock))
    people(database, 2, start=10, cooperative="a")
    assert await spread_round(planner(database, clock)) == 5
