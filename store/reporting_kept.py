"""Keep tables that took long to count, so that a page costs the same for few people and for many."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, delete, select
from sqlalchemy.dialects.postgresql import insert

from bot.cooperating.roles import Right, need
from bot.people import Scope
from bot.reporting.tables import Row, Table
from store.shapes import dumps, loads
from store.survey_tables import kept_reports

FRESH = timedelta(hours=6)
"""How long a page shows what was counted; a button counts anew at any time."""

_FORGOTTEN = timedelta(days=2)
_KEEP = insert(kept_reports)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """Tables as they were counted, small cells hidden already, and when."""

    tables: tuple[Table, ...]
    made_at: datetime


def key_of(scope: Scope, **asked: object) -> str:
    """Under which a report is kept: whose people it is about, and what was asked."""
    bounds = None if scope.cooperatives is None else sorted(scope.cooperatives)
    told = dumps([bounds, {name: str(value) for name, value in sorted(asked.items())}])
    return hashlib.sha256(told.encode()).hexdigest()


def body(conn: Connection, scope: Scope, key: str, now: datetime) -> tuple[Any, datetime] | None:
    """What is kept under this key and still fresh, and when it was made; `key_of` bounds it to the scope."""
    need(scope, Right.SEE_RESULTS)
    row = conn.execute(select(kept_reports).where(kept_reports.c.key == key)).first()
    return (loads(row.body), row.made_at) if row and now - FRESH <= row.made_at <= now else None


def keep_body(conn: Connection, scope: Scope, key: str, held: Any, now: datetime) -> None:
    """Keep something under a key, and forget what is old. It never leaves this room before small cells are hidden."""
    need(scope, Right.SEE_RESULTS)
    fresh = {"body": _KEEP.excluded.body, "made_at": _KEEP.excluded.made_at}
    row = {"key": key, "body": dumps(held), "made_at": now}
    conn.execute(_KEEP.on_conflict_do_update(index_elements=["key"], set_=fresh), row)
    conn.execute(delete(kept_reports).where(kept_reports.c.made_at < now - _FORGOTTEN))


def kept(conn: Connection, scope: Scope, key: str, now: datetime) -> Kept | None:
    """The tables that are kept under this key, if they are fresh."""
    found = body(conn, scope, key, now)
    return Kept(tables=tuple(_table(each) for each in found[0]), made_at=found[1]) if found else None


def keep(conn: Connection, scope: Scope, key: str, tables: Sequence[Table], now: datetime) -> None:
    """Keep tables under a key."""
    keep_body(conn, scope, key, [asdict(table) for table in tables], now)


def _table(held: dict[str, Any]) -> Table:
    return Table(
        code=held["code"],
        by=tuple(held["by"]),
        measures=tuple(held["measures"]),
        rows=tuple(_row(each) for each in held["rows"]),
        total=_row(held["total"]),
    )


def _row(held: dict[str, Any]) -> Row:
    return Row(key=tuple(held["key"]), n=held["n"], hits=tuple(held["hits"]), together=held["together"])
