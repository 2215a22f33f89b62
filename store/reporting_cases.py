"""What indicators count of certification: applications, decisions, appeals, credentials, assessors; and of meetings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, case, exists, func, literal_column, or_, select

from bot.certifying.cases import COMPETENT
from bot.people import Scope
from bot.reporting.suppressing import Key
from bot.reporting.tables import Raw
from store.case_tables import assessors, case_acts, cases, decisions
from store.credential_tables import credential_acts, credentials
from store.organisation_tables import cohorts, sessions
from store.reporting_groups import Base, Period, stored, yes
from store.shapes import loads
from store.tables import learners

_ONE: ColumnElement[Any] = literal_column("1")
_CASES = cases.outerjoin(learners, learners.c.id == cases.c.learner)
_FIRST = (
    select(decisions.c.case, func.min(decisions.c.seq).label("seq"), func.min(decisions.c.at).label("at"))
    .group_by(decisions.c.case)
    .subquery("firsts")
)
_DECIDED = _CASES.join(_FIRST, _FIRST.c.case == cases.c.id)


def applied(period: Period) -> Base:
    """I7: every application; competent at the first try, where its first decision says so."""
    first = select(func.min(decisions.c.seq)).where(decisions.c.case == cases.c.id).scalar_subquery()
    competent = exists(_ONE).where(
        decisions.c.case == cases.c.id, decisions.c.result == COMPETENT, decisions.c.seq == first.correlate(cases)
    )
    return _of_cases(period, yes(competent))


def decided_in(period: Period) -> Base:
    """I9: every application that was decided, and how long that took."""
    return Base(
        rows=_DECIDED,
        where=(period.within(cases.c.created_at),),
        at=cases.c.created_at,
        hits=(stored(_FIRST.c.at) - stored(cases.c.created_at),),
        course=cases.c.standard,
    )


def appealed(period: Period) -> Base:
    """I10: every application that was decided; appealed against, and overturned."""
    return Base(
        rows=_DECIDED,
        where=(period.within(cases.c.created_at),),
        at=cases.c.created_at,
        hits=(yes(_act("appeal")), yes(_act("resolve", case_acts.c.value == "overturned"))),
        course=cases.c.standard,
    )


def _act(kind: str, *more: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists(_ONE).where(case_acts.c.case == cases.c.id, case_acts.c.kind == kind, *more)


def _of_cases(period: Period, *hits: ColumnElement[int]) -> Base:
    return Base(
        rows=_CASES,
        where=(period.within(cases.c.created_at),),
        at=cases.c.created_at,
        hits=hits,
        course=cases.c.standard,
    )


def certified(period: Period) -> Base:
    """I8: every certificate of competence ever issued; in force now, expired, suspended or revoked: one of the four."""
    last = (
        select(credential_acts.c.kind)
        .where(
            credential_acts.c.credential == credentials.c.serial,
            credential_acts.c.kind.in_(("suspended", "reinstated", "revoked")),
        )
        .order_by((credential_acts.c.kind == "revoked").desc(), credential_acts.c.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    over = and_(credentials.c.valid_until.is_not(None), credentials.c.valid_until <= period.now)
    state = case(
        (func.coalesce(last, "") == "revoked", "revoked"),
        (or_(over), "expired"),
        (func.coalesce(last, "") == "suspended", "suspended"),
        else_="in_force",
    )
    return Base(
        rows=credentials.outerjoin(learners, learners.c.id == credentials.c.learner),
        where=(credentials.c.kind == "competence", period.within(credentials.c.valid_from)),
        at=credentials.c.valid_from,
        hits=tuple(yes(state == each) for each in ("in_force", "expired", "suspended", "revoked")),
        course=credentials.c.standard,
        cooperative=func.coalesce(func.nullif(learners.c.cooperative, ""), credentials.c.cooperative),
    )


def sessions_held(period: Period) -> Base:
    """I17: meetings that took place: not called off, and over."""
    return Base(
        rows=sessions.join(cohorts, cohorts.c.id == sessions.c.cohort),
        where=(sessions.c.cancelled.is_(False), sessions.c.at <= period.now, period.within(sessions.c.at)),
        at=sessions.c.at,
        cooperative=cohorts.c.cooperative,
    )


def assessors_in_force(conn: Connection, scope: Scope, period: Period, courses: Mapping[str, str]) -> dict[Key, Raw]:
    """I11: assessors whose appointment holds today, once for each occupation that they may judge. They belong to no
    cooperative: who sees only some cooperatives sees none."""
    if scope.cooperatives is not None:
        return {}
    query = select(assessors.c.standards).where(
        assessors.c.closed_at.is_(None), assessors.c.valid_from <= period.now, assessors.c.valid_until > period.now
    )
    found: dict[Key, Raw] = {}
    for held in conn.execute(query).scalars():
        for occupation in {courses.get(each, each) for each in (loads(held) if held else [])}:
            known = found.get((occupation,), Raw(n=0))
            found[(occupation,)] = Raw(n=known.n + 1)
    return found
