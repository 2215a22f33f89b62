"""Cases of a scope, page by page, the latest moved first."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Select, and_, bindparam, literal_column, or_, select, union_all

from bot.cooperating.roles import Right, need
from bot.people import Scope
from store import people
from store.case_tables import case_acts, cases
from store.cases import entered_as
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
    narrowed = list(_narrowed(scope, standard, learner, assessor, words, after))
    wanted = [state] if state else sorted(states)
    query = select(cases, learners.c.name).outerjoin(learners, learners.c.id == cases.c.learner)
    if wanted:
        # The first ones of each state, each by its index, and of all these the first: a list of several states costs
        # the same however many cases there are.
        first = [_first([*narrowed, *each], limit) for one in wanted for each in entered_as(one, now)]
        query = query.where(cases.c.id.in_(union_all(*first)))
    else:
        query = query.where(*narrowed)
    ordered = query.order_by(cases.c.updated_at.desc(), cases.c.id).limit(limit)
    names = ("id", "number", "standard", "version", "state", "created_at", "updated_at")
    return [
        Listed(learner=row.learner or "", name=row.name or "", **{name: getattr(row, name) for name in names})
        for row in conn.execute(ordered, {"assessor": assessor} if assessor else {})
    ]


def _narrowed(
    scope: Scope, standard: str, learner: str, assessor: str, words: str, after: tuple[datetime, str] | None
) -> Iterator[ColumnElement[bool]]:
    if scope.cooperatives is not None:
        yield people.within(scope)
    if standard:
        yield cases.c.standard == standard
    if learner:
        yield cases.c.learner == learner
    if assessor:
        yield and_(cases.c.id.in_(_ASSIGNED), cases.c.learner.is_not(None))
    if words.isdecimal():
        yield cases.c.number == int(words[:9])
    elif words:
        yield learners.c.name.icontains(words, autoescape=True)
    if after:
        at, id = after
        yield or_(cases.c.updated_at < at, and_(cases.c.updated_at == at, cases.c.id > id))
        yield cases.c.updated_at <= at


def _first(conditions: Sequence[ColumnElement[bool]], limit: int) -> Select[tuple[str]]:
    """The ids of the first cases of one state."""
    query = select(cases.c.id).outerjoin(learners, learners.c.id == cases.c.learner).where(*conditions)
    found = query.order_by(cases.c.updated_at.desc(), cases.c.id).limit(limit).subquery()
    return select(found.c.id)
