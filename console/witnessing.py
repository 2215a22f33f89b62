"""Ask for what others see: a test that is taken before a person, and a witness who confirms a task by a code."""

from __future__ import annotations

from aiohttp import web

from bot.certifying import examining
from bot.cooperating.numbers import BadNumber, e164
from bot.cooperating.roles import Right
from bot.delivering.hours import next_waking, zone_of
from console.asked import Asked
from console.case_acts import choices, title
from console.case_finding import Found, actor, found, found_in, refused
from console.entering import page
from store import casework
from store.casework import NotEntered, Wanted
from store.database import Connection

_LANGUAGES = {"PE": "es", "BO": "es", "RW": "rw"}  # in which a witness is asked of whom nothing is known


async def exam(asked: Asked) -> web.Response:
    """Which unit's test is opened before the candidate."""
    return await _exam(asked, "")


async def _exam(asked: Asked, trouble: str, status: int = 200) -> web.Response:
    shown = await found(asked)
    free = examining.open_now(shown.case, shown.standard, asked.now) if shown.known else ()
    units = [(each.code, f"{each.code}. {title(asked, each.titles)}") for each in free]
    return asked.show("cases/exam.html.j2", status=status, found=shown, units=units, trouble=trouble)


async def open_exam(asked: Asked) -> web.Response:
    """Open it: she writes EXAMEN on her own phone."""
    unit = asked.form.text("unit", 8)

    def work(conn: Connection) -> Found:
        held = found_in(asked, conn)
        casework.supervise(conn, asked.scope, held.case, held.standard, unit, asked.person.assessor, asked.now)
        asked.audit(conn, "cases.supervise", f"case:{held.case.number}", unit=unit)
        return held

    try:
        held = await asked.do(work)
    except NotEntered as error:
        return await _exam(asked, refused(asked, error), 422)
    return asked.go(held.path, told="cases.exam.done", unit=unit)


async def witness(asked: Asked) -> web.Response:
    """Who saw the work, and which work."""
    return await _witness(asked, {})


async def _witness(asked: Asked, wrong: dict[str, str], status: int = 200, trouble: str = "") -> web.Response:
    shown = await found(asked)
    return asked.show(
        "cases/witness.html.j2",
        status=status,
        found=shown,
        given=asked.form,
        wrong=wrong,
        trouble=trouble,
        **choices(asked, shown),
    )


async def ask_witness(asked: Asked) -> web.Response:
    """Record a testimony, and ask for it by SMS."""
    form, policy = asked.form, asked.office.policy()
    wrong, number, country = {}, "", policy.country
    try:
        number, country = e164(form.text("number", 40), policy.country)
    except BadNumber:
        wrong["number"] = asked.t("cases.witness.bad_number")
    for each in ("unit", "task"):
        if not form.text(each, 80):
            wrong[each] = asked.t(f"cases.field.{each}_missing")
    if wrong:
        return await _witness(asked, wrong, 422)
    language = _LANGUAGES.get(country, "es")
    places = {"name": "{name}", "ground": "{ground}", "code": "{code}"}
    wanted = Wanted(
        number=number,
        unit=form.text("unit", 8),
        by=actor(asked),
        role="assessor" if asked.person.assessor else "coordinator",
        task=form.text("task", 40),
        text=asked.office.catalogue().wording.say(language, "case.witness.ask", **places),
        language=language,
    )
    awake = next_waking(asked.now, zone_of("", country), policy.waking, policy.resting, country)

    def work(conn: Connection) -> tuple[Found, bool]:
        held = found_in(asked, conn)
        if any(each.actor == wanted.by and each.data.get("task") == wanted.task for each in held.case.acts[-1:]):
            return held, True  # the same form, sent twice
        _, sent = casework.ask_witness(
            conn,
            asked.scope,
            held.case,
            held.standard,
            wanted,
            secret=asked.office.secret,
            now=asked.now,
            not_before=awake,
        )
        asked.audit(conn, "cases.witness", f"case:{held.case.number}", unit=wanted.unit)
        return held, sent

    try:
        held, sent = await asked.do(work)
    except NotEntered as error:
        return await _witness(asked, {}, 422, refused(asked, error))
    asked.office.ring()
    return asked.go(held.path, told="cases.witness.done" if sent else "cases.witness.nobody")


PAGES = [
    page("GET", r"/cases/{number:\d{6}}/exam", Right.ASSESS, exam),
    page("POST", r"/cases/{number:\d{6}}/exam", Right.ASSESS, open_exam),
    page("GET", r"/cases/{number:\d{6}}/witness", Right.SEE_CASES, witness),
    page("POST", r"/cases/{number:\d{6}}/witness", Right.SEE_CASES, ask_witness),
]
