"""What is heard is kept once, and waits in its order."""

from __future__ import annotations

import asyncio

import pytest

from bot.messages import Heard
from store import inbox
from store.database import Database
from tests.store.rows import NOW, counts, inbound, keep, later, phone, plan, rows, turn


def waiting(database: Database, limit: int = 10, minutes: float = 0) -> list[inbox.Waiting]:
    with database.reading() as conn:
        return inbox.waiting(conn, later(minutes), limit)


def spoil(database: Database, id: int, minutes: float = 0) -> None:
    with database.writing() as conn:
        inbox.spoil(conn, id, later(minutes), "KeyError")


def counted(database: Database) -> dict[str, int]:
    return dict(rows(database, "SELECT name, n FROM counters"))


def test_it_gives_back_what_was_heard_as_it_was(database: Database) -> None:
    press = inbound(
        2,
        "7",
        "B) ñ 🌱",
        kind=Heard.PRESS,
        token="t7",
        choice=0,
        phone="+51900000001",
        handle="1:2",
        language="es",
        name="R",
    )
    assert keep(database, inbound(), press) == [True, True]
    found = waiting(database)
    assert [each.inbound for each in found] == [inbound(), press]
    assert [each.tries for each in found] == [0, 0]


def test_a_repeat_is_kept_once_also_within_a_batch_and_for_ever(database: Database) -> None:
    assert keep(database, inbound(), inbound(), inbound(id="SM2"), inbound(sender="other")) == [True, False, True, True]
    assert keep(database, inbound(), now=later(525_600)) == [False]
    assert counts(database)["inbox"] == 3


async def test_twenty_at_once_become_one_row(database: Database) -> None:
    kept = await asyncio.gather(*(database.run(lambda: keep(database, inbound())) for _ in range(20)))
    assert sorted(kept) == [[False]] * 19 + [[True]]
    assert counts(database)["inbox"] == 1


def test_an_id_lower_than_the_last_is_as_good_as_any(database: Database) -> None:
    assert keep(database, inbound(id="900000")) == [True]
    assert keep(database, inbound(id="12")) == [True]


def test_one_id_with_two_texts_is_ignored_and_counted(database: Database) -> None:
    keep(database, inbound(text="B"))
    assert keep(database, inbound(text="A")) == [False]
    assert keep(database, inbound(text="B")) == [False]
    assert [each.inbound.text for each in waiting(database)] == ["B"]
    assert counted(database) == {"inbox repeats": 2, "sid body mismatch": 1}


@pytest.mark.parametrize(
    ("text", "stored"), [("a\0b", "a\ufffdb"), ("half \ud83d", "half \ufffd"), ("\ud83c\udf31", "🌱"), ("", "")]
)
def test_what_no_database_takes_is_replaced_alike_on_both(database: Database, text: str, stored: str) -> None:
    assert keep(database, inbound(text=text, name=text)) == [True]
    (found,) = waiting(database)
    assert (found.inbound.text, found.inbound.name) == (stored, stored)
    assert keep(database, inbound(text=text, name=text)) == [False]


def test_each_address_waits_with_its_oldest_only(database: Database) -> None:
    keep(database, inbound(1, "1"), inbound(2, "2"), inbound(1, "3"), inbound(3, "4"))
    assert [each.inbound.provider_id for each in waiting(database)] == ["1", "2", "4"]
    assert [each.inbound.provider_id for each in waiting(database, limit=2)] == ["1", "2"]
    assert turn(database, phone(1), inbox_id=waiting(database)[0].id)
    assert [each.inbound.provider_id for each in waiting(database)] == ["2", "3", "4"]


def test_a_row_that_cannot_be_answered_backs_off_and_in_the_end_lets_the_others_go_on(database: Database) -> None:
    keep(database, inbound(1, "bad"), inbound(1, "good"), inbound(2, "other"))
    bad = waiting(database)[0].id
    minutes = 0.0
    for tries in range(1, 5):
        spoil(database, bad, minutes)
        assert [each.inbound.provider_id for each in waiting(database, minutes=minutes)] == ["other"]
        minutes += 2**tries / 60
        found = waiting(database, minutes=minutes)
        assert [(each.inbound.provider_id, each.tries) for each in found] == [("bad", tries), ("other", 0)]
    assert minutes < 1
    spoil(database, bad, minutes)
    assert [each.inbound.provider_id for each in waiting(database, minutes=minutes)] == ["good", "other"]
    assert rows(database, "SELECT state, tries, error FROM inbox WHERE provider_id = 'bad'") == [
        ("spoiled", 5, "KeyError")
    ]
    assert counted(database) == {"inbox spoiled": 1}


def test_what_was_answered_meanwhile_is_not_spoiled(database: Database) -> None:
    keep(database, inbound())
    row = waiting(database)[0].id
    assert turn(database, phone(1), inbox_id=row)
    spoil(database, row)
    assert rows(database, "SELECT state, tries FROM inbox") == [("answered", 0)]


def test_nothing_to_keep_is_nothing_to_do(database: Database) -> None:
    assert keep(database) == []


def test_the_queue_is_read_by_its_indexes(sqlite: Database) -> None:
    found = plan(sqlite, inbox._WAITING, now=NOW, limit=10)
    assert "inbox USING INDEX ix_inbox_waiting" in found or "inbox USING COVERING INDEX ix_inbox_waiting" in found
    assert "older USING INDEX ix_inbox_waiting_address" in found
    assert "TEMP B-TREE" not in found
