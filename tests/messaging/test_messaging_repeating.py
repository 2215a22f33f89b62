"""A reply that comes twice while the answer to it waits to leave is graded once; once she has read that, it counts."""

from __future__ import annotations

from sqlalchemy import select

from authoring.shelf import Shelf
from store.database import Database
from store.tables import answers, outbox
from tests.houses import Clock, House, Phone, build, settle, written


def graded(house: House) -> list[bool]:
    with house.desk.database.reading() as conn:
        return [bool(each) for each in conn.execute(select(answers.c.right).order_by(answers.c.id)).scalars()]


async def joined(house: House) -> None:
    for n, text in enumerate(("VIVERO", "SI", "Rosa")):
        await house.receiver.receive(written(text, n))
        await settle(house)


async def test_a_reply_sent_twice_before_its_answer_left_is_graded_once(sqlite: Database, shelf: Shelf) -> None:
    clock = Clock()
    house = build(sqlite, shelf, [Phone()], clock)
    await joined(house)

    for n in (10, 11, 12):  # the network brings it three times, and our phone is busy
        clock.wait(seconds=3)
        await house.receiver.receive(written("B", n, at=clock()))
    assert graded(house) == [True]

    await settle(house)
    clock.wait(seconds=3)
    await house.receiver.receive(written("B", 13, at=clock()))
    assert graded(house) == [True, False]


async def test_another_reply_is_answered_in_turn_though_nothing_has_left(sqlite: Database, shelf: Shelf) -> None:
    clock = Clock()
    house = build(sqlite, shelf, [Phone()], clock)
    await joined(house)

    for n, text in ((10, "B"), (11, "A")):
        clock.wait(seconds=3)
        await house.receiver.receive(written(text, n, at=clock()))
    assert graded(house) == [True, True]
    with sqlite.reading() as conn:
        assert "queued" in set(conn.execute(select(outbox.c.state)).scalars())
