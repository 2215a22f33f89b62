"""What is to be said waits here: claimed in order with a lease, settled by token, asked about where in doubt."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    Connection,
    and_,
    bindparam,
    delete,
    exists,
    func,
    literal_column,
    not_,
    or_,
    select,
    text,
    update,
)

from bot.messages import Address, Outbound, Sent, Status
from store import counters
from store.columns import among
from store.receipts import receive_receipt
from store.settling import Settled, settle
from store.shapes import content
from store.tables import outbox, threads

__all__ = [
    "Settled",
    "claim",
    "lapse",
    "provider_ids",
    "receive_receipt",
    "repeated",
    "resolve",
    "settle",
    "unknown",
]

# What answers somebody directly leaves also for a thread that is closed: "you are out", help, the last farewell.
_DIRECT = frozenset(("reply", "confirmation", "farewell"))
_ROUNDS = 20  # of rows that expired or were cancelled, before a claim gives up for this time
_CLAIM_LOCK = 0x43484154

_QUEUED = outbox.c.state == literal_column("'queued'")

# Senders that have something queued, by jumping from one to the next in the index.
_first = select(func.min(outbox.c.sender).label("sender")).where(_QUEUED).cte("senders", recursive=True)
_SENDERS = select(
    _first.union_all(
        select(
            select(func.min(outbox.c.sender)).where(_QUEUED, outbox.c.sender > _first.c.sender).scalar_subquery()
        ).where(_first.c.sender.is_not(None))
    ).c.sender
)

_other = outbox.alias("other")
# A row waits while another of its address is on its way, or an earlier one was tried and waits for its next try.
_HELD_BACK = exists().where(
    and_(
        _other.c.address == outbox.c.address,
        _other.c.state.in_((literal_column("'queued'"), literal_column("'sending'"))),
        _other.c.id != outbox.c.id,
        or_(_other.c.state == literal_column("'sending'"), and_(_other.c.attempt > 0, _other.c.id < outbox.c.id)),
    )
)
_ROW = (
    outbox.c.id,
    outbox.c.sender,
    outbox.c.address,
    outbox.c.learner,
    outbox.c.kind,
    outbox.c.content,
    outbox.c.attempt,
    outbox.c.created_at,
    outbox.c.not_before,
    outbox.c.expires_at,
    outbox.c.claim,
)
_READY = (
    select(*_ROW, threads.c.state)
    .select_from(outbox.outerjoin(threads, threads.c.address == outbox.c.address))
    .where(
        outbox.c.sender == bindparam("from"),
        _QUEUED,
        outbox.c.unasked == bindparam("unasked"),
        outbox.c.not_before <= bindparam("now"),
        not_(_HELD_BACK),
    )
    .order_by(outbox.c.not_before, outbox.c.id)
    .limit(bindparam("limit"))
    .with_for_update(of=outbox, skip_locked=True)
)
_CLAIM = (
    update(outbox)
    .where(among(outbox.c.id, "ids"))
    .values(
        state=literal_column("'sending'"),
        claim=bindparam("token"),
        lease_until=bindparam("until"),
        attempt=outbox.c.attempt + 1,
    )
)
_END = update(outbox).where(among(outbox.c.id, "ids")).values(state=bindparam("as"))
_FORGET = delete(outbox).where(among(outbox.c.id, "ids"), outbox.c.kind == "farewell")
# SQLite takes a partial index only where its condition stands in the query word for word.
_DOUBT = outbox.c.state.in_((literal_column("'sending'"), literal_column("'unknown'")))
_LAPSED = "the lease ran out"
_LAPSE = (
    update(outbox)
    .where(_DOUBT, outbox.c.state == literal_column("'sending'"), outbox.c.lease_until <= bindparam("now"))
    .values(state=literal_column("'unknown'"), error=_LAPSED)
)
_UNKNOWN = (
    select(*_ROW)
    .where(_DOUBT, outbox.c.state == literal_column("'unknown'"), outbox.c.lease_until <= bindparam("before"))
    .order_by(outbox.c.lease_until, outbox.c.id)
    .limit(bindparam("limit"))
)
_DOUBTFUL = (
    select(outbox.c.sender, outbox.c.kind)
    .where(outbox.c.id == bindparam("row"), outbox.c.state == literal_column("'unknown'"))
    .with_for_update()
)
_OWNED = select(outbox.c.id).where(
    outbox.c.sender == bindparam("from"), outbox.c.provider_id == bindparam("id"), outbox.c.id != bindparam("row")
)
_IDS = select(outbox.c.provider_id).where(
    outbox.c.address == bindparam("to"), outbox.c.sender == bindparam("from"), outbox.c.provider_id.is_not(None)
)
_REPEATED = select(outbox.c.possible_duplicate, outbox.c.error, outbox.c.attempt).where(outbox.c.id == bindparam("row"))
_FOUND = (
    update(outbox)
    .where(outbox.c.id == bindparam("row"))
    .values(
        state=bindparam("as"),
        claim="",
        error="",
        provider_id=bindparam("theirs"),
        segments=bindparam("parts"),
        sent_at=bindparam("now"),
    )
)
_AGAIN = (
    update(outbox)
    .where(outbox.c.id == bindparam("row"))
    .values(
        state=literal_column("'queued'"),
        claim="",
        not_before=bindparam("now"),
        possible_duplicate=literal_column("true"),
    )
)
_GIVEN_UP = (
    update(outbox)
    .where(outbox.c.id == bindparam("row"))
    .values(state=literal_column("'failed'"), claim="", error="the outcome is not known")
)


def claim(
    conn: Connection, now: datetime, token: str, limit: int, lease: timedelta, senders: Collection[str] | None
) -> list[Outbound]:
    """Take at most `limit` messages that may leave now, with `token`, until `now + lease`; all senders' for None.

    They come in the order in which they fell due; several of one address may come together, to be sent in this
    order. What has expired is marked so, and what waits for a thread that was closed since is cancelled: this is the
    last look at consent before a message leaves.
    """
    if conn.dialect.name == "postgresql":
        # Two claims at once could take one address's first and second message, and the second might leave first.
        conn.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _CLAIM_LOCK})
    for _ in range(_ROUNDS):
        ready = _ready(conn, now, limit, senders)
        expired = [row[0] for row in ready if row[9] is not None and row[9] <= now]
        late = frozenset(expired)
        shut = [
            row[0] for row in ready if row[0] not in late and row[11] not in (None, "open") and row[4] not in _DIRECT
        ]
        left_out = late.union(shut)
        taken = [row for row in ready if row[0] not in left_out]
        _end(conn, expired, Status.EXPIRED)
        _end(conn, shut, Status.CANCELLED)
        if taken:
            conn.execute(_CLAIM, {"ids": [row[0] for row in taken], "token": token, "until": now + lease})
            return [_outbound(row, attempt=row[6] + 1, claim=token) for row in taken]
        if not ready:
            break
    return []


def lapse(conn: Connection, now: datetime) -> int:
    """What was claimed and not settled before its lease ran out may have left: it is unknown, never simply queued
    again (sending blindly again doubled 16 messages a crash). Returns how many."""
    return conn.execute(_LAPSE, {"now": now}).rowcount


def unknown(conn: Connection, now: datetime, older_than: timedelta, limit: int = 100) -> list[Outbound]:
    """Messages whose outcome has been unknown for at least `older_than`, oldest first: to ask the provider about.
    Ask no earlier than a request of ours may last, or the answer may come too soon."""
    rows = conn.execute(_UNKNOWN, {"before": now - older_than, "limit": limit})
    return [_outbound(row, attempt=row[6], claim=row[10]) for row in rows]


def provider_ids(conn: Connection, outbound: Outbound) -> frozenset[str]:
    """What the provider calls the messages of this address and sender that have found their row: of two equal texts
    each is asked about without finding the other's."""
    return frozenset(conn.execute(_IDS, {"to": str(outbound.address), "from": outbound.sender}).scalars())


def repeated(conn: Connection, id: int, most: int) -> bool:
    """Whether this message was said again already without knowing whether it had left before.

    Of one whose lease ran out nobody knows that it was spoken at all (a process died with a whole batch in its
    hands), so that counts only after `most` attempts: else two crashes in a row would lose what neither had said.
    """
    found = conn.execute(_REPEATED, {"row": id}).first()
    return found is not None and found[0] and (found[1] != _LAPSED or found[2] >= most)


def resolve(conn: Connection, id: int, found: Sent | None, again: bool, now: datetime) -> bool:
    """Settle an unknown message: the provider has it (`found`), or it is said again, or given up.

    False, and nothing changed, where the row is unknown no longer or the found message is another row's.
    """
    row = conn.execute(_DOUBTFUL, {"row": id}).first()
    if row is None:
        return False
    if found:
        if conn.execute(_OWNED, {"from": row[0], "id": found.provider_id, "row": id}).first():
            return False
        ends = {"row": id, "as": found.status, "theirs": found.provider_id, "parts": found.segments, "now": now}
        conn.execute(_FOUND, ends)
    elif again:
        conn.execute(_AGAIN, {"row": id, "now": now})
        counters.add(conn, {"outbox said again": 1}, now)
        return True
    else:
        conn.execute(_GIVEN_UP, {"row": id})
        counters.add(conn, {"outbox given up": 1}, now)
    conn.execute(_FORGET, {"ids": [id]})
    return True


def _ready(conn: Connection, now: datetime, limit: int, senders: Collection[str] | None) -> list[Any]:
    if senders is None:
        senders = [each for each in conn.execute(_SENDERS).scalars() if each is not None]
    taken: list[Any] = []
    for unasked in (False, True):  # answers first, whatever else waits
        rows: list[Any] = []
        for sender in sorted(set(senders)) if len(taken) < limit else ():
            keys = {"from": sender, "unasked": unasked, "now": now, "limit": limit}
            rows += conn.execute(_READY, keys).all()
        taken += sorted(rows, key=lambda row: (row[8], row[0]))[: limit - len(taken)]
    return taken


def _end(conn: Connection, ids: Sequence[int], status: Status) -> None:
    if ids:
        conn.execute(_END, {"ids": ids, "as": status.value})
        conn.execute(_FORGET, {"ids": ids})


def _outbound(row: Sequence[Any], *, attempt: int, claim: str) -> Outbound:
    return Outbound(
        id=row[0],
        sender=row[1],
        address=Address.parse(row[2]),
        learner=row[3],
        kind=row[4],
        content=content(row[5]),
        attempt=attempt,
        created_at=row[7],
        not_before=row[8],
        expires_at=row[9],
        claim=claim,
    )
