"""Keep what was answered to a request that makes something, so that the same request again is answered, not done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, delete, or_, select, update
from sqlalchemy.dialects.postgresql import insert

from store.api_tables import idempotency_keys

KEPT = timedelta(hours=24)
_UNDER_WAY = timedelta(seconds=60)  # after which nobody is believed to be at it any more

_THIS = (idempotency_keys.c.token == bindparam("whose"), idempotency_keys.c.key == bindparam("which"))
_CLAIM = (
    insert(idempotency_keys).on_conflict_do_nothing(index_elements=["token", "key"]).returning(idempotency_keys.c.key)
)
_GET = select(idempotency_keys).where(*_THIS)
_AGAIN = (
    update(idempotency_keys)
    .where(
        *_THIS,
        or_(
            idempotency_keys.c.at < bindparam("old"),
            (idempotency_keys.c.status.is_(None)) & (idempotency_keys.c.at < bindparam("lost")),
        ),
    )
    .values(request=bindparam("asked"), status=None, location="", answer="", learner="", at=bindparam("now"))
)
# Whoever claimed it is known by when: a claim that was given up as lost is another one's by now.
_MINE = (*_THIS, idempotency_keys.c.status.is_(None), idempotency_keys.c.at == bindparam("claimed"))
_KEEP = (
    update(idempotency_keys)
    .where(*_MINE)
    .values(
        status=bindparam("said"), location=bindparam("where"), answer=bindparam("words"), learner=bindparam("about")
    )
)
_RELEASE = delete(idempotency_keys).where(*_MINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What a key stands for. `status` None: the first request is under way. `answer` is empty once the person whom it
    is about was erased."""

    request: str
    status: int | None
    location: str
    answer: str


def claim(conn: Connection, token: str, key: str, request: str, now: datetime) -> Kept | None:
    """Take a key for a request (its hash). None: it is yours, go ahead; otherwise what it stands for already."""
    row = {"token": token, "key": key, "request": request, "at": now}
    if conn.execute(_CLAIM, row).first():
        return None
    these = {"whose": token, "which": key}
    freed = {**these, "old": now - KEPT, "lost": now - _UNDER_WAY, "asked": request, "now": now}
    if conn.execute(_AGAIN, freed).rowcount:
        return None
    held: Any = conn.execute(_GET, these).one()
    return Kept(request=held.request, status=held.status, location=held.location, answer=held.answer)


def keep(
    conn: Connection, token: str, key: str, claimed: datetime, *, status: int, location: str, answer: str, learner: str
) -> bool:
    """Keep an answer, in the transaction in which the request was carried out; `claimed` is the time of the claim.
    False where the key was lost to a request that came later: then nothing of this one may be kept either."""
    said = {"said": status, "where": location, "words": answer, "about": learner}
    return bool(conn.execute(_KEEP, {"whose": token, "which": key, "claimed": claimed, **said}).rowcount)


def release(conn: Connection, token: str, key: str, claimed: datetime) -> None:
    """Let a key go whose request was refused: nothing was done, so it may come again."""
    conn.execute(_RELEASE, {"whose": token, "which": key, "claimed": claimed})


def prune(conn: Connection, now: datetime) -> int:
    """Drop what is older than a day."""
    return conn.execute(delete(idempotency_keys).where(idempotency_keys.c.at < now - KEPT)).rowcount
