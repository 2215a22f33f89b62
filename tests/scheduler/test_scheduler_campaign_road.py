"""The whole road of a campaign: planned, spread, answered and sent, and stopped where it stands."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from sqlalchemy import insert

from authoring.shelf import Shelf
from bot.delivering.campaigns import Kind, Schedule, State
from bot.people import OPERATOR
from cli.wiring import House
from messaging.answering import answer_round
from scheduler.campaigns import Planner, tick
from store import campaigns, holding, progressing
from store.database import Database
from store.organisation_tables import cohort_members, cohorts
from tests.changing import replace
from tests.houses import Clock, Phone, build, settle
from tests.store.planned import make, people
from tests.store.rows import NOW, rows

CHANNEL = "twilio:+1"


def town(database: Database, shelf: Shelf) -> tuple[House, Phone, Clock, Planner]:
    clock, phone = Clock(), Phone(name=CHANNEL)
    house = build(database, shelf, [phone], clock)
    return house, phone, clock, Planner(database=database, clock=clock, capacity=100.0, catalogue=shelf)


async def test_a_notice_reaches_each_phone_once_and_then_it_is_finished(database: Database, shelf: Shelf) -> None:
    house, phone, clock, planner = town(database, shelf)
    people(database, 7, heard_at=clock.now - timedelta(days=3))
    make(database, texts=({"es": "Asamblea el domingo a las 9."},), now=clock.now)
    assert await tick(planner) == 7
    await settle(house)
    assert len({each.address for each in phone.said}) == len(phone.said) == 7
    assert "Asamblea el domingo a las 9." in phone.said[0].content.text
    clock.wait(minutes=11)
    await tick(planner)
    with database.reading() as conn:
        found, progress = campaigns.get(conn, OPERATOR, "c1"), progressing.progress(conn, OPERATOR, "c1")
    assert found is not None
    assert found.state is State.FINISHED
    assert (progress.planned, progress.waiting, progress.sent) == (7, 0, 7)


async def test_what_is_paused_half_way_goes_on_from_there(database: Database, shelf: Shelf) -> None:
    house, phone, clock, planner = town(database, shelf)
    people(database, 4, heard_at=clock.now - timedelta(days=3))
    make(database, texts=({"es": "Hola"},), now=clock.now)
    await tick(planner)
    with database.writing() as conn:
        assert campaigns.move(conn, OPERATOR, "c1", State.PAUSED, actor="luz", now=clock.now)
    await settle(house)
    clock.wait(minutes=30)
    await settle(house)
    assert phone.said == []
    with database.writing() as conn:
        assert campaigns.move(conn, OPERATOR, "c1", State.RUNNING, actor="luz", now=clock.now)
    await settle(house)
    assert len(phone.said) == 4
    assert rows(database, "SELECT count(*) FROM dues") == [(0,)]


def cohort_of(database: Database, ids: list[str]) -> None:
    with database.writing() as conn:
        given = {
            "id": "k1",
            "name": "Jaén",
            "course": "vivero",
            "days": "mon,tue,wed,thu,fri",
            "starts_on": "2026-03-01",
        }  # a Sunday
        conn.execute(insert(cohorts), {**given, "hour": 10, "created_at": NOW})
        conn.execute(insert(cohort_members), [{"cohort": "k1", "learner": id, "joined_at": NOW} for id in ids])


async def test_a_drip_counts_its_lessons_and_stops_where_its_money_ends(database: Database, shelf: Shelf) -> None:
    house, phone, clock, planner = town(database, shelf)
    house.desk.policy = replace(house.desk.policy, prices={CHANNEL: Decimal("0.05")})
    cohort_of(database, people(database, 3, course="vivero", heard_at=clock.now - timedelta(days=3)))
    drip = Schedule(cohort="k1")
    clock.wait(minutes=-30)
    make(database, kind=Kind.DRIP, texts=(), schedule=drip, budget=Decimal("0.25"), now=clock.now)
    clock.wait(minutes=31)
    await tick(planner)

    await settle(house)

    assert len(phone.said) == 4, "two learners, two messages each: a third would be over what there is"
    with database.reading() as conn:
        progress, spent = progressing.progress(conn, OPERATOR, "c1"), progressing.spent(conn, OPERATOR, "c1", clock.now)
        told = [act.act for act in campaigns.acts(conn, OPERATOR, "c1")]
        missed = holding.missed(conn, OPERATOR, "c1")
    assert (progress.planned, progress.waiting, progress.sent) == (3, 0, 4)
    assert spent.money == Decimal("0.20")
    assert told == ["created", "held"]
    assert missed == {"money": 1}


async def test_a_lesson_that_waits_is_held_with_its_drip(database: Database, shelf: Shelf) -> None:
    house, phone, clock, planner = town(database, shelf)
    cohort_of(database, people(database, 1, course="vivero", heard_at=clock.now - timedelta(days=3)))
    clock.wait(minutes=-30)
    make(database, kind=Kind.DRIP, texts=(), schedule=Schedule(cohort="k1"), now=clock.now)
    clock.wait(minutes=31)
    await tick(planner)
    answer_round(house.desk)
    with database.writing() as conn:
        assert campaigns.move(conn, OPERATOR, "c1", State.CANCELLED, actor="luz", now=clock.now)

    await settle(house)

    assert phone.said == []
