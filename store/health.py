"""How the waiting tables stand, in figures that name nobody."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    delete,
    exists,
    func,
    insert,
    literal_column,
    not_,
    select,
    text,
    union,
)

from store import counters
from store.tables import dues, help_requests, inbox, meta, outbox, thread_learners, threads

_PROBE = "probe"
_PUT_OFF = timedelta(hours=1)  # by which answering puts off what nobody can carry


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Depths of what waits, and what nobody has looked at. Ages are in seconds; 0 where nothing waits."""

    inbox_waiting: int
    inbox_oldest: float
    inbox_spoiled: int
    dues_waiting: int
    dues_oldest: float
    outbox_waiting: int  # that may leave by now
    outbox_oldest: float
    outbox_later: int
    outbox_sending: int
    outbox_unknown: int
    help_open: int
    counters: dict[str, int]


def figures(conn: Connection, now: datetime) -> Figures:
    """The figures of this moment: a few counts over the indexes of what waits."""
    heard, heard_at = _waiting(conn, inbox.c.received_at, inbox.c.state == literal_column("'new'"))
    owed, owed_at = _waiting(conn, dues.c.at, dues.c.at <= now)
    queued = outbox.c.state == literal_column("'queued'")
    ready, ready_at = _waiting(conn, outbox.c.not_before, queued, outbox.c.not_before <= now)
    later, _ = _waiting(conn, outbox.c.not_before, queued, outbox.c.not_before > now)
    spoiled, _ = _waiting(conn, inbox.c.received_at, inbox.c.state == literal_column("'spoiled'"))
    doubtful: dict[str, int] = dict(
        conn.execute(
            select(outbox.c.state, func.count())
            .where(outbox.c.state.in_((literal_column("'sending'"), literal_column("'unknown'"))))
            .group_by(outbox.c.state)
        ).all()
    )
    helped, _ = _waiting(conn, help_requests.c.asked_at, help_requests.c.answered_at.is_(None))
    return Figures(
        inbox_waiting=heard,
        inbox_oldest=_age(now, heard_at),
        inbox_spoiled=spoiled,
        dues_waiting=owed,
        dues_oldest=_age(now, owed_at),
        outbox_waiting=ready,
        outbox_oldest=_age(now, ready_at),
        outbox_later=later,
        outbox_sending=doubtful.get("sending", 0),
        outbox_unknown=doubtful.get("unknown", 0),
        help_open=helped,
        counters=counters.totals(conn),
    )


def stranded(conn: Connection, now: datetime, prefix: str, missing: Collection[str]) -> int:
    """At how many addresses that begin so something is owed or waits to leave. Left out is whoever can be written to at
    another one, which begins like none of those that are `missing` a sender."""
    here, there, theirs = threads.alias("here"), threads.alias("there"), thread_learners.alias("theirs")
    elsewhere = exists(literal_column("1")).where(
        theirs.c.learner == dues.c.learner,
        theirs.c.address == there.c.address,
        there.c.state == literal_column("'open'"),
        *(not_(there.c.address.startswith(each)) for each in missing),
    )
    owed = (
        select(here.c.address)
        .select_from(dues.join(thread_learners, thread_learners.c.learner == dues.c.learner))
        .join(here, here.c.address == thread_learners.c.address)
        .where(
            dues.c.at <= now + _PUT_OFF,
            here.c.state == literal_column("'open'"),
            here.c.address.startswith(prefix),
            not_(elsewhere),
        )
    )
    queued = select(outbox.c.address).where(
        outbox.c.state == literal_column("'queued'"), outbox.c.address.startswith(prefix)
    )
    return int(conn.execute(select(func.count()).select_from(union(owed, queued).subquery())).scalar_one())


def server(conn: Connection) -> dict[str, str]:
    """What a PostgreSQL server says of its version and of what it does before it says that something is kept; nothing
    of SQLite, whose settings are ours."""
    if conn.dialect.name != "postgresql":
        return {}
    names = ("server_version", "fsync", "full_page_writes", "synchronous_commit")
    return {name: str(conn.execute(text(f"SHOW {name}")).scalar_one()) for name in names}


def probe(conn: Connection) -> None:
    """Write some pages and take them back, to see whether there is room again. Raises what the database raises."""
    conn.execute(delete(meta).where(meta.c.key == _PROBE))
    conn.execute(insert(meta).values(key=_PROBE, value="x" * 20_000))
    conn.execute(delete(meta).where(meta.c.key == _PROBE))


def _waiting(conn: Connection, since: Column[Any], *conditions: ColumnElement[bool]) -> tuple[int, datetime | None]:
    count, oldest = conn.execute(select(func.count(), func.min(since)).where(*conditions)).one()
    return int(count), oldest


def _age(now: datetime, since: datetime | None) -> float:
    return max(0.0, (now - since).total_seconds()) if since else 0.0
