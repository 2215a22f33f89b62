"""What is owed before there is a sender waits for one."""

from __future__ import annotations

from datetime import date
from random import Random

from authoring.shelf import Shelf
from bot.cooperating.members import Member
from bot.cooperating.organisations import Cohort, Cooperative
from bot.people import OPERATOR
from store import cohorts, dues, importing, organisations
from store.database import Database
from store.importing import Arrival
from tests.houses import Clock, Phone, build, settle

COHORT = Cohort(id="jaen", name="Jaén", course="coffee-nursery", cooperative="norte", starts_on=date(2026, 11, 23))


async def test_who_was_brought_in_before_there_was_a_sender_is_invited_by_the_first(
    database: Database, shelf: Shelf
) -> None:
    clock = Clock()
    nobody = build(database, shelf, [], clock)
    member = Member(line=2, phone="+51900000001", country="PE", name="Rosa")
    with database.writing() as conn:
        organisations.add_cooperative(conn, OPERATOR, Cooperative(id="norte", name="Norte"), clock())
        cohorts.add_cohort(conn, OPERATOR, COHORT, clock())
        came = [Arrival(member=member, cooperative="norte")]
        importing.take_in(conn, OPERATOR, came, b"a key", clock(), Random(3), cohort=COHORT, version="v1")
    clock.wait(days=1)
    await settle(nobody)
    with database.reading() as conn:
        assert dues.waiting(conn, clock(), 10) == [], "it is looked at again and again"

    phone = Phone()
    house = build(database, shelf, [phone], clock)
    clock.wait(hours=2)
    await settle(house)
    assert len(phone.said) == 1
