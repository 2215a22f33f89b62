"""Numbers at which nobody can be reached: closed in time, never paid for twice, and nobody's refusal."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.messages import Receipt, Refusal, Status
from bot.turn import Consented
from store import unreachable
from store.database import Database
from store.outbox import Settled, receive_receipt
from tests.store.rows import NOW, SENDER, claim, inbound, join, keep, later, load, phone, rows, said, settle, turn

DAY = timedelta(days=1)


def told(database: Database, refusal: Refusal, *, text: str, day: float = 0, code: str = "30005") -> None:
    """A message leaves, and its receipt says that it did not arrive."""
    now = NOW + timedelta(days=day)
    turn(database, phone(1), said(text), now=now)
    [sent] = [each for each in claim(database, text, now=now) if each.content.text == text]
    settle(database, Settled(id=sent.id, claim=text, status=Status.SENT, provider_id=f"SM{text}"), now=now)
    receipt = Receipt(
        sender=SENDER, provider_id=f"SM{text}", status=Status.UNDELIVERED, error=code, refusal=refusal, at=now
    )
    for _ in range(3):  # providers repeat themselves
        with database.writing() as conn:
            receive_receipt(conn, [receipt], now)


def state(database: Database) -> str:
    return load(database, phone(1))[phone(1)][2].state


@pytest.mark.parametrize("refusal", [Refusal.BAD_ADDRESS, Refusal.LANDLINE])
def test_an_invalid_number_and_a_landline_are_closed_at_once_and_reported(database: Database, refusal: Refusal) -> None:
    address = join(database)
    turn(database, address, Consented(learner="rosa", granted=True, text="", language="es", method="reply"))
    told(database, refusal, text="a")
    assert state(database) == "unreachable"
    assert rows(database, "SELECT COUNT(*) FROM consents WHERE NOT granted") == [(0,)], "it is not her word"
    with database.reading() as conn:
        [one] = unreachable.suppressed(conn)
        assert one.address == str(address)
        assert unreachable.counts(conn) == {one.reason: 1}
    turn(database, address, said("b", unasked=True))
    assert claim(database, now=later(30)) == [], "it was paid for twice"


def test_an_unknown_subscriber_is_closed_at_the_second_strike_and_a_word_from_her_begins_anew(
    database: Database,
) -> None:
    join(database)
    told(database, Refusal.NO_SUBSCRIBER, text="a")
    assert state(database) == "open"
    told(database, Refusal.NO_SUBSCRIBER, text="b", day=1)
    assert state(database) == "unreachable"


def test_a_number_that_was_silent_for_a_quarter_is_frozen_and_nobody_is_known_there_any_more(
    database: Database,
) -> None:
    address = join(database)
    keep(database, inbound(1))
    turn(database, address, inbox_id=1)
    told(database, Refusal.NO_SUBSCRIBER, text="a", day=100)
    told(database, Refusal.NO_SUBSCRIBER, text="b", day=101)
    assert state(database) == "frozen"
    assert load(database, address)[address][2].learners == ()
    assert rows(database, "SELECT COUNT(*) FROM learners") == [(1,)], "she is still there, only not at this number"


def test_a_phone_that_is_off_is_tried_after_an_hour_and_given_up_after_a_week_of_it(database: Database) -> None:
    join(database)
    told(database, Refusal.UNREACHABLE, text="a", code="30003")
    [(waiting,)] = rows(database, "SELECT COUNT(*) FROM outbox WHERE state = 'queued'")
    assert waiting == 1
    assert claim(database, now=later(59)) == []
    for number in range(1, 5):
        told(database, Refusal.UNREACHABLE, text=f"b{number}", day=number * 2, code="30003")
    assert state(database) == "unreachable"


def test_what_could_not_be_delivered_is_not_said_again_after_something_newer(database: Database) -> None:
    address = join(database)
    turn(database, address, Consented(learner="rosa", granted=True, text="", language="es", method="reply"))
    told(database, Refusal.UNREACHABLE, text="a", code="30003")
    turn(database, address, said("newer"))
    assert [each.content.text for each in claim(database, now=later(61))] == ["newer"]


def test_a_delivery_forgets_what_was_counted(database: Database) -> None:
    join(database)
    told(database, Refusal.NO_SUBSCRIBER, text="a")
    turn(database, phone(1), said("c"))
    [sent] = claim(database, "t9")
    settle(database, Settled(id=sent.id, claim="t9", status=Status.SENT, provider_id="SMc"))
    with database.writing() as conn:
        receive_receipt(conn, [Receipt(sender=SENDER, provider_id="SMc", status=Status.DELIVERED, at=NOW)], NOW)
    assert rows(database, "SELECT COUNT(*) FROM unreachable") == [(0,)]


def test_a_coordinator_who_made_sure_of_the_number_lifts_it(database: Database) -> None:
    join(database)
    told(database, Refusal.LANDLINE, text="a")
    with database.writing() as conn:
        assert unreachable.thaw(conn, str(phone(1)))
    assert state(database) == "open"
