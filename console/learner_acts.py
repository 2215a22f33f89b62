"""What may be done to one learner: pause, enrol, move, export and erase her."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

from aiohttp import web

from bot.cooperating.roles import Right
from bot.people import Learner
from console import persons
from console.asked import Asked
from console.confirming import confirmed
from console.entering import page
from console.persons import base, someone
from store import cohort_progress, learner_search, moving, timelines
from store.database import Connection

_PAUSES = (7, 14, 30, 60, 90)


# --- pausing ---


async def pausing(asked: Asked) -> web.Response:
    """For how long."""
    who = await asked.look(lambda conn: someone(conn, asked, Right.EDIT_PEOPLE))
    return asked.show(
        "learners/pause.html.j2",
        who=who,
        name=persons.name(asked, who),
        pauses=[(str(n), asked.t("learners.days", n=n)) for n in _PAUSES],
        base=base(who.id),
        theirs=persons.zone(who),
    )


async def pause(asked: Asked) -> web.Response:
    """Nothing more goes out to her unasked for so many days."""
    days = asked.form.whole("days", 14, low=1, high=365) or 14
    return await _paused(asked, asked.now + timedelta(days=days), "learners.paused", "learners.paused_told")


async def resume(asked: Asked) -> web.Response:
    """She goes on at once."""
    return await _paused(asked, None, "learners.resumed", "learners.resumed_told")


async def _paused(asked: Asked, until: datetime | None, act: str, told: str) -> web.Response:
    def work(conn: Connection) -> Learner:
        who = someone(conn, asked, Right.EDIT_PEOPLE)
        moving.pause(conn, asked.scope, who.id, until)
        asked.audit(conn, act, f"learner:{who.id}", until=until.isoformat() if until else "")
        return who

    who = await asked.do(work)
    asked.office.look()
    return asked.go(base(who.id), told=told, name=persons.name(asked, who))


# --- courses, cohorts, cooperative ---


async def places(asked: Asked) -> web.Response:
    """Her course, cohorts and cooperative, each with a form to change it."""

    def work(conn: Connection) -> dict[str, Any]:
        who = someone(conn, asked, Right.EDIT_PEOPLE)
        hers = moving.cohorts_of(conn, asked.scope, who.id)
        return {
            "who": who,
            "shown": learner_search.listed(conn, asked.scope, [who.id], asked.now)[who.id],
            "hers": [(each.id, each.name or each.id) for each in cohort_progress.named(conn, asked.scope, hers)],
            "places": persons.choices(conn, asked),
        }

    held = await asked.look(work)
    who = held["who"]
    enrolled = {id for id, _ in held["shown"].courses}
    return asked.show(
        "learners/places.html.j2",
        **held,
        name=persons.name(asked, who),
        courses=[each for each in persons.courses(asked) if each[0] not in enrolled],
        titles=[persons.course_title(asked, id) for id in sorted(enrolled)],
        base=base(who.id),
    )


async def enrol(asked: Asked) -> web.Response:
    """Into a course."""
    course = persons.catalogue(asked).courses.get(asked.form.text("course", 60))
    if course is None:
        return await places(asked)

    def work(conn: Connection) -> tuple[Learner, str]:
        who = someone(conn, asked, Right.EDIT_PEOPLE)
        came = moving.enrol(conn, asked.scope, who.id, course.id, course.version, asked.now)
        if came == "enrolled":
            asked.audit(conn, "learners.enrolled", f"learner:{who.id}", course=course.id)
        return who, came

    who, came = await asked.do(work)
    return asked.go(base(who.id), told=f"learners.enrol_{came}", course=course.title(asked.language))


async def join(asked: Asked) -> web.Response:
    """Into a cohort, out of another where one is named."""
    wanted, leave = asked.form.text("cohort", 60), asked.form.text("leave", 60)

    def work(conn: Connection) -> tuple[Learner, str]:
        who = someone(conn, asked, Right.EDIT_PEOPLE)
        found = cohort_progress.one(conn, asked.scope, wanted)
        if found is None or found[1]:
            return who, ""
        into, _ = found
        course = persons.catalogue(asked).courses.get(into.course)
        out = leave if leave in moving.cohorts_of(conn, asked.scope, who.id) and leave != wanted else ""
        moving.join(conn, asked.scope, who.id, into, course.version if course else "", asked.now, out)
        asked.audit(conn, "learners.moved", f"learner:{who.id}", cohort=into.id, left=out)
        return who, into.name or into.id

    who, into = await asked.do(work)
    if not into:
        return asked.go(f"{base(who.id)}/places", told="learners.choose_one")
    return asked.go(base(who.id), told="learners.joined_told", cohort=into)


async def belong(asked: Asked) -> web.Response:
    """Into another cooperative."""
    wanted = asked.form.text("cooperative", 60)

    def work(conn: Connection) -> tuple[Learner, bool]:
        who = someone(conn, asked, Right.EDIT_PEOPLE)
        offered = dict(persons.places(conn, asked).cooperative_options)
        if wanted and wanted not in offered:
            return who, False
        if asked.scope.cooperatives is not None and not wanted:
            return who, False  # she would be out of the reader's own sight
        moving.belong(conn, asked.scope, who.id, wanted)
        asked.audit(conn, "learners.moved", f"learner:{who.id}", cooperative=wanted)
        return who, True

    who, moved = await asked.do(work)
    if not moved:
        return asked.go(f"{base(who.id)}/places", told="learners.choose_one")
    return asked.go(base(who.id), told="learners.belongs_told")


# --- export and erasure ---


async def export(asked: Asked) -> web.Response:
    """Everything that is held on her, as she herself gets it by MIS DATOS, with the calls and notes."""
    if asking := await confirmed(asked):
        return asking

    def work(conn: Connection) -> dict[str, Any]:
        who = someone(conn, asked, Right.ERASE_PEOPLE)
        asked.audit(conn, "learners.exported", f"learner:{who.id}")
        return timelines.exported(conn, asked.scope, who.id)

    held = await asked.do(work)
    data = json.dumps(held, ensure_ascii=False, indent=1).encode()
    return asked.download(data, f"chasqui-{held['profile']['id'][-8:]}.json", "application/json")


async def erasing(asked: Asked) -> web.Response:
    """What erasing does, and what stays."""
    who = await asked.look(lambda conn: someone(conn, asked, Right.ERASE_PEOPLE))
    return asked.show("learners/erase.html.j2", who=who, name=persons.name(asked, who), base=base(who.id))


async def erase(asked: Asked) -> web.Response:
    """Take her out of every table."""
    if asking := await confirmed(asked):
        return asking

    def work(conn: Connection) -> None:
        who = someone(conn, asked, Right.ERASE_PEOPLE)
        moving.erase(conn, asked.scope, who.id, asked.now, asked.office.secret)
        asked.audit(conn, "learners.erased", f"learner:{who.id}", cooperative=who.cooperative)

    await asked.do(work)
    return asked.go("/console/learners", told="learners.erased_told")


PAGES = [
    page("GET", "/learners/{id}/pause", Right.EDIT_PEOPLE, pausing),
    page("POST", "/learners/{id}/pause", Right.EDIT_PEOPLE, pause),
    page("POST", "/learners/{id}/resume", Right.EDIT_PEOPLE, resume),
    page("GET", "/learners/{id}/places", Right.EDIT_PEOPLE, places),
    page("POST", "/learners/{id}/enrol", Right.EDIT_PEOPLE, enrol),
    page("POST", "/learners/{id}/cohort", Right.EDIT_PEOPLE, join),
    page("POST", "/learners/{id}/cooperative", Right.EDIT_PEOPLE, belong),
    page("POST", "/learners/{id}/export", Right.ERASE_PEOPLE, export),
    page("GET", "/learners/{id}/erase", Right.ERASE_PEOPLE, erasing),
    page("POST", "/learners/{id}/erase", Right.ERASE_PEOPLE, erase),
]
