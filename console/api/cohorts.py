"""Cooperatives, cohorts, who is in them, and the dates on which they meet."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from bot.cooperating import organisations as nouns
from bot.cooperating.calendars import cohort_fault, date_fault
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
from store import cohort_pages, cohort_progress, cohorts, organisations, rearranging
from store.database import Connection

# --- reading ---


def list_cooperatives(call: Call, conn: Connection) -> CooperativePage:
    """List cooperatives."""
    need(call.scope, Right.SEE_PEOPLE)
    after = call.after(str)
    held = organisations.all_cooperatives(conn, call.scope)  # few enough to be read at once
    found = [each for each in held if not after or each.id > after[0]][: _limit(call) + 1]
    items = [
        CooperativeShown(**{name: getattr(each, name) for name in CooperativeShown.model_fields}) for each in found
    ]
    return CooperativePage(items=items[: _limit(call)], next=call.next(found, lambda each: [each.id]))


def list_cohorts(call: Call, conn: Connection) -> CohortPage:
    """List cohorts."""
    need(call.scope, Right.SEE_PEOPLE)
    query, after = call.asked(CohortQuery), call.after(str)
    found = cohort_pages.page(
        conn,
        call.scope,
        closed=query.closed == "true",
        after=after[0] if after else "",
        limit=query.limit + 1,
    )
    more = call.next(found, lambda each: [each[0].id])
    return CohortPage(items=[_shown(*each) for each in found[: query.limit]], next=more)


def get_cohort(call: Call, conn: Connection) -> CohortShown:
    """Read a cohort."""
    return _shown(*_one(call, conn))


def list_members(call: Call, conn: Connection) -> MemberPage:
    """List who is in it."""
    cohort, _ = _one(call, conn)
    after, limit = call.after(str), _limit(call)
    found = cohort_pages.members(conn, call.scope, cohort.id, after=after[0] if after else "", limit=limit + 1)
    items = [
        MemberShown(learner=each.learner.id, name=each.learner.name, agreed=each.agreed, joined_at=each.joined_at)
        for each in found[:limit]
    ]
    return MemberPage(items=items, next=call.next(found, lambda each: [each.learner.id]))


def list_sessions(call: Call, conn: Connection) -> SessionPage:
    """List dates."""
    query, after = call.asked(SessionQuery), call.after(str, int)
    found = cohort_pages.dates(
        conn,
        call.scope,
        since=call.now - timedelta(days=1),
        cohort=query.cohort,
        after=(datetime.fromisoformat(after[0]), after[1]) if after else None,
        limit=query.limit + 1,
    )
    more = call.next(found, lambda each: [each.at.isoformat(), each.id])
    return SessionPage(items=[_session(each) for each in found[: query.limit]], next=more)


# --- changing ---


def add_cohort(call: Call, conn: Connection) -> CohortShown:
    """Make a cohort."""
    need(call.scope, Right.EDIT_PEOPLE)
    sent = call.sent(NewCohort)
    course = call.catalogue.courses.get(sent.course)
    if course is None:
        raise problems.conflict("course", _COHORT["course"])
    known = {each.id: each for each in organisations.all_cooperatives(conn, call.scope, closed=False)}
    where = known.get(sent.cooperative)
    if where is None and (sent.cooperative or call.scope.cooperatives is not None):
        raise problems.conflict("cooperative", _COHORT["cooperative"])
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
    if fault := cohort_fault(made, where.country if where else call.policy.country, course.countries):
        raise problems.conflict(_FIELDS.get(fault, fault), _COHORT[_FIELDS.get(fault, fault)])
    if not cohorts.add_cohort(conn, call.scope, made, call.now):
        raise problems.conflict("taken", _COHORT["taken"])
    call.audit(conn, "cohort.made", f"cohort:{made.id}", course=made.course)
    call.location = f"/cohorts/{made.id}"
    return _shown(made, closed=False)


def close_cohort(call: Call, conn: Connection) -> CohortShown:
    """End a cohort."""
    need(call.scope, Right.EDIT_PEOPLE)
    cohort, _ = _one(call, conn)
    if cohorts.close_cohort(conn, call.scope, cohort.id, call.now):
        call.audit(conn, "cohort.closed", f"cohort:{cohort.id}")
    return _shown(cohort, closed=True)


def add_members(call: Call, conn: Connection) -> Joined:
    """Take learners into it."""
    need(call.scope, Right.EDIT_PEOPLE)
    cohort = _open(call, conn)
    course = call.catalogue.courses.get(cohort.course)
    ids = call.sent(Members).learners
    taken = cohorts.take_in(conn, call.scope, cohort, ids, call.now, version=course.version if course else "")
    call.audit(conn, "cohort.joined", f"cohort:{cohort.id}", joined=taken.joined, enrolled=taken.enrolled)
    return Joined(joined=taken.joined, enrolled=taken.enrolled)


def remove_members(call: Call, conn: Connection) -> Left:
    """Take learners out."""
    need(call.scope, Right.EDIT_PEOPLE)
    cohort, _ = _one(call, conn)
    left = rearranging.take_out(conn, call.scope, cohort.id, call.sent(Members).learners)
    call.audit(conn, "cohort.left", f"cohort:{cohort.id}", left=left)
    return Left(left=left)


def add_session(call: Call, conn: Connection) -> SessionShown:
    """Set a date."""
    need(call.scope, Right.EDIT_PEOPLE)
    cohort, sent = _open(call, conn), call.sent(NewSession)
    if date_fault(sent.at, call.now):
        raise problems.conflict("at", "Choose a time from now on, within two years.")
    made = cohorts.add_session(conn, call.scope, cohort, sent.at, sent.place, sent.topic)
    call.audit(conn, "session.set", f"session:{made.id}", cohort=cohort.id)
    return _session(made)


def cancel_session(call: Call, conn: Connection) -> SessionShown:
    """Call a date off."""
    need(call.scope, Right.EDIT_PEOPLE)
    id = int(call.path["session"])
    held = cohort_pages.date(conn, call.scope, id)
    if held is None:
        raise problems.missing()
    if cohorts.cancel_session(conn, call.scope, id):
        call.audit(conn, "session.cancelled", f"session:{id}")
    return _session(replace(held, cancelled=True))


# --- shapes ---


def _limit(call: Call) -> int:
    return call.asked(PageQuery).limit


def _one(call: Call, conn: Connection) -> tuple[nouns.Cohort, bool]:
    """The cohort of the path, and whether it is closed."""
    found = cohort_progress.one(conn, call.scope, call.path["cohort"])
    if found is None:
        raise problems.missing()
    return found


def _open(call: Call, conn: Connection) -> nouns.Cohort:
    """The cohort of the path, into which people can come and which can meet: Refusal where it is closed."""
    cohort, closed = _one(call, conn)
    if closed:
        raise problems.conflict("closed", _CLOSED["closed"])
    return cohort


def _shown(each: nouns.Cohort, closed: bool) -> CohortShown:
    return CohortShown(
        id=each.id,
        name=each.name,
        course=each.course,
        cooperative=each.cooperative,
        days=list(each.days),
        hour=each.hour,
        starts_on=each.starts_on,
        ends_on=each.ends_on,
        closed=closed,
    )


def _session(each: nouns.Session) -> SessionShown:
    return SessionShown(
        id=str(each.id), cohort=each.cohort, at=each.at, place=each.place, topic=each.topic, cancelled=each.cancelled
    )


_COHORT = {
    "taken": "Another cohort has this word.",
    "course": "There is no such course.",
    "cooperative": "There is no such cooperative, or it is closed.",
    "country": "The course is not taught in its country.",
    "ends_on": "It ends before it begins.",
    "hour": "Lessons go out from 7 to 20 o'clock.",
    "days": "It has lessons on one day of the week at least.",
}
_FIELDS = {"ends": "ends_on"}  # a fault by the name of the field that it is sent in
_CLOSED = {"closed": "It is closed."}
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
        conflicts=_COHORT,
    ),
    table.post("/cohorts/{cohort}/close", _EDIT, close_cohort, CohortShown),
    table.post("/cohorts/{cohort}/members", _EDIT, add_members, Joined, body=Members, conflicts=_CLOSED),
    table.post("/cohorts/{cohort}/members/remove", _EDIT, remove_members, Left, body=Members),
    table.get("/sessions", _SEE, list_sessions, SessionPage, query=SessionQuery),
    table.post(
        "/cohorts/{cohort}/sessions",
        _EDIT,
        add_session,
        SessionShown,
        body=NewSession,
        status=201,
        conflicts={"at": "It lies behind us, or more than two years away.", **_CLOSED},
    ),
    table.post("/sessions/{session}/cancel", _EDIT, cancel_session, SessionShown),
]
