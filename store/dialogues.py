"""What was said on one thread, both sides in one row of time: for the phone simulator and for a person who answers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from bot.messages import Address, Content, Heard, Inbound
from store import shapes
from store.tables import inbox, outbox

_SHOWN = ("sent", "delivered", "read")


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One message of a dialogue: `inbound` is hers, `content` ours."""

    id: str
    at: datetime
    inbound: Inbound | None = None
    content: Content | None = None


def of_address(conn: Connection, address: Address, limit: int = 200) -> list[Said]:
    """The latest messages that were heard from, or sent to, an address: oldest first."""
    heard = conn.execute(
        select(inbox.c.id, inbox.c.sender, inbox.c.provider_id, inbox.c.kind, inbox.c.payload, inbox.c.received_at)
        .where(inbox.c.address == str(address))
        .order_by(inbox.c.id.desc())
        .limit(limit)
    )
    lines = [
        Said(id=f"in{id}", at=at, inbound=_inbound(address, sender, provider_id, kind, payload, at))
        for id, sender, provider_id, kind, payload, at in heard
    ]
    told = conn.execute(
        select(outbox.c.id, outbox.c.content, outbox.c.created_at, outbox.c.sent_at)
        .where(outbox.c.address == str(address), outbox.c.state.in_(_SHOWN))
        .order_by(outbox.c.id.desc())
        .limit(limit)
    )
    lines += [
        Said(id=f"out{id}", at=sent or created, content=shapes.content(content)) for id, content, created, sent in told
    ]
    # What was sent in one moment was sent in the order of its rows.
    return sorted(lines, key=lambda line: (line.at, line.inbound is None, int(line.id.lstrip("inout"))))[-limit:]


def is_settled(conn: Connection, address: Address) -> bool:
    """Whether nothing waits on an address: all that was heard there is answered, and all that may leave has left."""
    heard = select(inbox.c.id).where(inbox.c.address == str(address), inbox.c.state == "new").limit(1)
    told = (
        select(outbox.c.id).where(outbox.c.address == str(address), outbox.c.state.in_(("queued", "sending"))).limit(1)
    )
    return conn.execute(heard).first() is None and conn.execute(told).first() is None


def _inbound(address: Address, sender: str, provider_id: str, kind: str, payload: str, at: datetime) -> Inbound:
    said = shapes.inbound_fields(payload) if payload else {}
    return Inbound(sender=sender, provider_id=provider_id, address=address, kind=Heard(kind), received_at=at, **said)
