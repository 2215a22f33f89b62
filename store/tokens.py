"""Keep the tokens of other programs: made once and shown once, found by their id, ended by time or by hand."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, or_, select, update
from sqlalchemy.dialects.postgresql import insert

from bot.cooperating import tokens
from bot.cooperating.roles import Right, need
from bot.cooperating.tokens import Token
from bot.people import Scope
from store import hooks
from store.api_tables import api_tokens
from store.shapes import clean

_USED = timedelta(minutes=10)  # how exactly it is known when a token was last used: a write costs more than a read
_SHOWN = timedelta(minutes=1)
_ADD = insert(api_tokens).on_conflict_do_nothing(index_elements=["id"]).returning(api_tokens.c.id)
_FIND = select(api_tokens).where(api_tokens.c.id == bindparam("which"))
_TOUCH = (
    update(api_tokens)
    .where(
        api_tokens.c.id == bindparam("which"),
        or_(api_tokens.c.used_at.is_(None), api_tokens.c.used_at < bindparam("before")),
    )
    .values(used_at=bindparam("now"))
)
_NOBODY = hashlib.sha256(b"nobody").hexdigest()


def add(
    conn: Connection,
    scope: Scope,
    *,
    name: str,
    rights: Collection[str],
    cooperatives: frozenset[str] | None,
    expires_at: datetime,
    by: str,
    now: datetime,
    once: str = "",
    key: bytes = b"",
) -> tuple[Token, str]:
    """Make a token: what is kept of it, and itself, which is shown once and never again. Raises ValueError with one
    word for what is wrong (`bot.cooperating.tokens.wrong`, or `reach`: more cooperatives than the maker's own).

    `once` names the form that asks for it, and `key` is the installation's: the same form sent twice is one token, and
    both answers show it; a minute later it is shown no more (`again`).
    """
    need(scope, Right.ACCOUNTS)
    held = frozenset(rights)
    if why := tokens.wrong(held, expires_at, now):
        raise ValueError(why)
    if not tokens.reaches(scope, cooperatives) or cooperatives == frozenset():
        raise ValueError("reach")
    id, secret = _drawn(f"{by}:{once}" if once and key else "", key)
    written = tokens.written(id, secret)
    made = Token(
        id=id,
        name=clean(name),
        rights=held,
        cooperatives=cooperatives,
        created_by=by,
        created_at=now,
        expires_at=expires_at,
    )
    row = {
        "id": id,
        "name": made.name,
        "digest": _digest(written),
        "rights": " ".join(sorted(held)),
        "cooperatives": tokens.spread(cooperatives),
        "created_by": by,
        "created_at": now,
        "expires_at": expires_at,
    }
    if conn.execute(_ADD, row).first() is None:
        before = get(conn, scope, id)
        if before is None or before.created_by != by or now - before.created_at > _SHOWN:
            raise ValueError("again")
        return before, written
    return made, written


def _drawn(form: str, key: bytes) -> tuple[str, str]:
    """The id and the secret of a new token: at random, or, for a form that may come twice, by the key from its name."""
    if not form:
        return secrets.token_hex(6), secrets.token_urlsafe(32)
    drawn = hmac.new(key, f"token:{form}".encode(), hashlib.sha512).digest()
    return drawn[32:38].hex(), base64.urlsafe_b64encode(drawn[:32]).decode().rstrip("=")


def listed(conn: Connection, scope: Scope, *, limit: int = 500) -> list[Token]:
    """All tokens that the scope may hand out itself, the newest first; the ended ones too."""
    need(scope, Right.ACCOUNTS)
    query = select(api_tokens).where(hooks.within(scope, api_tokens.c.cooperatives))
    query = query.order_by(api_tokens.c.created_at.desc(), api_tokens.c.id).limit(limit)
    return [_token(row) for row in conn.execute(query)]


def get(conn: Connection, scope: Scope, id: str) -> Token | None:
    """One of them; None where there is none of this id within the scope."""
    need(scope, Right.ACCOUNTS)
    row = conn.execute(_FIND, {"which": id}).first()
    found = _token(row) if row else None
    return found if found and tokens.reaches(scope, found.cooperatives) else None


def revoke(conn: Connection, scope: Scope, id: str, by: str, now: datetime) -> bool:
    """It opens nothing from now on, and what it subscribed to is told no more. False where there is none, or it was
    ended already."""
    if get(conn, scope, id) is None:
        return False
    ended = update(api_tokens).where(api_tokens.c.id == id, api_tokens.c.revoked_at.is_(None))
    if not conn.execute(ended.values(revoked_at=now, revoked_by=by)).rowcount:
        return False
    hooks.end_of(conn, f"token:{id}", now)
    return True


def find(conn: Connection, written: str, now: datetime) -> Token | None:
    """The token that this is; None for one that opens nothing, whatever the reason. An unknown one costs as much time
    as one with a wrong sign in it."""
    id = tokens.id_of(written)
    row = conn.execute(_FIND, {"which": id or "-"}).first()
    same = hmac.compare_digest(_digest(written), row.digest if row else _NOBODY)
    found = _token(row) if row and same else None
    return found if found and found.opens(now) else None


def stale(token: Token, now: datetime) -> bool:
    """Whether its last use is to be written down anew."""
    return token.used_at is None or now - token.used_at > _USED


def touch(conn: Connection, id: str, now: datetime) -> None:
    """Note that it was used."""
    conn.execute(_TOUCH, {"which": id, "before": now - _USED, "now": now})


def _digest(written: str) -> str:
    return hashlib.sha256(written.encode("utf-8", "surrogatepass")).hexdigest()


def _token(row: Any) -> Token:
    return Token(
        id=row.id,
        name=row.name,
        rights=frozenset(row.rights.split()),
        cooperatives=tokens.gathered(row.cooperatives),
        created_by=row.created_by,
        created_at=row.created_at,
        expires_at=row.expires_at,
        used_at=row.used_at,
        revoked_at=row.revoked_at,
        revoked_by=row.revoked_by,
    )
