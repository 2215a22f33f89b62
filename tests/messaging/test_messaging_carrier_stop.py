"""A carrier's stop that we learn of from a refused message holds for a number from which nobody has joined as well."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from authoring.shelf import Shelf
from bot.messages import Receipt, Refusal, SendFailed, Status
from cli.wiring import House
from store.database import Database
from store.outbox import receive_receipt
from store.tables import consents, threads
from tests.houses import Clock, Phone, build, say

OPTED_OUT = SendFailed(Refusal.OPTED_OUT, permanent=True, code="21610")


def ledger(database: Database) -> list[tuple[bool, str]]:
    with database.reading() as conn:
        found = conn.execute(select(consents.c.granted, consents.c.method).order_by(consents.c.id))
        return [tuple(row) for row in found]


def state(database: Database) -> str:
    with database.reading() as conn:
        return str(conn.execute(select(threads.c.state)).scalar_one())


async def opted_out(house: House, phone: Phone, asking: str, *, later: bool) -> None:
    """The answer to this is refused with 21610, at once or by a receipt."""
    if not later:
        phone.faults = [OPTED_OUT]
    await say(house, asking)
    if later:
        receipt = Receipt(
            sender=phone.name,
            provider_id=f"SM{len(phone.said):032x}",
            status=Status.UNDELIVERED,
            error="21610",
            at=house.clock(),
        )
        with house.database.writing() as conn:
            receive_receipt(conn, [receipt], house.clock())


@pytest.mark.parametrize("later", [False, True])
@pytest.mark.parametrize(("asking", "answer"), [("VIVERO", "SI"), ("hola", "1"), ("POSTULAR", "SI")])
async def test_an_answer_to_what_was_asked_before_it_is_none(
    database: Database, shelf: Shelf, asking: str, answer: str, later: bool
) -> None:
    phone, clock = Phone(), Clock()
    house = build(database, shelf, [phone], clock)
    await opted_out(house, phone, asking, later=later)
    said = len(phone.said)
    clock.wait(seconds=5)
    await say(house, answer, "Rosa", "no se", first=2)

    assert len(phone.said) == said
    assert (state(database), ledger(database)) == ("stopped", [(False, "carrier")])


@pytest.mark.parametrize("back", [("ALTA", "1"), ("VIVERO",)])
async def test_her_own_word_brings_her_back(database: Database, shelf: Shelf, back: tuple[str, ...]) -> None:
    phone, clock = Phone(), Clock()
    house = build(database, shelf, [phone], clock)
    await opted_out(house, phone, "VIVERO", later=False)
    clock.wait(seconds=5)
    await say(house, *back, "SI", first=2)

    assert (state(database), ledger(database)[1:]) == ("open", [(True, "reply")])


async def test_a_yes_that_was_written_before_it_and_found_later_is_none(database: Database, shelf: Shelf) -> None:
    phone, clock = Phone(), Clock()
    house = build(database, shelf, [phone], clock)
    await opted_out(house, phone, "VIVERO", later=True)
    said, clock.now = len(phone.said), clock.now + timedelta(minutes=2)
    await say(house, "SI", first=2, sent=clock.now - timedelta(minutes=3))

    assert len(phone.said) == said
    assert ledger(database) == [(False, "carrier")]
