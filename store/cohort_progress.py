"""How a cohort does: who is where lesson by lesson, how far it has come, who is behind, its pace and its cost."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, exists, func, literal_column, or_, select, tuple_

from bot.catalogue import Course
from bot.cooperating.organisations import Cohort
from bot.cooperating.roles import Right, need
from bot.people import Enrolment, Learner, Scope
from bot.record import LEARNING
from store import people, records
from store.campaign_tables import campaigns, spendings
from store.cohorts import ListedCohort, cohort_of
from store.columns import among
from store.organisation_tables import cohort_members, cohorts
from store.organisations import within
from store.records import LEARNER_COLUMNS, learner
from store.tables import consent_states, enrolments, learners, lessons_done, quiz_results, thread_learners, threads

PAGE = 50
_MICROS = Decimal(1_000_000)
_WEEKS = 8
_MOST_BEHIND = 20
_PARTING = "~"
_ONE: Any = literal_column("1")


_WORD = consent_states.alias("word")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """Somebody in the cohort, with what she has done of its course (None: she is not in it yet)."""

    learner: Learner
    agreed: bool | None
    enrolment: Enrolment | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Funnel:
    """How many are in the cohort, have agreed, have finished a lesson, have passed each unit (in teaching order) and
    all of them; `heard`: have written within a week."""

    members: int = 0
    agreed: int = 0
    begun: int = 0
    passed: tuple[int, ...] = ()
    finished: int = 0
    heard: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What the cohort's own campaigns have cost, as estimated when their messages were queued."""

    money: Decimal = Decimal(0)
    messages: int = 0
    segments: int = 0


def one(conn: Connection, scope: Scope, id: str) -> tuple[Cohort, bool] | None:
    """A cohort of the scope and whether it is closed; None where there is none such. Raises Forbidden."""
    need(scope, Right.SEE_PEOPLE)
    query = select(cohorts).where(cohorts.c.id == id, within(scope, cohorts.c.cooperative))
    row = conn.execute(query).mappings().first()
    return (cohort_of(row), row["closed_at"] is not None) if row else None


def named(conn: Connection, scope: Scope, ids: Collection[str]) -> list[Cohort]:
    """These cohorts, as far as they are of the scope; the closed ones too. Raises Forbidden."""
    need(scope, Right.SEE_PEOPLE)
    if not ids:
        return []
    query = select(cohorts).where(among(cohorts.c.id, "ids"), within(scope, cohorts.c.cooperative))
    rows = conn.execute(query.order_by(cohorts.c.id), {"ids": sorted(set(ids))}).mappings()
    return [cohort_of(row) for row in rows]


def newest(conn: Connection, scope: Scope, limit: int = 100, *, cooperative: str = "") -> list[Cohort]:
    """The open cohorts of a scope, or of one cooperative in it, the one that begins last first. Raises Forbidden."""
    need(scope, Right.SEE_PEOPLE)
    query = select(cohorts).where(within(scope, cohorts.c.cooperative), cohorts.c.closed_at.is_(None))
    if cooperative:
        query = query.where(cohorts.c.cooperative == cooperative)
    rows = conn.execute(query.order_by(cohorts.c.starts_on.desc(), cohorts.c.id.desc()).limit(limit)).mappings()
    return [cohort_of(row) for row in rows]


def called(conn: Connection, scope: Scope, typed: Collection[str]) -> dict[str, str]:
    """The words of the open cohorts that these words or names mean; none for a name that several have. Raises
    Forbidden."""
    need(scope, Right.SEE_PEOPLE)
    either = or_(among(cohorts.c.id, "typed"), among(cohorts.c.name, "typed"))
    query = select(cohorts.c.id, cohorts.c.name).where(
        either, cohorts.c.closed_at.is_(None), within(scope, cohorts.c.cooperative)
    )
    rows = conn.execute(query, {"typed": sorted({*typed} - {""})}).all()
    shared = Counter(row.name for row in rows)
    return {row.name: row.id for row in rows if shared[row.name] == 1} | {row.id: row.id for row in rows}


def listed(
    conn: Connection, scope: Scope, *, after: str = "", limit: int = 30, closed: bool = False
) -> tuple[list[ListedCohort], str]:
    """The cohorts of a scope, open or closed, by their word, each with its numbers, and the key of the next page.
    Raises Forbidden."""
    need(scope, Right.SEE_PEOPLE)
    query = select(cohorts).where(within(scope, cohorts.c.cooperative), cohorts.c.id > after)
    ended = cohorts.c.closed_at.is_not(None) if closed else cohorts.c.closed_at.is_(None)
    rows = conn.execute(query.where(ended).order_by(cohorts.c.id).limit(limit + 1)).mappings().all()
    counted = (
        select(cohort_members.c.cohort, func.count(), func.count().filter(_WORD.c.granted))
        .select_from(_members())
        .where(among(cohort_members.c.cohort, "cohorts"), people.within(scope))
        .group_by(cohort_members.c.cohort)
    )
    shown = rows[:limit]
    counts = {id: (n, agreed) for id, n, agreed in conn.execute(counted, {"cohorts": [row["id"] for row in shown]})}
    found = []
    for row in shown:
        members, agreed = counts.get(row["id"], (0, 0))
        found.append(ListedCohort(cohort=cohort_of(row), members=members, agreed=agreed, closed=closed))
    return found, found[-1].cohort.id if len(rows) > limit else ""


def heat(
    conn: Connection, scope: Scope, cohort: Cohort, *, after: str = "", limit: int = PAGE
) -> tuple[list[Row], str]:
    """Who is in it with what is done, by name, and the key of the next page."""
    need(scope, Right.SEE_PEOPLE)
    query = (
        select(*LEARNER_COLUMNS, _WORD.c.granted)
        .select_from(_members())
        .where(cohort_members.c.cohort == cohort.id, people.within(scope))
        .order_by(learners.c.name, learners.c.id)
        .limit(limit + 1)
    )
    name, parted, id = after.rpartition(_PARTING)
    if parted:
        query = query.where(tuple_(learners.c.name, learners.c.id) > tuple_(name, id))
    rows = conn.execute(query).all()
    shown = [(learner(row), row.granted) for row in rows[:limit]]
    held = records.enrolled(conn, [who.id for who, _ in shown])
    found = [
        Row(
            learner=who,
            agreed=granted,
            enrolment=next((each for each in held.get(who.id, ()) if each.course == cohort.course), None),
        )
        for who, granted in shown
    ]
    more = f"{shown[-1][0].name}{_PARTING}{shown[-1][0].id}" if len(rows) > limit else ""
    return found, more


def funnel(conn: Connection, scope: Scope, cohort: Cohort, course: Course | None, now: datetime) -> Funnel:
    """How far the people of a cohort have come, each stage counted by people. Costs as much as the cohort is large."""
    need(scope, Right.SEE_PEOPLE)
    mine = (cohort_members.c.cohort == cohort.id, people.within(scope))
    within_week = exists(_ONE).where(
        thread_learners.c.learner == learners.c.id,
        threads.c.address == thread_learners.c.address,
        threads.c.heard_at >= now - timedelta(days=7),
    )
    counts = (func.count(), func.count().filter(_WORD.c.granted), func.count().filter(within_week))
    members, agreed, heard = conn.execute(select(*counts).select_from(_members()).where(*mine)).one()
    done = exists(_ONE).where(lessons_done.c.enrolment == enrolments.c.id)
    begun = conn.execute(select(func.count()).select_from(_studying(cohort)).where(*mine, done)).scalar_one()
    passed = (
        select(enrolments.c.learner, quiz_results.c.unit)
        .select_from(_studying(cohort).join(quiz_results, quiz_results.c.enrolment == enrolments.c.id))
        .where(*mine, quiz_results.c.passed.is_(True))
        .distinct()
    )
    units = [unit.id for unit in course.units] if course else []
    by_unit: Counter[str] = Counter()
    by_person: Counter[str] = Counter()
    for who, unit in conn.execute(passed):
        by_unit[unit] += 1
        by_person[who] += unit in units
    finished = sum(n == len(units) for n in by_person.values()) if units else 0
    return Funnel(
        members=members,
        agreed=agreed,
        begun=begun,
        passed=tuple(by_unit[unit] for unit in units),
        finished=finished,
        heard=heard,
    )


def behind(conn: Connection, scope: Scope, cohort: Cohort, fewer: int) -> list[tuple[Learner, int]]:
    """Those who have finished no more than `fewer` lessons of the course, the furthest behind first, at most twenty."""
    need(scope, Right.SEE_PEOPLE)
    if fewer < 0:
        return []
    done = func.count(lessons_done.c.lesson)
    query = (
        select(*LEARNER_COLUMNS, done.label("done"))
        .select_from(
            _members()
            .join(enrolments, (enrolments.c.learner == learners.c.id) & (enrolments.c.course == cohort.course))
            .outerjoin(lessons_done, lessons_done.c.enrolment == enrolments.c.id)
        )
        .where(cohort_members.c.cohort == cohort.id, people.within(scope), _WORD.c.granted.is_(True))
        .group_by(*LEARNER_COLUMNS)
        .having(done <= fewer)
        .order_by(done, learners.c.name, learners.c.id)
        .limit(_MOST_BEHIND)
    )
    return [(learner(row), row.done) for row in conn.execute(query)]


def pace(conn: Connection, scope: Scope, cohort: Cohort, now: datetime) -> list[int]:
    """Lessons that its people finished in each of the last eight weeks, the oldest first."""
    need(scope, Right.SEE_PEOPLE)
    query = (
        select(lessons_done.c.at)
        .select_from(_studying(cohort).join(lessons_done, lessons_done.c.enrolment == enrolments.c.id))
        .where(cohort_members.c.cohort == cohort.id, people.within(scope))
        .where(lessons_done.c.at >= now - timedelta(weeks=_WEEKS), lessons_done.c.at < now)
    )
    weeks = [0] * _WEEKS
    for at in conn.execute(query).scalars():
        weeks[_WEEKS - 1 - (now - at) // timedelta(weeks=1)] += 1
    return weeks


def cost(conn: Connection, scope: Scope, cohort: Cohort) -> Cost:
    """What its own campaigns have cost so far."""
    need(scope, Right.SEE_PEOPLE)
    theirs = (
        select(campaigns.c.id)
        .join(cohorts, cohorts.c.id == campaigns.c.cohort)
        .where(campaigns.c.cohort == cohort.id, campaigns.c.cohort != literal_column("''"))
        .where(within(scope, cohorts.c.cooperative))
    )
    total = select(func.sum(spendings.c.micros), func.sum(spendings.c.messages), func.sum(spendings.c.segments))
    row = conn.execute(total.where(spendings.c.campaign.in_(theirs))).one()
    return Cost(money=Decimal(row[0] or 0) / _MICROS, messages=int(row[1] or 0), segments=int(row[2] or 0))


def _members() -> Any:
    """People of cohorts with their word on lessons."""
    joined = cohort_members.join(learners, learners.c.id == cohort_members.c.learner)
    return joined.outerjoin(_WORD, (_WORD.c.learner == learners.c.id) & (_WORD.c.purpose == LEARNING))


def _studying(cohort: Cohort) -> Any:
    """People of cohorts with their enrolment in this one's course."""
    joined = cohort_members.join(learners, learners.c.id == cohort_members.c.learner)
    return joined.join(enrolments, (enrolments.c.learner == learners.c.id) & (enrolments.c.course == cohort.course))
