"""To whom something happened on a day: the day of the first pass of a unit, and of no later one."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import insert, select

from bot.delivering.campaigns import Campaign, Kind, Schedule
from store import audience_events
from store.database import Database
from store.tables import enrolments, learners, quiz_results
from tests.store.planned import people
from tests.store.rows import NOW

TODAY = date(2026, 11, 21)


def told(database: Database, day: date) -> list[str]:
    schedule = Schedule(event="unit", unit="u1", offset=1)
    campaign = Campaign(id="c1", name="c1", kind=Kind.EVENT, created_at=NOW, schedule=schedule)
    with database.reading() as conn:
        return list(conn.execute(select(learners.c.id).where(*audience_events.happened(campaign, day))).scalars())


def test_a_unit_that_is_passed_again_is_no_event(database: Database) -> None:
    rosa, juan = people(database, 2)
    with database.writing() as conn:
        for id in (rosa, juan):
            row = {"id": f"e-{id}", "learner": id, "course": "coffee-nursery", "enrolled_at": NOW}
            conn.execute(insert(enrolments), row)
        for attempt, id, days in (("a1", rosa, 5), ("a2", rosa, 0), ("a3", juan, 0)):
            row = {"attempt": attempt, "enrolment": f"e-{id}", "unit": "u1", "passed": True}
            conn.execute(insert(quiz_results), {**row, "at": NOW - timedelta(days=days)})
    assert told(database, TODAY + timedelta(days=1)) == [juan]
    assert told(database, TODAY - timedelta(days=4)) == [rosa]
