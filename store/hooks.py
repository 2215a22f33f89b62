"""Keep what other programs are subscribed to, and what was sent to each."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, bindparam, func, literal, literal_column, select, true, update
from sqlalchemy.dialects.postgresql import insert

from bot.cooperating import tokens
from bot.cooperating.hooks import PING, Event, Hook
from bot.cooperating.roles import Right, need
from bot.people import Scope
from store.api_tables import api_tokens, hook_deliveries, hooks
from store.shapes import clean

_ADD = insert(hooks).on_conflict_do_nothing(index_elements=["id"]).returning(hooks.c.id)
_GET = select(hooks).where(hooks.c.id == bindparam("which"), hooks.c.removed_at.is_(None))


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One event on its way to one subscription, or arrived. `status` is the last answer's; 0 where nobody answered."""

    id: int
    hook: str
    event: str
    kind: str
    body: str
    state: str = "waiting"  # waiting, delivered, failed
    tries: int = 0
    not_before: datetime
    status: int = 0
    error: str = ""
    created_at: datetime
    ended_at: datetime | None = None


def permit(scope: Scope) -> None:
    """Raises Forbidden: people need the right to hand out tokens; a token subscribes to what it may see anyway."""
    need(scope, Right.ACCOUNTS if scope.rights is None else Right.SEE_PEOPLE)


def add(conn: Connection, scope: Scope, wished: Hook, now: datetime, once: str = "") -> Hook:
    """Subscribe; the same form (`once`) twice is one. Raises ValueError("reach") for cooperatives outside the scope."""
    permit(scope)
    if not tokens.reaches(scope, wished.cooperatives) or wished.cooperatives == frozenset():
        raise ValueError("reach")
    drawn = hashlib.sha256(f"{wished.created_by}:{once}".encode()).hexdigest()[:16] if once else secrets.token_hex(8)
    made = replace(wished, id=f"hook_{drawn}", name=clean(wished.name), created_at=now)
    row = {
        "id": made.id,
        "name": made.name,
        "url": made.url,
        "events": " ".join(sorted(made.events)),
        "cooperatives": tokens.spread(made.cooperatives),
        "created_by": made.created_by,
        "created_at": now,
    }
    if conn.execute(_ADD, row).first() is None:
        return get(conn, scope, made.id) or made
    return made


def listed(conn: Connection, scope: Scope, *, limit: int = 200) -> list[Hook]:
    """The subscriptions within a scope, the newest first."""
    permit(scope)
    query = select(hooks).where(hooks.c.removed_at.is_(None), within(scope, hooks.c.cooperatives))
    query = query.order_by(hooks.c.created_at.desc(), hooks.c.id).limit(limit)
    return [hook_of(row) for row in conn.execute(query)]


def within(scope: Scope, kept: ColumnElement[Any]) -> ColumnElement[bool]:
    """Of a column as `tokens.spread` wrote it: whether the scope reaches all of it, as `tokens.reaches` says. Asked
    of the database, so that a limit counts only what is shown."""
    if scope.cooperatives is None:
        return true()
    rest: ColumnElement[Any] = literal(" ") + kept + literal(" ")
    for each in sorted(scope.cooperatives):
        rest = func.replace(rest, f" {each} ", " ")
    return func.trim(rest) == literal_column("''")


def get(conn: Connection, scope: Scope, id: str) -> Hook | None:
    """One of them; None where there is none of this id within the scope."""
    permit(scope)
    row = conn.execute(_GET, {"which": id}).first()
    found = hook_of(row) if row else None
    return found if found and _reached(scope, found) else None


def rotate(conn: Connection, scope: Scope, id: str, now: datetime) -> Hook | None:
    """Give it a new secret; the one before signs beside it for a day. None where there is no such subscription."""
    if get(conn, scope, id) is None:
        return None
    _change(conn, id, generation=hooks.c.generation + 1, rotated_at=now)
    return get(conn, scope, id)


def switch(conn: Connection, scope: Scope, id: str, *, on: bool, now: datetime) -> Hook | None:
    """Switch it on or off; what waits is kept. None where there is no such subscription."""
    if get(conn, scope, id) is None:
        return None
    if on:
        _change(conn, id, disabled_at=None, disabled_why="", failing_since=None)
    else:
        _change(conn, id, disabled_at=now, disabled_why="person")
    return get(conn, scope, id)


def remove(conn: Connection, scope: Scope, id: str, now: datetime) -> bool:
    """End it. False where there is no such subscription."""
    if get(conn, scope, id) is None:
        return False
    _change(conn, id, removed_at=now, disabled_at=now, disabled_why="person")
    _drop(conn, id, now)
    return True


def end_of(conn: Connection, creator: str, now: datetime) -> None:
    """End whatever this token subscribed to."""
    mine = select(hooks.c.id).where(hooks.c.created_by == creator, hooks.c.removed_at.is_(None))
    for id in conn.execute(mine).scalars().all():
        _change(conn, id, removed_at=now, disabled_at=now, disabled_why="person")
        _drop(conn, id, now)


def end_with_tokens(conn: Connection, now: datetime) -> None:
    """End what a token subscribed to whose time is over: it opens nothing any more, and is told nothing either."""
    maker = literal("token:") + api_tokens.c.id
    over = (
        select(hooks.c.created_by)
        .join(api_tokens, maker == hooks.c.created_by)
        .where(hooks.c.removed_at.is_(None), api_tokens.c.expires_at <= now)
        .distinct()
    )
    for creator in conn.execute(over).scalars().all():
        end_of(conn, creator, now)


def ping(conn: Connection, scope: Scope, id: str, now: datetime) -> Delivery | None:
    """Send it something to try it out. None where there is no such subscription."""
    if get(conn, scope, id) is None:
        return None
    event = Event(id=f"ping:{secrets.token_hex(8)}", kind=PING, at=now)
    row = {
        "hook": id,
        "event": event.id,
        "kind": event.kind,
        "body": event.body(),
        "not_before": now,
        "created_at": now,
    }
    made = conn.execute(insert(hook_deliveries).values(**row).returning(hook_deliveries)).one()
    return delivery_of(made)


def again(conn: Connection, scope: Scope, id: str, delivery: int, now: datetime) -> Delivery | None:
    """Send one more time what was sent, or given up. None where there is none of this number in this subscription."""
    if get(conn, scope, id) is None:
        return None
    changed = (
        update(hook_deliveries)
        .where(hook_deliveries.c.id == delivery, hook_deliveries.c.hook == id)
        .values(state="waiting", tries=0, not_before=now, ended_at=None)
        .returning(hook_deliveries)
    )
    row = conn.execute(changed).first()
    return delivery_of(row) if row else None


def deliveries(conn: Connection, scope: Scope, id: str, *, before: int = 0, limit: int = 50) -> list[Delivery]:
    """What was sent to a subscription, the latest first; go on with the last id as `before`."""
    if get(conn, scope, id) is None:
        return []
    query = select(hook_deliveries).where(hook_deliveries.c.hook == id)
    if before:
        query = query.where(hook_deliveries.c.id < before)
    return [delivery_of(row) for row in conn.execute(query.order_by(hook_deliveries.c.id.desc()).limit(limit))]


def waiting(conn: Connection, scope: Scope, id: str, *, most: int = 1000) -> int:
    """How many wait to be sent to a subscription, counted up to `most`."""
    if get(conn, scope, id) is None:
        return 0
    some = (
        select(literal_column("1"))
        .select_from(hook_deliveries)
        .where(hook_deliveries.c.hook == id, hook_deliveries.c.state == literal_column("'waiting'"))
        .limit(most)
        .subquery()
    )
    return int(conn.execute(select(func.count()).select_from(some)).scalar_one())


def hook_of(row: Any) -> Hook:
    """The subscription of a row."""
    return Hook(
        id=row.id,
        name=row.name,
        url=row.url,
        events=frozenset(row.events.split()),
        cooperatives=tokens.gathered(row.cooperatives),
        generation=row.generation,
        rotated_at=row.rotated_at,
        created_by=row.created_by,
        created_at=row.created_at,
        failing_since=row.failing_since,
        disabled_at=row.disabled_at,
        disabled_why=row.disabled_why,
    )


def delivery_of(row: Any) -> Delivery:
    """The delivery of a row."""
    return Delivery(**{name: value for name, value in row._mapping.items() if name != "learner"})


def _reached(scope: Scope, hook: Hook) -> bool:
    if scope.cooperatives is None:
        return True
    return tokens.reaches(scope, hook.cooperatives)


def _change(conn: Connection, id: str, **values: Any) -> None:
    conn.execute(update(hooks).where(hooks.c.id == id).values(**values))


def _drop(conn: Connection, id: str, now: datetime) -> None:
    waits = update(hook_deliveries).where(hook_deliveries.c.hook == id, hook_deliveries.c.state == "waiting")
    conn.execute(waits.values(state="failed", error="ended", ended_at=now))
