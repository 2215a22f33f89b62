"""How often somebody has tried to sign in: one time a key, in a table, so that all processes count together."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, select
from sqlalchemy.dialects.postgresql import insert

from bot.cooperating.accounts import Pace, tried
from store.account_tables import login_tries
from store.shapes import clean


def try_all(conn: Connection, paces: Mapping[str, Pace], now: datetime) -> timedelta:
    """Count one try under each of these keys; how long to wait where one of them has none left, and then none is
    counted. Keys are kept as hashes: what people type for a login is sometimes their password."""
    hashed = {digest(key): pace for key, pace in paces.items()}
    # In one order, so that two processes never wait for each other crosswise.
    query = select(login_tries).where(login_tries.c.key.in_(sorted(hashed))).order_by(login_tries.c.key)
    full = {row.key: row.full_at for row in conn.execute(query.with_for_update())}
    after = {key: tried(full.get(key), now, pace) for key, pace in sorted(hashed.items())}
    wait = max((each[1] for each in after.values()), default=timedelta())
    if wait > timedelta():
        return wait
    made = insert(login_tries)
    query_ = made.on_conflict_do_update(index_elements=["key"], set_={"full_at": made.excluded.full_at})
    rows = [{"key": key, "full_at": full_at} for key, (full_at, _) in after.items()]
    if rows:
        conn.execute(query_, rows)
    conn.execute(delete(login_tries).where(login_tries.c.full_at <= now))
    return timedelta()


def forgive(conn: Connection, key: str) -> None:
    """The right password was given: what was tried before is forgotten."""
    conn.execute(delete(login_tries).where(login_tries.c.key == digest(key)))


def digest(key: str) -> str:
    """What is kept of a key."""
    return hashlib.sha256(clean(key).encode()).hexdigest()
