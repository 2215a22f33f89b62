"""Change one learner from a page: her profile, her pause, her courses and cohorts, her erasure."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime
from random import Random

from sqlalchemy import Connection, select, update

from bot.cooperating.organisations import Cohort
from bot.cooperating.roles import Right
from bot.people import Learner, Scope, new_id
from bot.record import LEARNING
from store import calls, cohort_versions, cohorts, erasure, learner_search, rearranging
from store.organisation_tables import cohort_members
from store.shapes import clean
from store.tables import consent_states, enrolments, learners
from store.touching import touch_learners

CHANGED = frozenset({"name", "language", "sex", "birth_year", "community", "district", "hour", "operator", "guardian"})
"""What may be changed of a profile here; the cooperative has an act of its own."""


def change(conn: Connection, scope: Scope, id: str, changes: Mapping[str, object]) -> bool:
    """Change her profile; False where she is not of the scope. Raises Forbidden, and ValueError for any other field."""
    unknown = set(changes) - CHANGED
    if unknown:
        raise ValueError(f"a profile has no {sorted(unknown)} to change")
    if calls.found(conn, scope, id, Right.EDIT_PEOPLE) is None:
        return False
    told = {name: clean(value) if isinstance(value, str) else value for name, value in changes.items()}
    if told:
        conn.execute(update(learners).where(learners.c.id == id).values(**told))
        learner_search.keep(conn, [id])
        touch_learners(conn, [id])
    return True


def pause(conn: Connection, scope: Scope, id: str, until: datetime | None) -> bool:
    """Nothing goes out to her unasked until then; None: she goes on. False where she is not of the scope. What falls
    due meanwhile is judged when it does, as for a pause of her own."""
    if calls.found(conn, scope, id, Right.EDIT_PEOPLE) is None:
        return False
    conn.execute(update(learners).where(learners.c.id == id).values(paused_until=until))
    touch_learners(conn, [id])
    return True


def enrol(conn: Connection, scope: Scope, id: str, course: str, version: str, now: datetime) -> str:
    """Enrol her in a course, of content `version` unless her group stays on another: `enrolled`, `there` (she is in
    it), `no_consent` (she has not agreed to lessons, and nobody may agree for her), or `missing` where she is not of
    the scope. Raises Forbidden."""
    if calls.found(conn, scope, id, Right.EDIT_PEOPLE) is None:
        return "missing"
    granted = select(consent_states.c.granted).where(
        consent_states.c.learner == id, consent_states.c.purpose == LEARNING
    )
    if not conn.execute(granted).scalar():
        return "no_consent"
    there = select(enrolments.c.id).where(enrolments.c.learner == id, enrolments.c.course == course)
    if conn.execute(there).first():
        return "there"
    begins = cohort_versions.staying(conn, [id]).get((id, course), version)
    row = {"learner": id, "course": course, "content_version": begins, "enrolled_at": now}
    conn.execute(enrolments.insert(), [{"id": new_id(now, Random(secrets.randbits(64))), **row}])
    touch_learners(conn, [id])
    return "enrolled"


def join(conn: Connection, scope: Scope, id: str, cohort: Cohort, version: str, now: datetime, leave: str = "") -> bool:
    """Take her into a cohort, out of `leave` where it is named; False where she is not of the scope."""
    if calls.found(conn, scope, id, Right.EDIT_PEOPLE) is None:
        return False
    if leave:
        rearranging.take_out(conn, scope, leave, [id])
    cohorts.take_in(conn, scope, cohort, [id], now, version=version)
    return True


def belong(conn: Connection, scope: Scope, id: str, cooperative: str) -> bool:
    """Make her a member of this cooperative and no other; of none, where it is empty. False where she is not of the
    scope. Raises PermissionError for a cooperative outside it."""
    if calls.found(conn, scope, id, Right.EDIT_PEOPLE) is None:
        return False
    rearranging.move_members(conn, scope, cooperative, [id])
    return True


def cohorts_of(conn: Connection, scope: Scope, id: str) -> list[str]:
    """The cohorts that she is in, by their word."""
    if calls.found(conn, scope, id) is None:
        return []
    query = select(cohort_members.c.cohort).where(cohort_members.c.learner == id).order_by(cohort_members.c.cohort)
    return list(conn.execute(query).scalars())


def erase(conn: Connection, scope: Scope, id: str, now: datetime, key: bytes) -> Learner | None:
    """Take her out of every table, and give back who she was; None where she is not of the scope. Raises Forbidden."""
    who = calls.found(conn, scope, id, Right.ERASE_PEOPLE)
    if who is not None:
        erasure.erase(conn, [id], now, key)
    return who
