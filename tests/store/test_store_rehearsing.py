"""A rehearsal's clock is one for all processes, runs fast, and never goes back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from store import rehearsing
from store.database import Database

REAL = datetime(2026, 3, 2, 15, tzinfo=UTC)


def told(database: Database, real: datetime, speed: float, at: datetime) -> datetime:
    def work() -> datetime:
        with database.writing() as conn:
            return rehearsing.begin(conn, real, speed)(at)

    return database.do(work)


def test_a_day_passes_in_a_minute_from_the_first_start_on(database: Database) -> None:
    assert told(database, REAL, 1440, REAL) == REAL
    assert told(database, REAL, 1440, REAL + timedelta(minutes=1)) == REAL + timedelta(days=1)


def test_another_process_and_a_later_start_read_the_same_time(database: Database) -> None:
    told(database, REAL, 1440, REAL)
    later = REAL + timedelta(minutes=3)
    assert told(database, later, 1440, later) == REAL + timedelta(days=3)


def test_with_another_speed_it_goes_on_from_where_it_is(database: Database) -> None:
    told(database, REAL, 1440, REAL)
    later = REAL + timedelta(minutes=2)
    assert told(database, later, 60, later) == REAL + timedelta(days=2)
    assert told(database, later, 60, later + timedelta(minutes=1)) == REAL + timedelta(days=2, hours=1)


def test_the_database_itself_tells_it(database: Database) -> None:
    before = datetime.now(UTC)
    database.rehearse(100_000)
    assert database.now() >= before
    assert database.now() - before <= (datetime.now(UTC) - before) * 100_000 + timedelta(seconds=5)
