"""Send: in order, again when it makes sense, never twice blindly."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from authoring.shelf import Shelf
from bot.messages import Refusal, SendFailed, Sent, Status
from messaging.answering import answer_round
from messaging.sending import LEASE, reconcile, send_round
from store import outbox as outbox_queries
from store.database import Database
from store.tables import outbox, threads
from tests.houses import JUAN, ROSA, Clock, Phone, build, say, settle, written

NETWORK = SendFailed(Refusal.UNAVAILABLE)
TIMEOUT = SendFailed(Refusal.UNCERTAIN, ambiguous=True)


def states(database: Database) -> list[str]:
    with database.reading() as conn:
        return list(conn.execute(select(outbox.c.state).order_by(outbox.c.id)).scalars())


async def test_after_a_failure_that_may_pass_the_later_messages_wait_behind_it(
    database: Database, shelf: Shelf
) -> None:
    phone, clock = Phone(), Clock()
    house = build(database, shelf, [phone], clock)
    await say(house, "VIVERO", "SI")
    said = len(phone.said)
    phone.faults = [NETWORK]
    await say(house, "Rosa", first=3)  # three messages: a welcome, the card, the question
    assert phone.said[said:] == []

    clock.wait(seconds=3)
    await settle(house)

    texts = [each.content.text for each in phone.said[said:]]
    assert [text[:8] for text in texts] == ["¡Empezam", "Elija un", "1. ¿Qué "]


async def test_a_provider_that_says_wait_rests_the_whole_sender(database: Database, shelf: Shelf) -> None:
    phone, clock = Phone(), Clock()
    house = build(database, shelf, [phone], clock)
    phone.faults = [SendFailed(Refusal.RATE_LIMITED, retry_after=35)]
    await say(house, "VIVERO")
    await say(house, "VIVERO", first=2, address=JUAN)
    clock.wait(seconds=34)
    await settle(house)
    assert phone.said == []

    clock.wait(seconds=2)
    await settle(house)
    assert {each.address for each in phone.said} == {ROSA, JUAN}


async def test_a_blocked_phone_closes_the_thread_and_what_waits_is_cancelled(database: Database, shelf: Shelf) -> None:
    phone = Phone()
    house = build(database, shelf, [phone], Clock())
    await say(house, "VIVERO", "SI")
    phone.faults = [SendFailed(Refusal.BLOCKED, permanent=True)]
    await say(house, "Rosa", first=3)

    with database.reading() as conn:
        assert conn.execute(select(threads.c.state)).scalar_one() == "blocked"
    assert set(states(database)[2:]) <= {"failed", "cancelled"}


async def test_an_unknown_outcome_is_looked_up_where_the_provider_can_be_asked(
    database: Database, shelf: Shelf
) -> None:
    phone, clock = Phone(asks=True), Clock()
    house = build(database, shelf, [phone], clock)
    phone.faults = [TIMEOUT]
    await say(house, "VIVERO")
    assert states(database) == [Status.UNKNOWN]

    await reconcile(house.post)
    assert states(database) == [Status.UNKNOWN], "asked before the provider could know"
    with database.reading() as conn:
        row = conn.execute(select(outbox.c.id)).scalar_one()
    phone.found = {row: Sent(provider_id="SM" + "f" * 32, segments=1)}
    clock.wait(seconds=61)
    await reconcile(house.post)
    await settle(house)

    assert states(database) == [Status.SENT]
    assert phone.said == [], "said again although the provider had it"


async def test_an_unknown_outcome_that_the_provider_does_not_know_is_said_again(
    database: Database, shelf: Shelf
) -> None:
    phone, clock = Phone(asks=True), Clock()
    house = build(database, shelf, [phone], clock)
    phone.faults = [TIMEOUT]
    await say(house, "VIVERO")
    clock.wait(seconds=61)
    await reconcile(house.post)
    await settle(house)

    assert states(database) == [Status.SENT]
    assert len(phone.said) == 1


async def test_where_nobody_can_be_asked_it_is_repeated_once_after_a_minute_and_marked(
    database: Database, shelf: Shelf
) -> None:
    phone, clock = Phone(name="telegram:110201543"), Clock()
    house = build(database, shelf, [phone], clock)
    phone.faults = [TIMEOUT, TIMEOUT]
    await house.receiver.receive(written("VIVERO", 1, sender=phone.name))
    await settle(house)
    clock.wait(seconds=59)
    await reconcile(house.post)
    assert states(database) == [Status.UNKNOWN]

    clock.wait(seconds=2)
    await reconcile(house.post)
    await settle(house)
    with database.reading() as conn:
        assert conn.execute(select(outbox.c.possible_duplicate)).scalar_one()
    for _ in range(3):
        clock.wait(minutes=5)
        await reconcile(house.post)
        await settle(house)

    assert phone.faults == [], "it was not repeated"
    assert phone.said == [], "it was said a third time"


async def test_a_worker_that_died_while_sending_leaves_an_unknown_outcome_never_a_second_message(
    database: Database, shelf: Shelf
) -> None:
    phone, clock = Phone(asks=True), Clock()
    house = build(database, shelf, [phone], clock)
    await house.receiver.receive(written("VIVERO", 1))
    await database.run(lambda: answer_round(house.desk))
    with database.writing() as conn:
        dead = outbox_queries.claim(conn, clock(), "dead", 10, LEASE, None)
    phone.found = {dead[0].id: Sent(provider_id="SM" + "e" * 32)}

    assert await send_round(house.post) == 0, "somebody else's claim was taken"
    clock.wait(seconds=LEASE.total_seconds() + 1)
    await reconcile(house.post, timedelta(0))
    await settle(house)

    assert states(database) == [Status.SENT]
    assert phone.said == []


async def test_nothing_leaves_for_one_who_has_stopped_even_if_it_was_queued_before(
    database: Database, shelf: Shelf
) -> None:
    phone, clock = Phone(), Clock()
    house = build(database, shelf, [phone], clock)
    await say(house, "VIVERO", "SI", "Rosa")
    said = len(phone.said)
    clock.wait(hours=25)
    await database.run(lambda: answer_round(house.desk))  # the reminder is queued
    await house.receiver.receive(written("BAJA", 30))
    await settle(house)

    assert [each.kind for each in phone.said[said:]] == ["confirmation"]
