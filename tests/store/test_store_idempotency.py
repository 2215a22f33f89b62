"""Keys of requests: claimed by one, answered again to all, let go where nothing was done."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from store import idempotency
from store.database import Connection, Database
from store.idempotency import Kept

NOW = datetime(2026, 3, 2, 15, tzinfo=UTC)


def claim(database: Database, now: datetime, request: str = "one") -> Kept | None:
    with database.writing() as conn:
        return idempotency.claim(conn, "token", "key", request, now)


def keep(conn: Connection, claimed: datetime, answer: str = "{}") -> bool:
    return idempotency.keep(
        conn, "token", "key", claimed, status=201, location="/learners/1", answer=answer, learner=""
    )


def test_a_key_is_claimed_once_and_answered_afterwards(database: Database) -> None:
    assert claim(database, NOW) is None
    held = claim(database, NOW)
    assert held
    assert held.status is None
    with database.writing() as conn:
        assert keep(conn, NOW, '{"id": 1}')
    assert claim(database, NOW) == Kept(request="one", status=201, location="/learners/1", answer='{"id": 1}')


def test_a_request_that_was_given_up_as_lost_can_keep_nothing_any_more(database: Database) -> None:
    assert claim(database, NOW) is None
    assert claim(database, NOW + timedelta(seconds=59))
    later = NOW + timedelta(seconds=61)
    assert claim(database, later) is None
    with database.writing() as conn:
        assert not keep(conn, NOW, "the lost one")
        idempotency.release(conn, "token", "key", NOW)
        assert keep(conn, later, "the later one")
    held = claim(database, later)
    assert held
    assert held.answer == "the later one"


def test_a_key_that_was_let_go_may_come_again(database: Database) -> None:
    assert claim(database, NOW) is None
    with database.writing() as conn:
        idempotency.release(conn, "token", "key", NOW)
    assert claim(database, NOW, "another") is None


def test_an_answer_is_never_let_go_by_a_refusal(database: Database) -> None:
    assert claim(database, NOW) is None
    with database.writing() as conn:
        keep(conn, NOW)
        idempotency.release(conn, "token", "key", NOW)
    assert claim(database, NOW)


def test_after_a_day_a_key_is_free_again(database: Database) -> None:
    assert claim(database, NOW) is None
    with database.writing() as conn:
        keep(conn, NOW)
    assert claim(database, NOW + timedelta(hours=23))
    assert claim(database, NOW + timedelta(hours=25), "another") is None
    with database.writing() as conn:
        assert idempotency.prune(conn, NOW + timedelta(hours=25)) == 0
        assert idempotency.prune(conn, NOW + timedelta(hours=50)) == 1
