"""Open the database, and run work in it off the event loop: one writer on SQLite, a small pool on PostgreSQL."""

from __future__ import annotations

import asyncio
import random
import sqlite3
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Connection as Connection
from sqlalchemy import Engine, text
from sqlalchemy.exc import SQLAlchemyError

from store import migrating, rehearsing
from store.engines import PG_CONNECTIONS, postgresql_engines, read_url, sqlite_engines
from store.errors import StoreError, Unavailable, translated, worth_replaying

T = TypeVar("T")

_TRIES = 5
_FOLDED_ROWS = 2000  # some three hundred messages, whose pages are copied in ten milliseconds
_CLOCK_SECONDS = 30.0  # how long the database's clock, once read, is carried on by our monotonic one


class Database:
    """A database that is open: connections, the threads that use them, and its clock."""

    dialect: str  # sqlite or postgresql
    url: str  # without the password
    path: Path | None  # the file of a SQLite database
    skew: float = 0.0  # seconds by which this machine's clock was ahead of the database's, when it was last read
    speed: float = 1.0  # seconds that our clock goes in one real second: more in a rehearsal
    takes: bool = True  # whether the last thing that was written was taken: a full disk can still be read

    def __init__(self, url: str) -> None:
        found = read_url(url)
        self.dialect = found.get_backend_name()
        self.url = found.render_as_string(hide_password=True)
        self.path = Path(found.database or "") if self.dialect == "sqlite" else None
        self._writer: Engine
        self._readers: Engine
        self._writer, self._readers = sqlite_engines(found) if self.path else postgresql_engines(found)
        # SQLite has one writer at a time: with four, the slowest waits 139 ms instead of 6.
        self._writing = ThreadPoolExecutor(1 if self.path else PG_CONNECTIONS // 2, thread_name_prefix="store-write")
        self._reading = ThreadPoolExecutor(3 if self.path else PG_CONNECTIONS // 2, thread_name_prefix="store-read")
        self._changed = self._folded = 0  # rows that the writer has changed: all, and those that are folded back
        self._well = True
        self._asked_at = 0.0  # monotonic second from which on the writer waits to be let write; 0: it does not
        self._clock: tuple[float, datetime] | None = None
        self._rehearsed: Callable[[datetime], datetime] = lambda real: real

    @classmethod
    def open(cls, url: str) -> Database:
        """Open `sqlite:///path` or `postgresql://…`, whichever driver the URL names. Nothing is connected yet.

        Raises ValueError with a sentence for the operator on any other URL.
        """
        return cls(url)

    def migrate(self) -> None:
        """Bring the tables up to what this program knows; quick where they are. Raises StoreError where the schema
        is newer than the program or the file cannot be written, Unavailable where there is no connection."""
        self.do(lambda: migrating.migrate(self._writer, self._readers, self.path))

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction that sees one state of the database and cannot write. Raises Unavailable or StoreError."""
        with _translating(), self._readers.begin() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that is committed at the end, or rolled back where the block raises. Raises Unavailable or
        StoreError."""
        try:
            with _translating(), self._begun() as connection:
                yield connection
                driver = connection.connection.driver_connection
        except Unavailable:
            self.takes = False
            raise
        self.takes = True
        self._changed = getattr(driver, "total_changes", 0)

    @contextmanager
    def _begun(self) -> Iterator[Connection]:
        self._asked_at = self._asked_at or time.monotonic()
        with self._writer.begin() as connection:
            self._asked_at = 0.0
            yield connection

    @property
    def held_up(self) -> float:
        """Seconds for which nobody has been let write: on SQLite, somebody else's program holds the file."""
        return time.monotonic() - self._asked_at if self._asked_at else 0.0

    def do(self, work: Callable[[], T]) -> T:
        """Run work here and now. A transaction lost to a lock or a deadlock is replayed, at most five times, so
        `work` opens its own transaction and keeps nothing between two. Raises Unavailable or StoreError."""
        # Once one piece of work has waited in vain, those queued behind it do not each wait as long again.
        tries = _TRIES if self._well else 1
        for tried in range(1, tries + 1):
            try:
                with _translating():
                    self._read_clock()
                    done = work()
            except StoreError as error:
                again = worth_replaying(error.__cause__)
                if again and tried < tries:
                    time.sleep(random.uniform(0.5, 1.5) * 0.01 * 2**tried)
                    continue
                self._well = not again
                raise
            self._well = True
            return done
        raise AssertionError("the last try returns or raises")

    async def run(self, work: Callable[[], T]) -> T:
        """Run writing work in the writer's thread, as `do` does. Cancelling the caller does not stop the work."""
        loop = asyncio.get_running_loop()
        done = await loop.run_in_executor(self._writing, self.do, work)
        if self._changed - self._folded >= _FOLDED_ROWS:
            self._folded = self._changed
            loop.run_in_executor(self._writing, self._fold)
        return done

    async def look(self, work: Callable[[], T]) -> T:
        """Run reading work in a reader's thread, as `do` does."""
        return await asyncio.get_running_loop().run_in_executor(self._reading, self.do, work)

    def now(self) -> datetime:
        """The time: the database's on PostgreSQL, so that machines agree on what is due; ours on SQLite. No waiting:
        the database's clock is read with the work at most every 30 s, and carried on by the monotonic clock."""
        return self._rehearsed(self._real())

    def rehearse(self, speed: float) -> None:
        """Let `now` run fast from here on, as every process that rehearses on this database sees it."""

        def work() -> Callable[[datetime], datetime]:
            with self.writing() as connection:
                return rehearsing.begin(connection, self._real(), speed)

        self._rehearsed = self.do(work)
        self.speed = speed

    def _fold(self) -> None:
        """Fold SQLite's log back on the writer's own connection, while it has nothing else to do and nobody waits for
        it: in a commit, it would be done before whoever wrote is told."""
        with suppress(SQLAlchemyError, sqlite3.Error), closing(self._writer.raw_connection()) as connection:
            connection.cursor().execute("PRAGMA wal_checkpoint(PASSIVE)")

    def _real(self) -> datetime:
        if self._clock is None:
            return datetime.now(UTC)
        read_at, said = self._clock
        return said + timedelta(seconds=time.monotonic() - read_at)

    def close(self) -> None:
        """Finish what runs, then let go of threads and connections."""
        self._writing.shutdown(wait=True)
        self._reading.shutdown(wait=True)
        self._readers.dispose()
        self._writer.dispose()

    def _read_clock(self) -> None:
        if self.path or (self._clock and time.monotonic() - self._clock[0] < _CLOCK_SECONDS):
            return
        with self.reading() as connection:
            before = datetime.now(UTC)
            said = connection.execute(text("SELECT clock_timestamp()")).scalar_one()
            after = datetime.now(UTC)
            self._clock = (time.monotonic(), said.astimezone(UTC))
            # The way there and back is no skew: only what lies outside it is.
            self.skew = (min(after - said, timedelta()) or max(before - said, timedelta())).total_seconds()


@contextmanager
def _translating() -> Iterator[None]:
    try:
        yield
    except SQLAlchemyError as error:
        raise translated(error) from error
