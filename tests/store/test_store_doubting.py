"""A doubtful message of a large campaign waits for a person; one whose campaign says something else is void."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import insert

from store import campaign_tables, doubting, outbox
from store.database import Database
from tests.store.rows import NOW, claim, later, phone, rows, said, turn

LARGE = 1001


@pytest.fixture
def doubtful(database: Database) -> Database:
    """One message of a campaign to a thousand and one people, in doubt since a minute after `NOW`."""
    with database.writing() as conn:
        conn.execute(
            insert(campaign_tables.campaigns), {"id": "c1", "state": "running", "created_at": NOW, "urgent": True}
        )
        planned = {
            "campaign": "c1",
            "local_date": "2026-11-22",
            "slot": "",
            "state": "spread",
            "dues": LARGE,
            "at": NOW,
        }
        conn.execute(insert(campaign_tables.occurrences), planned)
    turn(database, phone(1), said("Mañana hay sesión.", unasked=True, kind="reply", campaign="c1"))
    assert claim(database)
    with database.writing() as conn:
        assert outbox.lapse(conn, later(1)) == 1
    return database


def done(database: Database, act: str, at: datetime) -> None:
    with database.writing() as conn:
        conn.execute(insert(campaign_tables.campaign_acts), {"campaign": "c1", "act": act, "at": at})


def is_held(database: Database, at: datetime, speed: float = 1.0) -> bool:
    with database.reading() as conn:
        return doubting.is_held(conn, 1, at, speed)


def is_void(database: Database) -> bool:
    with database.writing() as conn:
        return doubting.is_void(conn, 1)


def test_it_waits_a_quarter_of_an_hour_for_a_person(doubtful: Database) -> None:
    assert is_held(doubtful, later(15.9))
    assert not is_held(doubtful, later(16.1))
    assert is_held(doubtful, later(1) + timedelta(minutes=14 * 1440), speed=1440)


def test_who_lets_the_campaign_go_on_after_a_pause_has_looked(doubtful: Database) -> None:
    done(doubtful, "resumed", NOW)
    assert is_held(doubtful, later(3)), "that was before the doubt"
    done(doubtful, "paused", later(2))
    assert is_held(doubtful, later(3))
    done(doubtful, "resumed", later(3))
    assert not is_held(doubtful, later(3))


@pytest.mark.parametrize("act", ["edited", "cancelled"])
def test_what_was_cancelled_or_says_something_else_since_is_not_said_again(doubtful: Database, act: str) -> None:
    done(doubtful, "created", NOW)
    assert not is_void(doubtful)
    done(doubtful, act, later(2))
    assert is_void(doubtful)
    assert rows(doubtful, "SELECT state, error FROM outbox") == [("cancelled", "campaign")]
    assert not is_void(doubtful)


def test_an_edit_before_it_was_queued_changes_nothing(doubtful: Database) -> None:
    done(doubtful, "edited", NOW)
    assert not is_void(doubtful)
