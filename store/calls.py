"""Calls to learners and notes on them: kept once however often a button is pressed; a stop that was said is a stop."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, delete, literal_column, select, update
from sqlalchemy.dialects.postgresql import insert

from bot.cooperating.roles import Right, need
from bot.learning.calling import Missed, Outcome, peace_until
from bot.people import Learner, Scope
from bot.record import LEARNING
from store import people
from store.consenting import WORD
from store.people_tables import calls, to_call
from store.records import LEARNER_COLUMNS, learner
from store.shapes import clean
from store.tables import answers, consents, dues, learners, outbox, thread_learners
from store.touching import touch_learners

MOST_NOTE = 2_000
_MOST = 200
_ONCE = insert(calls).on_conflict_do_nothing(index_elements=["once"]).returning(calls.c.id)
_OFF = delete(to_call).where(to_call.c.learner == bindparam("who"))
_HERS = (
    select(calls.c.id, calls.c.by, calls.c.outcome, calls.c.note, calls.c.at, calls.c.next_at)
    .where(calls.c.learner == bindparam("who"))
    .order_by(calls.c.at.desc(), calls.c.id.desc())
    .limit(_MOST)
)
_WRONG = (
    select(answers.c.course, answers.c.item, answers.c.choice, answers.c.reply)
    .where(answers.c.learner == bindparam("who"), answers.c.right.is_(False))
    .order_by(answers.c.id.desc())
    .limit(40)
)
_SILENCE = (
    update(outbox)
    .where(
        outbox.c.learner == bindparam("who"),
        outbox.c.learner != literal_column("''"),
        outbox.c.state == literal_column("'queued'"),
        outbox.c.kind != "farewell",
    )
    .values(state=literal_column("'cancelled'"))
)
_FORGIVE = delete(dues).where(dues.c.learner == bindparam("who"))
_ADDRESS = select(thread_learners.c.address).where(thread_learners.c.learner == bindparam("who"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A call that was made, or a note that was written (`outcome` note). `by` is the id of an account."""

    id: int
    by: str
    outcome: Outcome
    note: str
    at: datetime
    next_at: datetime | None


def found(conn: Connection, scope: Scope, id: str, right: Right = Right.SEE_PEOPLE) -> Learner | None:
    """The learner of this id where she is of the scope. Raises Forbidden without the right."""
    need(scope, right)
    query = select(*LEARNER_COLUMNS).where(people.within(scope), learners.c.id == id)
    row = conn.execute(query).first()
    return learner(row) if row else None


def log(
    conn: Connection,
    scope: Scope,
    id: str,
    outcome: Outcome,
    *,
    by: str,
    note: str,
    once: str,
    now: datetime,
    again: datetime | None = None,
) -> bool:
    """Keep a call or a note; False where it was kept already (`once` is the form's own), or she is not of the scope.

    A call takes her off the list until `again`. Who asks to stop on the telephone has said so as well as by writing
    STOP: nothing more goes out, and the ledger says how she told us.
    """
    if found(conn, scope, id, Right.CALL) is None:
        return False
    row = {
        "learner": id,
        "by": by,
        "outcome": outcome.value,
        "note": clean(note)[:MOST_NOTE],
        "at": now,
        "next_at": peace_until(outcome, now, again),
        "once": once,
    }
    if conn.execute(_ONCE, [row]).first() is None:
        return False
    if outcome is not Outcome.NOTE:
        conn.execute(_OFF, {"who": id})
    if outcome is Outcome.STOPS:
        _stop(conn, id, by, now)
    return True


def _stop(conn: Connection, id: str, by: str, now: datetime) -> None:
    address = conn.execute(_ADDRESS.order_by(thread_learners.c.address), {"who": id}).scalar() or ""
    line = {
        "learner": id,
        "address": address,
        "granted": False,
        "method": "call",
        "purpose": LEARNING,
        "reference": by,
        "at": now,
    }
    conn.execute(insert(consents), [line])
    conn.execute(WORD, [{"learner": id, "purpose": LEARNING, "granted": False, "at": now}])
    conn.execute(_SILENCE, {"who": id})
    conn.execute(_FORGIVE, {"who": id})
    touch_learners(conn, [id])


def made(conn: Connection, scope: Scope, id: str) -> list[Call]:
    """Calls and notes of a learner of the scope, the latest first."""
    if found(conn, scope, id) is None:
        return []
    return [_call(row) for row in conn.execute(_HERS, {"who": id}).all()]


def missed(conn: Connection, scope: Scope, id: str, course: str) -> list[Missed]:
    """What she answered wrongly in a course, the latest first."""
    if found(conn, scope, id) is None:
        return []
    rows = conn.execute(_WRONG, {"who": id}).all()
    return [Missed(item=row.item, choice=row.choice, reply=row.reply) for row in rows if row.course == course]


def _call(row: Any) -> Call:
    return Call(id=row[0], by=row[1], outcome=Outcome(row[2]), note=row[3], at=row[4], next_at=row[5])
