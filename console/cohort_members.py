"""Who comes into a cohort, and whether it goes on: taking a cooperative in, closing and opening it."""

from __future__ import annotations

from aiohttp import web

from bot.cooperating.organisations import Cohort
from bot.cooperating.roles import Right
from console import persons
from console.asked import Asked
from console.cohorts import BASE
from console.entering import page
from console.sessions import cohort_here
from store import cohorts, organisations, people, rearranging
from store.database import Connection

_CHUNK = 500


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
    page("GET", "/cohorts/{id}/people", Right.EDIT_PEOPLE, members),
    page("POST", "/cohorts/{id}/people", Right.EDIT_PEOPLE, take_in),
    page("GET", "/cohorts/{id}/close", Right.EDIT_PEOPLE, closing),
    page("POST", "/cohorts/{id}/close", Right.EDIT_PEOPLE, close),
    page("POST", "/cohorts/{id}/open", Right.EDIT_PEOPLE, reopen),
]
