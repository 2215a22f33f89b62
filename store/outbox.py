"""What is to be said waits here: claimed in order with a lease, settled by token, asked about where in doubt."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    Connection,
    and_,
    bindparam,
    exists,
    func,
    literal_column,
    not_,
    or_,
    select,
    text,
    update,
)

from bot.delivering.judging import Verdict
from bot.messages import Outbound, Status
from bot.record import Policy
from store import judging
from store.columns import among
from store.doubting import (
    FORGET,
    ROW,
    lapse,
    outbound,
    provider_ids,
    repeated,
    resolve,
    unknown,
)
from store.packed import packed
from store.receipts import receive_receipt
from store.settling import Settled, settle
from store.tables import outbox, threads

__all__ = [
    "Settled",
    "claim",
    "lapse",
    "move",
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
_MANY = 500  # rows of a round after one that left nothing to send: an opt-out of thousands is not chewed by dozens
_DOUBT_HOLDS = timedelta(minutes=2)
_ON_THE_WAY = timedelta(seconds=2)  # real ones: where our clock runs fast, the evening may begin before it has arrived
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
# A row waits while another of its address is on its way, an earlier one was tried and waits for its next try, or one
# has only just become doubtful: after two minutes at most it no longer stands in the way.
_HELD_BACK = exists().where(
    and_(
        _other.c.address == outbox.c.address,
        _other.c.state.in_((literal_column("'queued'"), literal_column("'sending'"), literal_column("'unknown'"))),
        _other.c.id != outbox.c.id,
        or_(
            _other.c.state == literal_column("'sending'"),
            and_(_other.c.state == literal_column("'queued'"), _other.c.attempt > 0, _other.c.id < outbox.c.id),
            and_(
                _other.c.state == literal_column("'unknown'"),
                _other.c.id < outbox.c.id,
                _other.c.lease_until > bindparam("doubted"),
            ),
        ),
    )
)
_READY = (
    select(*ROW, threads.c.state)
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
_WAITING = packed(_READY)
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
_CANCELLED = (
    update(outbox)
    .where(outbox.c.id == bindparam("row"))
    .values(state=literal_column("'cancelled'"), error=bindparam("said"))
)
_LATER = update(outbox).where(outbox.c.id == bindparam("row")).values(not_before=bindparam("then"))
_MOVE = (
    update(outbox)
    .where(
        outbox.c.sender == bindparam("from"),
        _QUEUED,
        outbox.c.address.startswith("tel:"),
        outbox.c.possible_duplicate.is_(False),
    )
    .values(sender=bindparam("other"))
)
_MOVE_SOME = _MOVE.where(among(outbox.c.kind, "kinds"))
_END = update(outbox).where(among(outbox.c.id, "ids")).values(state=bindparam("as"))


def claim(
    conn: Connection,
    now: datetime,
    token: str,
    limit: int,
    lease: timedelta,
    senders: Collection[str] | Mapping[str, int] | None,
    policy: Policy | None = None,
    bulk: Mapping[str, int] | None = None,
    speed: float = 1.0,
) -> list[Outbound]:
    """Take at most `limit` messages that may leave now, with `token`, for `lease`: of all senders for None, of each at
    most so many where `senders` says how many, and of what nobody asked for as many as `bulk` says. `speed`: seconds
    of this clock in one real second, of which `lease` is made.

    They come in the order in which they fell due; several of one address may come together, to be sent in this
    order. This is the last look at a message before it leaves: what has expired is marked so, what waits for a thread
    that was closed since is cancelled, and what nobody asked for is judged again by her word, her pause and her
    hours (`store.judging`); what is left then ends with her waking hours at the latest.
    """
    if conn.dialect.name == "postgresql":
        # Two claims at once could take one address's first and second message, and the second might leave first.
        conn.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _CLAIM_LOCK})
    rules = policy or Policy()
    ahead = _ON_THE_WAY * speed if speed > 1 else timedelta()
    for round_ in range(_ROUNDS):
        ready = _ready(conn, now, limit if not round_ else max(limit, _MANY), senders, _DOUBT_HOLDS * speed)
        expired = [row[0] for row in ready if row[9] is not None and row[9] <= now]
        late = frozenset(expired)
        shut = [
            row[0]
            for row in ready
            if row[0] not in late and not row[11] and row[13] not in (None, "open") and row[4] not in _DIRECT
        ]
        unasked = [row[0] for row in ready if row[11] and row[0] not in late]
        verdicts = judging.verdicts(conn, unasked, rules, now, ahead) if unasked else {}
        closes = _put_aside(conn, ready, verdicts, now)
        left_out = late.union(shut, (id for id, verdict in verdicts.items() if verdict.why))
        taken = [row for row in ready if row[0] not in left_out][:limit]
        if isinstance(senders, Mapping):
            taken = _within(taken, senders, bulk or {})
        _end(conn, expired, Status.EXPIRED)
        _end(conn, shut, Status.CANCELLED)
        if taken:
            conn.execute(_CLAIM, {"ids": [row[0] for row in taken], "token": token, "until": now + lease * speed})
            return [
                outbound(row, attempt=row[6] + 1, claim=token, valid_for=_valid_for(row[9], closes.get(row[0]), now))
                for row in taken
            ]
        if not (expired or shut or any(verdict.why for verdict in verdicts.values())):
            break  # nothing waits, or only what has to wait for its sender's turn
    return []


def move(conn: Connection, sender: str, to: str, kinds: Sequence[str] = ()) -> int:
    """Let another sender say what waits for this one and goes to a number, of these kinds (all, where none is named);
    how many. What may have left already stays where it can be asked about."""
    return conn.execute(_MOVE_SOME if kinds else _MOVE, {"from": sender, "other": to, "kinds": kinds}).rowcount


def _valid_for(expires_at: datetime | None, closes: float | None, now: datetime) -> float | None:
    ends = None if expires_at is None else (expires_at - now).total_seconds()
    return closes if ends is None else ends if closes is None else min(ends, closes)


def _put_aside(
    conn: Connection, ready: Sequence[Any], verdicts: Mapping[int, Verdict], now: datetime
) -> dict[int, float]:
    """Write what the judgement says of those that may not go; for how many seconds the others may be delivered."""
    ends = {row[0]: row[9] for row in ready}
    cancelled, expired, later, closes = [], [], [], {}
    for id, verdict in verdicts.items():
        if not verdict.why:
            if verdict.closes is not None:
                closes[id] = (verdict.closes - now).total_seconds()
        elif verdict.at is None:
            cancelled.append({"row": id, "said": verdict.why})
        elif ends[id] is not None and ends[id] <= verdict.at:
            expired.append(id)  # it would come too late
        else:
            later.append({"row": id, "then": verdict.at})
    if cancelled:
        conn.execute(_CANCELLED, cancelled)
    if later:
        conn.execute(_LATER, later)
    _end(conn, expired, Status.EXPIRED)
    return closes


def _within(rows: Sequence[Any], most: Mapping[str, int], bulk: Mapping[str, int]) -> list[Any]:
    """The first rows of each sender, as many as may be claimed of it."""
    counts: Counter[str] = Counter()
    unasked: Counter[str] = Counter()
    taken = []
    for row in rows:
        counts[row[1]] += 1
        unasked[row[1]] += row[11]
        if counts[row[1]] <= most[row[1]] and (not row[11] or unasked[row[1]] <= bulk.get(row[1], most[row[1]])):
            taken.append(row)
    return taken


def _ready(
    conn: Connection,
    now: datetime,
    limit: int,
    senders: Collection[str] | Mapping[str, int] | None,
    doubt_holds: timedelta,
) -> list[Any]:
    if senders is None:
        senders = [each for each in conn.execute(_SENDERS).scalars() if each is not None]
    taken: list[Any] = []
    for unasked in (False, True):  # answers first, whatever else waits
        rows: list[Any] = []
        for sender in sorted(set(senders)) if len(taken) < limit else ():
            keys = {"from": sender, "unasked": unasked, "now": now, "limit": limit, "doubted": now - doubt_holds}
            rows += _WAITING.rows(conn, keys)
        taken += sorted(rows, key=lambda row: (row[8], row[0]))[: limit - len(taken)]
    return taken


def _end(conn: Connection, ids: Sequence[int], status: Status) -> None:
    if ids:
        conn.execute(_END, {"ids": ids, "as": status.value})
        conn.execute(FORGET, {"ids": ids})
