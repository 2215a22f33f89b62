"""Who should be called: worked out every few minutes in short pieces, and read page by page."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import Connection, bindparam, delete, func, or_, select
from sqlalchemy.dialects.postgresql import insert

from bot.catalogue import Catalogue
from bot.cooperating.roles import Right, need
from bot.learning.calling import FAILED, SILENT, Cause, Reason, Standing, cause
from bot.people import Learner, Scope
from bot.record import LEARNING
from store import people
from store.columns import among, micros, moment
from store.database import Database
from store.organisations import within
from store.people_tables import calls, to_call
from store.records import LEARNER_COLUMNS, learner
from store.tables import consent_states, enrolments, learners, meta, quiz_results, thread_learners, threads

PAGE = 50
STALE = timedelta(minutes=15)  # after which whoever looks has it worked out anew
_WALK = 1_000  # learners that are looked at in one go
_KEY = "to_call"
_PARTING = "~"

_NEXT = (
    select(learners.c.id, learners.c.cooperative, learners.c.paused_until, learners.c.created_at)
    .where(learners.c.id > bindparam("after"))
    .order_by(learners.c.id)
    .limit(_WALK)
)
_AGREED = select(consent_states.c.learner).where(
    among(consent_states.c.learner, "ids"), consent_states.c.purpose == LEARNING, consent_states.c.granted.is_(True)
)
_HEARD = (
    select(thread_learners.c.learner, func.max(threads.c.heard_at))
    .select_from(thread_learners.join(threads, threads.c.address == thread_learners.c.address))
    .where(among(thread_learners.c.learner, "ids"))
    .group_by(thread_learners.c.learner)
)
_FAILING = (
    select(enrolments.c.learner)
    .select_from(quiz_results.join(enrolments, enrolments.c.id == quiz_results.c.enrolment))
    .where(among(enrolments.c.learner, "ids"), quiz_results.c.passed.is_(False))
    .group_by(enrolments.c.learner, quiz_results.c.enrolment, quiz_results.c.unit)
    .having(func.count() >= FAILED)
)
_QUIZZES = (
    select(quiz_results.c.enrolment, quiz_results.c.unit, quiz_results.c.passed, quiz_results.c.at)
    .select_from(quiz_results.join(enrolments, enrolments.c.id == quiz_results.c.enrolment))
    .where(among(enrolments.c.learner, "ids"))
    .order_by(quiz_results.c.at)
)
_ENROLLED = (
    select(enrolments.c.id, enrolments.c.learner, enrolments.c.course, enrolments.c.enrolled_at)
    .where(among(enrolments.c.learner, "ids"))
    .order_by(enrolments.c.enrolled_at, enrolments.c.id)
)
_STILL = select(learners.c.id).where(among(learners.c.id, "ids"))
_IN_PEACE = select(calls.c.learner).where(among(calls.c.learner, "ids"), calls.c.next_at > bindparam("now"))
_COLUMNS = ("cooperative", "reason", "course", "unit", "since")
_THERE = select(to_call.c.learner, *(to_call.c[name] for name in _COLUMNS)).where(among(to_call.c.learner, "ids"))
_GONE = delete(to_call).where(among(to_call.c.learner, "ids"))
_NEW = insert(to_call)
_KEPT = _NEW.on_conflict_do_update(
    index_elements=["learner"],
    set_={name: _NEW.excluded[name] for name in _COLUMNS},
)
_DONE = insert(meta)
_NOTED = _DONE.on_conflict_do_update(index_elements=["key"], set_={"value": _DONE.excluded.value})
_ROWS = (
    select(to_call.c.reason, to_call.c.course, to_call.c.unit, to_call.c.since, *LEARNER_COLUMNS)
    .join(learners, learners.c.id == to_call.c.learner)
    .where(among(to_call.c.learner, "ids"))
    .order_by(to_call.c.since.desc(), to_call.c.learner.desc())
)
_PHONES = (
    select(thread_learners.c.learner, thread_learners.c.address)
    .where(among(thread_learners.c.learner, "ids"))
    .order_by(thread_learners.c.address)
)
_LATEST = (
    select(calls.c.learner, calls.c.outcome, calls.c.at)
    .where(among(calls.c.learner, "ids"), calls.c.outcome != "note")
    .order_by(calls.c.at)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ToCall:
    """Somebody to call: why, since when, over which unit, and how the last call went."""

    learner: Learner
    reason: Reason
    course: str
    unit: str
    since: datetime
    addresses: tuple[str, ...]
    last_outcome: str = ""
    last_at: datetime | None = None


# --- working it out ---


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What has changed among some learners: rows to write, learners to take off, and the learner to go on after ("":
    these were the last)."""

    rows: Sequence[Mapping[str, object]]
    gone: Sequence[str]
    after: str


def is_stale(conn: Connection, now: datetime) -> bool:
    """Whether the list has not been worked out for a while."""
    held = conn.execute(select(meta.c.value).where(meta.c.key == _KEY)).scalar()
    return not held or int(held) <= micros(now - STALE)


async def work_out(database: Database, catalogue: Catalogue, now: datetime) -> None:
    """Work the list out, some learners at a time: read by a reader, and only what has changed is written."""
    after = ""
    while True:
        change = await database.look(partial(_looked, database, catalogue, now, after))
        if change.rows or change.gone or not change.after:
            await database.run(partial(_written, database, change, now))
        if not change.after:
            return
        after = change.after


def _looked(database: Database, catalogue: Catalogue, now: datetime, after: str) -> Change:
    with database.reading() as conn:
        return changed(conn, catalogue, now, after)


def _written(database: Database, change: Change, now: datetime) -> None:
    with database.writing() as conn:
        keep(conn, change, now)


def changed(conn: Connection, catalogue: Catalogue, now: datetime, after: str = "") -> Change:
    """What has changed among the next thousand learners after `after`, without writing it."""
    page = conn.execute(_NEXT, {"after": after}).all()
    causes = _causes(conn, catalogue, page, now) if page else {}
    there = {row[0]: tuple(row[1:]) for row in conn.execute(_THERE, {"ids": [row.id for row in page]}).all()}
    homes = {row.id: row.cooperative for row in page}
    wanted = {who: (homes[who], why.reason.value, course, why.unit, why.since) for who, (course, why) in causes.items()}
    return Change(
        rows=[
            {"learner": who, **dict(zip(_COLUMNS, row, strict=True))}
            for who, row in wanted.items()
            if there.get(who) != row
        ],
        gone=sorted(there.keys() - wanted.keys()),
        after=str(page[-1].id) if len(page) == _WALK else "",
    )


def keep(conn: Connection, change: Change, now: datetime) -> None:
    """Write what has changed; with the last of the learners, that the list is of now."""
    if change.gone:
        conn.execute(_GONE, {"ids": list(change.gone)})
    if change.rows:
        # Whoever was erased or merged since they were read is not there any more.
        known = set(conn.execute(_STILL, {"ids": [row["learner"] for row in change.rows]}).scalars())
        rows = [dict(row) for row in change.rows if row["learner"] in known]
        if rows:
            conn.execute(_KEPT, rows)
    if not change.after:
        conn.execute(_NOTED, {"key": _KEY, "value": str(micros(now))})


def _causes(conn: Connection, catalogue: Catalogue, page: Sequence[Any], now: datetime) -> dict[str, tuple[str, Cause]]:
    awake = [row.id for row in page if row.paused_until is None or row.paused_until <= now]
    agreed = set(conn.execute(_AGREED, {"ids": awake}).scalars())
    given = {"ids": sorted(agreed)}
    heard: dict[str, datetime] = {who: at for who, at in conn.execute(_HEARD, given) if at}
    silent = {row.id for row in page if row.id in agreed and heard.get(row.id, row.created_at) <= now - SILENT}
    maybe = silent | set(conn.execute(_FAILING, given).scalars())
    maybe -= set(conn.execute(_IN_PEACE, {"ids": sorted(maybe), "now": now}).scalars())
    if not maybe:
        return {}
    given = {"ids": sorted(maybe)}
    failures: defaultdict[str, defaultdict[str, list[datetime]]] = defaultdict(lambda: defaultdict(list))
    passed: defaultdict[str, set[str]] = defaultdict(set)
    for enrolment, unit, ok, at in conn.execute(_QUIZZES, given):
        if ok:
            passed[enrolment].add(unit)
        else:
            failures[enrolment][unit].append(at)
    found: dict[str, tuple[str, Cause]] = {}
    for id, who, named, enrolled_at in conn.execute(_ENROLLED, given):
        course = catalogue.courses.get(named)
        standing = Standing(
            # Whoever never wrote has been silent since she came into the course.
            heard_at=heard.get(who, enrolled_at),
            finished=course is not None and all(unit.id in passed[id] for unit in course.units),
            failed={unit: times for unit, times in failures[id].items() if unit not in passed[id]},
        )
        why = cause(standing, now)
        if why and (who not in found or why.reason is Reason.FAILED):
            found[who] = (named, why)
    return found


# --- reading it ---


def listed(
    conn: Connection, scope: Scope, *, after: str = "", cooperative: str = "", limit: int = PAGE
) -> tuple[list[ToCall], str]:
    """Whom this scope should call, the latest trouble first, and the key of the next page. Raises Forbidden."""
    need(scope, Right.SEE_PEOPLE)
    query = (
        select(to_call.c.learner, to_call.c.since)
        .where(within(scope, to_call.c.cooperative))
        .order_by(to_call.c.since.desc(), to_call.c.learner.desc())
        .limit(limit + 1)
    )
    if cooperative:
        query = query.where(to_call.c.cooperative == cooperative)
    since, _, who = after.partition(_PARTING)
    if since.isascii() and since.isdecimal() and len(since) < 17:
        key = moment(int(since))
        query = query.where(or_(to_call.c.since < key, (to_call.c.since == key) & (to_call.c.learner < who)))
    # The keys alone first: a join would have SQLite read all learners to find those few.
    keys = conn.execute(query).all()
    shown = keys[:limit]
    more = f"{micros(shown[-1].since)}{_PARTING}{shown[-1].learner}" if len(keys) > limit else ""
    rows = conn.execute(_ROWS.where(people.within(scope)), {"ids": [row.learner for row in shown]}).all()
    return _shown(conn, rows), more


def of(conn: Connection, scope: Scope, id: str) -> ToCall | None:
    """Why this learner should be called; None where she need not be, or is not of the scope."""
    need(scope, Right.SEE_PEOPLE)
    rows = conn.execute(_ROWS.where(people.within(scope)), {"ids": [id]}).all()
    return next(iter(_shown(conn, rows)), None)


def count(conn: Connection, scope: Scope, most: int = 1_000) -> int:
    """How many this scope should call, counted no further than `most`."""
    need(scope, Right.SEE_PEOPLE)
    some = select(to_call.c.learner).where(within(scope, to_call.c.cooperative)).limit(most).subquery()
    return conn.execute(select(func.count()).select_from(some)).scalar_one()


def _shown(conn: Connection, rows: Sequence[Any]) -> list[ToCall]:
    given = {"ids": [row[4] for row in rows]}
    if not rows:
        return []
    reached: defaultdict[str, list[str]] = defaultdict(list)
    for who, address in conn.execute(_PHONES, given):
        reached[who].append(address)
    last = {who: (outcome, at) for who, outcome, at in conn.execute(_LATEST, given)}
    return [
        ToCall(
            learner=learner(row[4:]),
            reason=Reason(row[0]),
            course=row[1],
            unit=row[2],
            since=row[3],
            addresses=tuple(reached[row[4]]),
            last_outcome=last.get(row[4], ("", None))[0],
            last_at=last.get(row[4], ("", None))[1],
        )
        for row in rows
    ]
