"""Which version of the lessons a group stays on, and so with which one whoever comes into it later begins."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Connection, select, update

from bot.cooperating.roles import Right, need
from bot.people import Scope
from store.columns import among
from store.organisation_tables import cohort_members, cohorts
from store.organisations import within
from store.tables import enrolments

# On which content each of their groups stays, by the course: of several groups for one course the last counts.
_STAYING = (
    select(cohort_members.c.learner, cohorts.c.course, cohorts.c.content_version)
    .select_from(cohort_members.join(cohorts, cohorts.c.id == cohort_members.c.cohort))
    .where(among(cohort_members.c.learner, "learners"), cohorts.c.closed_at.is_(None))
    .order_by(cohort_members.c.joined_at, cohorts.c.id)
)


def staying(conn: Connection, ids: Collection[str]) -> dict[tuple[str, str], str]:
    """The version of a course's content with which each of these learners would begin it (learner, course → version),
    where her group stays on one. Nobody else is in it: she begins with that in use."""
    rows = conn.execute(_STAYING, {"learners": sorted(ids)}).all() if ids else ()
    return {key: version for key, version in {(row[0], row[1]): row[2] for row in rows}.items() if version}


def stays_on(conn: Connection, scope: Scope, id: str) -> str:
    """The version of its course's content on which a cohort stays; empty where it is taught that in use."""
    need(scope, Right.SEE_PEOPLE)
    query = select(cohorts.c.content_version).where(cohorts.c.id == id, within(scope, cohorts.c.cooperative))
    return str(conn.execute(query).scalar() or "")


def stay(conn: Connection, course: str, version: str) -> int:
    """The lessons of a course are about to change for whoever begins: its groups in which somebody is taught this
    version, that in use until now, stay on it, and whoever comes into one later begins with it. How many do."""
    begun = (
        select(enrolments.c.id)
        .join(cohort_members, cohort_members.c.learner == enrolments.c.learner)
        .where(
            cohort_members.c.cohort == cohorts.c.id,
            enrolments.c.course == course,
            enrolments.c.content_version == version,
        )
    )
    staying_now = update(cohorts).where(cohorts.c.course == course, cohorts.c.content_version == "", begun.exists())
    return conn.execute(staying_now.values(content_version=version)).rowcount


def follow(conn: Connection, course: str) -> None:
    """The lessons of a course change for everybody: none of its groups stays on older ones."""
    conn.execute(update(cohorts).where(cohorts.c.course == course).values(content_version=""))
