"""Cases of a scope, page by page, the latest moved first."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, and_, bindparam, literal_column, or_, select

from bot.cooperating.roles import Right, need
from bot.people import Scope
from store import people
from store.case_tables import case_acts, cases
from store.cases import standing
from store.tables import learners

_ASSIGNED = select(case_acts.c.case).where(
    case_acts.c.kind == literal_column("'assign'"), case_acts.c.value == bindparam("assessor")
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A case as a list shows it."""

    id: str
    number: int
    learner: str
    name: str
    standard: str
    version: str
    state: str
    created_at: datetime
    updated_at: datetime


def page(
    conn: Connection,
    scope: Scope,
    *,
    now: datetime,
    state: str = "",
    standard: str = "",
    learner: str = "",
    states: Collection[str] = (),
    assessor: str = "",
    words: str = "",
    after: tuple[datetime, str] | None = None,
    limit: int = 50,
) -> list[Listed]:
    """Cases of people of the scope; of those who were erased only for whoever may see all. Go on with the last one's
    time and id as `after`. Raises Forbidden.

    `states`: any of these; `assessor`: those that she was assigned to; `words`: a case's number, or part of a name."""
    need(scope, Right.SEE_CASES)
    query = select(cases, learners.c.name).outerjoin(learners, learners.c.id == cases.c.learner)
    if scope.cooperatives is not None:
        query = query.where(people.within(scope))
    if state:
        query = query.where(standing(state, now))
    if standard:
        query = query.where(cases.c.standard == standard)
    if learner:
        query = query.where(cases.c.learner == learner)
    if states:
        query = query.where(or_(*(standing(each, now) for each in sorted(states))))
    if assessor:
        query = query.where(cases.c.id.in_(_ASSIGNED), cases.c.learner.is_not(None))
    if words.isdecimal():
        query = query.where(cases.c.number == int(words[:9]))
    elif words:
        query = query.where(learners.c.name.icontains(words, autoescape=True))
    if after:
        at, id = after
        query = query.where(
            or_(cases.c.updated_at < at, and_(cases.c.updated_at == at, cases.c.id > id)), cases.c.updated_at <= at
        )
    ordered = query.order_by(cases.c.updated_at.desc(), cases.c.id).limit(limit)
    names = ("id", "number", "standard", "version", "state", "created_at", "updated_at")
    return [
        Listed(learner=row.learner or "", name=row.name or "", **{name: getattr(row, name) for name in names})
        for row in conn.execute(ordered, {"assessor": assessor} if assessor else {})
    ]
