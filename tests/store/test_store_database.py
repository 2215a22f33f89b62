"""Opening a database, its transactions, its clock, and what happens when it is away."""

from __future__ import annotations

import asyncio
import contextlib
import os
import sqlite3
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from store import lock
from store.database import Database
from store.errors import StoreError, Unavailable
from tests.engines import Server
from tests.store.rows import NOW, counts, inbound, keep, rows


@pytest.mark.parametrize(
    ("url", "dialect"),
    [
        ("sqlite:///{}/a/b/chasqui.db", "sqlite"),
        ("sqlite+aiosqlite:///{}/chasqui.db", "sqlite"),
        ("postgresql://u:secret@host:5/name", "postgresql"),
        ("postgresql+asyncpg://u:secret@host/name?ssl=require", "postgresql"),
        ("postgresql+psycopg://u:secret@host/name", "postgresql"),
        ("postgres://u:secret@host/name", "postgresql"),
    ],
)
def test_it_understands_every_driver_and_hides_the_password(url: str, dialect: str, tmp_path: Path) -> None:
    database = Database.open(url.format(tmp_path))
    assert database.dialect == dialect
    assert "secret" not in database.url
    assert (database.path is None) == (dialect == "postgresql")
    database.close()


@pytest.mark.parametrize(
    "url", ["", "chasqui.db", "mysql://u:secret@host/name", "sqlite://", "sqlite:///:memory:", "x://["]
)
def test_it_refuses_other_urls_in_a_sentence_without_repeating_them(url: str) -> None:
    with pytest.raises(ValueError, match="sqlite:///") as refusal:
        Database.open(url)
    assert "secret" not in str(refusal.value)


def test_it_commits_what_ends_well_and_takes_back_what_does_not(database: Database) -> None:
    with database.writing() as conn:
        conn.execute(text("INSERT INTO meta VALUES ('kept', '')"))
    with contextlib.suppress(RuntimeError), database.writing() as conn:
        conn.execute(text("INSERT INTO meta VALUES ('lost', '')"))
        raise RuntimeError
    assert rows(database, "SELECT key FROM meta") == [("kept",)]


def test_it_cannot_write_where_it_only_reads(database: Database) -> None:
    with pytest.raises(StoreError), database.reading() as conn:
        conn.execute(text("INSERT INTO meta VALUES ('x', '')"))
    assert counts(database)["meta"] == 0


async def test_it_loses_no_update_among_threads(database: Database) -> None:
    with database.writing() as conn:
        conn.execute(text("INSERT INTO meta VALUES ('n', '0')"))

    def add() -> None:
        with database.writing() as conn:
            n = conn.execute(text("SELECT value FROM meta WHERE key = 'n' FOR UPDATE".replace(*_for_update))).scalar()
            conn.execute(text("UPDATE meta SET value = :n"), {"n": str(int(n) + 1)})

    _for_update = (" FOR UPDATE", "") if database.dialect == "sqlite" else ("", "")
    await asyncio.gather(*(database.run(add) for _ in range(50)))
    assert rows(database, "SELECT value FROM meta") == [("50",)]


def test_two_processes_on_one_file_take_turns_and_nobody_has_to_begin_again(sqlite: Database) -> None:
    with sqlite.writing() as conn:
        conn.execute(text("INSERT INTO meta VALUES ('n', '0')"))
    begun: list[int] = []

    def count(database: Database) -> None:
        def add() -> None:
            begun.append(1)
            with database.writing() as conn:
                n = conn.execute(text("SELECT value FROM meta")).scalar_one()
                conn.execute(text("UPDATE meta SET value = :n"), {"n": str(int(n) + 1)})

        for _ in range(20):
            database.do(add)
        database.close()

    each = [threading.Thread(target=count, args=[Database.open(f"sqlite:///{sqlite.path}")]) for _ in range(3)]
    for thread in each:
        thread.start()
    for thread in each:
        thread.join()
    assert rows(sqlite, "SELECT value FROM meta") == [("60",)]
    assert len(begun) == 60


async def test_it_refuses_a_mistake_without_repeating_the_data(database: Database) -> None:
    def mistake() -> None:
        with database.writing() as conn:
            conn.execute(text("INSERT INTO thread_learners VALUES ('tel:+51900000001', 'rosa')"))

    with pytest.raises(StoreError) as refusal:
        await database.run(mistake)
    assert not isinstance(refusal.value, Unavailable)
    assert "rosa" not in str(refusal.value)
    assert "+519" not in str(refusal.value)


async def test_a_foreign_lock_makes_it_unavailable_soon_and_never_blocks_the_loop(sqlite: Database) -> None:
    foreign = sqlite3.connect(sqlite.path, isolation_level=None)
    foreign.execute("BEGIN IMMEDIATE")

    def work() -> None:
        with sqlite.writing() as conn:
            conn.execute(text("INSERT INTO meta VALUES ('x', '')"))

    beats = 0

    async def watch() -> None:
        nonlocal beats
        while True:
            await asyncio.sleep(0.01)
            beats += 1

    watching = asyncio.create_task(watch())
    started = time.monotonic()
    for _ in range(3):  # what queues up behind does not wait as long again
        with pytest.raises(Unavailable):
            await sqlite.run(work)
    took = time.monotonic() - started
    watching.cancel()
    assert took > 2
    assert beats > 50  # of some two hundred; a handful, were the loop to wait with us
    foreign.execute("ROLLBACK")
    foreign.close()
    await sqlite.run(work)
    assert counts(sqlite)["meta"] == 1


async def test_a_full_disk_keeps_nothing_halfway_and_is_over_as_soon_as_there_is_room(sqlite: Database) -> None:
    def limit(pages: int) -> None:
        with sqlite.writing() as conn:
            conn.exec_driver_sql(f"PRAGMA max_page_count = {pages}")

    def work() -> None:
        keep(sqlite, *(inbound(n, f"SM{n}", "x" * 10_000) for n in range(20)))

    limit(1)  # as many as there are
    with pytest.raises(Unavailable, match="full"):
        await sqlite.run(work)
    assert counts(sqlite)["inbox"] == 0
    limit(100_000)
    await sqlite.run(work)
    assert counts(sqlite)["inbox"] == 20


async def test_a_lock_that_is_let_go_is_waited_for(sqlite: Database) -> None:
    foreign = sqlite3.connect(sqlite.path, isolation_level=None, check_same_thread=False)
    foreign.execute("BEGIN IMMEDIATE")
    timer = threading.Timer(0.8, foreign.execute, ["ROLLBACK"])
    timer.start()

    def work() -> int:
        with sqlite.writing() as conn:
            return conn.execute(text("INSERT INTO meta VALUES ('x', '')")).rowcount

    assert await sqlite.run(work) == 1
    timer.join()
    foreign.close()


async def test_a_deadlock_is_replayed_until_both_are_through(database_url: str) -> None:
    if database_url.startswith("sqlite"):
        pytest.skip("SQLite has one writer: nobody waits crosswise")
    database = Database.open(database_url)
    with database.writing() as conn:
        conn.execute(text("INSERT INTO meta VALUES ('a', '0'), ('b', '0')"))
    met = threading.Barrier(2)
    runs = []

    def crosswise(first: str, second: str) -> None:
        runs.append(first)
        with database.writing() as conn:
            conn.execute(text("UPDATE meta SET value = value || 'x' WHERE key = :key"), {"key": first})
            if len(runs) <= 2:
                met.wait(timeout=10)
            conn.execute(text("UPDATE meta SET value = value || 'x' WHERE key = :key"), {"key": second})

    await asyncio.gather(database.run(lambda: crosswise("a", "b")), database.run(lambda: crosswise("b", "a")))
    assert rows(database, "SELECT value FROM meta ORDER BY key") == [("0xx",), ("0xx",)]
    assert len(runs) == 3
    database.close()


async def test_a_server_that_is_away_is_unavailable() -> None:
    database = Database.open("postgresql://nobody:secret@127.0.0.1:1/none")
    with pytest.raises(Unavailable) as away:
        await database.run(lambda: counts(database))
    assert "secret" not in str(away.value)
    with pytest.raises(Unavailable):
        database.migrate()
    database.close()


async def test_a_cut_connection_is_unavailable_once_and_then_made_anew(postgres: Server) -> None:
    database = Database.open(postgres.url)

    def cut() -> None:
        with database.writing() as conn:
            conn.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))

    with pytest.raises(Unavailable):
        await database.run(cut)
    assert await database.run(lambda: rows(database, "SELECT 1")) == [(1,)]
    database.close()


async def test_its_clock_is_the_databases_and_asks_without_waiting(database: Database) -> None:
    assert abs(database.now() - datetime.now(UTC)) < timedelta(seconds=5)
    await database.look(lambda: counts(database))
    first = database.now()
    assert first.tzinfo is UTC
    assert first <= database.now() < first + timedelta(seconds=5)


def test_naive_times_are_refused(database: Database) -> None:
    with pytest.raises((StoreError, TypeError)):
        keep(database, inbound(), now=NOW.replace(tzinfo=None))
    assert counts(database)["inbox"] == 0


def test_a_second_server_of_one_file_is_refused_by_name_of_the_first(tmp_path: Path) -> None:
    path = tmp_path / "chasqui.db"
    held = lock.hold(path)
    with pytest.raises(StoreError, match=f"process {os.getpid()} on .*, since 20"):
        lock.hold(path)
    held.release()
    lock.hold(path).release()
