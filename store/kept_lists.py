"""Lists between their upload and their import: kept for a day, for whoever uploaded them and nobody else."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from bot.cooperating.roles import Right, need
from bot.people import Scope
from store.people_tables import kept_lists
from store.shapes import clean, dumps, loads

_KEPT_FOR = timedelta(days=1)
_MOST = 5  # of one account; the oldest go


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptList:
    """A list that waits. `terms`: how it is to be read and taken in; `report`: what came of it, empty before."""

    id: str
    name: str
    content: bytes
    rows: int
    terms: Mapping[str, Any]
    report: Mapping[str, Any]
    expires_at: datetime


def keep(conn: Connection, scope: Scope, account: str, name: str, content: bytes, rows: int, now: datetime) -> str:
    """Keep a list for a day; gives back its id. What has expired goes, of anybody. Raises Forbidden."""
    need(scope, Right.EDIT_PEOPLE)
    conn.execute(delete(kept_lists).where(kept_lists.c.expires_at <= now))
    mine = select(kept_lists.c.id).where(kept_lists.c.account == account).order_by(kept_lists.c.created_at.desc())
    old = list(conn.execute(mine.offset(_MOST - 1)).scalars())
    if old:
        conn.execute(delete(kept_lists).where(kept_lists.c.id.in_(old)))
    row = {
        "id": secrets.token_hex(16),
        "account": account,
        "name": clean(name)[-120:],
        "content": content,
        "rows": rows,
        "created_at": now,
        "expires_at": now + _KEPT_FOR,
    }
    conn.execute(insert(kept_lists), [row])
    return str(row["id"])


def get(conn: Connection, scope: Scope, account: str, id: str, now: datetime) -> KeptList | None:
    """A list of this account; None where there is none, or it has expired. Raises Forbidden."""
    need(scope, Right.EDIT_PEOPLE)
    mine = (kept_lists.c.id == id, kept_lists.c.account == account, kept_lists.c.expires_at > now)
    row = conn.execute(select(kept_lists).where(*mine)).first()
    if row is None:
        return None
    return KeptList(
        id=row.id,
        name=row.name,
        content=bytes(row.content),
        rows=row._mapping["rows"],
        terms=loads(row.terms) if row.terms else {},
        report=loads(row.report) if row.report else {},
        expires_at=row.expires_at,
    )


def settle(conn: Connection, scope: Scope, account: str, id: str, terms: Mapping[str, Any]) -> bool:
    """Keep how it is to be read and taken in; False where there is no such list, or it was imported already."""
    need(scope, Right.EDIT_PEOPLE)
    mine = (kept_lists.c.id == id, kept_lists.c.account == account, kept_lists.c.report == "")
    return conn.execute(update(kept_lists).where(*mine).values(terms=dumps(terms))).rowcount > 0


def done(conn: Connection, scope: Scope, account: str, id: str, report: Mapping[str, Any]) -> bool:
    """Keep what came of it."""
    need(scope, Right.EDIT_PEOPLE)
    mine = (kept_lists.c.id == id, kept_lists.c.account == account)
    return conn.execute(update(kept_lists).where(*mine).values(report=dumps(report))).rowcount > 0


def forget(conn: Connection, scope: Scope, account: str, id: str) -> bool:
    """Throw a list away."""
    need(scope, Right.EDIT_PEOPLE)
    mine = (kept_lists.c.id == id, kept_lists.c.account == account)
    return conn.execute(delete(kept_lists).where(*mine)).rowcount > 0
