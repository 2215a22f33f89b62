"""Who is signed in where: a session is opened by a token of 256 bits, of which only the hash is kept."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, bindparam, delete, or_, select, update
from sqlalchemy.dialects.postgresql import insert

from bot.cooperating.accounts import Account, Standing
from bot.cooperating.accounts import Session as Session
from store.account_tables import account_sessions, accounts
from store.accounts import account as account_of
from store.shapes import clean

# Source: the programme's security checklist (ASVS 5.0, 7.3.1 and 7.3.2).
IDLE = timedelta(minutes=30)
LONGEST = timedelta(hours=12)
STALE = timedelta(minutes=1)  # not every page view is a write
STEP_UP = timedelta(minutes=10)  # for so long somebody who has just shown her second factor need not show it again
_MOST = 20  # browsers of one account; the one that was quiet longest goes

_FIND = (
    select(*account_sessions.c, *(column.label(f"of_{column.name}") for column in accounts.c))
    .join(accounts, accounts.c.id == account_sessions.c.account)
    .where(
        account_sessions.c.digest == bindparam("token"),
        account_sessions.c.seen_at > bindparam("idle"),
        account_sessions.c.opened_at > bindparam("first"),
        accounts.c.state == Standing.ACTIVE.value,
    )
)


def open_session(
    conn: Connection, account: Account, now: datetime, *, address: str = "", agent: str = "", stepped_up: bool = False
) -> str:
    """A new session; returns its token, which is kept nowhere. Sessions that are over are swept out."""
    conn.execute(delete(account_sessions).where(_over(now)))
    _make_room(conn, account.id)
    token = secrets.token_urlsafe(32)
    row = {
        "digest": digest(token),
        "id": secrets.token_hex(8),
        "account": account.id,
        "csrf": secrets.token_urlsafe(32),
        "address": clean(address)[:100],
        "agent": clean(agent)[:300],
        "opened_at": now,
        "seen_at": now,
        "stepped_up_at": now if stepped_up else None,
    }
    conn.execute(insert(account_sessions), row)
    return token


def find_session(conn: Connection, token: str, now: datetime) -> Session | None:
    """The session that a token opens; None where it is unknown, over, or its account is not active."""
    row = conn.execute(_FIND, {"token": digest(token), "idle": now - IDLE, "first": now - LONGEST}).first()
    if row is None:
        return None
    return _session(row, account_of(row, "of_"))


def is_stale(session: Session, now: datetime) -> bool:
    """Whether it is time to write down that a session is in use."""
    return now - session.seen_at >= STALE


def touch_session(conn: Connection, id: str, now: datetime) -> None:
    """Write down that a session is in use."""
    conn.execute(update(account_sessions).where(account_sessions.c.id == id).values(seen_at=now))


def step_up(conn: Connection, id: str, now: datetime) -> None:
    """Somebody has just shown, in this session, that it is she."""
    conn.execute(update(account_sessions).where(account_sessions.c.id == id).values(stepped_up_at=now))


def is_stepped_up(session: Session, now: datetime) -> bool:
    """Whether she has shown lately that it is she."""
    return session.stepped_up_at is not None and now - session.stepped_up_at <= STEP_UP


def end_session(conn: Connection, account: str, id: str) -> bool:
    """End one session of an account, by the id that people see. False where there is no such session."""
    mine = (account_sessions.c.account == account, account_sessions.c.id == id)
    return conn.execute(delete(account_sessions).where(*mine)).rowcount > 0


def end_all(conn: Connection, account: str, *, but: str = "") -> int:
    """End every session of an account, except the one whose id is `but`; returns how many."""
    query = delete(account_sessions).where(account_sessions.c.account == account, account_sessions.c.id != but)
    return conn.execute(query).rowcount


def sessions_of(conn: Connection, account: Account, now: datetime) -> list[Session]:
    """The open sessions of an account, the latest first."""
    query = (
        select(account_sessions)
        .where(account_sessions.c.account == account.id, ~_over(now))
        .order_by(account_sessions.c.seen_at.desc(), account_sessions.c.id)
    )
    return [_session(row, account) for row in conn.execute(query)]


def digest(token: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(clean(token).encode()).hexdigest()


def _over(now: datetime) -> ColumnElement[bool]:
    return or_(account_sessions.c.seen_at <= now - IDLE, account_sessions.c.opened_at <= now - LONGEST)


def _make_room(conn: Connection, account: str) -> None:
    mine = (
        select(account_sessions.c.digest)
        .where(account_sessions.c.account == account)
        .order_by(account_sessions.c.seen_at.desc(), account_sessions.c.digest)
    )
    held = list(conn.execute(mine).scalars())
    if len(held) >= _MOST:
        conn.execute(delete(account_sessions).where(account_sessions.c.digest.in_(held[_MOST - 1 :])))


def _session(row: Row[Any], whose: Account) -> Session:
    return Session(
        id=row.id,
        account=whose,
        csrf=row.csrf,
        opened_at=row.opened_at,
        seen_at=row.seen_at,
        stepped_up_at=row.stepped_up_at,
        address=row.address,
        agent=row.agent,
    )
