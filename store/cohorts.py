"""Cohorts, who is in them, and the dates on which they meet."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, datetime
from random import Random
from typing import Any

from sqlalchemy import Connection, and_, bindparam, func, select, update
from sqlalchemy.dialects.postgresql import insert

from bot.cooperating.organisations import Cohort, Session
from bot.cooperating.roles import Right, need
from bot.occasion import Occasion
from bot.people import Learner, Scope, new_id
from bot.record import LEARNING
from bot.turn import Due
from store import cohort_versions, people
from store.columns import among
from store.organisation_tables import cohort_members, cohorts, sessions
from store.organisations import within
from store.records import LEARNER_COLUMNS, learner
from store.shapes import clean
from store.tables import consent_states, enrolments, learners
from store.touching import touch_learners

AGREED = and_(
    consent_states.c.learner == learners.c.id,
    consent_states.c.purpose == LEARNING,
)
MEMBERS = cohort_members.join(learners, learners.c.id == cohort_members.c.learner)
# Of several groups the one that she came into last.
_LATEST = (
    select(cohort_members.c.learner, *cohorts.c)
    .select_from(cohort_members.join(cohorts, cohorts.c.id == cohort_members.c.cohort))
    .where(among(cohort_members.c.learner, "learners"), cohorts.c.closed_at.is_(None))
    .order_by(cohort_members.c.joined_at, cohorts.c.id)
)
_ENROLLED = select(enrolments.c.learner).where(
    among(enrolments.c.learner, "learners"), enrolments.c.course == bindparam("course")
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedCohort:
    """A cohort with how many are in it and how many of them have agreed to lessons."""

    cohort: Cohort
    members: int = 0
    agreed: int = 0
    closed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """Somebody in a cohort: her word on lessons (None: she has not said), and since when she is in it."""

    learner: Learner
    agreed: bool | None
    joined_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What taking people into a cohort came to."""

    joined: int = 0  # who were not in it
    enrolled: int = 0  # of those in it, who have agreed and were not yet in its course


def add_cohort(conn: Connection, scope: Scope, cohort: Cohort, now: datetime) -> bool:
    """Make a cohort; False where its word is taken. Raises PermissionError outside the scope."""
    need(scope, Right.EDIT_PEOPLE)
    _permit(scope, cohort)
    row = {
        "id": cohort.id,
        "name": clean(cohort.name),
        "course": cohort.course,
        "cooperative": cohort.cooperative,
        "days": ",".join(cohort.days),
        "hour": cohort.hour,
        "starts_on": cohort.starts_on.isoformat(),
        "ends_on": cohort.ends_on.isoformat() if cohort.ends_on else "",
        "created_at": now,
    }
    statement = insert(cohorts).values(**row).on_conflict_do_nothing(index_elements=["id"]).returning(cohorts.c.id)
    return conn.execute(statement).first() is not None


def all_cohorts(conn: Connection, scope: Scope, *, closed: bool = False) -> list[Cohort]:
    """The cohorts of a scope, by their word."""
    need(scope, Right.SEE_PEOPLE)
    query = select(cohorts).where(within(scope, cohorts.c.cooperative)).order_by(cohorts.c.id)
    if not closed:
        query = query.where(cohorts.c.closed_at.is_(None))
    return [cohort_of(row) for row in conn.execute(query).mappings()]


def list_cohorts(conn: Connection, scope: Scope) -> list[ListedCohort]:
    """All of them, the closed ones too, with their numbers."""
    need(scope, Right.SEE_PEOPLE)
    joined = MEMBERS.outerjoin(consent_states, AGREED)
    granted = func.count().filter(consent_states.c.granted)
    counts = {
        id: (members, agreed)
        for id, members, agreed in conn.execute(
            select(cohort_members.c.cohort, func.count(), granted)
            .select_from(joined)
            .where(people.within(scope))
            .group_by(cohort_members.c.cohort)
        )
    }
    query = select(cohorts).where(within(scope, cohorts.c.cooperative)).order_by(cohorts.c.id)
    found = []
    for row in conn.execute(query).mappings():
        members, agreed = counts.get(row["id"], (0, 0))
        one = ListedCohort(cohort=cohort_of(row), members=members, agreed=agreed, closed=row["closed_at"] is not None)
        found.append(one)
    return found


def close_cohort(conn: Connection, scope: Scope, id: str, now: datetime) -> bool:
    """No lessons by its calendar any more; its members go on by themselves. False where it was closed already."""
    need(scope, Right.EDIT_PEOPLE)
    statement = update(cohorts).where(
        cohorts.c.id == id, cohorts.c.closed_at.is_(None), within(scope, cohorts.c.cooperative)
    )
    return conn.execute(statement.values(closed_at=now)).rowcount > 0


def members(conn: Connection, scope: Scope, cohort: str) -> list[Member]:
    """Who is in a cohort, by name."""
    need(scope, Right.SEE_PEOPLE)
    query = (
        select(*LEARNER_COLUMNS, cohort_members.c.joined_at, consent_states.c.granted)
        .select_from(MEMBERS.outerjoin(consent_states, AGREED))
        .where(people.within(scope), cohort_members.c.cohort == cohort)
        .order_by(learners.c.name, learners.c.id)
    )
    return [Member(learner=learner(row), agreed=row.granted, joined_at=row.joined_at) for row in conn.execute(query)]


def take_in(
    conn: Connection, scope: Scope, cohort: Cohort, ids: Collection[str], now: datetime, *, version: str = ""
) -> Taken:
    """Take learners of the scope into a cohort. Those who have agreed are in its course from now on, in the version of
    its content on which the cohort stays, else in that in use (`version`); the others come into it with their yes.
    Twice changes nothing."""
    need(scope, Right.EDIT_PEOPLE)
    known = select(learners.c.id).where(among(learners.c.id, "ids"), people.within(scope))
    mine = sorted(conn.execute(known, {"ids": sorted(set(ids))}).scalars())
    if not mine:
        return Taken()
    rows = [{"cohort": cohort.id, "learner": each, "joined_at": now} for each in mine]
    fresh = insert(cohort_members).on_conflict_do_nothing().returning(cohort_members.c.learner)
    joined = len(conn.execute(fresh, rows).scalars().all())
    return Taken(joined=joined, enrolled=enrol(conn, cohort.course, mine, now, version))


def enrol(conn: Connection, course: str, ids: Collection[str], now: datetime, version: str) -> int:
    """Enrol those of these learners who have agreed to lessons and are not yet in the course: in the version of its
    content on which their group stays, else in this one; how many were. Whose they are is the caller's to know."""
    granted = select(consent_states.c.learner).where(
        among(consent_states.c.learner, "ids"), consent_states.c.purpose == LEARNING, consent_states.c.granted
    )
    agreed = set(conn.execute(granted, {"ids": sorted(ids)}).scalars())
    begin = agreed - set(conn.execute(_ENROLLED, {"learners": sorted(agreed), "course": course}).scalars())
    if not begin:
        return 0
    chance, own = Random(secrets.randbits(64)), cohort_versions.staying(conn, begin)
    rows = [
        {
            "id": new_id(now, chance),
            "learner": each,
            "course": course,
            "content_version": own.get((each, course), version),
            "enrolled_at": now,
        }
        for each in sorted(begin)
    ]
    conn.execute(insert(enrolments).on_conflict_do_nothing(), rows)
    touch_learners(conn, begin)
    return len(begin)


# --- dates on which a group meets ---


def add_session(conn: Connection, scope: Scope, cohort: Cohort, at: datetime, place: str, topic: str) -> Session:
    """Set a date, `at` aware. Raises PermissionError outside the scope."""
    need(scope, Right.EDIT_PEOPLE)
    _permit(scope, cohort)
    row = {"cohort": cohort.id, "at": at, "place": clean(place), "topic": clean(topic)}
    id = conn.execute(insert(sessions).returning(sessions.c.id), [row]).scalar_one()
    return Session(id=id, cohort=cohort.id, at=at, place=place, topic=topic)


def list_sessions(
    conn: Connection, scope: Scope, *, since: datetime | None = None, cohort: str = "", limit: int | None = None
) -> list[Session]:
    """The dates of a scope from `since` on, the next one first; the cancelled ones too."""
    need(scope, Right.SEE_PEOPLE)
    joined = sessions.join(cohorts, cohorts.c.id == sessions.c.cohort)
    query = select(sessions).select_from(joined).where(within(scope, cohorts.c.cooperative))
    if since:
        query = query.where(sessions.c.at >= since)
    if cohort:
        query = query.where(sessions.c.cohort == cohort)
    return [
        Session(**row) for row in conn.execute(query.order_by(sessions.c.at, sessions.c.id).limit(limit)).mappings()
    ]


def cancel_session(conn: Connection, scope: Scope, id: int) -> bool:
    """Call a date off. False where there is none with this number, or it was called off already."""
    need(scope, Right.EDIT_PEOPLE)
    mine = select(cohorts.c.id).where(within(scope, cohorts.c.cooperative))
    statement = update(sessions).where(sessions.c.id == id, ~sessions.c.cancelled, sessions.c.cohort.in_(mine))
    return conn.execute(statement.values(cancelled=True)).rowcount > 0


# --- shapes ---


def cohort_of(row: Any) -> Cohort:
    """The cohort of a row of `cohorts`."""
    return Cohort(
        id=row["id"],
        name=row["name"],
        course=row["course"],
        cooperative=row["cooperative"],
        days=tuple(row["days"].split(",")) if row["days"] else (),
        hour=row["hour"],
        starts_on=date.fromisoformat(row["starts_on"]),
        ends_on=date.fromisoformat(row["ends_on"]) if row["ends_on"] else None,
    )


def invitations(conn: Connection, found: dict[Due, Occasion], now: datetime) -> dict[Due, Occasion]:
    """What an invitation is about: the cohort that she is to be in."""
    ids = sorted({due.learner for due in found})
    latest = {row["learner"]: cohort_of(row) for row in conn.execute(_LATEST, {"learners": ids}).mappings()}
    return {due: replace(occasion, cohort=latest.get(due.learner)) for due, occasion in found.items()}


def _permit(scope: Scope, cohort: Cohort) -> None:
    if scope.cooperatives is not None and cohort.cooperative not in scope.cooperatives:
        raise PermissionError(f"{cohort.id} belongs to none of the cooperatives that this account is for.")
