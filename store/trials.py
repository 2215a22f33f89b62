"""Queue test messages to an operator's own phone: they leave like any other, and count nowhere."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, insert, literal, literal_column, or_, select

from bot.cooperating.roles import Right, need
from bot.messages import Address, Content
from bot.people import Scope
from bot.record import LEARNING
from store.audience_filters import SUPPRESSED
from store.shapes import content_json
from store.tables import consents, outbox, threads

KIND = "test"
_CLOSED: Any = select(literal_column("1")).where(
    threads.c.address == bindparam("where"), or_(threads.c.state != literal_column("'open'"), SUPPRESSED)
)
_WORD = (
    select(consents.c.granted)
    .where(consents.c.address == bindparam("where"), consents.c.purpose == literal(LEARNING))
    .order_by(consents.c.id.desc())
    .limit(1)
)


class NotWanted(Exception):
    """Whoever is reached there has said stop or no, or cannot be reached: nothing is sent there, not even a test."""


def queue(
    conn: Connection, scope: Scope, sender: str, address: Address, contents: Sequence[Content], now: datetime
) -> int:
    """Queue these, in this order; returns how many. They belong to no learner and no campaign.

    Raises Forbidden for who may not plan, NotWanted where nobody may be written to.
    """
    need(scope, Right.PLAN)
    if _is_closed(conn, {"where": str(address)}):
        raise NotWanted
    row = {"sender": sender, "address": str(address), "kind": KIND, "not_before": now, "created_at": now}
    for content in contents:
        conn.execute(insert(outbox), {**row, "content": content_json(content)})
    return len(contents)


def _is_closed(conn: Connection, where: dict[str, str]) -> bool:
    """Whether the thread there is no open one, or the last word on lessons from there, joined or not, was a no."""
    return conn.execute(_CLOSED, where).first() is not None or conn.execute(_WORD, where).scalar() is False
