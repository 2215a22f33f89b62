"""When each job and loop last came to its end, on whichever machine: so a clock that stopped is seen by all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, delete, func, select

from store.campaign_tables import ticks
from store.many import inserting

_PUT = inserting(
    ticks,
    ("job", "node", "at", "note"),
    lambda row: row.on_conflict_do_update(
        index_elements=["job", "node"], set_={"at": row.excluded.at, "note": row.excluded.note}
    ),
)
_FRESHEST = select(ticks.c.job, func.max(ticks.c.at)).group_by(ticks.c.job)
_NEWEST = select(func.max(ticks.c.at))
# A machine that is gone is forgotten, but for the last one that did the job: its absence is what has to be seen.
_freshest = ticks.alias("freshest")
_FORGET = delete(ticks).where(
    ticks.c.at < bindparam("before"),
    ticks.c.at < select(func.max(_freshest.c.at)).where(_freshest.c.job == ticks.c.job).scalar_subquery(),
)
_KEPT = timedelta(days=1)


def tick(conn: Connection, jobs: Iterable[str], node: str, now: datetime, note: str = "") -> None:
    """These jobs have just run to their end on this node."""
    rows = [{"job": job, "node": node, "at": now, "note": note} for job in sorted(set(jobs))]
    if rows:
        _PUT.execute(conn, rows)


def forget(conn: Connection, now: datetime) -> int:
    """Forget nodes that have been silent for a day; returns how many rows."""
    return conn.execute(_FORGET, {"before": now - _KEPT}).rowcount


def freshest(conn: Connection) -> dict[str, datetime]:
    """When each job last ran to its end, on any node."""
    return {str(job): at for job, at in conn.execute(_FRESHEST)}


def newest(conn: Connection) -> datetime | None:
    """The newest tick of all; None where nothing ever ran."""
    return conn.execute(_NEWEST).scalar()


def stopped(
    seen: Mapping[str, datetime], allowed: Mapping[str, float], now: datetime, speed: float = 1.0
) -> dict[str, float]:
    """Which jobs have been silent for longer than is allowed (in real seconds, of which the clock that wrote the ticks
    makes `speed`), and for how long. A job that never ran anywhere is not missed: perhaps nobody was asked to run it.
    """
    ages = {job: (now - seen[job]).total_seconds() / speed for job in allowed if job in seen}
    return {job: age for job, age in ages.items() if age > allowed[job]}
