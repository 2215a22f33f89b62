"""Keep: nothing is acknowledged before it is a row, and a repeat is the same row."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
import time
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from msgspec import structs
from sqlalchemy import func, select

from authoring.shelf import Shelf
from bot.messages import Inbound
from messaging.receiving import Receiver
from store.database import Database
from store.errors import StoreError, Unavailable
from store.tables import inbox
from tests.houses import JUAN, Clock, Phone, build, say, settle, written


def rows(database: Database) -> int:
    with database.reading() as conn:
        return conn.execute(select(func.count()).select_from(inbox)).scalar_one()


async def test_twenty_repeats_at_once_are_one_message_and_one_reply(database: Database, shelf: Shelf) -> None:
    phone = Phone()
    house = build(database, shelf, [phone], Clock())

    await asyncio.gather(*(house.receiver.receive(written("VIVERO", 1)) for _ in range(20)))
    await settle(house)
    await asyncio.gather(*(house.receiver.receive(written("VIVERO", 1)) for _ in range(20)))
    await settle(house)

    assert rows(database) == 1
    assert len(phone.texts()) == 1


async def test_requests_that_arrive_together_share_a_commit_and_all_are_kept(sqlite: Database) -> None:
    rung = 0

    def ring() -> None:
        nonlocal rung
        rung += 1

    receiver = Receiver(sqlite, Clock(), ring)
    await asyncio.gather(*(receiver.receive(written("hola", number)) for number in range(200)))

    assert rows(sqlite) == 200
    assert 1 <= rung < 20, "two hundred messages took nearly as many commits"


async def test_those_who_write_again_and_again_come_together_and_stay_so(sqlite: Database) -> None:
    """Two halves, of which each comes while the other is being kept, join: a commit for half of them costs as much."""
    sizes: list[int] = []

    def answer(heard: Sequence[Inbound]) -> int:
        sizes.append(len(heard))
        return 0

    receiver = Receiver(sqlite, Clock(), lambda: None, answer=answer)

    async def talks(who: int) -> None:
        for number in range(12):
            await receiver.receive(written("hola", 100 * who + number))

    half = [asyncio.create_task(talks(who)) for who in range(16)]
    while not sizes:
        await asyncio.sleep(0)
    await asyncio.gather(*half, *(talks(who) for who in range(16, 32)))

    assert sum(sizes) == 32 * 12
    assert sizes[3:11] == [32] * 8


async def test_one_poisoned_row_hurts_nobody_else(sqlite: Database) -> None:
    receiver = Receiver(sqlite, Clock(), lambda: None)
    poisoned = written("x", 2, address=JUAN)
    poisoned = structs.replace(poisoned, text=object())  # what no database can hold

    outcomes = await asyncio.gather(
        *(receiver.receive(each) for each in (written("uno", 1), poisoned, written("tres", 3))),
        return_exceptions=True,
    )

    assert [type(outcome) for outcome in outcomes] == [type(None), StoreError, type(None)]
    assert rows(sqlite) == 2


async def test_what_could_not_be_kept_is_not_acknowledged_and_can_come_again(sqlite: Database) -> None:
    receiver = Receiver(sqlite, Clock(), lambda: None)
    other = sqlite3.connect(str(sqlite.path))
    other.execute("ALTER TABLE inbox RENAME TO away")
    other.commit()

    with pytest.raises(StoreError):
        await receiver.receive(written("hola", 1))
    other.execute("ALTER TABLE away RENAME TO inbox")
    other.commit()
    other.close()
    await receiver.receive(written("hola", 1))

    assert rows(sqlite) == 1


async def test_two_quick_messages_of_one_learner_are_answered_in_order(database: Database, shelf: Shelf) -> None:
    phone = Phone()
    house = build(database, shelf, [phone], Clock())
    await say(house, "VIVERO", "SI")
    quick: list[Inbound] = [written("Rosa", 10), written("B", 11), written("A", 12)]
    for each in quick:
        await house.receiver.receive(each)

    await settle(house)

    said = " | ".join(phone.texts()[2:])
    assert said.index("Empezamos, Rosa") < said.index("Elija una planta") < said.index("La sana da buena semilla")
    assert said.index("La sana") < said.index("Del medio de la planta")


async def test_a_database_that_hangs_keeps_no_provider_waiting_and_the_repeat_is_known(sqlite: Database) -> None:
    free = threading.Event()
    proper = sqlite.do

    def hanging(work: Callable[[], Any]) -> Any:
        free.wait(20)
        return proper(work)

    sqlite.do = hanging  # type: ignore[method-assign]
    receiver = Receiver(sqlite, sqlite.now, lambda: None, patience=0.05)
    began = time.monotonic()
    with pytest.raises(Unavailable):
        await receiver.receive(written("VIVERO", 1))
    assert time.monotonic() - began < 10  # of the twenty for which it hangs
    free.set()
    patient = Receiver(sqlite, sqlite.now, lambda: None, patience=20)
    await patient.receive(written("VIVERO", 1))

    assert rows(sqlite) == 1


async def test_a_database_that_is_only_busy_refuses_nobody(sqlite: Database) -> None:
    free, proper = threading.Event(), sqlite.do

    def busy(work: Callable[[], Any]) -> Any:
        free.wait(20)
        return proper(work)

    sqlite.do = busy  # type: ignore[method-assign]
    receiver = Receiver(sqlite, sqlite.now, lambda: None, patience=0.05, busy=lambda: True)
    threading.Timer(0.3, free.set).start()
    await receiver.receive(written("VIVERO", 1))
    assert rows(sqlite) == 1
