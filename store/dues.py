"""What the clock owes learners: found by time, answered on the thread she used last, dropped where nobody can hear."""

from __future__ import annotations

from datetime import datetime

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
    or_,
    select,
)

from bot.messages import Address
from bot.turn import Due
from store.many import inserting
from store.tables import dues, inbox, thread_learners, threads

_OPEN = threads.c.state == literal_column("'open'")
_REACHED = thread_learners.join(threads, threads.c.address == thread_learners.c.address)


def _last_used(*conditions: ColumnElement[bool]) -> ScalarSelect[str]:
    return (
        select(threads.c.address)
        .select_from(_REACHED)
        .where(thread_learners.c.learner == dues.c.learner, _OPEN, *conditions)
        .order_by(threads.c.updated_at.desc())
        .limit(1)
        .correlate(dues)
        .scalar_subquery()
    )


_LAST_USED = _last_used()
_FREE = _last_used(or_(threads.c.address.like("telegram:%"), threads.c.address.like("simulator:telegram:%")))
# What is announced goes to Telegram where she has it open, for there it is free; all else to where she last wrote, for
# there is the question that it speaks of.
_CHOSEN = case(
    (dues.c.kind == literal_column("'campaign'"), func.coalesce(_FREE, _LAST_USED)),
    else_=_LAST_USED,
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
_NEXT = select(func.min(dues.c.at)).where(dues.c.at > bindparam("after"))
_DROP = delete(dues).where(
    dues.c.learner == bindparam("who"), dues.c.kind == bindparam("what"), dues.c.subject == bindparam("about")
)
OWE = inserting(
    dues,
    ("learner", "kind", "subject", "at"),
    lambda row: row.on_conflict_do_update(index_elements=["learner", "kind", "subject"], set_={"at": row.excluded.at}),
)


def waiting(conn: Connection, now: datetime, limit: int) -> list[tuple[Due, Address, str]]:
    """What is due by now, longest due first, with the open thread she used last and its sender. At most one a
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

    Not one that is due already: what was not settled by then waits for somebody who cannot be reached.
    """
    return conn.execute(_NEXT, {"after": after}).scalar()
