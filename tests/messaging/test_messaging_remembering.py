"""What answering remembers of a thread is what the tables hold, after every message."""

from __future__ import annotations

from pathlib import Path

import pytest

from authoring.shelf import Shelf
from bot.messages import Address
from bot.people import SELF
from messaging.remembering import Memory
from store import records
from store.database import Database
from tests.houses import JUAN, ROSA, Clock, Phone, build, say
from tests.transcripts.playing import HERE, head

TALKS = sorted(path for path in HERE.glob("*.txt") if head(path.read_text()).get("channel", "sms") == "sms")


def lines(path: Path) -> list[str]:
    return [line.removeprefix(">").strip() for line in path.read_text().splitlines() if line.startswith((">", "@wait"))]


@pytest.mark.parametrize("path", TALKS, ids=lambda path: path.stem)
async def test_it_knows_after_every_message_what_the_tables_hold(path: Path, sqlite: Database, shelf: Shelf) -> None:
    clock = Clock()
    house = build(sqlite, shelf, [Phone()], clock)
    memory = house.desk.memory
    assert isinstance(memory, Memory)
    remembered = 0
    for number, text in enumerate(lines(path), 1):
        if text.startswith("@wait"):
            clock.wait(hours=30)
            continue
        await say(house, text, first=number)
        clock.wait(seconds=20)
        known = memory.recall(ROSA, "twilio:+15005550006", house.desk.policy)
        if known:
            remembered += 1
            assert known == held(sqlite, house.desk.policy, ROSA)
    assert remembered, "it never remembered anything"


def held(database: Database, policy: object, address: Address) -> object:
    with database.reading() as conn:
        sender = {address: "twilio:+15005550006"}
        return records.load(conn, SELF, sender, policy)[address]  # type: ignore[arg-type]


async def test_what_she_does_on_one_phone_is_known_on_her_other_one(sqlite: Database, shelf: Shelf) -> None:
    phone = Phone()
    house = build(sqlite, shelf, [phone], Clock())
    await say(house, "VIVERO", "SI", "Rosa", "B")
    with sqlite.writing() as conn:
        conn.exec_driver_sql(
            "INSERT INTO thread_learners (address, learner) SELECT ?, learner FROM thread_learners", (str(JUAN),)
        )
    await say(house, "ESTADO", "1", first=20, address=JUAN)
    assert "lecciones leídas 0/2" in phone.texts(JUAN)[-1]
    assert house.desk.memory
    assert house.desk.memory.recall(JUAN, phone.name, house.desk.policy), (
        "nothing was remembered, so nothing can be stale"
    )

    await say(house, "A", first=30)
    await say(house, "ESTADO", first=40, address=JUAN)

    assert "lecciones leídas 1/2" in phone.texts(JUAN)[-1]


def test_it_forgets_the_longest_unused_and_stays_small() -> None:
    from bot.conversation import Conversation
    from bot.people import Learner
    from bot.record import Policy, Record
    from bot.turn import Turn
    from store.turns import Answering

    places = [Address(scheme="tel", identity=f"+5190000000{number}") for number in range(5)]

    def left_on(number: int) -> Answering:
        learner = Learner(id=str(number), created_at=Clock().now)
        record = Record(address=places[number], sender="s", learners=(learner,))
        turn = Turn(conversation=Conversation(), record=record)
        return Answering(address=places[number], sender="s", version=1, turn=turn)

    one = Memory()
    one.keep([left_on(0)], [])
    memory = Memory(most=3 * one._held)
    for number in range(5):
        memory.keep([left_on(number), left_on(number)], [])

    assert [bool(memory.recall(place, "s", Policy())) for place in places] == [False, False, True, True, True]
    assert memory.recall(places[4], "another sender", Policy()) is None
    assert len(memory._threads) == 3
    memory.keep([], [left_on(number) for number in range(5)])
    assert memory._held == 0
