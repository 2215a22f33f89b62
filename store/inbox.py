"""What was heard waits here: kept once, answered once, oldest first, and one at a time of each address."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, and_, bindparam, exists, func, literal_column, not_, select, update
from sqlalchemy.dialects.postgresql import insert

from bot.messages import Address, Heard, Inbound
from store import counters
from store.columns import among
from store.many import inserting
from store.packed import packed
from store.shapes import clean, inbound_fields, inbound_json
from store.tables import inbox

# A row that cannot be answered is tried again after 2, 4, 8 and 16 s: its neighbours wait half a minute at most.
_TRIES = 5
_BACK_OFF = timedelta(seconds=2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """An inbound that waits for its answer. `tries`: how often answering it has failed."""

    id: int
    inbound: Inbound
    tries: int


_COLUMNS = ("sender", "provider_id", "address", "kind", "payload", "digest", "received_at", "not_before")
_KEEP = inserting(inbox, _COLUMNS, lambda plain: plain.on_conflict_do_nothing(index_elements=["provider_id", "sender"]))
_KEEP_ANSWERED = inserting(inbox, (*_COLUMNS, "id", "state", "answered_at"))
_LAST = select(func.max(inbox.c.id))
_SINCE = select(inbox.c.sender, inbox.c.provider_id).where(inbox.c.id >= bindparam("first"))
_KEEP_AND_SAY = (
    insert(inbox)
    .on_conflict_do_nothing(index_elements=["provider_id", "sender"])
    .returning(inbox.c.sender, inbox.c.provider_id)
)
_KEPT = packed(select(inbox.c.sender, inbox.c.provider_id, inbox.c.digest).where(among(inbox.c.provider_id, "ids")))

_IS_NEW = inbox.c.state == literal_column("'new'")
_older = inbox.alias("older")
_WAITING = packed(
    select(
        inbox.c.id,
        inbox.c.sender,
        inbox.c.provider_id,
        inbox.c.address,
        inbox.c.kind,
        inbox.c.payload,
        inbox.c.received_at,
        inbox.c.tries,
    )
    .where(
        _IS_NEW,
        inbox.c.not_before <= bindparam("now"),
        not_(
            exists().where(
                and_(
                    _older.c.state == literal_column("'new'"),
                    _older.c.address == inbox.c.address,
                    _older.c.id < inbox.c.id,
                )
            )
        ),
    )
    .order_by(inbox.c.id)
    .limit(bindparam("limit"))
)
_BUSY = packed(select(inbox.c.address).distinct().where(_IS_NEW, among(inbox.c.address, "addresses")))
_SPOIL = (
    update(inbox)
    .where(inbox.c.id == bindparam("row"), _IS_NEW)
    .values(tries=bindparam("so_far"), state=bindparam("to"), not_before=bindparam("again"), error=bindparam("why"))
)
_TRIED = select(inbox.c.tries).where(inbox.c.id == bindparam("row"), _IS_NEW).with_for_update()


def keep(conn: Connection, inbounds: Sequence[Inbound], now: datetime) -> list[bool]:
    """Keep what was heard, in one statement. True: new; False: a repeat of a row, or of one before it in the batch.

    A row is known by (sender, provider id), for ever and by equality only: Telegram's ids may start again lower.
    """
    rows: dict[tuple[str, str], dict[str, Any]] = {}
    fresh = []
    repeats: list[tuple[tuple[str, str], str]] = []
    for inbound in inbounds:
        key = (inbound.sender, clean(inbound.provider_id))
        digest = _digest(inbound)
        fresh.append(key not in rows)
        if key in rows:
            repeats.append((key, digest))
            continue
        rows[key] = _row(inbound, digest, now)
    if not rows:
        return []
    kept = _kept(conn, rows)
    repeats += [(key, row["digest"]) for key, row in rows.items() if key not in kept]
    if repeats:
        _count_repeats(conn, repeats, now)
    return [new and (each.sender, clean(each.provider_id)) in kept for new, each in zip(fresh, inbounds, strict=True)]


def keep_answered(
    conn: Connection, inbounds: Sequence[Inbound], now: datetime, *, first: int, answered: Collection[int]
) -> None:
    """Keep these, none of which is a repeat, as rows `first`, `first` + 1 …, those in `answered` (ids) as answered by
    now. SQLite only, where nobody else can take a number."""
    rows = [
        {
            **_row(inbound, _digest(inbound), now),
            "id": id,
            "state": "answered" if id in answered else "new",
            "answered_at": now if id in answered else None,
        }
        for id, inbound in enumerate(inbounds, first)
    ]
    _KEEP_ANSWERED.execute(conn, rows)


def repeats(conn: Connection, inbounds: Sequence[Inbound]) -> bool:
    """Whether one of these was kept before, or stands among them twice."""
    keys = {(each.sender, clean(each.provider_id)) for each in inbounds}
    kept = _KEPT.rows(conn, {"ids": [id for _, id in keys]})
    return len(keys) < len(inbounds) or any((sender, id) in keys for sender, id, _ in kept)


def next_id(conn: Connection) -> int:
    """The number of the row that comes next."""
    return (conn.execute(_LAST).scalar() or 0) + 1


def busy(conn: Connection, addresses: Collection[str]) -> set[str]:
    """Those of these addresses of which something waits."""
    return {address for (address,) in _BUSY.rows(conn, {"addresses": list(addresses)})}


def waiting(conn: Connection, now: datetime, limit: int) -> list[Waiting]:
    """The oldest waiting inbound of each address, oldest first, at most `limit`. One that is backing off holds back
    the younger ones of its address. Two workers may see the same row: `turns.write` lets one of them win."""
    return [
        Waiting(
            id=id,
            inbound=Inbound(
                sender=sender,
                provider_id=provider_id,
                address=Address.parse(address),
                kind=Heard(kind),
                received_at=received_at,
                **inbound_fields(payload),
            ),
            tries=tries,
        )
        for id, sender, provider_id, address, kind, payload, received_at, tries in _WAITING.rows(
            conn, {"now": now, "limit": limit}
        )
    ]


def spoil(conn: Connection, id: int, now: datetime, error: str) -> None:
    """Answering this row has failed: try again later, and after five times never; then the thread goes on."""
    tries = conn.execute(_TRIED, {"row": id}).scalar()
    if tries is None:  # somebody else has answered it
        return
    tries += 1
    over = tries >= _TRIES
    conn.execute(
        _SPOIL,
        {
            "row": id,
            "so_far": tries,
            "to": "spoiled" if over else "new",
            "again": now + _BACK_OFF * 2 ** (tries - 1),
            "why": clean(error)[:500],
        },
    )
    if over:
        counters.add(conn, {"inbox spoiled": 1}, now)


def _kept(conn: Connection, rows: Mapping[tuple[str, str], dict[str, Any]]) -> Collection[tuple[str, str]]:
    """Write these rows; the keys of those that were not there before."""
    if conn.dialect.name != "sqlite":
        return {(sender, id) for sender, id in conn.execute(_KEEP_AND_SAY, list(rows.values())).all()}
    # There is one writer, so whatever has come since is ours; and mostly all of it is new.
    first = next_id(conn)
    if _KEEP.execute(conn, list(rows.values())) == len(rows):
        return rows.keys()
    return {(sender, id) for sender, id in conn.execute(_SINCE, {"first": first}).all()}


def _row(inbound: Inbound, digest: str, now: datetime) -> dict[str, Any]:
    return {
        "sender": inbound.sender,
        "provider_id": clean(inbound.provider_id),
        "address": clean(str(inbound.address)),
        "kind": inbound.kind.value,
        "payload": inbound_json(inbound),
        "digest": digest,
        "received_at": inbound.received_at,
        "not_before": now,
    }


def _digest(inbound: Inbound) -> str:
    said = f"{inbound.kind}\n{inbound.token}\n{inbound.choice}\n{inbound.text}"
    return hashlib.sha256(said.encode("utf-8", "replace")).hexdigest()[:16]


def _count_repeats(conn: Connection, repeats: Sequence[tuple[tuple[str, str], str]], now: datetime) -> None:
    ids = sorted({id for (_, id), _ in repeats})
    digests = {(sender, id): digest for sender, id, digest in _KEPT.rows(conn, {"ids": ids})}
    # An erased row has no digest any more, so nothing can be said against its repeat.
    clashes = sum(digests.get(key, "") not in ("", digest) for key, digest in repeats)
    counters.add(conn, {"inbox repeats": len(repeats), "sid body mismatch": clashes}, now)
