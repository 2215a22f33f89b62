"""Say once more what a provider took and could not deliver because the phone was off: later, and only while it matters.

The row that was undelivered stays so; a copy waits behind it, and is judged like everything that nobody asks for.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection, and_, exists, insert, literal, not_, or_, select

from bot.delivering.retrying import pause_before
from bot.messages import Refusal
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
_later = outbox.alias("later")


def say_again(conn: Connection, lines: Sequence[Line], tries: Mapping[str, int], now: datetime) -> None:
    """Queue each of these once more after an hour, six hours, a day by how often its address was tried (`tries`). What
    has been followed by something newer is over, and so is what expires before; nobody's farewell is repeated."""
    for line in lines:
        wait = pause_before(Refusal.UNREACHABLE, tries.get(line.address, 1), None)
        if wait is None or line.kind == "farewell":
            continue
        at = now + timedelta(seconds=wait)
        newer = exists().where(and_(_later.c.address == outbox.c.address, _later.c.id > outbox.c.id))
        copied = select(
            *(outbox.c[name] for name in _COPIED),
            literal(at, type_=outbox.c.not_before.type),
            literal(now, type_=outbox.c.created_at.type),
            literal(AGAIN),
            literal(True),
        ).where(outbox.c.id == line.id, or_(outbox.c.expires_at.is_(None), outbox.c.expires_at > at), not_(newer))
        conn.execute(insert(outbox).from_select([*_COPIED, "not_before", "created_at", "error", "unasked"], copied))
