"""Insert many rows with one statement: row by row inside the driver on SQLite, as columns at once on PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, CursorResult, Executable, Table, bindparam, func, select
from sqlalchemy.dialects.postgresql import ARRAY, Insert, insert

Row = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Many:
    """An insert of many rows in both its forms.

    SQLite runs a short statement a row in 2 µs. PostgreSQL plans each anew, even in a pipeline; rows of `unnest`ed
    arrays cost it half as much.
    """

    each: Executable
    at_once: Executable
    columns: tuple[str, ...]

    def execute(self, conn: Connection, rows: Sequence[Row]) -> CursorResult[*tuple[Any, ...]]:
        """Run it for these rows, at least one, each with all the columns and no others."""
        if conn.dialect.name == "sqlite":
            return conn.execute(self.each, rows)
        return conn.execute(self.at_once, {f"all_{name}": [row[name] for row in rows] for name in self.columns})


def inserting(
    table: Table, columns: Sequence[str], finish: Callable[[Insert], Executable] = lambda plain: plain
) -> Many:
    """An insert of these columns; `finish` adds what happens on a conflict, and what is returned."""
    arrays = (bindparam(f"all_{name}", type_=ARRAY(table.c[name].type)) for name in columns)
    given = func.unnest(*arrays).table_valued(*(table.c[name] for name in columns), name="given").render_derived()
    return Many(
        each=finish(insert(table)),
        at_once=finish(insert(table).from_select(columns, select(*given.c))),
        columns=tuple(columns),
    )
