"""What the clock owes learners: found by time, said where it is free or the question stands, else dropped."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    ScalarSelect,
    bindparam,
    case,
    delete,
    exists,
    func,
    literal_column,
    not_,
    select,
)

from bot.delivering.routing import STAYS
from bot.messages import Address
from bot.turn import Due
from store.many import inserting
from store.reaching import is_free
from store.tables import dues, inbox, thread_learners, threads

_OPEN = threads.c.state == literal_column("'open'")
HELD = timedelta(days=36_500)  # what a paused campaign owes is put off by so much, and taken back when it goes on
_ASKS = '%"question":%'  # the conversation of a thread on which a question stands open
_REACHED = thread_learners.join(threads, threads.c.address == thread_learners.c.address)


def _thread(*first: ColumnElement[Any]) -> ScalarSelect[str]:
    """An open thread of hers: the one that these prefer, else the one she used last."""
    return (
        select(threads.c.address)
        .select_from(_REACHED)
        .where(thread_learners.c.learner == dues.c.learner, _OPEN)
        .order_by(*(each.desc() for each in first), threads.c.updated_at.desc(), threads.c.address)
        .limit(1)
        .correlate(dues)
        .scalar_subquery()
    )


_LAST_USED = _thread()
# What nobody asked for goes to Telegram where she has it open, for there it is free. What speaks of an open question is
# said where that stands, and else where she last wrote.
_CHOSEN = case(
    (
        dues.c.kind.in_([literal_column(f"'{each}'") for each in sorted(STAYS)]),
        _thread(case((threads.c.conversation.like(_ASKS), 1), else_=0)),
    ),
    else_=_thread(is_free()),
)
# She is writing: what she wrote is answered first.
_BUSY = exists(
    select(literal_column("1"))
    .select_from(
        thread_learners.join(
            inbox, (inbox.c.address == thread_learners.c.address) & (inbox.c.state == literal_column("'new'"))
        )
    )
    .where(thread_learners.c.learner == dues.c.learner)
    .correlate(dues)
)
_found = (
    select(dues.c.learner, dues.c.kind, dues.c.subject, dues.c.at, _CHOSEN.label("address"))
    .where(dues.c.at <= bindparam("now"), not_(_BUSY), _LAST_USED.is_not(None))
    .order_by(dues.c.at)
    .limit(bindparam("limit"))
    .subquery("found")
)
_WAITING = (
    select(_found.c.learner, _found.c.kind, _found.c.subject, _found.c.at, _found.c.address, threads.c.sender)
    .select_from(_found.join(threads, threads.c.address == _found.c.address))
    .order_by(_found.c.at)
)
_UNREACHABLE = delete(dues).where(
    dues.c.at <= bindparam("before"),
    not_(
        exists(
            select(literal_column("1"))
            .select_from(_REACHED)
            .where(thread_learners.c.learner == dues.c.learner, _OPEN)
            .correlate(dues)
        )
    ),
)
_NEXT = select(func.min(dues.c.at)).where(dues.c.at > bindparam("after"), dues.c.at < bindparam("held"))
_DROP = delete(dues).where(
    dues.c.learner == bindparam("who"), dues.c.kind == bindparam("what"), dues.c.subject == bindparam("about")
)
OWE = inserting(
    dues,
    ("learner", "kind", "subject", "at"),
    lambda row: row.on_conflict_do_update(index_elements=["learner", "kind", "subject"], set_={"at": row.excluded.at}),
)


def waiting(conn: Connection, now: datetime, limit: int) -> list[tuple[Due, Address, str]]:
    """What is due by now, longest due first, with the open thread to say it on and its sender. At most one a
    thread: the next one comes with the next round. Left out are learners of whom something waits to be answered,
    and those without an open thread (`drop_unreachable` takes their dues away)."""
    found: dict[str, tuple[Due, Address, str]] = {}
    for learner, kind, subject, at, address, sender in conn.execute(_WAITING, {"now": now, "limit": limit}):
        due = Due(learner=learner, kind=kind, subject=subject, at=at)
        found.setdefault(address, (due, Address.parse(address), sender))
    return list(found.values())


def owe(conn: Connection, owed: list[Due]) -> None:
    """Owe these; one of the same learner, kind and subject moves to the new time."""
    if owed:
        latest = {(due.learner, due.kind, due.subject): due for due in owed}
        rows = [{"learner": key[0], "kind": key[1], "subject": key[2], "at": latest[key].at} for key in sorted(latest)]
        OWE.execute(conn, rows)


def drop(conn: Connection, due: Due) -> None:
    """This is owed no longer."""
    conn.execute(_DROP, {"who": due.learner, "what": due.kind, "about": due.subject})


def drop_unreachable(conn: Connection, before: datetime) -> int:
    """Drop what was due before then to learners without an open thread, so that nobody has to look past it for ever.
    Returns how many; for a housekeeping job, with a day of grace."""
    return conn.execute(_UNREACHABLE, {"before": before}).rowcount


def next_at(conn: Connection, after: datetime) -> datetime | None:
    """When the next due falls after this moment, or None: a clock that is moved by hand stops there.

    Not one that is due already: what was not settled by then waits for somebody who cannot be reached. Nor one that a
    paused campaign holds back.
    """
    return conn.execute(_NEXT, {"after": after, "held": after + HELD / 2}).scalar()
