"""Who may have finished a course: everybody enrolled in it, with what is done, a page of them at a time."""

from __future__ import annotations

from sqlalchemy import Connection, select

from bot.people import Enrolment, Learner, Scope
from store import records
from store.people import within
from store.tables import enrolments, learners


def finished(conn: Connection, scope: Scope, course: str, *, learner: str = "") -> list[tuple[Learner, Enrolment]]:
    """Learners with their enrolment in a course, of one learner where she is named. Whether it is finished, the pure
    core says: it knows the lessons."""
    query = (
        select(*records.LEARNER_COLUMNS)
        .join(enrolments, enrolments.c.learner == learners.c.id)
        .where(within(scope), enrolments.c.course == course)
        .order_by(learners.c.id)
    )
    if learner:
        query = query.where(learners.c.id == learner)
    found = [records.learner(row) for row in conn.execute(query)]
    held = records.enrolled(conn, [each.id for each in found])
    return [(each, enrolment) for each in found for enrolment in held.get(each.id, ()) if enrolment.course == course]
