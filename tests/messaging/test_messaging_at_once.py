"""What comes in is kept and answered with one commit; what cannot be, is kept and answered afterwards."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Sequence

import pytest
from sqlalchemy import select

from authoring.shelf import Shelf
from bot.messages import Address
from messaging import answering, at_once
from messaging.answering import answer_round
from messaging.working import Bell, answer_until
from store import turns
from store.database import Database
from store.errors import StoreError
from store.tables import inbox, outbox, threads
from tests.houses import JUAN, ROSA, Clock, Phone, build, say, settle, written

ANA = Address(scheme="tel", identity="+51900000003")


def states(database: Database) -> list[str]:
    with database.reading() as conn:
        return list(conn.execute(select(inbox.c.state).order_by(inbox.c.id)).scalars())


def replies(database: Database, address: Address = ROSA) -> int:
    with database.reading() as conn:
        return len(list(conn.execute(select(outbox.c.id).where(outbox.c.address == str(address)))))


async def test_when_a_message_is_acknowledged_its_reply_waits_in_the_outbox(sqlite: Database, shelf: Shelf) -> None:
    house = build(sqlite, shelf, [Phone()], Clock())

    await asyncio.gather(
        *(house.receiver.receive(written("VIVERO", n, address=who)) for n, who in enumerate((ROSA, JUAN)))
    )

    assert states(sqlite) == ["answered", "answered"]
    assert replies(sqlite, ROSA) == replies(sqlite, JUAN) == 1
    assert not house.desk.database.do(lambda: answer_round(house.desk)), "something was left to be answered again"


async def test_the_second_of_two_quick_messages_waits_for_the_first(sqlite: Database, shelf: Shelf) -> None:
    house = build(sqlite, shelf, [Phone()], Clock())

    await asyncio.gather(*(house.receiver.receive(written(text, n)) for n, text in enumerate(("VIVERO", "SI"))))

    assert states(sqlite) == ["answered", "new"]
    await house.receiver.receive(written("Rosa", 3))
    assert states(sqlite) == ["answered", "new", "new"], "the third was answered before the second"


async def test_a_repeat_among_many_is_one_row_and_the_others_are_answered(
    sqlite: Database, shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    phone = Phone()
    house = build(sqlite, shelf, [phone], Clock())
    await house.receiver.receive(written("VIVERO", 1))

    def in_vain(*_: object) -> None:
        pytest.fail("turns are decided that cannot be written")

    monkeypatch.setattr(at_once, "decided_on", in_vain)
    await asyncio.gather(
        house.receiver.receive(written("VIVERO", 1)), house.receiver.receive(written("VIVERO", 2, address=JUAN))
    )
    await settle(house)

    assert states(sqlite) == ["answered", "answered"]
    assert len(phone.texts(ROSA)) == len(phone.texts(JUAN)) == 1


async def test_a_turn_that_raises_leaves_its_message_waiting_and_the_others_are_answered(
    sqlite: Database, shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    house = build(sqlite, shelf, [Phone()], Clock())
    real = answering.step

    def stumbles(conversation: object, event: object, record: object, *rest: object) -> object:
        if record.address == JUAN:  # type: ignore[attr-defined]
            raise ArithmeticError
        return real(conversation, event, record, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(answering, "step", stumbles)
    people = (ROSA, JUAN, ANA)
    await asyncio.gather(*(house.receiver.receive(written("VIVERO", n, address=who)) for n, who in enumerate(people)))

    assert states(sqlite) == ["answered", "new", "answered"]


async def test_a_turn_that_cannot_be_written_costs_nobody_a_message(
    sqlite: Database, shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    phone = Phone()
    house = build(sqlite, shelf, [phone], Clock())
    real = turns.write

    def refuses(conn: object, now: object, decided: Sequence[turns.Answering], **more: object) -> set[int]:
        if any(each.address == JUAN for each in decided):
            raise StoreError("no room for Juan")
        return real(conn, now, decided, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(turns, "write", refuses)
    await asyncio.gather(
        *(house.receiver.receive(written("VIVERO", n, address=who)) for n, who in enumerate((ROSA, JUAN, ANA)))
    )
    assert states(sqlite) == ["new", "new", "new"]
    await settle(house)

    assert states(sqlite) == ["answered", "new", "answered"]
    monkeypatch.setattr(turns, "write", real)
    house.desk.clock.wait(hours=1)  # type: ignore[attr-defined]
    await settle(house)
    assert len(phone.texts(ROSA)) == len(phone.texts(JUAN)) == len(phone.texts(ANA)) == 1


async def test_what_is_remembered_of_a_thread_that_has_moved_since_answers_nobody(
    sqlite: Database, shelf: Shelf
) -> None:
    phone = Phone()
    house = build(sqlite, shelf, [phone], Clock())
    await say(house, "VIVERO", "SI", "Rosa")
    with sqlite.writing() as conn:
        conn.execute(threads.update().values(version=threads.c.version + 5))

    said = len(phone.texts())
    await house.receiver.receive(written("B", 20))
    assert states(sqlite)[-1] == "new"
    await settle(house)
    assert [text.startswith("¡Correcto!") for text in phone.texts()[said:]] == [True, False]


async def test_a_database_that_takes_nothing_acknowledges_nothing(sqlite: Database, shelf: Shelf) -> None:
    house = build(sqlite, shelf, [Phone()], Clock())
    with sqlite.writing() as conn:
        conn.exec_driver_sql("ALTER TABLE inbox RENAME TO away")
    with pytest.raises(StoreError):
        await house.receiver.receive(written("VIVERO", 1))
    with sqlite.writing() as conn:
        conn.exec_driver_sql("ALTER TABLE away RENAME TO inbox")
    await house.receiver.receive(written("VIVERO", 1))
    assert states(sqlite) == ["answered"]


async def test_many_that_come_together_are_answered_with_few_commits(
    sqlite: Database, shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    house = build(sqlite, shelf, [Phone()], Clock())
    sizes: list[int] = []
    real = at_once.decided_on

    def counted(desk: object, conn: object, events: Sequence[object], now: object) -> object:
        sizes.append(len(events))
        return real(desk, conn, events, now)  # type: ignore[arg-type]

    monkeypatch.setattr(at_once, "decided_on", counted)
    people = [Address(scheme="tel", identity=f"+5190000{n:04d}") for n in range(100)]
    await asyncio.gather(*(house.receiver.receive(written("VIVERO", n, address=who)) for n, who in enumerate(people)))

    assert sum(sizes) == 100
    assert len(sizes) <= 3
    assert set(states(sqlite)) == {"answered"}


async def test_what_cannot_be_remembered_was_written_all_the_same(
    sqlite: Database, shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    house = build(sqlite, shelf, [Phone()], Clock())

    def overflows(*_: object) -> None:
        raise OverflowError

    monkeypatch.setattr(house.desk.memory, "keep", overflows)
    await house.receiver.receive(written("VIVERO", 1))
    assert states(sqlite) == ["answered"]


async def test_what_is_remembered_and_cannot_be_read_is_read_from_the_tables(sqlite: Database, shelf: Shelf) -> None:
    phone = Phone()
    house = build(sqlite, shelf, [phone], Clock())
    await say(house, "VIVERO", "SI", "Rosa")
    memory = house.desk.memory
    assert memory
    memory._known[ROSA] = memory._known[ROSA]._replace(held=b"\x81\xa5state\x01")
    said = len(phone.texts())
    await say(house, "A", first=20)
    assert states(sqlite)[-1] == "answered"
    assert phone.texts()[said:]


async def test_the_loop_that_answers_what_is_left_decides_in_the_thread_that_writes(
    sqlite: Database, shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Otherwise what is answered as it comes in could move what is just being decided from what was."""
    house = build(sqlite, shelf, [Phone()], Clock(), at_once=False)
    await house.receiver.receive(written("VIVERO", 1))
    threads_seen: list[str] = []
    real, stop, bell = answering.decided_on, asyncio.Event(), Bell()

    def noted(*given: object) -> object:
        threads_seen.append(threading.current_thread().name)
        return real(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(answering, "decided_on", noted)
    loop = asyncio.create_task(answer_until(stop, house.desk, bell, stop.set))
    async with asyncio.timeout(60):
        await stop.wait()
    bell.ring()
    await loop
    assert [name.rstrip("_0") for name in threads_seen] == ["store-write"]
