"""Make a cohort, and change its name and calendar."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from aiohttp import web

from bot.cooperating.calendars import LESSON_HOURS, cohort_fault, is_word
from bot.cooperating.members import day_of, folded
from bot.cooperating.organisations import DAYS, Cohort
from bot.cooperating.roles import Right
from console import persons
from console.asked import Asked
from console.cohorts import BASE
from console.entering import page
from console.sessions import cohort_here
from store import cohort_progress, cohorts, rearranging
from store.database import Connection

_LONGEST = 60
_USUAL = ("mon", "wed", "fri")


async def make(asked: Asked) -> web.Response:
    """The form of a new one."""
    return await _form(asked, {}, None)


async def _form(asked: Asked, errors: dict[str, str], held: Cohort | None) -> web.Response:
    places = await asked.look(lambda conn: persons.places(conn, asked))
    form, told = asked.form, asked.request.method == "POST"
    first = asked.now.astimezone(asked.zone).date().isoformat()
    values = {
        "name": form.text("name", 200) if told else (held.name if held else ""),
        "course": form.text("course", 60) if told else (held.course if held else ""),
        "cooperative": form.text("cooperative", 60) if told else (held.cooperative if held else ""),
        "days": form.texts("days") if told else list(held.days if held else _USUAL),
        "hour": form.text("hour", 5) if told else ("" if held is None or held.hour is None else str(held.hour)),
        "starts": form.text("starts", 20) if told else (held.starts_on.isoformat() if held else first),
        "ends": form.text("ends", 20) if told else (held.ends_on.isoformat() if held and held.ends_on else ""),
    }
    return asked.show(
        "cohorts/form.html.j2",
        status=422 if errors else 200,
        errors=errors,
        values=values,
        held=held,
        places=places,
        courses=persons.courses(asked),
        days=[(each, asked.t(f"cohorts.long_{each}")) for each in DAYS],
        hours=persons.HOURS,
        bound=asked.scope.cooperatives is not None,
    )


async def add(asked: Asked) -> web.Response:
    """Make it."""
    cohort, errors = await _read(asked, None)
    if cohort is None or errors:
        return await _form(asked, errors, None)
    wanted = cohort

    def work(conn: Connection) -> str:
        for number in range(1, 50):
            made = replace(wanted, id=wanted.id if number == 1 else f"{wanted.id[:36]}-{number}")
            if cohorts.add_cohort(conn, asked.scope, made, asked.now):
                asked.audit(conn, "cohorts.made", f"cohort:{made.id}", course=made.course)
                return made.id
            there = cohort_progress.one(conn, asked.scope, made.id)
            if there and there[0] == made:
                return made.id  # the button was pressed twice
        raise asked.missing()

    id = await asked.do(work)
    return asked.go(f"{BASE}/{id}/people", told="cohorts.made_told")


async def edit(asked: Asked) -> web.Response:
    """The form of its calendar."""
    held, _ = await asked.look(lambda conn: cohort_here(conn, asked))
    return await _form(asked, {}, held)


async def change(asked: Asked) -> web.Response:
    """Keep another name or calendar."""
    held, _ = await asked.look(lambda conn: cohort_here(conn, asked))
    cohort, errors = await _read(asked, held)
    if cohort is None or errors:
        return await _form(asked, errors, held)
    wanted = cohort

    def work(conn: Connection) -> None:
        cohort_here(conn, asked)
        if wanted != held and rearranging.change_cohort(conn, asked.scope, wanted, asked.now):
            asked.audit(conn, "cohorts.changed", f"cohort:{held.id}")

    await asked.do(work)
    return asked.go(f"{BASE}/{held.id}", told="cohorts.changed_told")


async def _read(asked: Asked, held: Cohort | None) -> tuple[Cohort | None, dict[str, str]]:
    """The cohort of a form, and what is to be mended in it."""
    form = asked.form
    places = await asked.look(lambda conn: persons.places(conn, asked))
    errors: dict[str, str] = {}
    name = " ".join(form.text("name", 200).split())
    if not name or len(name) > _LONGEST:
        errors["name"] = asked.t("cohorts.name_bad", most=_LONGEST)
    course = persons.catalogue(asked).courses.get(held.course if held else form.text("course", 60))
    if course is None:
        errors["course"] = asked.t("cohorts.course_needed")
    cooperative = held.cooperative if held else form.text("cooperative", 60)
    offered = dict(places.cooperative_options)
    if not held and (cooperative not in offered if cooperative else asked.scope.cooperatives is not None):
        errors["cooperative"] = asked.t("cohorts.cooperative_needed")
    starts, starts_bad = _date(form.text("starts", 20))
    ends, ends_bad = _date(form.text("ends", 20))
    if starts is None:
        errors["starts"] = asked.t("cohorts.day_bad")
    if ends_bad and not starts_bad:
        errors["ends"] = asked.t("cohorts.day_bad")
    if errors or course is None or starts is None:
        return None, errors
    made = Cohort(
        id=held.id if held else _word(name),
        name=name,
        course=course.id,
        cooperative=cooperative,
        days=tuple(each for each in DAYS if each in form.texts("days")),
        hour=form.whole("hour", None, low=LESSON_HOURS[0], high=LESSON_HOURS[1]),
        starts_on=starts,
        ends_on=ends,
    )
    country = next((each.country for each in places.cooperatives if each.id == cooperative), "")
    fault = cohort_fault(made, country, course.countries)
    if fault:
        field = {"country": "course"}.get(fault, fault)
        errors[field] = asked.t(f"cohorts.fault_{fault}", countries=persons.countries(asked, course.countries))
    return made, errors


def _date(written: str) -> tuple[date | None, bool]:
    found = day_of(written)
    return found, bool(written) and found is None


def _word(name: str) -> str:
    """A word to call it by, made of its name."""
    plain = "".join(sign if sign.isascii() else "" for sign in "-".join(folded(name).split()))
    word = "-".join(part for part in plain[:40].split("-") if part)
    return word if is_word(word) else f"grupo-{word}"[:40].rstrip("-")


PAGES = [
    page("GET", "/cohorts/new", Right.EDIT_PEOPLE, make),
    page("POST", "/cohorts/new", Right.EDIT_PEOPLE, add),
    page("GET", "/cohorts/{id}/edit", Right.EDIT_PEOPLE, edit),
    page("POST", "/cohorts/{id}/edit", Right.EDIT_PEOPLE, change),
]
