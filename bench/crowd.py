"""A database full of learners who have agreed, written by the database itself: a million in half a minute."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, text

from store.database import Database

NOW = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)  # a Monday, ten o'clock in Lima
SENDER = "twilio:+15005550006"
_AT = int(NOW.timestamp() * 1_000_000)
_DAY = int(timedelta(days=1).total_seconds() * 1_000_000)
_SERIES = {
    "sqlite": "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < :last) SELECT {} FROM n",
    "postgresql": "SELECT {} FROM generate_series(0, CAST(:last AS INTEGER)) AS n(i)",
}
_ID = {"sqlite": "printf('l%07d', i)", "postgresql": "'l' || lpad(CAST(i AS TEXT), 7, '0')"}
_PHONE = {"sqlite": "printf('tel:+519%08d', i)", "postgresql": "'tel:+519' || lpad(CAST(i AS TEXT), 8, '0')"}
_ROWS = {
    "learners (id, name, language, country, timezone, cooperative, created_at)": (
        "{id}, 'Rosa', 'es', 'PE', 'America/Lima', 'coop-' || CAST(i % 400 AS TEXT), {at}"
    ),
    "threads (address, sender, state, updated_at, heard_at)": "{phone}, '{sender}', 'open', {at} - {day}, {at} - {day}",
    "thread_learners (address, learner)": "{phone}, {id}",
    "consent_states (learner, purpose, granted, at)": "{id}, 'learning', true, {at}",
}


def fill(database: Database, learners: int) -> None:
    """So many learners in 400 cooperatives, each with a thread and a yes."""
    for into, columns in _ROWS.items():
        with database.writing() as conn:
            _insert(conn, database.dialect, into, columns, learners)
    with database.writing() as conn:
        conn.execute(text("ANALYZE"))


def owe(database: Database, learners: int, due: int) -> None:
    """A due tomorrow for every learner, and one now for the first `due` of them."""
    tomorrow = "{id}, 'reminder', 'question', {at} + {day} + i"
    now = "{id}, 'reminder', 'now', {at} - 1000"
    for columns, count in ((tomorrow, learners), (now, due)):
        with database.writing() as conn:
            _insert(conn, database.dialect, "dues (learner, kind, subject, at)", columns, count)
    with database.writing() as conn:
        conn.execute(text("ANALYZE"))


def _insert(conn: Connection, dialect: str, into: str, columns: str, count: int) -> None:
    if dialect == "postgresql":
        conn.execute(text("SET LOCAL statement_timeout = 0"))
    given = columns.format(id=_ID[dialect], phone=_PHONE[dialect], at=_AT, day=_DAY, sender=SENDER)
    conn.execute(text(f"INSERT INTO {into} {_SERIES[dialect].format(given)}"), {"last": count - 1})
