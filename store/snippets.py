"""What people who answer learners say often, kept so that it is written once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, delete, insert, or_, select, update

from bot.cooperating.roles import Right, need
from bot.people import Scope
from store.conversation_tables import snippets
from store.organisations import within
from store.shapes import clean

MOST = 100  # of one programme: what is longer is no list to pick from
LONGEST = 600  # characters


@dataclass(frozen=True, slots=True, kw_only=True)
class Snippet:
    """A few words with a name; `{name}` in its text becomes the learner's. `cooperative`: whose people use it; empty:
    everybody."""

    id: int
    name: str
    text: str
    cooperative: str = ""


def listed(conn: Connection, scope: Scope) -> list[Snippet]:
    """Everybody's and those of the scope's cooperatives, by name."""
    need(scope, Right.ANSWER)
    query = select(snippets).where(or_(snippets.c.cooperative == "", within(scope, snippets.c.cooperative)))
    return [_snippet(row) for row in conn.execute(query.order_by(snippets.c.name, snippets.c.id).limit(MOST))]


def one(conn: Connection, scope: Scope, id: int) -> Snippet | None:
    """One that this person may change: her cooperatives' own, or any where she has no bounds."""
    row = conn.execute(select(snippets).where(*_hers(scope, id))).first()
    return _snippet(row) if row else None


def add(conn: Connection, scope: Scope, made: Snippet, by: str, now: datetime, once: str = "") -> bool:
    """Keep a new one (its id is given by the table); False where this form was sent before, or there are too many.
    Raises PermissionError beyond the scope."""
    need(scope, Right.ANSWER)
    if scope.cooperatives is not None and made.cooperative not in scope.cooperatives:
        raise PermissionError("This account is not for that cooperative.")
    twice = select(snippets.c.id).where(snippets.c.once == clean(once), snippets.c.once != "").limit(1)
    if conn.execute(twice).first() or len(listed(conn, scope)) >= MOST:
        return False
    row = {"cooperative": made.cooperative, "made_by": by, "once": clean(once), "changed_at": now}
    conn.execute(insert(snippets), {**row, "name": clean(made.name), "text": clean(made.text)})
    return True


def change(conn: Connection, scope: Scope, made: Snippet, now: datetime) -> bool:
    """Another name or text; False where there is no such one to change."""
    values = {"name": clean(made.name), "text": clean(made.text), "changed_at": now}
    return conn.execute(update(snippets).where(*_hers(scope, made.id)).values(values)).rowcount > 0


def remove(conn: Connection, scope: Scope, id: int) -> bool:
    """Take one away; False where there is no such one to take."""
    return conn.execute(delete(snippets).where(*_hers(scope, id))).rowcount > 0


def _hers(scope: Scope, id: int) -> list[ColumnElement[bool]]:
    need(scope, Right.ANSWER)
    return [snippets.c.id == id, within(scope, snippets.c.cooperative)]


def _snippet(row: Row[*tuple[Any, ...]]) -> Snippet:
    return Snippet(id=row.id, name=row.name, text=row.text, cooperative=row.cooperative)
