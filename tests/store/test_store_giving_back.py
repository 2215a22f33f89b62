"""What never left is not paid: its money comes back once, and what may have left stays paid."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import update

from bot.delivering.campaigns import State
from bot.messages import Status
from bot.people import OPERATOR
from bot.turn import Consented
from store import campaigns, giving_back, outbox, tables
from store.database import Database
from tests.store.planned import make
from tests.store.rows import MINUTE, NOW, claim, join, later, phone, rows, said, turn


def queue(database: Database, count: int, **more: Any) -> None:
    """A campaign of which so many messages wait for one learner, each two segments and ten cents."""
    make(database)
    address = join(database, country="PE")
    yes = Consented(learner="rosa", granted=True, text="SI", language="es", method="reply", purpose="learning")
    turn(database, address, yes)
    for _ in range(count):
        one = said(
            "Poda", learner="rosa", unasked=True, kind="campaign", campaign="c1", segments=2, micros=100_000, **more
        )
        turn(database, address, one)


def give(database: Database) -> int:
    with database.writing() as conn:
        return giving_back.give_back(conn)


def spent(database: Database) -> list[tuple[Any, ...]]:
    return rows(database, "SELECT day, messages, segments, micros FROM spendings WHERE campaign = 'c1'")


def test_a_cancelled_campaign_costs_what_it_has_sent_and_no_more(database: Database) -> None:
    queue(database, 3)
    assert spent(database) == [("2026-11-21", 3, 6, 300_000)]
    [first] = claim(database, limit=1)
    with database.writing() as conn:
        done = outbox.Settled(id=first.id, claim=first.claim, status=Status.SENT, provider_id="SM1", segments=2)
        outbox.settle(conn, NOW, [done])
        assert campaigns.move(conn, OPERATOR, "c1", State.CANCELLED, actor="ana", now=NOW)
    assert spent(database) == [("2026-11-21", 1, 2, 100_000)]
    assert give(database) == 0, "it comes back once"
    assert spent(database) == [("2026-11-21", 1, 2, 100_000)]


def test_what_expires_unsent_or_is_cancelled_by_a_stop_comes_back(database: Database) -> None:
    queue(database, 2, expires_at=NOW + MINUTE)
    assert claim(database, now=later(2)) == []
    with database.reading() as conn:
        assert giving_back.waits(conn)
    assert give(database) == 2
    assert spent(database) == [("2026-11-21", 0, 0, 0)]
    with database.reading() as conn:
        assert not giving_back.waits(conn)


def test_what_its_sender_put_down_before_it_left_comes_back(database: Database) -> None:
    queue(database, 1)
    [one] = claim(database)
    with database.writing() as conn:
        outbox.settle(conn, NOW, [outbox.Settled(id=one.id, claim=one.claim, status=Status.EXPIRED, spoke=False)])
    assert give(database) == 1


def test_what_may_have_left_and_what_failed_stay_paid(database: Database) -> None:
    queue(database, 2)
    [one] = claim(database, limit=1)
    with database.writing() as conn:
        outbox.settle(conn, NOW, [outbox.Settled(id=one.id, claim=one.claim, status=Status.FAILED, provider_id="SM1")])
    [two] = claim(database, limit=1)
    with database.writing() as conn:
        conn.execute(update(tables.outbox).where(tables.outbox.c.id == two.id).values(state="cancelled"))
    assert give(database) == 0
    assert spent(database) == [("2026-11-21", 2, 4, 200_000)]


def test_more_than_one_day_and_a_stop_are_counted_where_they_were_spent(database: Database) -> None:
    queue(database, 1)
    day = NOW + timedelta(days=1)
    one = said("Poda", learner="rosa", unasked=True, kind="campaign", campaign="c1", segments=1, micros=50_000)
    turn(database, phone(1), one, now=day)
    no = Consented(learner="rosa", granted=False, text="BAJA", language="es", method="reply", purpose="learning")
    turn(database, phone(1), no, now=day)
    assert claim(database, now=day) == []
    assert give(database) == 2
    assert [row[1:] for row in spent(database)] == [(0, 0, 0)] * 2
