"""What administrators have set: it wins over the environment, every change is kept, and each can be undone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, bindparam, delete, func, insert, select
from sqlalchemy.dialects import postgresql

from bot.cooperating.accounts import Account
from bot.cooperating.roles import Right, need
from bot.people import Scope
from store.account_tables import kept_settings, setting_changes
from store.shapes import clean

_MADE = postgresql.insert(kept_settings)
_KEEP = _MADE.on_conflict_do_update(
    index_elements=["name"],
    set_={"value": _MADE.excluded.value, "at": _MADE.excluded.at, "by": _MADE.excluded.by},
)
_ONE = select(kept_settings.c.value).where(kept_settings.c.name == bindparam("which"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One change of one setting. None: it was not set, or is no longer, and the environment's value held or holds."""

    id: int
    name: str
    before: str | None
    after: str | None
    at: datetime
    by: str
    by_name: str
    undoes: int | None = None
    latest: bool = False  # nothing has changed it since: it can be undone


def kept(conn: Connection) -> dict[str, str]:
    """Everything that is set, by name, as text."""
    return {row.name: row.value for row in conn.execute(select(kept_settings.c.name, kept_settings.c.value))}


def change(
    conn: Connection, scope: Scope, by: Account, values: Mapping[str, str | None], now: datetime
) -> list[Change]:
    """Set these (None: no longer), and keep what was; the changes that were made, without those that change nothing."""
    need(scope, Right.SETTINGS)
    return [made for name, after in values.items() if (made := _change(conn, by, name, after, now)) is not None]


def undo(conn: Connection, scope: Scope, by: Account, id: int, now: datetime) -> Change | None:
    """Take one change back; None where there is none, or its setting has been changed since."""
    need(scope, Right.SETTINGS)
    row = conn.execute(select(setting_changes).where(setting_changes.c.id == id)).first()
    if row is None or conn.execute(_latest(row.name)).scalar() != id:
        return None
    return _change(conn, by, row.name, row.before, now, undoes=id)


def changes(conn: Connection, scope: Scope, *, before: int = 0, limit: int = 50) -> list[Change]:
    """What was changed, the latest first, `limit` at a time; go on with the last id as `before`."""
    need(scope, Right.SEE_SETTINGS)
    query = select(setting_changes).order_by(setting_changes.c.id.desc()).limit(limit)
    if before:
        query = query.where(setting_changes.c.id < before)
    rows = conn.execute(query).all()
    last = {name: conn.execute(_latest(name)).scalar() for name in {row.name for row in rows}}
    return [Change(**row._mapping, latest=last[row.name] == row.id) for row in rows]


def _latest(name: str) -> Select[Any]:
    return select(func.max(setting_changes.c.id)).where(setting_changes.c.name == name)


def _change(
    conn: Connection, by: Account, name: str, after: str | None, now: datetime, undoes: int | None = None
) -> Change | None:
    before = conn.execute(_ONE, {"which": name}).scalar()
    after = None if after is None else clean(after)
    if before == after:
        return None
    if after is None:
        conn.execute(delete(kept_settings).where(kept_settings.c.name == name))
    else:
        conn.execute(_KEEP, {"name": name, "value": after, "at": now, "by": by.id})
    row: dict[str, Any] = {
        "name": name,
        "before": before,
        "after": after,
        "at": now,
        "by": by.id,
        "by_name": by.name,
        "undoes": undoes,
    }
    id = conn.execute(insert(setting_changes).values(row).returning(setting_changes.c.id)).scalar_one()
    return Change(id=id, latest=True, **row)
