"""Say once more what a provider took and could not deliver because the phone was off: later, and only while it matters.

The row that was undelivered stays so; a copy waits behind it, and is judged like everything that nobody asks for.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, exists, insert, literal, not_, or_, select

from bot.delivering.retrying import pause_before
from bot.messages import Refusal
from store import leases
from store.judging import AGAIN
from store.settling import Line
from store.tables import outbox

_COPIED = (
    "sender",
    "address",
    "learner",
    "kind",
    "content",
    "expires_at",
    "purpose",
    "campaign",
    "occurrence",
    "variant",
)
_SIM_RESTS = timedelta(minutes=10)  # long enough that what waits goes by another sender, where there is one
_NOTICED = timedelta(seconds=10)  # by then whoever speaks for the sender knows that it rests
_UNCLEAR = timedelta(hours=1)
_WORTH = timedelta(days=2)  # from when it was made: nobody would understand it any more
_later = outbox.alias("later")


def say_again(conn: Connection, lines: Sequence[Line], tries: Mapping[str, int], now: datetime) -> None:
    """Queue each of these once more after an hour, six hours, a day by how often its address was tried (`tries`). What
    has been followed by something newer is over, and so is what expires before; nobody's farewell is repeated."""
    for line in lines:
        wait = pause_before(Refusal.UNREACHABLE, tries.get(line.address, 1), None)
        if wait is not None:
            _copy(conn, line, now + timedelta(seconds=wait), literal(now, type_=outbox.c.created_at.type))


def say_otherwise(conn: Connection, lines: Mapping[Refusal, Sequence[Line]], now: datetime) -> None:
    """Queue these once more that a sender took and could not say, for a reason that speaks against no number, as long
    as they are not two days old. Where the sender itself is out (UNAVAILABLE) it rests, and they wait for it or go by
    another; where nobody knows why (UNCERTAIN) they wait an hour."""
    out = lines.get(Refusal.UNAVAILABLE, ())
    leases.fails(conn, {line.sender for line in out}, now + _SIM_RESTS, str(Refusal.UNAVAILABLE))
    for line in out:
        _copy(conn, line, now + _NOTICED, outbox.c.created_at)
    for line in lines.get(Refusal.UNCERTAIN, ()):
        _copy(conn, line, now + _UNCLEAR, outbox.c.created_at)


def _copy(conn: Connection, line: Line, at: datetime, made: ColumnElement[Any]) -> None:
    if line.kind == "farewell":
        return
    newer = exists().where(and_(_later.c.address == outbox.c.address, _later.c.id > outbox.c.id))
    copied = select(
        *(outbox.c[name] for name in _COPIED),
        literal(at, type_=outbox.c.not_before.type),
        made,
        literal(AGAIN),
        literal(True),
    ).where(
        outbox.c.id == line.id,
        or_(outbox.c.expires_at.is_(None), outbox.c.expires_at > at),
        outbox.c.created_at > at - _WORTH,
        not_(newer),
    )
    conn.execute(insert(outbox).from_select([*_COPIED, "not_before", "created_at", "error", "unasked"], copied))
