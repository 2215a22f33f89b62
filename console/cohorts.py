"""Cohorts: the list, a new one, and the page of one: who is where, how far it has come, who is behind, pace, cost."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any
from urllib.parse import urlencode

from aiohttp import web

from bot.catalogue import Course
from bot.cooperating.calendars import LESSON_HOURS, cohort_fault, is_word
from bot.cooperating.members import day_of, folded
from bot.cooperating.organisations import DAYS, Cohort
from bot.cooperating.roles import Right
from bot.delivering.hours import zone_of
from bot.learning import pacing
from console import persons
from console.asked import Asked
from console.entering import page
from console.sessions import cohort_here
from store import cohort_progress, cohorts, organisations, people, rearranging
from store.database import Connection

BASE = "/console/cohorts"
_CHUNK = 500
_LONGEST = 60
_USUAL = ("mon", "wed", "fri")
_LEVELS = {pacing.DONE: 4, pacing.WEAK: "x", pacing.HERE: 1, pacing.AHEAD: 0}
_SIGNS = {pacing.DONE: "●", pacing.WEAK: "!", pacing.HERE: "▸", pacing.AHEAD: "·"}


# --- the list ---


async def listed(asked: Asked) -> web.Response:
    """Open cohorts, or the closed ones."""
    after, closed = asked.query.text("after", 60), asked.query.text("state") == "closed"

    def work(conn: Connection) -> tuple[list[cohorts.ListedCohort], str, persons.Places]:
        found, more = cohort_progress.listed(conn, asked.scope, after=after, closed=closed)
        return found, more, persons.places(conn, asked)

    found, more, places = await asked.look(work)
    kept = {"state": "closed"} if closed else {}
    return asked.show(
        "cohorts/list.html.j2",
        rows=found,
        closed=closed,
        places=places,
        course_title=lambda id: persons.course_title(asked, id),
        calendar=lambda each: calendar(asked, each),
        next=f"{BASE}?{urlencode({**kept, 'after': more})}" if more else "",
        first=f"{BASE}?{urlencode(kept)}" if after else "",
    )


def calendar(asked: Asked, cohort: Cohort) -> str:
    """Its days and hour in a few words."""
    days = ", ".join(asked.t(f"cohorts.day_{each}") for each in cohort.days)
    if cohort.hour is None:
        return asked.t("cohorts.at_own_hour", days=days)
    return asked.t("cohorts.at_hour", days=days, hour=cohort.hour)


# --- one ---


async def one(asked: Asked) -> web.Response:
    """How it does, in figures and person by person."""
    after = asked.query.text("after", 200)

    def work(conn: Connection) -> dict[str, Any]:
        cohort, closed = cohort_here(conn, asked)
        course = persons.catalogue(asked).courses.get(cohort.course)
        places = persons.places(conn, asked)
        country = next((each.country for each in places.cooperatives if each.id == cohort.cooperative), "")
        today = asked.now.astimezone(zone_of("", country or asked.office.policy().country)).date()
        total = persons.lessons(course)
        expected = pacing.expected(cohort, total, today)
        rows, more = cohort_progress.heat(conn, asked.scope, cohort, after=after)
        return {
            "cohort": cohort,
            "closed": closed,
            "course": course,
            "total": total,
            "expected": expected,
            "rows": rows,
            "more": more,
            "funnel": cohort_progress.funnel(conn, asked.scope, cohort, course, asked.now),
            "behind": cohort_progress.behind(conn, asked.scope, cohort, expected - pacing.BEHIND),
            "pace": cohort_progress.pace(conn, asked.scope, cohort, asked.now),
            "cost": cohort_progress.cost(conn, asked.scope, cohort),
            "dates": [
                each
                for each in cohorts.list_sessions(conn, asked.scope, since=asked.now, cohort=cohort.id, limit=3)
                if not each.cancelled
            ],
            "places": places,
        }

    held = await asked.look(work)
    course, rows = held["course"], held.pop("rows")
    base = f"{BASE}/{held['cohort'].id}"
    more = held.pop("more")
    return asked.show(
        "cohorts/one.html.j2",
        **held,
        heads=_heads(asked, course),
        rows=[_row(asked, course, each) for each in rows],
        cells=[
            (mark, level, _SIGNS[mark], asked.t(f"cohorts.mark_{mark}") if mark != pacing.AHEAD else "")
            for mark, level in _LEVELS.items()
        ],
        stages=_stages(asked, course, held["funnel"]),
        name_of=lambda each: persons.name(asked, each),
        title=persons.course_title(asked, held["cohort"].course),
        calendar=calendar(asked, held["cohort"]),
        next=f"{base}?{urlencode({'after': more})}" if more else "",
        first=base if after else "",
        base=base,
        here="one",
    )


def _heads(asked: Asked, course: Course | None) -> list[tuple[str, str]]:
    """The number of each lesson, with its title."""
    if course is None:
        return []
    found = []
    for number, lesson in enumerate(course.ordered_lessons(), 1):
        held = course.lesson(lesson, asked.language)
        found.append((str(number), held.title if held else lesson))
    return found


def _row(asked: Asked, course: Course | None, row: cohort_progress.Row) -> dict[str, Any]:
    marks = pacing.marks(course, row.enrolment) if course else ()
    name = persons.name(asked, row.learner)
    return {
        "id": row.learner.id,
        "name": name,
        "agreed": row.agreed,
        "done": sum(each in (pacing.DONE, pacing.WEAK) for each in marks),
        "marks": marks,
    }


def _stages(asked: Asked, course: Course | None, funnel: cohort_progress.Funnel) -> list[tuple[str, int]]:
    stages = [
        (asked.t("cohorts.stage_members"), funnel.members),
        (asked.t("cohorts.stage_agreed"), funnel.agreed),
        (asked.t("cohorts.stage_begun"), funnel.begun),
    ]
    for unit, n in zip(course.units if course else (), funnel.passed, strict=False):
        title = unit.titles.get(asked.language) or next(iter(unit.titles.values()), unit.id)
        stages.append((asked.t("cohorts.stage_passed", unit=title), n))
    return [*stages, (asked.t("cohorts.stage_finished"), funnel.finished)]


# --- making and changing ---


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
        errors[field] = asked.t(f"cohorts.fault_{fault}", countries=", ".join(course.countries))
    return made, errors


def _date(written: str) -> tuple[date | None, bool]:
    found = day_of(written)
    return found, bool(written) and found is None


def _word(name: str) -> str:
    """A word to call it by, made of its name."""
    plain = "".join(sign if sign.isascii() else "" for sign in "-".join(folded(name).split()))
    word = "-".join(part for part in plain[:40].split("-") if part)
    return word if is_word(word) else f"grupo-{word}"[:40].rstrip("-")


# --- who is in it ---


async def members(asked: Asked) -> web.Response:
    """How people come into it: a whole cooperative, a list, one by one."""

    def work(conn: Connection) -> tuple[Cohort, bool, persons.Places]:
        return *cohort_here(conn, asked), persons.places(conn, asked)

    cohort, closed, places = await asked.look(work)
    return asked.show(
        "cohorts/people.html.j2",
        cohort=cohort,
        closed=closed,
        places=places,
        base=f"{BASE}/{cohort.id}",
        here="people",
        title=persons.course_title(asked, cohort.course),
    )


async def take_in(asked: Asked) -> web.Response:
    """Everybody of a cooperative comes in; who has agreed begins the course now, the others with their yes."""
    cohort, closed = await asked.look(lambda conn: cohort_here(conn, asked))
    wanted = asked.form.text("cooperative", 60)
    known = await asked.look(lambda conn: organisations.all_cooperatives(conn, asked.scope, closed=False))
    if closed or wanted not in {each.id for each in known}:
        return asked.go(f"{BASE}/{cohort.id}/people", told="cohorts.cooperative_needed")
    course = persons.catalogue(asked).courses.get(cohort.course)
    version = course.version if course else ""
    after, joined, begun = "", 0, 0
    while True:
        last = after

        def work(conn: Connection) -> tuple[list[str], cohorts.Taken]:
            page = people.find(conn, asked.scope, after=last, limit=_CHUNK, cooperative=wanted)  # noqa: B023
            ids = [each.learner.id for each in page]
            return ids, cohorts.take_in(conn, asked.scope, cohort, ids, asked.now, version=version)

        ids, taken = await asked.do(work)
        joined, begun = joined + taken.joined, begun + taken.enrolled
        if len(ids) < _CHUNK:
            break
        after = ids[-1]

    def noted(conn: Connection) -> None:
        asked.audit(conn, "cohorts.joined", f"cohort:{cohort.id}", cooperative=wanted, joined=joined)

    await asked.do(noted)
    return asked.go(f"{BASE}/{cohort.id}", told="cohorts.joined_told", n=joined, begun=begun)


# --- closing ---


async def closing(asked: Asked) -> web.Response:
    """What closing does."""
    cohort, closed = await asked.look(lambda conn: cohort_here(conn, asked))
    return asked.show("cohorts/close.html.j2", cohort=cohort, closed=closed, base=f"{BASE}/{cohort.id}")


async def close(asked: Asked) -> web.Response:
    """No lessons by its calendar any more."""

    def work(conn: Connection) -> Cohort:
        cohort, _ = cohort_here(conn, asked)
        if cohorts.close_cohort(conn, asked.scope, cohort.id, asked.now):
            asked.audit(conn, "cohorts.closed", f"cohort:{cohort.id}")
        return cohort

    cohort = await asked.do(work)
    return asked.go(f"{BASE}/{cohort.id}", told="cohorts.closed_told")


async def reopen(asked: Asked) -> web.Response:
    """It is open again."""

    def work(conn: Connection) -> Cohort:
        cohort, _ = cohort_here(conn, asked)
        if rearranging.open_cohort(conn, asked.scope, cohort.id):
            asked.audit(conn, "cohorts.opened", f"cohort:{cohort.id}")
        return cohort

    cohort = await asked.do(work)
    return asked.go(f"{BASE}/{cohort.id}", told="cohorts.opened_told")


PAGES = [
    page("GET", "/cohorts", Right.SEE_PEOPLE, listed),
    page("GET", "/cohorts/new", Right.EDIT_PEOPLE, make),
    page("POST", "/cohorts/new", Right.EDIT_PEOPLE, add),
    page("GET", "/cohorts/{id}", Right.SEE_PEOPLE, one),
    page("GET", "/cohorts/{id}/edit", Right.EDIT_PEOPLE, edit),
    page("POST", "/cohorts/{id}/edit", Right.EDIT_PEOPLE, change),
    page("GET", "/cohorts/{id}/people", Right.EDIT_PEOPLE, members),
    page("POST", "/cohorts/{id}/people", Right.EDIT_PEOPLE, take_in),
    page("GET", "/cohorts/{id}/close", Right.EDIT_PEOPLE, closing),
    page("POST", "/cohorts/{id}/close", Right.EDIT_PEOPLE, close),
    page("POST", "/cohorts/{id}/open", Right.EDIT_PEOPLE, reopen),
]
