"""The call list, the script of one call, and the form in which the call is kept."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any
from urllib.parse import urlencode

from aiohttp import web

from bot.cooperating.members import day_of
from bot.cooperating.roles import Right
from bot.learning import calling
from bot.learning.calling import Outcome, Script
from bot.people import Learner
from console import persons
from console.asked import Asked
from console.entering import page
from console.persons import someone
from store import accounts, call_list, calls, learner_search, records
from store.database import Connection

LIST = "/console/learners/to-call"
OUTCOMES = (Outcome.REACHED, Outcome.NOT_REACHED, Outcome.RETURNS, Outcome.STOPS)


async def fresh(asked: Asked) -> None:
    """Have the list worked out anew where it is old: usually the clock has done so."""
    if await asked.look(lambda conn: call_list.is_stale(conn, asked.now)):
        await call_list.work_out(asked.office.database, asked.office.catalogue(), asked.now)


async def listed(asked: Asked) -> web.Response:
    """Everybody who should be called, the latest trouble first."""
    await fresh(asked)
    after, cooperative = asked.query.text("after", 100), asked.query.text("cooperative", 60)

    def work(conn: Connection) -> tuple[list[call_list.ToCall], str, int, persons.Places]:
        found, more = call_list.listed(conn, asked.scope, after=after, cooperative=cooperative)
        return found, more, call_list.count(conn, asked.scope), persons.places(conn, asked)

    found, more, count, places = await asked.look(work)
    kept = {"cooperative": cooperative} if cooperative else {}
    return asked.show(
        "today/to_call.html.j2",
        rows=[shown(asked, each, places) for each in found],
        count=count,
        places=places,
        cooperative=cooperative,
        next=f"{LIST}?{urlencode({**kept, 'after': more})}" if more else "",
        first=f"{LIST}?{urlencode(kept)}" if after else "",
    )


def shown(asked: Asked, each: call_list.ToCall, places: persons.Places) -> dict[str, Any]:
    """One of the list, ready for a page."""
    who = each.learner
    dial = next((reach.dial for reach in persons.reached(asked, each.addresses) if reach.dial), "")
    course = persons.catalogue(asked).courses.get(each.course)
    unit = next((unit for unit in course.units if unit.id == each.unit), None) if course else None
    title = (unit.titles.get(asked.language) or next(iter(unit.titles.values()), "")) if unit else ""
    why = "learners.why_failed" if each.reason is calling.Reason.FAILED else "learners.why_silent"
    return {
        "id": who.id,
        "name": persons.name(asked, who),
        "where": ", ".join(part for part in (who.community, places.cooperative(who.cooperative)) if part),
        "reason": each.reason.value,
        "why": asked.t(why, unit=title or "–", n=max(1, (asked.now - each.since).days)),
        "course": course.title(asked.language) if course else each.course,
        "dial": dial,
        "last": each.last_outcome,
        "last_at": each.last_at,
    }


async def show(asked: Asked) -> web.Response:
    """What to say to one learner, and the form."""
    return await _form(asked)


async def _form(asked: Asked, errors: dict[str, str] | None = None, status: int = 200) -> web.Response:
    def work(conn: Connection) -> dict[str, Any]:
        who = someone(conn, asked, Right.CALL)
        enrolments = records.enrolled(conn, [who.id]).get(who.id, ())
        made = [each for each in calls.made(conn, asked.scope, who.id) if each.outcome is not Outcome.NOTE]
        found = learner_search.listed(conn, asked.scope, [who.id], asked.now)[who.id]
        return {
            "who": who,
            "addresses": found.addresses,
            "to_call": call_list.of(conn, asked.scope, who.id),
            "scripts": _scripts(asked, conn, who, enrolments),
            "made": made[:5],
            "names": accounts.names(conn, {each.by for each in made}),
            "places": persons.places(conn, asked),
        }

    held = await asked.look(work)
    who = held["who"]
    return asked.show(
        "learners/call.html.j2",
        status=status,
        **{name: value for name, value in held.items() if name not in ("addresses", "to_call", "places")},
        why=shown(asked, held["to_call"], held["places"])["why"] if held["to_call"] else "",
        name=persons.name(asked, who),
        numbers=persons.reached(asked, held["addresses"]),
        theirs=persons.zone(who),
        base=f"/console/learners/{who.id}",
        outcomes=[(each.value, asked.t(f"learners.outcome_{each.value}")) for each in OUTCOMES],
        errors=errors or {},
        form=asked.form,
        today=asked.now.astimezone(asked.zone).date().isoformat(),
        organisation_name=asked.office.policy().organisation,
    )


def _scripts(asked: Asked, conn: Connection, who: Learner, enrolments: Any) -> list[Script]:
    found = []
    for each in enrolments:
        course = persons.catalogue(asked).courses.get(each.course)
        if course:
            missed = calls.missed(conn, asked.scope, who.id, each.course)
            found.append(calling.script(course, each, missed, who.language or asked.language))
    return found


async def log(asked: Asked) -> web.Response:
    """Keep a call; a second press of the button keeps nothing twice."""
    form = asked.form
    written, again, errors = form.text("outcome", 20), None, {}
    if written not in [each.value for each in OUTCOMES]:
        errors["outcome"] = asked.t("learners.outcome_needed")
    if form.text("again", 20):
        again = _day(asked, form.text("again", 20))
        if again is None or again <= asked.now or again.year > asked.now.year + 2:
            errors["again"] = asked.t("learners.again_bad")
    if errors:
        return await _form(asked, errors, status=422)
    outcome = Outcome(written)

    def work(conn: Connection) -> Learner:
        who = someone(conn, asked, Right.CALL)
        kept = calls.log(
            conn,
            asked.scope,
            who.id,
            outcome,
            by=asked.person.id,
            note=form.text("note", calls.MOST_NOTE),
            once=form.text("once", 64) or form.raw("token")[:64],
            now=asked.now,
            again=again,
        )
        if kept:
            asked.audit(conn, "learners.called", f"learner:{who.id}", outcome=outcome.value)
        return who

    who = await asked.do(work)
    to = LIST if form.text("back") == "list" else f"/console/learners/{who.id}"
    return asked.go(to, told="learners.call_kept", name=persons.name(asked, who))


async def note(asked: Asked) -> web.Response:
    """Keep a note."""
    text = asked.form.text("note", calls.MOST_NOTE)

    def work(conn: Connection) -> Learner:
        who = someone(conn, asked, Right.CALL)
        once = asked.form.text("once", 64) or asked.form.raw("token")[:64]
        if text and calls.log(
            conn, asked.scope, who.id, Outcome.NOTE, by=asked.person.id, note=text, once=once, now=asked.now
        ):
            asked.audit(conn, "learners.noted", f"learner:{who.id}")
        return who

    who = await asked.do(work)
    return asked.go(f"/console/learners/{who.id}", told="learners.note_kept" if text else "learners.note_empty")


def _day(asked: Asked, written: str) -> datetime | None:
    """The beginning of a day in the reader's zone."""
    found = day_of(written)
    return datetime.combine(found, time(0), asked.zone) if found else None


PAGES = [
    page("GET", "/learners/to-call", Right.SEE_PEOPLE, listed),
    page("GET", "/learners/{id}/call", Right.CALL, show),
    page("POST", "/learners/{id}/call", Right.CALL, log),
    page("POST", "/learners/{id}/notes", Right.CALL, note),
]
