"""The figures of a scrape are found by indexes, however much is kept."""

from __future__ import annotations

from store import metrics, ticks
from store.database import Database
from tests.store import rows as r


def test_backlogs_and_doubts_read_what_waits_and_not_what_is_kept(sqlite: Database) -> None:
    assert "ix_outbox_waiting" in r.plan(sqlite, metrics._BACKLOG, now=r.NOW)
    assert "ix_outbox_doubtful" in r.plan(sqlite, metrics._IN_DOUBT)


def test_running_senders_and_jobs_are_measured(database: Database) -> None:
    with database.writing() as conn:
        ticks.tick(conn, ["dues"], "a:1", r.NOW)
        found = metrics.measure(conn, r.later(1))

    assert found.jobs == {"dues": 60.0}
    assert found.figures.inbox_waiting == 0
    assert not found.recovering


def test_messages_in_doubt_are_told_by_sender(database: Database) -> None:
    r.join(database)
    assert r.turn(database, r.phone(1), r.said())
    assert r.claim(database)

    with database.reading() as conn:
        (doubt,) = metrics.measure(conn, r.later(3)).doubts
    assert (doubt.sender, doubt.state, doubt.count, doubt.oldest) == (r.SENDER, "sending", 1, 120.0)
