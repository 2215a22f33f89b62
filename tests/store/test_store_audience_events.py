"""To whom something happened on a day: the day of the first pass of a unit, and of no later one; a meeting."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import insert, select

from bot.cooperating.organisations import Cohort
from bot.delivering.campaigns import Campaign, Kind, Schedule
from bot.people import OPERATOR
from store import audience_events, cohorts, today
from store.database import Database
from store.organisation_tables import cohort_members
from store.tables import enrolments, learners, quiz_results
from tests.store.planned import people
from tests.store.rows import NOW

TODAY = date(2026, 11, 21)


def told(database: Database, day: date) -> list[str]:
    return reached(database, day, Schedule(event="unit", unit="u1", offset=1))


def reached(database: Database, day: date, schedule: Schedule) -> list[str]:
    campaign = Campaign(id="c1", name="c1", kind=Kind.EVENT, created_at=NOW, schedule=schedule)
    with database.reading() as conn:
        return list(conn.execute(select(learners.c.id).where(*audience_events.happened(campaign, day))).scalars())


def dates(database: Database) -> list[str]:
    with database.reading() as conn:
        found = today.today(conn, OPERATOR, NOW, TODAY.replace(day=1).isoformat())
    return [session.cohort for session, _ in found.dates]


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


def test_a_meeting_of_a_closed_cohort_is_no_event_and_stands_on_no_page(database: Database) -> None:
    rosa, juan = people(database, 2)
    with database.writing() as conn:
        for id, who in (("open", rosa), ("closed", juan)):
            cohort = Cohort(id=id, name=id, course="coffee-nursery", starts_on=TODAY)
            cohorts.add_cohort(conn, OPERATOR, cohort, NOW)
            conn.execute(insert(cohort_members), {"cohort": id, "learner": who, "joined_at": NOW})
            cohorts.add_session(conn, OPERATOR, cohort, NOW + timedelta(hours=1), "", "")
    schedule = Schedule(event="session", offset=1)
    tomorrow = TODAY + timedelta(days=1)
    assert sorted(reached(database, tomorrow, schedule)) == [rosa, juan]
    assert dates(database) == ["open", "closed"]
    with database.writing() as conn:
        cohorts.close_cohort(conn, OPERATOR, "closed", NOW)
    assert reached(database, tomorrow, schedule) == [rosa]
    assert dates(database) == ["open"]
