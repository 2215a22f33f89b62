"""What needs somebody now, in a few bounded looks: questions, dates, cases, campaigns, money, gateways in trouble."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, func, literal_column, select

from bot.certifying.cases import OPEN
from bot.cooperating.organisations import Session
from bot.cooperating.roles import Right, may, need
from bot.people import Learner, Scope
from store import help_requests, leases, people
from store.campaign_bodies import campaign as read
from store.campaign_tables import campaigns, spendings
from store.case_tables import cases
from store.health import stranded
from store.organisation_tables import cohorts, sessions
from store.organisations import within
from store.records import LEARNER_COLUMNS, learner
from store.tables import inbox, learners, outbox

_MICROS = Decimal(1_000_000)
_MOST = 1_000  # counted no further
_SHOWN = 6
_ONE: Any = literal_column("1")
_WEEK = timedelta(days=7)
_LATE = timedelta(minutes=15)  # a reply that waits so long is in trouble
_BACKLOG = (
    select(outbox.c.sender, func.min(outbox.c.not_before))
    .where(outbox.c.state == literal_column("'queued'"), outbox.c.unasked.is_(False))
    .group_by(outbox.c.sender)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """A certification case that moved lately."""

    number: int
    state: str
    standard: str
    learner: Learner
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """A campaign that runs, with what it has cost and may cost."""

    id: str
    name: str
    kind: str
    next_at: datetime | None
    spent: Decimal
    budget: Decimal | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Today:
    """All of it, as far as the reader's rights go; counts are cut at a thousand."""

    learners: int = 0  # cut at one: whether there are any
    cohorts: int = 0
    planned: int = 0
    questions: int = 0
    urgent: int = 0  # of these, what cannot wait
    oldest_question: datetime | None = None
    dates: tuple[tuple[Session, str], ...] = ()  # with the name of the cohort
    cases: tuple[Moved, ...] = ()
    running: tuple[Running, ...] = ()
    spent: Decimal | None = None  # this month; None: not hers to see
    spent_today: Decimal | None = None
    budget: Decimal | None = None  # of the running campaigns that have one
    resting: Mapping[str, tuple[datetime, str]] = field(default_factory=dict)
    late: Mapping[str, datetime] = field(default_factory=dict)  # senders at which a reply has waited too long
    stranded: int = 0  # addresses for which something waits that no sender reaches which is connected
    unread: int = 0  # messages of learners that the program failed on


def today(conn: Connection, scope: Scope, now: datetime, month: str, unserved: Sequence[str] = ()) -> Today:
    """What needs the reader now; `month` is the first day of the month in her zone, ISO 8601, and `unserved` how the
    addresses begin that no sender reaches. Raises Forbidden."""
    need(scope, Right.SEE_PEOPLE)
    asked = help_requests.asked_at(conn, scope, _MOST) if may(scope, Right.ANSWER) else []
    asks, oldest = len(asked), asked[0] if asked else None
    plans = may(scope, Right.SEE_PLANS)
    running = _running(conn, scope) if plans else ()
    spent, spent_today = _money(conn, scope, now, month) if plans else (None, None)
    budgets = [each.budget for each in running if each.budget is not None]
    minds = scope.cooperatives is None and may(scope, Right.SEE_SETTINGS)
    return Today(
        learners=_any(conn, select(_ONE).select_from(learners).where(people.within(scope))),
        cohorts=_any(conn, select(_ONE).select_from(cohorts).where(within(scope, cohorts.c.cooperative))),
        planned=_any(conn, select(_ONE).select_from(campaigns).where(within(scope, campaigns.c.cooperative))),
        questions=asks,
        urgent=help_requests.urgent(conn, scope) if asks else 0,
        oldest_question=oldest,
        dates=_dates(conn, scope, now),
        cases=_cases(conn, scope, now) if may(scope, Right.SEE_CASES) else (),
        running=running,
        spent=spent,
        spent_today=spent_today,
        budget=sum(budgets, Decimal(0)) if budgets else None,
        resting=leases.resting(conn, now) if minds else {},
        late={sender: at for sender, at in conn.execute(_BACKLOG) if at <= now - _LATE} if minds else {},
        stranded=sum(stranded(conn, now, each, unserved) for each in unserved)
        if plans and scope.cooperatives is None
        else 0,
        unread=_any(conn, select(_ONE).select_from(inbox).where(inbox.c.state == literal_column("'spoiled'")), 100)
        if minds
        else 0,
    )


def _any(conn: Connection, query: Any, most: int = 1) -> int:
    return int(conn.execute(select(func.count()).select_from(query.limit(most).subquery())).scalar_one())


def _dates(conn: Connection, scope: Scope, now: datetime) -> tuple[tuple[Session, str], ...]:
    query = (
        select(*sessions.c, cohorts.c.name.label("of"))
        .select_from(sessions.join(cohorts, cohorts.c.id == sessions.c.cohort))
        .where(within(scope, cohorts.c.cooperative), sessions.c.cancelled.is_(False), cohorts.c.closed_at.is_(None))
        .where(sessions.c.at >= now - timedelta(hours=12), sessions.c.at < now + _WEEK)
        .order_by(sessions.c.at, sessions.c.id)
        .limit(_SHOWN * 2)
    )
    found = []
    for row in conn.execute(query).mappings():
        held = dict(row)
        name = held.pop("of")
        found.append((Session(**held), name or held["cohort"]))
    return tuple(found)


def _cases(conn: Connection, scope: Scope, now: datetime) -> tuple[Moved, ...]:
    query = (
        select(cases.c.number, cases.c.state, cases.c.standard, cases.c.updated_at, *LEARNER_COLUMNS)
        .join(learners, learners.c.id == cases.c.learner)
        .where(people.within(scope), cases.c.updated_at >= now - _WEEK)
        .where(cases.c.state.in_(sorted(state.value for state in OPEN)))
        .order_by(cases.c.updated_at.desc(), cases.c.id.desc())
        .limit(_SHOWN)
    )
    return tuple(
        Moved(number=row[0], state=row[1], standard=row[2], at=row[3], learner=learner(row[4:]))
        for row in conn.execute(query)
    )


def _running(conn: Connection, scope: Scope) -> tuple[Running, ...]:
    query = (
        select(campaigns)
        .where(within(scope, campaigns.c.cooperative), campaigns.c.state == literal_column("'running'"))
        .order_by(campaigns.c.started_at.desc(), campaigns.c.id)
        .limit(_SHOWN)
    )
    rows = conn.execute(query).mappings().all()
    costs = select(spendings.c.campaign, func.sum(spendings.c.micros)).where(
        spendings.c.campaign.in_([row["id"] for row in rows])
    )
    spent = {id: Decimal(micros or 0) / _MICROS for id, micros in conn.execute(costs.group_by(spendings.c.campaign))}
    return tuple(
        Running(
            id=row["id"],
            name=row["name"],
            kind=row["kind"],
            next_at=row["next_at"],
            spent=spent.get(row["id"], Decimal(0)),
            budget=read(dict(row)).budget,
        )
        for row in rows
    )


def _money(conn: Connection, scope: Scope, now: datetime, month: str) -> tuple[Decimal, Decimal]:
    """What campaigns cost this month and today, as estimated when their messages were queued."""
    query = select(spendings.c.day, func.sum(spendings.c.micros)).where(spendings.c.day >= month)
    if scope.cooperatives is not None:
        theirs = select(campaigns.c.id).where(within(scope, campaigns.c.cooperative))
        query = query.where(spendings.c.campaign.in_(theirs))
    by_day = {day: Decimal(micros or 0) / _MICROS for day, micros in conn.execute(query.group_by(spendings.c.day))}
    day = now.astimezone(UTC).date().isoformat()
    return sum(by_day.values(), Decimal(0)), by_day.get(day, Decimal(0))
