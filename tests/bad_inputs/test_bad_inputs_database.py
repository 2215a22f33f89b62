"""A database and a clock that misbehave under the whole program: what must happen, by the row that asks for it."""

from __future__ import annotations

import asyncio
import random
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import psycopg
import pytest
from sqlalchemy import select, text

from authoring.shelf import Shelf
from cli.wiring import AT_ONCE
from messaging.answering import answer_round
from messaging.sending import LEASE, reconcile, send_round
from store import database as room
from store.database import Database
from store.errors import StoreError
from store.tables import inbox, outbox
from tests.bad_inputs.town import Town, town

LINES = ("VIVERO", "SI", "Rosa", "A", "B", "ESTADO")


@pytest.fixture
async def place(sqlite: Database, shelf: Shelf) -> AsyncIterator[Town]:
    async with town(sqlite, shelf) as made:
        yield made


@contextmanager
def commits(database: Database, act: Callable[[Any, Callable[[], None]], None]) -> Iterator[None]:
    """Let `act` (given the driver's connection and what commits it) stand in for each commit of a writer."""
    dialect = database._writer.dialect
    proper = dialect.do_commit
    dialect.do_commit = lambda connection: act(connection, lambda: proper(connection))  # type: ignore[method-assign]
    try:
        yield
    finally:
        dialect.do_commit = proper  # type: ignore[method-assign]


def lost(database: Database) -> Exception:
    """What the driver raises when the answer to a commit does not come back."""
    if database.path is None:
        return psycopg.OperationalError("server closed the connection unexpectedly")
    return _sqlite("disk I/O error", 10)


def _sqlite(words: str, code: int) -> sqlite3.OperationalError:
    error = sqlite3.OperationalError(words)
    error.sqlite_errorcode = code
    return error


async def press_on(place: Town) -> None:
    """Answer, send and ask for an hour, going on after whatever the database refuses, as the loops do."""
    for _ in range(20):
        try:
            await place.settle()
            await reconcile(place.house.post)
        except StoreError:
            pass
        place.clock.wait(seconds=LEASE.total_seconds() * 3)


async def bring(place: Town, text: str, number: int) -> list[int]:
    """Bring a message until it is taken, as Twilio does; the statuses."""
    statuses = [await place.sms(text, number)]
    while statuses[-1] == 503 and len(statuses) < 50:
        statuses.append(await place.sms(text, number))
    assert statuses[-1] == 200
    return statuses


@pytest.fixture
async def calm(tmp_path_factory: pytest.TempPathFactory, migrated_sqlite: bytes, shelf: Shelf) -> list[str]:
    """What she hears where nothing goes wrong."""
    path = tmp_path_factory.mktemp("calm") / "chasqui.db"
    path.write_bytes(migrated_sqlite)
    database = Database.open(f"sqlite:///{path}")
    async with town(database, shelf) as place:
        await place.talk(*LINES)
        heard = place.heard()
    database.close()
    return heard


@pytest.mark.parametrize("every", [2, 3, 5])
async def test_a_commit_whose_answer_is_lost_is_neither_lost_nor_done_twice(
    database: Database, shelf: Shelf, calm: list[str], every: int
) -> None:
    """BI094, F17: each second, third or fifth commit is done, and the connection ends before it is said."""
    count = 0

    def break_after(connection: Any, commit: Callable[[], None]) -> None:
        nonlocal count
        count += 1
        commit()
        if count % every == 0:
            if database.path is None:
                connection.driver_connection.close()
            raise lost(database)

    async with town(database, shelf) as place:
        for number, line in enumerate(LINES, 1):
            with commits(database, break_after):
                await bring(place, line, number)
                await press_on(place)
            await press_on(place)
        assert place.heard() == calm
        assert place.inbox_rows() == len(LINES)


async def test_what_the_disk_does_not_take_is_not_acknowledged_and_it_goes_on_when_there_is_room(place: Town) -> None:
    """BI097, F21"""
    await place.talk("VIVERO")
    _limit(place.database, 1)  # as many as there are
    taken = 1
    while await place.sms("gracias " * 180, 900 + taken, who="+51900000002") == 200:
        taken += 1
        assert taken < 100
    for _ in range(3):
        assert await place.sms("x" * 1500, 990) == 503
    assert place.inbox_rows() == taken
    async with place.client.get(place.url + "/health/ready") as got:
        assert got.status == 503
    async with place.client.get(place.url + "/health/live") as got:
        assert got.status == 200
    _limit(place.database, 1_000_000)
    async with place.client.get(place.url + "/health/ready") as got:
        assert got.status == 200
    assert await place.sms("SI", 991) == 200
    place.clock.wait(seconds=5)
    await place.settle()
    assert len(place.heard()) == 2


def _limit(database: Database, pages: int) -> None:
    with database.writing() as conn:
        conn.exec_driver_sql(f"PRAGMA max_page_count = {pages}")


@pytest.mark.parametrize(("words", "code"), [("database or disk is full", 13), ("disk I/O error", 10),
                                             ("attempt to write a readonly database", 8)])  # fmt: skip
async def test_each_write_in_turn_may_fail_and_nothing_is_lost_or_said_twice(
    place: Town, calm: list[str], words: str, code: int
) -> None:
    """BI097"""
    for failing in range(4):
        count = 0

        def break_one(connection: Any, commit: Callable[[], None], failing: int = failing) -> None:
            nonlocal count
            count += 1
            if count == failing + 1:
                connection.rollback()
                raise _sqlite(words, code)
            commit()

        line = LINES[failing]
        with commits(place.database, break_one):
            statuses = await bring(place, line, failing + 1)
            assert statuses == ([503, 200] if failing == 0 else [200])
            await press_on(place)
        assert count > failing
    assert place.heard() == calm[: len(place.heard())]
    assert len(place.heard()) >= 6


async def test_a_foreign_lock_is_503_within_a_second_while_the_rest_goes_on(sqlite: Database, shelf: Shelf) -> None:
    """BI098"""
    async with town(sqlite, shelf, patience=AT_ONCE) as place:
        assert place.database.path
        foreign = sqlite3.connect(place.database.path, isolation_level=None)
        foreign.execute("BEGIN IMMEDIATE")
        loop = asyncio.get_running_loop()
        took = []
        for _ in range(3):
            began = loop.time()
            assert await place.sms("VIVERO", 1) == 503
            took.append(loop.time() - began)
        assert min(took) < 1.2
        assert max(took) < 4  # each, not only those that come after one has waited in vain; this machine may be busy
        knocking = asyncio.create_task(place.sms("VIVERO", 1))
        alive = 0
        while not knocking.done():
            async with place.client.get(place.url + "/health/live") as got:
                assert got.status == 200
            alive += 1
        assert await knocking == 503
        assert alive > 10  # one or two, were everybody kept waiting with it
        foreign.execute("ROLLBACK")
        foreign.close()
        assert await place.sms("VIVERO", 1) == 200
        await place.settle()
        assert len(place.heard()) == 1


@pytest.mark.parametrize("state", ["40001", "40P01"])
async def test_transactions_that_are_thrown_back_are_replayed_without_a_double_effect(
    database: Database, shelf: Shelf, calm: list[str], state: str
) -> None:
    """BI099: one commit in five is thrown back."""
    chance = random.Random(7)
    thrown = 0

    def throw_back(connection: Any, commit: Callable[[], None]) -> None:
        nonlocal thrown
        if chance.random() > 0.2:
            commit()
            return
        thrown += 1
        connection.rollback()
        if database.path is None:
            raise psycopg.errors.lookup(state)("could not serialize access")
        raise _sqlite("database is locked", 5)

    async with town(database, shelf) as place:
        with commits(database, throw_back):
            for number, line in enumerate(LINES, 1):
                assert await place.sms(line, number) == 200  # replayed behind the door, so that nobody hears of it
                await place.settle()
        assert thrown >= 5
        assert place.heard() == calm
        assert place.inbox_rows() == len(LINES)


# -- the clock --


async def test_what_is_due_is_decided_by_the_clock_of_the_database_where_machines_share_one(
    database: Database, shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    """BI088"""
    if database.path:
        pytest.skip("on SQLite one machine serves, and its clock counts")
    with database.reading() as conn:
        conn.execute(text("SELECT 1"))
    for ahead in (30, -30):

        class Wrong(datetime):
            @classmethod
            def now(cls, tz: Any = None, ahead: int = ahead) -> datetime:  # type: ignore[override]
                return datetime.now(tz) + timedelta(seconds=ahead)

        monkeypatch.setattr(room, "datetime", Wrong)
        node = Database.open(database._writer.url.render_as_string(hide_password=False))
        await node.look(lambda: None)
        assert abs(node.now() - datetime.now(UTC)) < timedelta(seconds=10)
        node.close()


async def test_two_nodes_with_clocks_that_differ_say_nothing_twice_and_lose_nothing(
    database: Database, shelf: Shelf
) -> None:
    """BI088"""
    async with town(database, shelf) as place:
        for number in range(1, 41):
            assert await place.sms("VIVERO", number, who=f"+519{number:08d}") == 200
        house = place.house
        early, late = (
            (lambda: place.clock.now - timedelta(seconds=30)),
            (lambda: place.clock.now + timedelta(seconds=30)),
        )

        def node(clock: Callable[[], datetime]) -> tuple[Any, Any]:
            from dataclasses import replace

            return replace(house.desk, clock=clock), replace(house.post, clock=clock, resting={})

        nodes = [node(early), node(late)]
        for _ in range(6):
            await asyncio.gather(*(database.run(partial(answer_round, desk)) for desk, _ in nodes))
            await asyncio.gather(*(send_round(post) for _, post in nodes))
            place.clock.wait(seconds=31)
        assert sorted(message["to"] for message in place.twilio.messages) == [f"+519{n:08d}" for n in range(1, 41)]
        assert {state for _, state in place.rows(outbox.c.id, outbox.c.state)} == {"sent"}


async def test_after_three_days_away_one_reminder_comes_and_in_waking_hours(place: Town) -> None:
    """BI092"""
    await place.talk("VIVERO", "SI", "Rosa")
    said = len(place.heard())
    place.clock.wait(days=3, hours=12)  # ten in the evening in Lima, and nothing has run since
    await place.settle()
    assert len(place.heard()) == said
    place.clock.wait(hours=10)
    for _ in range(5):
        await place.settle()
        place.clock.wait(hours=1)
    assert len(place.heard()) == said + 1


async def test_nothing_is_kept_twice_by_two_workers(database: Database, shelf: Shelf) -> None:
    """BI088, F06"""
    async with town(database, shelf) as place:
        for number, line in enumerate(("VIVERO", "SI", "Rosa"), 1):
            assert await place.sms(line, number) == 200
        for _ in range(4):
            await asyncio.gather(*(database.run(partial(answer_round, place.house.desk)) for _ in range(4)))
        await place.settle()
        with database.reading() as conn:
            states = list(conn.execute(select(inbox.c.state)).scalars())
        assert states == ["answered"] * 3
        assert len(place.heard()) == 5
