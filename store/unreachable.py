"""Addresses at which a provider says nobody can be reached: counted, closed in time, and never paid for twice.

A bad number is nobody's word, so it closes one thread and says nothing of her consent: her other thread goes on.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, delete, func, literal_column, select, update
from sqlalchemy.dialects.postgresql import insert

from bot.messages import Refusal
from store.campaign_tables import unreachable
from store.columns import among
from store.tables import threads

UNREACHABLE, FROZEN = "unreachable", "frozen"  # states of a thread
_SILENT = timedelta(days=90)  # after which operators give a number to somebody else
_DORMANT, _DORMANT_AFTER = 4, timedelta(days=7)  # strikes of a phone that is off, over so long
# Reason in the table, and the strikes after which nothing more is sent there; 0: see `_DORMANT`.
_REASONS = {
    Refusal.BAD_ADDRESS: ("invalid", 1),
    Refusal.LANDLINE: ("landline", 1),
    Refusal.NO_SUBSCRIBER: ("unknown", 2),
    Refusal.UNREACHABLE: ("off", 0),
    Refusal.BLOCKED: ("blocked", 2),  # by a carrier; a bot that she blocked closes its thread at once
}
COUNTED = frozenset(_REASONS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Strike:
    """One message that did not reach anybody at an address, and the provider's code for it."""

    refusal: Refusal
    code: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreachable:
    """An address that is not spoken to any more. `address` is the whole one: mask it before you show it."""

    address: str
    reason: str  # invalid, landline, unknown, off, blocked
    code: str
    strikes: int
    suppressed_at: datetime


_KNOWN = select(
    unreachable.c.address,
    unreachable.c.reason,
    unreachable.c.strikes,
    unreachable.c.first_at,
    unreachable.c.last_at,
    unreachable.c.suppressed_at,
).where(among(unreachable.c.address, "addresses"))
_HEARD = select(threads.c.address, threads.c.heard_at).where(among(threads.c.address, "addresses"))
_ROW = insert(unreachable)
_KEEP = _ROW.on_conflict_do_update(
    index_elements=["address"],
    set_={name: _ROW.excluded[name] for name in ("reason", "code", "strikes", "first_at", "last_at", "suppressed_at")},
)
_REACHED = delete(unreachable).where(among(unreachable.c.address, "addresses"))
_LISTED = (
    select(
        unreachable.c.address,
        unreachable.c.reason,
        unreachable.c.code,
        unreachable.c.strikes,
        unreachable.c.suppressed_at,
    )
    .where(unreachable.c.suppressed_at.is_not(None))
    .order_by(unreachable.c.suppressed_at.desc())
    .limit(bindparam("limit"))
)
_COUNTS = (
    select(unreachable.c.reason, func.count())
    .where(unreachable.c.suppressed_at.is_not(None))
    .group_by(unreachable.c.reason)
)
_THAW = (
    update(threads)
    .where(
        threads.c.address == bindparam("where"),
        threads.c.state.in_((literal_column("'unreachable'"), literal_column("'frozen'"))),
    )
    .values(state=literal_column("'open'"), version=threads.c.version + 1)
)


def strike(conn: Connection, new: Mapping[str, Strike], now: datetime) -> dict[str, str]:
    """Count these strikes, at most one an address; the threads to close by them, with their new state.

    Invalid numbers and landlines close at once, unknown subscribers at the second strike (frozen instead, where
    nobody has been heard for 90 days: the number may be somebody else's by now), a phone that is off after four
    strikes over a week. A strike long after the last one counts anew.
    """
    if not new:
        return {}
    addresses = {"addresses": sorted(new)}
    known = {row[0]: row for row in conn.execute(_KNOWN, addresses)}
    heard = {row[0]: row[1] for row in conn.execute(_HEARD, addresses)}
    rows: list[dict[str, Any]] = []
    closes: dict[str, str] = {}
    for address in sorted(new):
        reason, most = _REASONS[new[address].refusal]
        count, first = _counted(known.get(address), reason, heard.get(address), now)
        over = count >= most if most else count >= _DORMANT and now - first >= _DORMANT_AFTER
        if over:
            closes[address] = FROZEN if reason == "unknown" and _silent(heard.get(address), now) else UNREACHABLE
        rows.append(
            {
                "address": address,
                "reason": reason,
                "code": new[address].code[:16],
                "strikes": count,
                "first_at": first,
                "last_at": now,
                "suppressed_at": now if over else None,
            }
        )
    conn.execute(_KEEP, rows)
    return closes


def strikes(conn: Connection, addresses: Sequence[str]) -> dict[str, int]:
    """How often in a row nobody was reached at these addresses."""
    return {row[0]: row[2] for row in conn.execute(_KNOWN, {"addresses": addresses})}


def reached(conn: Connection, addresses: Sequence[str]) -> None:
    """Somebody was reached there: what was counted against these addresses is forgotten."""
    if addresses:
        conn.execute(_REACHED, {"addresses": sorted(set(addresses))})


def suppressed(conn: Connection, limit: int = 100) -> list[Unreachable]:
    """The addresses that are not spoken to any more, the newest first."""
    rows = conn.execute(_LISTED, {"limit": limit})
    return [Unreachable(address=a, reason=r, code=c, strikes=s, suppressed_at=at) for a, r, c, s, at in rows]


def counts(conn: Connection) -> dict[str, int]:
    """How many addresses are not spoken to any more, by reason."""
    return {reason: int(n) for reason, n in conn.execute(_COUNTS)}


def thaw(conn: Connection, address: str) -> bool:
    """A coordinator has made sure of the number: speak to it again. False where there was nothing to lift."""
    reached(conn, [address])
    return conn.execute(_THAW, {"where": address}).rowcount > 0


def _counted(row: Any, reason: str, heard_at: datetime | None, now: datetime) -> tuple[int, datetime]:
    """Strikes with this one, and when they began. Another reason, or a word from her in between, begins anew."""
    if row is None or row[1] != reason or (heard_at is not None and heard_at > row[4]):
        return 1, now
    return row[2] + 1, row[3]


def _silent(heard_at: datetime | None, now: datetime) -> bool:
    return heard_at is not None and now - heard_at >= _SILENT
