"""Make the dues of the coming day for everybody: Sunday's word, review slots, heads-ups before a session.

Set-wise and in chunks, each with its cursor in the same transaction, so that any number of clocks and any restart make
every due once, and a million learners are never in memory. What a due comes to is judged when it is answered.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import Connection, bindparam, exists, func, literal, literal_column, select, update
from sqlalchemy.dialects.postgresql import insert

from bot.cooperating.organisations import Session
from bot.delivering.campaigns import State
from bot.delivering.hours import at_her_hour, zone_of
from bot.occasion import Occasion
from bot.people import SELF
from bot.record import LEARNING, Policy
from bot.turn import Due
from store.campaign_bodies import campaign as _read
from store.campaign_tables import campaigns, reviews
from store.cohorts import cohort_of
from store.columns import Instant, among
from store.many import inserting
from store.organisation_tables import cohort_members, cohorts, sessions
from store.progressing import spent
from store.tables import consent_states, dues, enrolments, learners, meta, thread_learners, threads

SUNDAY, REVIEW, SESSION = "sunday", "review", "session"
DAYS = {SUNDAY: (6,), REVIEW: (1, 5)}  # Tuesday and Saturday: between the lessons of Monday, Wednesday and Friday
CHUNK = 2_000  # learners: the one writer of SQLite is held for some 20 ms
_HEARD = timedelta(days=45)  # who has not written for longer is left in peace
_COMING = timedelta(hours=48)  # sessions
_DONE = "~"  # behind every id
_NOON = 12

_id = learners.c.id
_AGREED = exists(
    select(literal(1)).where(
        consent_states.c.learner == _id, consent_states.c.purpose == LEARNING, consent_states.c.granted
    )
)
_ENROLLED = exists(select(literal(1)).where(enrolments.c.learner == _id))
_WROTE = exists(
    select(literal(1))
    .select_from(thread_learners.join(threads, threads.c.address == thread_learners.c.address))
    .where(thread_learners.c.learner == _id, threads.c.heard_at >= bindparam("heard", type_=Instant()))
)
_REMEMBERS = exists(
    select(literal(1)).where(reviews.c.learner == _id, reviews.c.due_at <= bindparam("late", type_=Instant()))
)
_IN_CHUNK = (_id > bindparam("after"), _id <= bindparam("upto"))
_page = select(_id).where(_id > bindparam("after")).order_by(_id).limit(bindparam("most")).subquery("page")
_UPTO = select(func.max(_page.c.id))
_WHOM = (
    select(_id, learners.c.timezone, learners.c.country, learners.c.hour)
    .where(*_IN_CHUNK, _AGREED, _ENROLLED, _WROTE)
    .order_by(_id)
)
_CHOSEN = {SUNDAY: _WHOM, REVIEW: _WHOM.where(_REMEMBERS)}
# What is owed already keeps its time, for somebody may have put it off.
_OWE_ONCE = inserting(
    dues,
    ("learner", "kind", "subject", "at"),
    lambda row: row.on_conflict_do_nothing(index_elements=["learner", "kind", "subject"]),
)

_MEMBERS = cohort_members.join(learners, _id == cohort_members.c.learner)
_SESSIONS = (
    select(sessions.c.id, sessions.c.cohort, sessions.c.at)
    .join(cohorts, cohorts.c.id == sessions.c.cohort)
    .where(sessions.c.at > bindparam("now"), sessions.c.at <= bindparam("until"), ~sessions.c.cancelled)
    .where(cohorts.c.closed_at.is_(None))
    .order_by(sessions.c.at)
)
_MEETING = (
    select(_id, learners.c.timezone, learners.c.country)
    .select_from(_MEMBERS)
    .where(cohort_members.c.cohort == bindparam("cohort"), _AGREED)
    .order_by(_id)
)

_MARK = insert(meta).on_conflict_do_nothing(index_elements=["key"])
_HELD = select(meta.c.value).where(meta.c.key == bindparam("which")).with_for_update()
_MOVE = update(meta).where(meta.c.key == bindparam("which")).values(value=bindparam("to"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is to be made for one local date."""

    kind: str
    on: date
    after: str = ""  # the last learner that was looked at


def make(conn: Connection, now: datetime, policy: Policy, chunk: int = CHUNK) -> bool:
    """Make one chunk of what the coming day owes; False where nothing is left to make. In a writing transaction."""
    for kind in DAYS:
        plan = _plan(conn, kind, now)
        if plan:
            _spread(conn, plan, now, policy, chunk)
            return True
    _sessions(conn, now, policy)
    return False


def _plan(conn: Connection, kind: str, now: datetime) -> Plan | None:
    """What of this kind is not made yet, of today and tomorrow (UTC): tomorrow begins nowhere before today here."""
    made, _, after = _held(conn, f"rhythm.{kind}").partition(" ")
    days = (now.date(), now.date() + timedelta(days=1))
    if made > days[1].isoformat():  # the mark of a clock that once ran ahead: nothing would be made until it is reached
        made = after = ""
    for on in days:
        if on.weekday() not in DAYS[kind] or on.isoformat() < made:
            continue
        if on.isoformat() > made:
            return Plan(kind=kind, on=on)
        if after != _DONE:
            return Plan(kind=kind, on=on, after=after)
    return None


def _spread(conn: Connection, plan: Plan, now: datetime, policy: Policy, chunk: int) -> None:
    upto = conn.execute(_UPTO, {"after": plan.after, "most": chunk}).scalar()
    if upto:
        # Until the end of that day everywhere: what is due only after her own hour is left for the next slot.
        late = datetime.combine(plan.on, time(), UTC) + timedelta(days=1)
        bounds = {"after": plan.after, "upto": upto, "heard": now - _HEARD}
        bounds = bounds if plan.kind == SUNDAY else {**bounds, "late": late}
        at: dict[tuple[str, str, int | None], datetime] = {}  # a few dozen clocks, however many learners
        rows = []
        for id, zone, country, hour in conn.execute(_CHOSEN[plan.kind], bounds):
            clock = (zone, country, hour)
            if clock not in at:
                at[clock] = _at(plan.on, policy.usual_hour if hour is None else hour, zone, country, policy)
            rows.append({"learner": id, "kind": plan.kind, "subject": plan.on.isoformat(), "at": at[clock]})
        if rows:
            _OWE_ONCE.execute(conn, rows)
    conn.execute(_MOVE, {"which": f"rhythm.{plan.kind}", "to": f"{plan.on.isoformat()} {upto or _DONE}"})


def _at(on: date, hour: int, zone_name: str, country: str, policy: Policy) -> datetime:
    country = country or policy.country
    zone = zone_of(zone_name, country)
    midnight = datetime.combine(on, time(), zone)
    return at_her_hour(midnight, zone, hour, policy.waking, policy.resting, country)


def _sessions(conn: Connection, now: datetime, policy: Policy) -> None:
    """Two dues for each session of the next two days: the evening before and, for an afternoon, that morning."""
    coming = conn.execute(_SESSIONS, {"now": now, "until": now + _COMING}).all()
    if not coming:
        return
    held = _held(conn, "rhythm.sessions")
    made = set(json.loads(held)) if held else set()
    marks = {f"{id}/{at.isoformat()}": (id, cohort, at) for id, cohort, at in coming}
    for mark in sorted(marks.keys() - made):
        _heads_up(conn, *marks[mark], policy)
    if marks.keys() != made:  # of those that are over nothing is kept
        conn.execute(_MOVE, {"which": "rhythm.sessions", "to": json.dumps(sorted(marks))})


def _heads_up(conn: Connection, id: int, cohort: str, at: datetime, policy: Policy) -> None:
    rows = []
    for learner, zone, country in conn.execute(_MEETING, {"cohort": cohort}):
        local = at.astimezone(zone_of(zone, country or policy.country))
        parts = [("eve", local.date() - timedelta(days=1), policy.usual_hour)]
        if local.hour >= _NOON:
            parts.append(("day", local.date(), policy.waking[0] + 1))
        for part, day, hour in parts:
            due = {"learner": learner, "kind": SESSION, "subject": f"{id}/{part}"}
            rows.append({**due, "at": _at(day, hour, zone, country, policy)})
    if rows:
        _OWE_ONCE.execute(conn, rows)


def _held(conn: Connection, key: str) -> str:
    """A mark of ours, held until the end of the transaction, so that two clocks do not make the same."""
    conn.execute(_MARK, {"key": key, "value": ""})
    return str(conn.execute(_HELD, {"which": key}).scalar() or "")


# --- what these dues are about, for the turn that answers them ---

_COHORTS = (
    select(cohort_members.c.learner, *cohorts.c)
    .select_from(cohort_members.join(cohorts, cohorts.c.id == cohort_members.c.cohort))
    .where(among(cohort_members.c.learner, "learners"), among(cohorts.c.id, "cohorts"), cohorts.c.closed_at.is_(None))
)
# Of two drips for one cohort the later one speaks; a slot is one due, so she hears it once.
_DRIPS = (
    select(campaigns)
    .where(
        among(campaigns.c.cohort, "cohorts"),
        campaigns.c.cohort != literal_column("''"),  # so that SQLite may use the partial index
        campaigns.c.state.in_((State.RUNNING.value, State.FINISHED.value)),
    )
    .order_by(campaigns.c.started_at, campaigns.c.id)
)
_MEETINGS = (
    select(sessions.c.id, sessions.c.cohort, sessions.c.at, sessions.c.place, sessions.c.topic, sessions.c.cancelled)
    .join(cohorts, cohorts.c.id == sessions.c.cohort)
    .where(among(sessions.c.id, "ids"), cohorts.c.closed_at.is_(None))  # who is left of a closed one meets no more
)

Occasions = dict[Due, Occasion]


def lesson_slots(conn: Connection, found: Occasions, now: datetime) -> Occasions:
    """The cohort of a lesson slot, where it goes on and she is still in it, and the drip that the slot belongs to."""
    binds = {"learners": sorted({due.learner for due in found}), "cohorts": sorted({_first(due) for due in found})}
    hers = {(row["learner"], row["id"]): cohort_of(row) for row in conn.execute(_COHORTS, binds).mappings()}
    drips = {row["cohort"]: _read(dict(row)) for row in conn.execute(_DRIPS, {"cohorts": binds["cohorts"]}).mappings()}
    money = {cohort: spent(conn, SELF, drip.id, now) for cohort, drip in drips.items()}
    return {
        due: replace(
            occasion,
            cohort=hers.get((due.learner, _first(due))),
            campaign=drips.get(_first(due)),
            money=money.get(_first(due)),
        )
        for due, occasion in found.items()
    }


def meetings(conn: Connection, found: Occasions, now: datetime) -> Occasions:
    """The session of a heads-up."""
    ids = sorted({int(each) for each in _numbers(_first(due) for due in found)})
    known = {str(row.id): Session(**row._mapping) for row in conn.execute(_MEETINGS, {"ids": ids})}
    return {due: replace(occasion, session=known.get(_first(due))) for due, occasion in found.items()}


def _first(due: Due) -> str:
    return due.subject.partition("/")[0]


def _numbers(found: Iterable[str]) -> Iterable[str]:
    return (each for each in found if each.isdecimal())
