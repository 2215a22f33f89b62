"""Cooperatives, cohorts, who is in them, and the dates on which they meet."""

from __future__ import annotations

from datetime import timedelta
from typing import TypeVar

from bot.cooperating import organisations as nouns
from bot.cooperating.roles import Right, need
from console.api import problems, table
from console.api.cohort_shapes import (
    CohortPage,
    CohortQuery,
    CohortShown,
    CooperativePage,
    CooperativeShown,
    Joined,
    Left,
    MemberPage,
    Members,
    MemberShown,
    NewCohort,
    NewSession,
    SessionPage,
    SessionQuery,
    SessionShown,
)
from console.api.paging import PageQuery
from console.api.table import Call, Route
from store import cohorts, organisations, rearranging
from store.database import Connection

# --- reading ---

T = TypeVar("T", nouns.Cooperative, nouns.Cohort)


def list_cooperatives(call: Call, conn: Connection) -> CooperativePage:
    """List cooperatives."""
    need(call.scope, Right.SEE_PEOPLE)
    found = _beyond(call, organisations.all_cooperatives(conn, call.scope))
    items = [
        CooperativeShown(**{name: getattr(each, name) for name in CooperativeShown.model_fields}) for each in found
    ]
    return CooperativePage(items=items[: _limit(call)], next=call.next(found, lambda each: [each.id]))


def list_cohorts(call: Call, conn: Connection) -> CohortPage:
    """List cohorts."""
    need(call.scope, Right.SEE_PEOPLE)
    closed = call.asked(CohortQuery).closed == "true"
    found = _beyond(call, cohorts.all_cohorts(conn, call.scope, closed=closed))
    return CohortPage(
        items=[_shown(each) for each in found[: _limit(call)]], next=call.next(found, lambda each: [each.id])
    )


def get_cohort(call: Call, conn: Connection) -> CohortShown:
    """Read a cohort."""
    return _shown(_one(call, conn))


def list_members(call: Call, conn: Connection) -> MemberPage:
    """List who is in it."""
    cohort = _one(call, conn)
    after = call.after(str)
    held = sorted(cohorts.members(conn, call.scope, cohort.id), key=lambda each: each.learner.id)
    found = [each for each in held if not after or each.learner.id > after[0]][: _limit(call) + 1]
    items = [
        MemberShown(learner=each.learner.id, name=each.learner.name, agreed=each.agreed, joined_at=each.joined_at)
        for each in found[: _limit(call)]
    ]
    return MemberPage(items=items, next=call.next(found, lambda each: [each.learner.id]))


def list_sessions(call: Call, conn: Connection) -> SessionPage:
    """List dates."""
    need(call.scope, Right.SEE_PEOPLE)
    after = call.after(int, int)
    since = call.now - timedelta(days=1)
    held = cohorts.list_sessions(conn, call.scope, since=since, cohort=call.asked(SessionQuery).cohort)
    keyed = [(int(each.at.timestamp()), each.id, each) for each in held]
    found = [row for row in keyed if not after or row[:2] > tuple(after)][: _limit(call) + 1]
    items = [_session(each) for _, _, each in found[: _limit(call)]]
    return SessionPage(items=items, next=call.next(found, lambda row: row[:2]))


# --- changing ---


def add_cohort(call: Call, conn: Connection) -> CohortShown:
    """Make a cohort."""
    need(call.scope, Right.EDIT_PEOPLE)
    sent = call.sent(NewCohort)
    if sent.course not in call.catalogue.courses:
        raise problems.conflict("course", "There is no such course.")
    if sent.cooperative or call.scope.cooperatives is not None:
        known = {each.id for each in organisations.all_cooperatives(conn, call.scope, closed=False)}
        if sent.cooperative not in known:
            raise problems.conflict("cooperative", "There is no such cooperative.")
    if sent.ends_on and sent.ends_on < sent.starts_on:
        raise problems.conflict("ends_on", "It ends before it begins.")
    made = nouns.Cohort(
        id=sent.id,
        name=sent.name,
        course=sent.course,
        cooperative=sent.cooperative,
        days=tuple(day for day in nouns.DAYS if day in sent.days),
        hour=sent.hour,
        starts_on=sent.starts_on,
        ends_on=sent.ends_on,
    )
    if not cohorts.add_cohort(conn, call.scope, made, call.now):
        raise problems.conflict("taken", "Another cohort has this word.")
    call.audit(conn, "cohort.made", f"cohort:{made.id}", course=made.course)
    call.location = f"/cohorts/{made.id}"
    return _shown(made)


def close_cohort(call: Call, conn: Connection) -> CohortShown:
    """End a cohort."""
    need(call.scope, Right.EDIT_PEOPLE)
    cohort = _one(call, conn)
    if cohorts.close_cohort(conn, call.scope, cohort.id, call.now):
        call.audit(conn, "cohort.closed", f"cohort:{cohort.id}")
    return _shown(cohort)


def add_members(call: Call, conn: Connection) -> Joined:
    """Take learners into it."""
    need(call.scope, Right.EDIT_PEOPLE)
    cohort = _one(call, conn)
    course = call.catalogue.courses.get(cohort.course)
    ids = call.sent(Members).learners
    taken = cohorts.take_in(conn, call.scope, cohort, ids, call.now, version=course.version if course else "")
    call.audit(conn, "cohort.joined", f"cohort:{cohort.id}", joined=taken.joined, enrolled=taken.enrolled)
    return Joined(joined=taken.joined, enrolled=taken.enrolled)


def remove_members(call: Call, conn: Connection) -> Left:
    """Take learners out."""
    need(call.scope, Right.EDIT_PEOPLE)
    cohort = _one(call, conn)
    left = rearranging.take_out(conn, call.scope, cohort.id, call.sent(Members).learners)
    call.audit(conn, "cohort.left", f"cohort:{cohort.id}", left=left)
    return Left(left=left)


def add_session(call: Call, conn: Connection) -> SessionShown:
    """Set a date."""
    need(call.scope, Right.EDIT_PEOPLE)
    cohort, sent = _one(call, conn), call.sent(NewSession)
    if not call.now < sent.at < call.now + timedelta(days=732):
        raise problems.conflict("at", "Choose a time from now on, within two years.")
    made = cohorts.add_session(conn, call.scope, cohort, sent.at, sent.place, sent.topic)
    call.audit(conn, "session.set", f"session:{made.id}", cohort=cohort.id)
    return _session(made)


def cancel_session(call: Call, conn: Connection) -> SessionShown:
    """Call a date off."""
    need(call.scope, Right.EDIT_PEOPLE)
    id = int(call.path["session"])
    held = [each for each in cohorts.list_sessions(conn, call.scope) if each.id == id]
    if not held:
        raise problems.missing()
    if cohorts.cancel_session(conn, call.scope, id):
        call.audit(conn, "session.cancelled", f"session:{id}")
    return _session(next(each for each in cohorts.list_sessions(conn, call.scope) if each.id == id))


# --- shapes ---


def _limit(call: Call) -> int:
    return call.asked(PageQuery).limit


def _beyond(call: Call, held: list[T]) -> list[T]:
    """One page of what is few enough to be read at once, and one more."""
    after = call.after(str)
    return [each for each in held if not after or each.id > after[0]][: _limit(call) + 1]


def _one(call: Call, conn: Connection) -> nouns.Cohort:
    """The cohort of the path, closed or not."""
    need(call.scope, Right.SEE_PEOPLE)
    held = cohorts.all_cohorts(conn, call.scope, closed=True)
    found = next((each for each in held if each.id == call.path["cohort"]), None)
    if found is None:
        raise problems.missing()
    return found


def _shown(each: nouns.Cohort) -> CohortShown:
    return CohortShown(
        id=each.id,
        name=each.name,
        course=each.course,
        cooperative=each.cooperative,
        days=list(each.days),
        hour=each.hour,
        starts_on=each.starts_on,
        ends_on=each.ends_on,
    )


def _session(each: nouns.Session) -> SessionShown:
    return SessionShown(
        id=str(each.id), cohort=each.cohort, at=each.at, place=each.place, topic=each.topic, cancelled=each.cancelled
    )


_SEE, _EDIT = Right.SEE_PEOPLE, Right.EDIT_PEOPLE

ROUTES: list[Route] = [
    table.get("/cooperatives", _SEE, list_cooperatives, CooperativePage, query=PageQuery),
    table.get("/cohorts", _SEE, list_cohorts, CohortPage, query=CohortQuery),
    table.get("/cohorts/{cohort}", _SEE, get_cohort, CohortShown),
    table.get("/cohorts/{cohort}/members", _SEE, list_members, MemberPage, query=PageQuery),
    table.post(
        "/cohorts",
        _EDIT,
        add_cohort,
        CohortShown,
        body=NewCohort,
        status=201,
        conflicts={
            "taken": "Another cohort has this word.",
            "course": "There is no such course.",
            "cooperative": "There is no such cooperative.",
            "ends_on": "It ends before it begins.",
        },
    ),
    table.post("/cohorts/{cohort}/close", _EDIT, close_cohort, CohortShown),
    table.post("/cohorts/{cohort}/members", _EDIT, add_members, Joined, body=Members),
    table.post("/cohorts/{cohort}/members/remove", _EDIT, remove_members, Left, body=Members),
    table.get("/sessions", _SEE, list_sessions, SessionPage, query=SessionQuery),
    table.post(
        "/cohorts/{cohort}/sessions",
        _EDIT,
        add_session,
        SessionShown,
        body=NewSession,
        status=201,
        conflicts={"at": "It lies behind us, or more than two years away."},
    ),
    table.post("/sessions/{session}/cancel", _EDIT, cancel_session, SessionShown),
]
