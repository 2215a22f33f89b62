"""Counts of things that happened, by day: what nobody is told at once, and somebody should look at."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection, bindparam, func, select
from sqlalchemy.dialects.postgresql import insert

from store.tables import counters

# The PostgreSQL form of an insert with ON CONFLICT compiles to SQLite's too.
_ROW = insert(counters)
_ADD = _ROW.on_conflict_do_update(index_elements=["name", "day"], set_={"n": counters.c.n + _ROW.excluded.n})
_TOTALS = select(counters.c.name, func.sum(counters.c.n)).group_by(counters.c.name)
_SINCE = (
    select(counters.c.name, func.sum(counters.c.n))
    .where(counters.c.day > bindparam("day"))
    .group_by(counters.c.name)
    .order_by(counters.c.name)
)
_ON = select(counters.c.n).where(counters.c.name == bindparam("what"), counters.c.day == bindparam("when"))


def add(conn: Connection, counts: Mapping[str, int], now: datetime) -> None:
    """Add to today's counts (UTC days). A zero writes nothing."""
    day = now.date().isoformat()
    # In one order, so that two processes that count the same things never wait for each other crosswise.
    rows = [{"name": name, "day": day, "n": n} for name, n in sorted(counts.items()) if n]
    if rows:
        conn.execute(_ADD, rows)


def totals(conn: Connection) -> dict[str, int]:
    """Every counter's sum over all days."""
    return {name: int(n) for name, n in conn.execute(_TOTALS)}


def since(conn: Connection, day: str) -> dict[str, int]:
    """The sums of the days after this one (ISO 8601)."""
    return {name: int(n) for name, n in conn.execute(_SINCE, {"day": day})}


def on(conn: Connection, name: str, day: str) -> int:
    """What one counter came to on a day (ISO 8601)."""
    found = conn.execute(_ON, {"what": name, "when": day}).scalar()
    return int(found or 0)
