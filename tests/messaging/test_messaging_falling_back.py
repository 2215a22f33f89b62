"""What one sender cannot carry goes by another, what died with a process is asked about, and what is too old ends."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import pytest

from authoring.shelf import Shelf
from bot.delivering.retrying import too_old
from bot.messages import Capabilities, Refusal, SendFailed
from messaging.answering import answer_round
from messaging.reconciling import lapse_all
from messaging.sending import LEASE, reconcile, send_round
from store import outbox
from store.database import Database
from tests.houses import Clock, Phone, build, say, settle, written
from tests.store.rows import NOW, phone, rows, said, turn

TWILIO, SIM = "twilio:+15005550006", "android:claro"


@dataclass
class Mute(Phone):
    """A sender to which nobody can reply."""

    name: str = "http:bulk"

    @property
    def capabilities(self) -> Capabilities:
        return Capabilities(two_way=False)


@dataclass
class Knowing(Phone):
    """A gateway that takes our ids: what it has, it says no second time."""

    @property
    def capabilities(self) -> Capabilities:
        return Capabilities(client_ids=True)


async def test_what_fails_for_a_senders_settings_goes_by_another_one(database: Database, shelf: Shelf) -> None:
    twilio, sim = Phone(), Phone(name=SIM)
    house = build(database, shelf, [twilio, sim], Clock())
    twilio.faults = [SendFailed(Refusal.SETTINGS, code="21606")]
    await say(house, "VIVERO")
    assert twilio.said == []
    assert [each.sender for each in sim.said] == [SIM]
    assert rows(database, "SELECT state, sender FROM outbox") == [("sent", SIM)]


async def test_what_waits_for_a_sender_that_is_out_for_long_is_moved_and_counted(
    database: Database, shelf: Shelf
) -> None:
    twilio, sim, clock = Phone(), Phone(name=SIM), Clock()
    house = build(database, shelf, [twilio, sim], clock)
    await house.receiver.receive(written("VIVERO", 1))
    await database.run(lambda: answer_round(house.desk))
    house.post.resting[TWILIO] = clock() + timedelta(minutes=4)
    await settle(house)
    assert sim.said == [], "it is back in four minutes"
    house.post.resting[TWILIO] = clock() + timedelta(minutes=6)
    await settle(house)
    assert len(sim.said) == 1
    assert rows(database, "SELECT sum(n) FROM counters WHERE name = 'outbox sent by another sender'")[0][0] == 1


async def test_a_sender_that_cannot_hear_takes_only_what_asks_for_nothing(database: Database, shelf: Shelf) -> None:
    twilio, mute, clock = Phone(), Mute(), Clock()
    house = build(database, shelf, [twilio, mute], clock)
    turn(database, phone(1), said("Hola", kind="notice"), said("¿A o B?", kind="question"), now=clock())
    house.post.resting[rows(database, "SELECT sender FROM outbox")[0][0]] = clock() + timedelta(hours=1)
    house.post.resting[TWILIO] = clock() + timedelta(hours=1)
    with database.writing() as conn:
        moved = outbox.move(conn, rows(database, "SELECT sender FROM outbox")[0][0], mute.name, ["notice"])
    assert moved == 1
    await settle(house)
    assert [each.kind for each in mute.said] == ["notice"]


def test_what_may_have_left_already_stays_where_it_can_be_asked_about(database: Database) -> None:
    turn(database, phone(1), said("a"))
    turn(database, phone(2), said("b"))
    with database.writing() as conn:
        (sender,) = {row.sender for row in outbox.claim(conn, NOW, "t1", 1, LEASE, None)}
        assert outbox.move(conn, sender, SIM) == 1
    assert rows(database, "SELECT state, sender FROM outbox ORDER BY id") == [("sending", sender), ("queued", SIM)]


async def test_what_the_last_process_had_in_its_hands_is_doubtful_at_once_where_it_was_the_only_one(
    database: Database, shelf: Shelf
) -> None:
    house = build(database, shelf, [Phone()], Clock())
    await house.receiver.receive(written("VIVERO", 1))
    await database.run(lambda: answer_round(house.desk))
    with database.writing() as conn:
        assert outbox.claim(conn, house.clock(), "dead", 10, LEASE, None)
    alone = database.dialect == "sqlite"
    assert await lapse_all(house.post) == int(alone)
    assert rows(database, "SELECT state FROM outbox") == [("unknown" if alone else "sending",)]


async def test_a_gateway_that_knows_our_ids_is_told_again_until_it_answers(database: Database, shelf: Shelf) -> None:
    gateway, clock = Knowing(), Clock()
    house = build(database, shelf, [gateway], clock)
    gateway.faults = [SendFailed(Refusal.UNCERTAIN, ambiguous=True)] * 3
    await say(house, "VIVERO")
    for _ in range(5):
        clock.wait(minutes=5)
        await reconcile(house.post)
        await settle(house)
    assert len({each.id for each in gateway.said}) == len(gateway.said) == 1
    assert rows(database, "SELECT state, attempt FROM outbox") == [("sent", 4)]


@pytest.mark.parametrize(
    ("kind", "hours", "over"),
    [
        ("reply", 47, False),
        ("reply", 49, True),
        ("reminder", 25, True),
        ("campaign", 71, False),
        ("campaign", 73, True),
    ],
)
def test_what_nobody_would_understand_any_more_is_given_up(kind: str, hours: int, over: bool) -> None:
    at = NOW + timedelta(hours=hours)
    assert too_old(kind, NOW, None, at) is over
    assert not too_old(kind, NOW, at + timedelta(seconds=1), at), "its own end counts where it has one"
    assert too_old(kind, NOW, at, at)


async def test_an_answer_whose_sender_rests_past_its_age_expires(database: Database, shelf: Shelf) -> None:
    twilio, clock = Phone(), Clock()
    house = build(database, shelf, [twilio], clock)
    twilio.faults = [SendFailed(Refusal.UNAVAILABLE, retry_after=3 * 86_400)]
    await say(house, "VIVERO")
    assert rows(database, "SELECT state FROM outbox") == [("expired",)]
    assert await send_round(house.post) == 0
