"""What may have left and may not have: found when its lease runs out, asked about, and settled once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, delete, exists, func, literal_column, or_, select, update

from bot.messages import Address, Outbound, Sent
from store import counters
from store.campaign_tables import campaign_acts, occurrences
from store.columns import among
from store.shapes import content
from store.tables import outbox

ROW = (
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
    outbox.c.unasked,
    outbox.c.campaign,
)
# A farewell is deleted once it has left: nobody is known there any more.
FORGET = delete(outbox).where(among(outbox.c.id, "ids"), outbox.c.kind == "farewell")
# SQLite takes a partial index only where its condition stands in the query word for word.
_DOUBT = outbox.c.state.in_((literal_column("'sending'"), literal_column("'unknown'")))
_LAPSED = "the lease ran out"
_LAPSE = (
    update(outbox)
    .where(_DOUBT, outbox.c.state == literal_column("'sending'"), outbox.c.lease_until <= bindparam("now"))
    .values(state=literal_column("'unknown'"), error=_LAPSED)
)
# From the moment of the doubt on it stays doubtful as long as any other claim would.
_LAPSE_ALL = (
    update(outbox)
    .where(_DOUBT, outbox.c.state == literal_column("'sending'"))
    .values(state=literal_column("'unknown'"), error=_LAPSED, lease_until=bindparam("now"))
)
_LARGE_FROM = 1000  # recipients
_A_PERSON = timedelta(minutes=15)
_LARGE = select(outbox.c.lease_until).where(
    outbox.c.id == bindparam("row"),
    outbox.c.campaign != literal_column("''"),
    select(func.coalesce(func.max(occurrences.c.dues), 0))
    .where(occurrences.c.campaign == outbox.c.campaign)
    .scalar_subquery()
    > bindparam("large"),
)
_ACTS = select(campaign_acts.c.id).where(
    campaign_acts.c.campaign == outbox.c.campaign, outbox.c.campaign != literal_column("''")
)
# A person has looked at it since: it went on after a pause.
_RELEASED = select(outbox.c.id).where(
    outbox.c.id == bindparam("row"),
    exists(_ACTS.where(campaign_acts.c.act == literal_column("'resumed'"), campaign_acts.c.at >= outbox.c.lease_until)),
)
_VOID = (
    update(outbox)
    .where(
        outbox.c.id == bindparam("row"),
        outbox.c.state == literal_column("'unknown'"),
        or_(
            exists(
                _ACTS.where(campaign_acts.c.act == literal_column("'edited'"), campaign_acts.c.at > outbox.c.created_at)
            ),
            exists(_ACTS.where(campaign_acts.c.act == literal_column("'cancelled'"))),
        ),
    )
    .values(state=literal_column("'cancelled'"), claim="", error="campaign")
)
_UNKNOWN = (
    select(*ROW)
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


def lapse(conn: Connection, now: datetime) -> int:
    """What was claimed and not settled before its lease ran out may have left: it is unknown, never simply queued
    again (sending blindly again doubled 16 messages a crash). Returns how many."""
    return conn.execute(_LAPSE, {"now": now}).rowcount


def lapse_all(conn: Connection, now: datetime) -> int:
    """Every claim has ended: for a start where nobody else can hold one. Returns how many."""
    return conn.execute(_LAPSE_ALL, {"now": now}).rowcount


def is_held(conn: Connection, id: int, now: datetime, speed: float = 1.0) -> bool:
    """Whether a doubtful message belongs to a campaign so large that it waits for a person, or a quarter of an hour,
    before it may be said a second time. Whoever lets the campaign go on after a pause has looked."""
    if conn.execute(_RELEASED, {"row": id}).first():
        return False
    row = conn.execute(_LARGE, {"row": id, "large": _LARGE_FROM}).first()
    return row is not None and row[0] is not None and now - row[0] < _A_PERSON * speed


def is_void(conn: Connection, id: int) -> bool:
    """Cancel a doubtful message whose campaign was cancelled, or says something else since: it is not said again.
    Whether it was."""
    return conn.execute(_VOID, {"row": id}).rowcount > 0


def unknown(conn: Connection, now: datetime, older_than: timedelta, limit: int = 100) -> list[Outbound]:
    """Messages whose outcome has been unknown for at least `older_than`, oldest first: to ask the provider about.
    Ask no earlier than a request of ours may last, or the answer may come too soon."""
    rows = conn.execute(_UNKNOWN, {"before": now - older_than, "limit": limit})
    return [outbound(row, attempt=row[6], claim=row[10]) for row in rows]


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
    conn.execute(FORGET, {"ids": [id]})
    return True


def outbound(row: Sequence[Any], *, attempt: int, claim: str, valid_for: float | None = None) -> Outbound:
    """A row of `ROW` as a message on its way out; `valid_for`: seconds in which it is still wanted."""
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
        valid_for=valid_for,
        claim=claim,
        unasked=bool(row[11]),
    )
