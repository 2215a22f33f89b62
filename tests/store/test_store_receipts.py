"""A provider's later word: it comes late, twice, too early, in any order, or about somebody else's message."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from bot.messages import Receipt, Status
from store import outbox
from store.database import Database
from store.outbox import Settled
from tests.store.rows import NOW, SENDER, claim, counts, join, later, load, phone, rows, said, settle, turn

SENT, DELIVERED, READ, FAILED = Status.SENT, Status.DELIVERED, Status.READ, Status.FAILED
QUEUED, UNDELIVERED = Status.QUEUED, Status.UNDELIVERED


def receipt(status: Status, provider_id: str = "SM1", outbound: int | None = None, **more: Any) -> Receipt:
    return Receipt(
        **{"sender": SENDER, "provider_id": provider_id, "status": status, "outbound": outbound, "at": NOW, **more}
    )


def receive(database: Database, *arrived: Receipt) -> None:
    with database.writing() as conn:
        outbox.receive_receipt(conn, arrived, later(1))


def row(database: Database, id: int = 1) -> tuple[str, str | None]:
    return rows(database, "SELECT state, provider_id FROM outbox WHERE id = :id", id=id)[0]  # type: ignore[return-value]


def counted(database: Database) -> dict[str, int]:
    return dict(rows(database, "SELECT name, n FROM counters"))


def sending(database: Database, *texts: str) -> None:
    turn(database, phone(1), *(said(text) for text in texts or ("a",)))
    claim(database)


def sent(database: Database) -> None:
    sending(database)
    settle(database, Settled(id=1, claim="t1", status=SENT, provider_id="SM1"))


@pytest.mark.parametrize("order", list(itertools.permutations([SENT, DELIVERED, READ, QUEUED])))
def test_in_any_order_the_highest_rank_stands(sqlite: Database, order: tuple[Status, ...]) -> None:
    sent(sqlite)
    for status in order:
        receive(sqlite, receipt(status))
    assert row(sqlite) == ("read", "SM1")
    assert counts(sqlite)["receipts"] == 4


@pytest.mark.parametrize(
    ("order", "stands"),
    [
        ([DELIVERED, SENT, QUEUED], "delivered"),
        ([UNDELIVERED, SENT], "undelivered"),
        ([FAILED, UNDELIVERED], "failed"),
        ([UNDELIVERED, DELIVERED], "delivered"),
        ([DELIVERED, UNDELIVERED], "delivered"),
        ([DELIVERED] * 5, "delivered"),
    ],
)
def test_a_rank_never_falls(database: Database, order: list[Status], stands: str) -> None:
    sent(database)
    for status in order:
        receive(database, receipt(status))
    assert row(database) == (stands, "SM1")
    assert counts(database)["receipts"] == len(set(order))


def test_a_batch_is_as_good_as_one_by_one(database: Database) -> None:
    sending(database, "a", "b")
    receive(database, receipt(DELIVERED, "SM2", 2), receipt(SENT, "SM1", 1), receipt(READ, "SM1"), receipt(SENT, "SM2"))
    assert (row(database, 1), row(database, 2)) == (("read", "SM1"), ("delivered", "SM2"))


@pytest.mark.parametrize("status", [QUEUED, SENT, DELIVERED])
def test_a_receipt_that_names_our_row_brings_the_id_we_died_before_storing(database: Database, status: Status) -> None:
    sending(database)
    with database.writing() as conn:
        assert outbox.lapse(conn, later(1)) == 1
    receive(database, receipt(status, outbound=1))
    assert row(database) == ("sent" if status is QUEUED else status.value, "SM1")


def test_a_receipt_may_come_before_the_message_is_settled(database: Database) -> None:
    sending(database, "named", "unnamed")
    receive(database, receipt(DELIVERED, "SM1", outbound=1), receipt(DELIVERED, "SM2"))
    assert counted(database) == {"receipts unknown": 1}
    settle(database, *(Settled(id=id, claim="t1", status=SENT, provider_id=f"SM{id}", segments=3) for id in (1, 2)))
    assert rows(database, "SELECT state, provider_id, segments FROM outbox ORDER BY id") == [
        ("delivered", "SM1", 3),
        ("delivered", "SM2", 3),
    ]


def test_what_only_its_receipt_told_us_of_has_its_segments_and_so_its_price(database: Database) -> None:
    sending(database, "a", "Lección " * 40, "c")
    settle(database, Settled(id=3, claim="t1", status=SENT, provider_id="SM3", segments=5))
    for status in (SENT, DELIVERED):
        receive(database, *(receipt(status, f"SM{id}", outbound=id) for id in (1, 2, 3)))
    settle(database, Settled(id=1, claim="t1", status=Status.UNKNOWN, error="cut"))
    assert rows(database, "SELECT state, segments FROM outbox ORDER BY id") == [
        ("delivered", 1),
        ("delivered", 3),
        ("delivered", 5),
    ]


def test_a_message_asked_about_in_vain_and_queued_again_is_not_sent_twice(database: Database) -> None:
    sending(database)
    with database.writing() as conn:
        outbox.lapse(conn, later(1))
        outbox.resolve(conn, 1, None, True, later(2))
    receive(database, receipt(SENT, outbound=1))
    assert row(database) == ("sent", "SM1")
    assert claim(database, now=later(9)) == []


def test_a_message_that_was_never_tried_is_not_claimed_by_a_receipt(database: Database) -> None:
    turn(database, phone(1), said("a"))
    receive(database, receipt(DELIVERED, outbound=1))
    assert row(database) == ("queued", None)


def test_a_second_id_for_one_row_is_counted_and_the_first_kept(database: Database) -> None:
    sent(database)
    receive(database, receipt(DELIVERED, "SM-other", outbound=1))
    assert row(database) == ("sent", "SM1")
    assert rows(database, "SELECT provider_id, outbound, note FROM receipts") == [("SM-other", 1, "duplicate")]
    assert counted(database) == {"duplicates": 1, "receipts duplicate": 1}
    assert bool(rows(database, "SELECT possible_duplicate FROM outbox")[0][0])


def test_a_receipt_of_another_senders_account_changes_nothing(database: Database) -> None:
    sending(database)
    receive(database, receipt(DELIVERED, outbound=1, sender="twilio:+15005550999"))
    assert row(database) == ("sending", None)
    assert counted(database) == {"receipts foreign": 1}


def test_an_unknown_receipt_is_kept_and_counted(database: Database) -> None:
    receive(database, receipt(DELIVERED), receipt(SENT, "SM9", outbound=77))
    assert rows(database, "SELECT provider_id, note, outbound FROM receipts ORDER BY 1") == [
        ("SM1", "unknown", None),
        ("SM9", "unknown", None),
    ]
    assert counted(database) == {"receipts unknown": 2}
    receive(database)


def test_a_carriers_stop_closes_the_thread(database: Database) -> None:
    address = join(database)
    turn(database, address, said("a"))
    claim(database)
    settle(database, Settled(id=1, claim="t1", status=SENT, provider_id="SM1"))
    turn(database, address, said("b", kind="lesson"))
    receive(database, receipt(FAILED, error="21610"))
    receive(database, receipt(FAILED, error="21610"))
    record = load(database, address)[address][2]
    assert (record.state, record.consents) == ("stopped", {"rosa": False})
    assert rows(database, "SELECT method FROM consents") == [("carrier",)]
    assert [state for (state,) in rows(database, "SELECT state FROM outbox ORDER BY id")] == ["failed", "cancelled"]


def test_a_number_from_which_nobody_joined_has_its_line_in_the_ledger_too(database: Database) -> None:
    sent(database)
    receive(database, receipt(FAILED, error="21610"))
    assert rows(database, "SELECT learner, address, method FROM consents") == [(None, str(phone(1)), "carrier")]
