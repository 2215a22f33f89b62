"""Cohorts: the list, and the page of one: who is where, how far it has come, who is behind, pace, cost."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from aiohttp import web

from bot.catalogue import Course
from bot.cooperating.organisations import Cohort
from bot.cooperating.roles import Right
from bot.delivering.hours import zone_of
from bot.learning import pacing
from console import persons
from console.asked import Asked
from console.entering import page
from console.sessions import cohort_here
from store import cohort_progress, cohort_versions, cohorts
from store.database import Connection

BASE = "/console/cohorts"
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
            "stays": (cohort.course, cohort_versions.stays_on(conn, asked.scope, cohort.id))
            in persons.catalogue(asked).kept,
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


PAGES = [
    page("GET", "/cohorts", Right.SEE_PEOPLE, listed),
    page("GET", "/cohorts/{id}", Right.SEE_PEOPLE, one),
]
