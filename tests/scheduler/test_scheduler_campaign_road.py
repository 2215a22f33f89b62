"""The whole road of a campaign: planned, spread, answered and sent, and stopped where it stands."""

from __future__ import annotations

from datetime import timedelta

from authoring.shelf import Shelf
from bot.delivering.campaigns import State
from cli.wiring import House
from scheduler.campaigns import Planner, tick
from store import campaigns
from store.database import Database
from tests.houses import Clock, Phone, build, settle
from tests.store.planned import make, people
from tests.store.rows import rows

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
        found, progress = campaigns.get(conn, "c1"), campaigns.progress(conn, "c1")
    assert found is not None
    assert found.state is State.FINISHED
    assert (progress.planned, progress.waiting, progress.sent) == (7, 0, 7)


async def test_what_is_paused_half_way_goes_on_from_there(database: Database, shelf: Shelf) -> None:
    house, phone, clock, planner = town(database, shelf)
    people(database, 4, heard_at=clock.now - timedelta(days=3))
    make(database, texts=({"es": "Hola"},), now=clock.now)
    await tick(planner)
    with database.writing() as conn:
        assert campaigns.move(conn, "c1", State.PAUSED, actor="luz", now=clock.now)
    await settle(house)
    clock.wait(minutes=30)
    await settle(house)
    assert phone.said == []
    with database.writing() as conn:
        assert campaigns.move(conn, "c1", State.RUNNING, actor="luz", now=clock.now)
    await settle(house)
    assert len(phone.said) == 4
    assert rows(database, "SELECT count(*) FROM dues") == [(0,)]
