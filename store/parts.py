"""Keep a state for each part of a message that travels in several: it has arrived when all its parts have."""

from __future__ import annotations

from sqlalchemy import Connection, bindparam, func, select
from sqlalchemy.dialects.postgresql import insert

from bot.delivering.sms import segments, sms_text
from bot.messages import Receipt, Status
from store.campaign_tables import outbox_parts
from store.settling import Line
from store.shapes import clean, content
from store.tables import outbox

# SQLite and PostgreSQL spell this alike.
_KEEP = (
    insert(outbox_parts)
    .values({name: bindparam(f"the_{name}") for name in ("outbound", "part", "status", "error", "at")})
    .on_conflict_do_nothing(index_elements=["outbound", "part"])
)
_ARRIVED = (
    select(func.count())
    .select_from(outbox_parts)
    .where(outbox_parts.c.outbound == bindparam("row"), outbox_parts.c.status == Status.DELIVERED.value)
)
_CONTENT = select(outbox.c.content).where(outbox.c.id == bindparam("row"))


def whole(conn: Connection, told: Receipt, line: Line | None) -> Status:
    """What a word on one part means for the whole message: DELIVERED only with its last part, before that SENT.

    A part that is told of twice counts once. How many parts there are is what was sent, or, where that is not settled
    yet, what its text comes to.
    """
    if line is None or told.status is not Status.DELIVERED:
        return told.status
    kept = {"outbound": line.id, "part": clean(told.part)[:200], "status": told.status.value}
    conn.execute(_KEEP, {f"the_{name}": value for name, value in {**kept, "error": "", "at": told.at}.items()})
    arrived = conn.execute(_ARRIVED, {"row": line.id}).scalar_one()
    return Status.DELIVERED if arrived >= _due(conn, line) else Status.SENT


def _due(conn: Connection, line: Line) -> int:
    return line.segments or measured(conn, line)


def measured(conn: Connection, line: Line) -> int:
    """How many segments a message comes to whose provider has taken it and not told us how many."""
    written = conn.execute(_CONTENT, {"row": line.id}).scalar_one()
    return segments(sms_text(content(written)))
