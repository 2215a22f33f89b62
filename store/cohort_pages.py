"""Cohorts of a scope, who is in them and when they meet, page by page, each page as quick as the first."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, and_, or_, select

from bot.cooperating.organisations import Cohort, Session
from bot.cooperating.roles import Right, need
from bot.people import Scope
from store import people
from store.cohorts import AGREED, MEMBERS, Member, cohort_of
from store.organisation_tables import cohort_members, cohorts, sessions
from store.organisations import within
from store.records import LEARNER_COLUMNS, learner
from store.tables import consent_states

_DATES = select(sessions).select_from(sessions.join(cohorts, cohorts.c.id == sessions.c.cohort))


def page(
    conn: Connection, scope: Scope, *, closed: bool = False, after: str = "", limit: int = 50
) -> list[tuple[Cohort, bool]]:
    """Cohorts by their word, and whether each is closed: the open ones, or all. Raises Forbidden."""
    need(scope, Right.SEE_PEOPLE)
    query = select(cohorts).where(within(scope, cohorts.c.cooperative), cohorts.c.id > after)
    if not closed:
        query = query.where(cohorts.c.closed_at.is_(None))
    rows = conn.execute(query.order_by(cohorts.c.id).limit(limit)).mappings()
    return [(cohort_of(row), row["closed_at"] is not None) for row in rows]


def members(conn: Connection, scope: Scope, cohort: str, *, after: str = "", limit: int = 50) -> list[Member]:
    """Who is in a cohort, by id. Raises Forbidden."""
    need(scope, Right.SEE_PEOPLE)
    who = cohort_members.c.learner
    query = (
        select(*LEARNER_COLUMNS, cohort_members.c.joined_at, consent_states.c.granted)
        .select_from(MEMBERS.outerjoin(consent_states, AGREED))
        .where(people.within(scope), cohort_members.c.cohort == cohort, who > after)
        .order_by(who)
        .limit(limit)
    )
    return [Member(learner=learner(row), agreed=row.granted, joined_at=row.joined_at) for row in conn.execute(query)]


def dates(
    conn: Connection,
    scope: Scope,
    *,
    since: datetime,
    cohort: str = "",
    after: tuple[datetime, int] | None = None,
    limit: int = 50,
) -> list[Session]:
    """Dates from `since` on, the next one first, the cancelled ones too; go on with the last one's time and id as
    `after`. Raises Forbidden."""
    need(scope, Right.SEE_PEOPLE)
    query = _DATES.where(within(scope, cohorts.c.cooperative), sessions.c.at >= since)
    if cohort:
        query = query.where(sessions.c.cohort == cohort)
    if after:
        at, id = after
        query = query.where(or_(sessions.c.at > at, and_(sessions.c.at == at, sessions.c.id > id)))
    rows = conn.execute(query.order_by(sessions.c.at, sessions.c.id).limit(limit)).mappings()
    return [Session(**row) for row in rows]


def date(conn: Connection, scope: Scope, id: int) -> Session | None:
    """A date by its number; None where the scope has none such. Raises Forbidden."""
    need(scope, Right.SEE_PEOPLE)
    row = conn.execute(_DATES.where(within(scope, cohorts.c.cooperative), sessions.c.id == id)).mappings().first()
    return Session(**row) if row else None
