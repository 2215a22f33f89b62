"""Watch over this process: write down that its loops and jobs still run, what it has counted, and how late it is."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import json
import logging
import os
import socket
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from messaging import tallying
from messaging.tallying import Tally
from store import recovery, ticks
from store.database import Database
from store.errors import StoreError

log = logging.getLogger(__name__)

Job = Callable[[], Awaitable[object]]

EVERY = 5.0  # seconds between two writings
_SKEW = 5.0  # seconds between the clocks of this machine and of the database, above which nobody serves
_SLACK = timedelta(seconds=60)  # what an asynchronous standby may lack without our calling it a journey in time
# A loop's round lasts at most as long as a provider's time-out allows; a job is missed after three of its intervals.
LOOPS: Mapping[str, float] = {"answering": 60.0, "sending": 90.0}
_LEAST, _INTERVALS = 60.0, 3
_RESTING = frozenset(("campaigns", "rhythm", "tallies", "sweep"))  # jobs that rest in recovery


@dataclass(slots=True, kw_only=True)
class Watch:
    """What has run to its end in this process since it was last written down."""

    database: Database
    tally: Tally
    node: str = field(default_factory=lambda: f"{socket.gethostname()}:{os.getpid()}")
    ran: set[str] = field(default_factory=set)

    def beating(self, name: str) -> Callable[[], None]:
        """What a loop calls after each round."""
        return lambda: self.ran.add(name)

    def job(self, name: str, job: Job) -> Job:
        """The job, which is written down once it has run to its end without an error."""

        def recovering() -> bool:
            with self.database.reading() as conn:
                return recovery.is_on(conn)

        async def run() -> None:
            # In a restored database nothing is planned or fetched that was, for all we know, done already.
            if name not in _RESTING or not await self.database.look(recovering):
                await job()
            self.ran.add(name)

        return run


def allowed(jobs: Mapping[str, tuple[float, Job]]) -> dict[str, float]:
    """How long each loop and job may be silent, in seconds."""
    return {**LOOPS, **{name: max(_LEAST, _INTERVALS * seconds) for name, (seconds, _) in jobs.items()}}


async def watch_until(stop: asyncio.Event, watch: Watch, witness: Path) -> None:
    """Write ticks and counts every few seconds until `stop`, and once more at the end."""
    while not stop.is_set():
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(EVERY):
                await stop.wait()
        try:
            await write(watch, witness)
        except StoreError as error:
            log.error("The database is away, so nobody hears that we run: %s", error)
        if abs(watch.database.skew) > _SKEW:
            log.error("%s", skewed(watch.database.skew))


async def write(watch: Watch, witness: Path) -> None:
    """Write what ran and what was counted. Raises StoreError; then it is kept for the next time."""
    ran, watch.ran = watch.ran, set()
    taken = watch.tally.take()
    database = watch.database

    def work() -> datetime:
        now = database.now()
        with database.writing() as conn:
            ticks.tick(conn, ran, watch.node, now)
            tallying.write(conn, taken, now)
        return now

    if not ran and not taken:
        return
    try:
        now = await database.run(work)
    except StoreError:
        watch.ran |= ran
        watch.tally.give_back(taken)
        raise
    if ran:
        await asyncio.to_thread(_witness, witness, now)


def start(watch: Watch, jobs: set[str], witness: Path) -> None:
    """Before anything runs: refuse a machine whose clock is wrong, see whether the database has gone back in time
    since this machine last saw it, and say that these jobs begin. Raises StoreError."""
    database = watch.database
    database.do(lambda: None)
    if abs(database.skew) > _SKEW:
        raise StoreError(skewed(database.skew))
    now, seen = database.now(), _witnessed(witness)

    def work() -> bool:
        with database.writing() as conn:
            newest = ticks.newest(conn)
            back = seen is not None and recovery.gone_back(seen, newest, _SLACK)
            if back and newest and not recovery.is_on(conn):
                recovery.hold(conn, now, newest, "the database is older than what this machine has seen of it")
            ticks.tick(conn, jobs, watch.node, now, "started")
            ticks.forget(conn, now)
            return recovery.is_on(conn)

    if database.do(work):
        log.warning(
            "RECOVERY: this database was restored. What waited when the backup was made is held back, and nothing that "
            "was due is said, until a person has looked: chasqui recover. New messages are answered."
        )
    _witness(witness, now)


def skewed(seconds: float) -> str:
    """What is said of a clock that is wrong."""
    how = "ahead of" if seconds > 0 else "behind"
    return (
        f"This machine's clock is {abs(seconds):.1f} s {how} the database's; at most {_SKEW:.0f} s are safe. "
        "Let a time service set it (timedatectl set-ntp true), then start again."
    )


def witness_path(database: Database, folder: Path) -> Path:
    """Where this machine remembers when it last wrote to this database: beside a SQLite file, else in `folder`."""
    if database.path:
        return database.path.with_name(database.path.name + ".witness")
    return folder / f"witness-{hashlib.sha256(database.url.encode()).hexdigest()[:12]}"


def _witness(path: Path, now: datetime) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        beside = path.with_name(f"{path.name}.{os.getpid()}")
        beside.write_text(json.dumps({"wrote": now.isoformat()}) + "\n")
        beside.replace(path)
    except OSError as error:  # a container may have no place for it; then only a marked backup is noticed
        log.debug("%s cannot be written: %s", path, error.strerror)


def _witnessed(path: Path) -> datetime | None:
    try:
        return datetime.fromisoformat(json.loads(path.read_text())["wrote"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
