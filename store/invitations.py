"""Links that open one door once: the first administrator's, an invitation, a new password."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement, Connection, and_, delete, select
from sqlalchemy.dialects.postgresql import insert

from bot.cooperating.accounts import Account, Standing
from bot.cooperating.roles import Right, need
from bot.people import Scope
from store import accounts
from store.account_sessions import digest
from store.account_tables import account_links


class Kind(StrEnum):
    """What a link is for."""

    FIRST = "first"  # the first administrator, whose account is made with it
    INVITATION = "invitation"
    RESET = "reset"  # a new password for somebody who has forgotten hers


FOR = {Kind.FIRST: timedelta(hours=24), Kind.INVITATION: timedelta(days=7), Kind.RESET: timedelta(hours=24)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A link that is good now. `account` is None for the first administrator."""

    kind: Kind
    account: Account | None
    by: str
    expires_at: datetime


def make(conn: Connection, kind: Kind, now: datetime, *, account: str = "", by: str = "") -> str:
    """A new link; returns its token, which is kept nowhere. Earlier links of the same account are worth nothing more;
    those of first administrators stay, for each process that starts prints its own."""
    conn.execute(delete(account_links).where(account_links.c.expires_at <= now))
    if account:
        conn.execute(delete(account_links).where(account_links.c.account == account))
    token = secrets.token_urlsafe(32)
    row = {
        "digest": digest(token),
        "kind": kind.value,
        "account": account or None,
        "by": by,
        "created_at": now,
        "expires_at": now + FOR[kind],
    }
    conn.execute(insert(account_links), row)
    return token


def invite(conn: Connection, scope: Scope, account: Account, now: datetime, *, by: str) -> str | None:
    """Make an account and the link by which its person chooses a password; None where the login is taken."""
    return make(conn, Kind.INVITATION, now, account=account.id, by=by) if accounts.add(conn, scope, account) else None


def again(conn: Connection, scope: Scope, account: Account, now: datetime, *, by: str) -> str:
    """Another link for somebody who is not shut out: to come in for the first time, or to set a new password."""
    need(scope, Right.ACCOUNTS)
    kind = Kind.INVITATION if account.state is Standing.INVITED else Kind.RESET
    return make(conn, kind, now, account=account.id, by=by)


def look(conn: Connection, token: str, now: datetime) -> Link | None:
    """What a link is for; None where it is unknown, used or over. Looking uses nothing up: programs that show a
    preview of a link look at it too."""
    row = conn.execute(select(account_links).where(_good(token, now))).first()
    if row is None:
        return None
    kind = Kind(row.kind)
    if kind is Kind.FIRST:
        good = not accounts.has_administrator(conn)
        return Link(kind=kind, account=None, by=row.by, expires_at=row.expires_at) if good else None
    account = accounts.get(conn, row.account)
    if account is None or account.state is Standing.DISABLED:
        return None
    return Link(kind=kind, account=account, by=row.by, expires_at=row.expires_at)


def use(conn: Connection, token: str, now: datetime) -> Link | None:
    """Use a link up; None where it was not good, or another was quicker. With the first administrator's every other
    link for a first administrator goes."""
    link = look(conn, token, now)
    if link is None or not conn.execute(delete(account_links).where(_good(token, now))).rowcount:
        return None
    if link.kind is Kind.FIRST:
        conn.execute(delete(account_links).where(account_links.c.kind == Kind.FIRST.value))
    return link


def waiting(conn: Connection, account: str, now: datetime) -> datetime | None:
    """Until when a link of this account is good; None where it has none."""
    good = (account_links.c.account == account, account_links.c.expires_at > now)
    found: datetime | None = conn.execute(select(account_links.c.expires_at).where(*good)).scalar()
    return found


def _good(token: str, now: datetime) -> ColumnElement[bool]:
    return and_(account_links.c.digest == digest(token), account_links.c.expires_at > now)
