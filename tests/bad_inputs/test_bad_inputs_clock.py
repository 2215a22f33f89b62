"""A clock that is wrong, late or changed under a plan: what campaigns make of it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import insert

from bot.delivering.campaigns import Kind, Schedule
from bot.people import OPERATOR
from scheduler.campaigns import Planner, plan_round, tick
from store import progressing
from store.campaign_tables import occurrences
from store.database import Database
from store.tables import learners, outbox
from tests.store.planned import make, people
from tests.store.rows import rows

MONDAY = datetime(2026, 11, 23, 14, 0, tzinfo=UTC)  # 09:00 in Lima
HOUR = timedelta(hours=1)


class Hands:
    """A clock that is moved by hand."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


def planner(database: Database, clock: Hands) -> Planner:
    return Planner(database=database, clock=clock, capacity=1000.0)


def owed(database: Database) -> list[tuple[Any, ...]]:
    return rows(database, "SELECT learner, at FROM dues ORDER BY learner, subject")


async def test_a_plan_follows_local_time_where_the_zones_have_changed_since(database: Database) -> None:
    """BI091"""
    (rosa,) = people(database, 1, timezone="Africa/Casablanca")
    clock = Hands(MONDAY - 20 * HOUR)
    schedule = Schedule(zone="Africa/Casablanca", on=date(2026, 11, 23), hour="15:00")
    make(database, kind=Kind.ONCE, schedule=schedule, now=clock.now)
    await plan_round(planner(database, clock))
    with database.writing() as conn:  # as a time zone table without summer time had it
        conn.execute(occurrences.update().values(at=MONDAY + HOUR))
    for _ in range(24):
        clock.now += HOUR
        await tick(planner(database, clock))
    assert owed(database) == [(rosa, int(MONDAY.timestamp() * 1_000_000))]


async def test_of_three_days_off_only_what_is_still_of_use_goes_out_and_the_rest_is_recorded(
    database: Database,
) -> None:
    """BI092"""
    people(database, 2)
    clock = Hands(MONDAY - 80 * HOUR)
    for id, hour in (("morning", "08:00"), ("evening", "19:00")):
        make(database, id, kind=Kind.RECURRING, schedule=Schedule(hour=hour), now=clock.now)
    clock.now = MONDAY
    await tick(planner(database, clock))
    told = rows(database, "SELECT DISTINCT subject FROM dues")
    assert told == [("morning/1/2026-11-23/0800/0",)]
    with database.reading() as conn:
        missed = [len(progressing.progress(conn, OPERATOR, id).notes) for id in ("morning", "evening")]
    assert missed == [3, 3]  # Friday to Sunday; Sunday evening was fourteen hours ago


async def test_who_moves_to_another_zone_is_not_told_twice(database: Database) -> None:
    rosa, elena = people(database, 1, timezone="Africa/Kigali") + people(database, 1, start=1)
    clock = Hands(MONDAY - 30 * HOUR)
    make(database, kind=Kind.ONCE, schedule=Schedule(on=date(2026, 11, 23), hour="09:00"), now=clock.now)
    while clock.now < MONDAY - 5 * HOUR:
        clock.now += HOUR
        await tick(planner(database, clock))
    assert [row[0] for row in owed(database)] == [rosa]
    with database.writing() as conn:  # it is answered, and she goes to Lima
        conn.exec_driver_sql("DELETE FROM dues")
        said = {
            "sender": "s", "address": "tel:+51900000001", "learner": rosa, "kind": "campaign", "content": "{}",
            "state": "sent", "not_before": clock.now, "created_at": clock.now, "unasked": True, "campaign": "c1",
            "occurrence": "2026-11-23/0900",
        }  # fmt: skip
        conn.execute(insert(outbox), said)
        conn.execute(learners.update().values(timezone="America/Lima"))
    while clock.now < MONDAY + 3 * HOUR:
        clock.now += HOUR
        await tick(planner(database, clock))
    assert [row[0] for row in owed(database)] == [elena]
