"""Read many rows as one value, past a price that SQLite's driver has in a program with threads.

The driver lets go of the interpreter at every row that it reads, and each time another thread may take it and keep it
for a while.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Executable, Select, func, select
from sqlalchemy.dialects import sqlite

from store.columns import Instant, micros, moment
from store.shapes import dumps, loads


@dataclass(frozen=True, slots=True, kw_only=True)
class Packed:
    """A question whose rows come as one JSON value on SQLite, and as they are on PostgreSQL."""

    text: str  # for SQLite, compiled once
    binds: tuple[tuple[str, Any], ...]  # in the order of `text`, with the statement's own constants
    moments: tuple[int, ...]  # the columns that are times
    plain: Executable

    def rows(self, conn: Connection, given: Mapping[str, Any]) -> Sequence[Sequence[Any]]:
        """What `plain` finds with these values. A yes or no comes as 1 or 0 on SQLite."""
        if conn.dialect.name != "sqlite":
            return conn.execute(self.plain, given).all()
        found: list[list[Any]] = loads(
            conn.exec_driver_sql(
                self.text, tuple([_bound(given.get(name, own)) for name, own in self.binds])
            ).scalar_one()
        )
        for row in found:
            for index in self.moments:
                if row[index] is not None:
                    row[index] = moment(row[index])
        return found


def packed(plain: Select[Any]) -> Packed:
    """`plain`, to be asked so. Its columns have names of their own, and are texts, numbers, times, yes or no."""
    inner = plain.subquery("found")
    compiled = select(func.json_group_array(func.json_array(*inner.c))).compile(dialect=sqlite.dialect())
    return Packed(
        text=str(compiled),
        binds=tuple((name, compiled.params[name]) for name in compiled.positiontup or ()),
        moments=tuple(index for index, column in enumerate(inner.c) if isinstance(column.type, Instant)),
        plain=plain,
    )


def _bound(value: Any) -> Any:
    if type(value) is datetime:
        return micros(value)
    return dumps(value) if isinstance(value, list) else value
