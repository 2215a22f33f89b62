"""How far a provider's own list of messages has been looked through, and what is missing here."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, bindparam, literal_column, select

from store import counters
from store.columns import among, micros, moment
from store.many import inserting
from store.tables import inbox, meta, outbox

_PUT = inserting(
    meta,
    ("key", "value"),
    lambda row: row.on_conflict_do_update(index_elements=["key"], set_={"value": row.excluded.value}),
)
_READ = select(meta.c.value).where(meta.c.key == bindparam("name"))
_KNOWN = select(inbox.c.provider_id).where(inbox.c.sender == bindparam("to"), among(inbox.c.provider_id, "ids"))
# By its key, from the last one that was asked about on: who has been silent for a day stands among the next few.
_SILENT = (
    select(outbox.c.id, outbox.c.provider_id, outbox.c.sent_at)
    .where(
        outbox.c.id > bindparam("asked"),
        outbox.c.sender == bindparam("from"),
        outbox.c.state == literal_column("'sent'"),
        outbox.c.provider_id.is_not(None),
    )
    .order_by(outbox.c.id)
    .limit(bindparam("limit"))
)


def ended(conn: Connection, sender: str) -> datetime | None:
    """Until when what was written to this sender has been looked through; None: never."""
    value = conn.execute(_READ, {"name": f"swept {sender}"}).scalar()
    return moment(int(value)) if value else None


def end(conn: Connection, sender: str, now: datetime, *, fetched: int) -> None:
    """It has been looked through until now, and so many were missing."""
    _PUT.execute(conn, [{"key": f"swept {sender}", "value": str(micros(now))}])
    if fetched:
        counters.add(conn, {"inbox swept": fetched}, now)


def missing(conn: Connection, sender: str, ids: Collection[str]) -> frozenset[str]:
    """Which of these ids of the provider have never been kept, not even as a row that was erased since."""
    return frozenset(ids) - frozenset(conn.execute(_KNOWN, {"to": sender, "ids": sorted(ids)}).scalars())


def silent(conn: Connection, sender: str, before: datetime, limit: int) -> list[tuple[int, str]]:
    """Messages that left before then, of which no more is known, and that were not asked about: (row, provider id)."""
    last = conn.execute(_READ, {"name": f"asked {sender}"}).scalar()
    rows = conn.execute(_SILENT, {"asked": int(last or 0), "from": sender, "limit": limit}).all()
    found = []
    for id, provider_id, sent_at in rows:
        if sent_at is None or sent_at > before:
            break
        found.append((id, provider_id))
    return found


def asked(conn: Connection, sender: str, id: int) -> None:
    """The provider has been asked about this sender's messages up to this row."""
    _PUT.execute(conn, [{"key": f"asked {sender}", "value": str(id)}])
