"""Rows that come as one value are the rows that come one by one, and a batch that went out is settled alike."""

from __future__ import annotations

from datetime import timedelta

from bot.messages import Receipt, Status
from store import outbox
from store.database import Database
from store.outbox import Settled
from store.packed import packed
from tests.store.rows import NOW, SENDER, claim, counts, later, phone, rows, said, settle, turn

READY = {"from": SENDER, "unasked": False, "now": NOW, "doubted": NOW, "limit": 9}


def test_what_waits_is_the_same_either_way(database: Database) -> None:
    turn(database, phone(1), said("uno", expires_at=later(90)))
    turn(database, phone(2), said('"¿Sí?"\n\\ 🌱'))
    question = packed(outbox._READY)
    with database.writing() as conn:
        plain = [tuple(row) for row in conn.execute(outbox._READY, READY)]
        assert [tuple(row) for row in question.rows(conn, READY)] == plain
    assert len(plain) == 2
    assert plain[0][9] == NOW + timedelta(minutes=90)


def test_nothing_that_waits_is_no_rows(database: Database) -> None:
    with database.writing() as conn:
        assert list(packed(outbox._READY).rows(conn, READY)) == []


def test_a_batch_is_settled_as_if_it_were_written_one_by_one(database: Database) -> None:
    for number in range(1, 9):
        turn(database, phone(number), said(f"text {number}"))
    claim(database)
    went = [
        Settled(id=id, claim="t1", status=Status.SENT, provider_id=f"SM{id}", segments=id % 3) for id in range(1, 9)
    ]
    settle(database, *went[:4])
    for each in went[4:]:
        settle(database, each)
    found = rows(database, "SELECT id, state, claim, provider_id, segments, error, sent_at FROM outbox ORDER BY id")
    assert [row[:6] for row in found] == [(id, "sent", "", f"SM{id}", id % 3, "") for id in range(1, 9)]
    assert {row[6] for row in found} == {found[0][6]}
    assert counts(database)["receipts"] == counts(database)["counters"] == 0


def test_one_odd_one_in_a_batch_spoils_no_other(database: Database) -> None:
    for number in range(1, 5):
        turn(database, phone(number), said(f"text {number}"))
    claim(database)
    with database.writing() as conn:
        outbox.receive_receipt(conn, [Receipt(sender=SENDER, provider_id="SM2", status=Status.DELIVERED, at=NOW)], NOW)
    tokens = {1: "t1", 2: "t1", 3: "a stranger's", 4: "t1"}
    settle(database, *(Settled(id=id, claim=tokens[id], status=Status.SENT, provider_id=f"SM{id}") for id in tokens))
    assert rows(database, "SELECT id, state, provider_id FROM outbox ORDER BY id") == [
        (1, "sent", "SM1"),
        (2, "delivered", "SM2"),
        (3, "sending", None),
        (4, "sent", "SM4"),
    ]


def test_what_went_out_and_what_did_not_may_come_together(database: Database) -> None:
    for number in range(1, 4):
        turn(database, phone(number), said(f"text {number}"))
    claim(database)
    settle(
        database,
        Settled(id=1, claim="t1", status=Status.SENT, provider_id="SM1"),
        Settled(id=2, claim="t1", status=Status.QUEUED, retry_at=later(5), error="rate_limited"),
        Settled(id=3, claim="t1", status=Status.UNKNOWN, error="uncertain"),
    )
    assert rows(database, "SELECT state, claim FROM outbox ORDER BY id") == [
        ("sent", ""),
        ("queued", ""),
        ("unknown", "t1"),
    ]
