"""A database that has gone back in time: hold what waited then, until a person has seen what was sent since.

What stood in the outbox, the inbox and the dues when a backup was made has, for the most part, been said since. So the
copy itself carries the mark and the held rows: whoever puts it in place, by whichever way, repeats nothing.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, delete, func, literal_column, select, text, update

from bot.delivering.campaigns import State
from bot.messages import Address, Outbound, Sent
from bot.people import OPERATOR
from store import campaigns as pausing
from store.campaign_tables import campaigns
from store.columns import among
from store.many import inserting
from store.shapes import content
from store.tables import dues, inbox, meta, outbox

_EPOCH, _MARK = "epoch", "recovery"
# Ids that were given after the backup come back in late receipts: new rows must not have them.
_LEAP = 1_000_000

_PUT = inserting(
    meta,
    ("key", "value"),
    lambda row: row.on_conflict_do_update(index_elements=["key"], set_={"value": row.excluded.value}),
)
_READ = select(meta.c.value).where(meta.c.key == bindparam("name"))
_RUNNING = select(campaigns.c.id).where(campaigns.c.state == State.RUNNING.value)
_WAITS = outbox.c.state.in_([literal_column(f"'{each}'") for each in ("queued", "sending", "unknown")])
_HELD = outbox.c.state == literal_column("'held'")
_OWNED = select(outbox.c.id).where(
    outbox.c.sender == bindparam("from"), outbox.c.provider_id == bindparam("id"), outbox.c.id != bindparam("row")
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recovery:
    """That we are in it: since when, why, and until when the database knows what happened."""

    since: datetime
    known_until: datetime
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """What is held back. `messages`: by sender; `dues`: what fell due between the backup and the restore."""

    messages: Mapping[str, int]
    heard: int
    dues: int


def hold(conn: Connection, now: datetime, known_until: datetime, why: str) -> int:
    """Enter recovery: campaigns pause, everything that waits to be said or answered is held, and new ids leap ahead.
    Returns the epoch. A paused campaign goes on when a person resumes it: what it sent meanwhile, it does not know.

    Held again (a marked copy that is restored), the earlier of the two moments counts.
    """
    before = state(conn)
    until = min(known_until, before.known_until) if before else known_until
    for running in conn.execute(_RUNNING).scalars().all():
        pausing.move(conn, OPERATOR, running, State.PAUSED, actor="recovery", reason=why, now=now)
    conn.execute(update(outbox).where(_WAITS).values(state=literal_column("'held'"), claim=""))
    conn.execute(update(inbox).where(inbox.c.state == literal_column("'new'")).values(state=literal_column("'held'")))
    _leap(conn)
    told = {"since": now.isoformat(), "known_until": until.isoformat(), "why": why}
    count = epoch(conn) + 1
    _PUT.execute(conn, [{"key": _EPOCH, "value": str(count)}, {"key": _MARK, "value": json.dumps(told)}])
    return count


def epoch(conn: Connection) -> int:
    """How many times this database has gone back in time."""
    return int(conn.execute(_READ, {"name": _EPOCH}).scalar() or 0)


def state(conn: Connection) -> Recovery | None:
    """What recovery we are in; None where life goes on as usual."""
    found = conn.execute(_READ, {"name": _MARK}).scalar()
    if not found:
        return None
    told = json.loads(found)
    return Recovery(
        since=datetime.fromisoformat(told["since"]),
        known_until=datetime.fromisoformat(told["known_until"]),
        why=told["why"],
    )


def is_on(conn: Connection) -> bool:
    """Whether we are in recovery: then no due is answered, and nobody sweeps a provider for what it has heard."""
    return bool(conn.execute(_READ, {"name": _MARK}).scalar())


def held(conn: Connection) -> Held:
    """How much is held back."""
    found = state(conn)
    by_sender = conn.execute(select(outbox.c.sender, func.count()).where(_HELD).group_by(outbox.c.sender)).all()
    heard = conn.execute(select(func.count()).select_from(inbox).where(inbox.c.state == "held")).scalar_one()
    lapsed = 0
    if found:
        between = (dues.c.at > found.known_until) & (dues.c.at <= found.since)
        lapsed = conn.execute(select(func.count()).select_from(dues).where(between)).scalar_one()
    return Held(messages={sender: int(n) for sender, n in by_sender}, heard=int(heard), dues=int(lapsed))


def messages(conn: Connection, after: int = 0, limit: int = 200) -> list[Outbound]:
    """Held messages by id, from the first one after `after`."""
    columns = (
        outbox.c.id,
        outbox.c.sender,
        outbox.c.address,
        outbox.c.learner,
        outbox.c.kind,
        outbox.c.content,
        outbox.c.created_at,
        outbox.c.not_before,
    )
    rows = conn.execute(select(*columns).where(_HELD, outbox.c.id > after).order_by(outbox.c.id).limit(limit)).all()
    return [
        Outbound(
            id=id,
            sender=sender,
            address=Address.parse(address),
            learner=learner,
            kind=kind,
            content=content(said),
            created_at=created_at,
            not_before=not_before,
        )
        for id, sender, address, learner, kind, said, created_at, not_before in rows
    ]


def adopt(conn: Connection, id: int, found: Sent, now: datetime) -> bool:
    """The provider has this held message: it is not said again. False where the provider's id is another row's."""
    sender = conn.execute(select(outbox.c.sender).where(outbox.c.id == id, _HELD).with_for_update()).scalar()
    if sender is None or conn.execute(_OWNED, {"from": sender, "id": found.provider_id, "row": id}).first():
        return False
    values = {"state": found.status, "provider_id": found.provider_id, "segments": found.segments, "sent_at": now}
    conn.execute(update(outbox).where(outbox.c.id == id).values(**values, error=""))
    return True


def release(conn: Connection, now: datetime, *, drop: bool) -> int:
    """End recovery. What is held goes on its way, judged again as ever; or, with `drop`, none of it does, nor what
    fell due while the database did not know. Returns how many messages were freed or dropped."""
    found = state(conn)
    if drop:
        done = conn.execute(
            update(outbox).where(_HELD).values(state=literal_column("'cancelled'"), error="not sent after a restore")
        ).rowcount
        heard = {"state": "answered", "answered_at": now, "error": "not answered after a restore"}
        conn.execute(update(inbox).where(inbox.c.state == "held").values(**heard))
        if found:
            conn.execute(delete(dues).where(dues.c.at > found.known_until, dues.c.at <= found.since))
    else:
        # What was on its way at that moment may have left: it is asked about first, as ever.
        doubted = outbox.c.lease_until.is_not(None)
        freed = conn.execute(update(outbox).where(_HELD, doubted).values(state=literal_column("'unknown'"))).rowcount
        done = freed + conn.execute(update(outbox).where(_HELD).values(state=literal_column("'queued'"))).rowcount
        conn.execute(
            update(inbox).where(inbox.c.state == "held", inbox.c.address != "").values(state="new", not_before=now)
        )
        # Of somebody who was erased meanwhile nothing is left to answer.
        conn.execute(update(inbox).where(inbox.c.state == "held").values(state="answered", answered_at=now))
    conn.execute(delete(meta).where(meta.c.key == _MARK))
    return done


def forget(conn: Connection, ids: list[int]) -> int:
    """These held messages are not said again: a person has decided so. Returns how many."""
    return conn.execute(
        update(outbox).where(_HELD, among(outbox.c.id, "ids")).values(state=literal_column("'cancelled'")), {"ids": ids}
    ).rowcount


def gone_back(witnessed: datetime, newest: datetime | None, slack: timedelta) -> bool:
    """Whether a database whose newest tick is `newest` is older than one in which we wrote at `witnessed`. One in which
    nobody ever wrote is a new one."""
    return newest is not None and newest < witnessed - slack


def _leap(conn: Connection) -> None:
    for table in (outbox.name, inbox.name):
        if conn.dialect.name == "postgresql":
            conn.execute(
                text(
                    f"SELECT setval(pg_get_serial_sequence('{table}', 'id'),"  # noqa: S608 - our own names
                    f" (SELECT coalesce(max(id), 0) FROM {table}) + {_LEAP})"
                )
            )
        elif table == outbox.name:  # the inbox has no AUTOINCREMENT, and no provider repeats its ids to us
            given = {"leap": _LEAP, "name": table}
            if not conn.execute(
                text("UPDATE sqlite_sequence SET seq = seq + :leap WHERE name = :name"), given
            ).rowcount:
                conn.execute(text("INSERT INTO sqlite_sequence (name, seq) VALUES (:name, :leap)"), given)
