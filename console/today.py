"""The first page: what needs the reader now, and for a new programme the first three steps."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from bot.certifying.cases import State
from bot.cooperating.roles import Right, may
from console import calling, persons
from console.asked import Asked
from console.case_finding import GROUPS, badge_of
from console.entering import page
from store import call_list, case_pages, takings, today
from store.database import Connection

_CALLS = 5
_CASES = 20


async def show(asked: Asked) -> web.Response:
    """What needs somebody today, as far as her rights go."""
    if not may(asked.scope, Right.SEE_PEOPLE):
        return await _her_cases(asked)
    await calling.fresh(asked)
    month = asked.now.astimezone(asked.zone).date().replace(day=1).isoformat()

    def work(conn: Connection) -> dict[str, Any]:
        found = today.today(conn, asked.scope, asked.now, month, asked.office.unserved)
        rows, more = call_list.listed(conn, asked.scope, limit=_CALLS)
        places = persons.places(conn, asked)
        return {
            "found": found,
            "rows": [calling.shown(asked, each, places) for each in rows],
            "more": more,
            "count": call_list.count(conn, asked.scope) if more else len(rows),
            "takings": len(takings.every_open(conn, asked.scope)) if asked.may(Right.SEE_CASES) else 0,
        }

    held = await asked.look(work)
    found: today.Today = held["found"]
    steps = [
        ("people", found.learners, "/console/learners/import", Right.EDIT_PEOPLE),
        ("cohort", found.cohorts, "/console/cohorts/new", Right.EDIT_PEOPLE),
        ("plan", found.planned, "/console/campaigns", Right.PLAN),
    ]
    first = not all(done for _, done, _, _ in steps) and asked.may(Right.EDIT_PEOPLE)
    return asked.show(
        "today/today.html.j2",
        **held,
        steps=[(key, bool(done), path) for key, done, path, right in steps if asked.may(right)] if first else [],
        nothing=not (found.learners or held["rows"] or found.questions),
        case_name=lambda each: persons.name(asked, each.learner),
        standards=_standards(asked),
        share=int(100 * found.spent / found.budget) if found.spent is not None and found.budget else 0,
    )


async def _her_cases(asked: Asked) -> web.Response:
    """The first page of who sees no people: an assessor's cases that are under way."""
    me = asked.person.assessor
    if not (me and asked.may(Right.SEE_CASES)):
        return asked.show("today/welcome.html.j2", cases=[])
    under_way = [each.value for each in GROUPS["ours"] | GROUPS["hers"]]
    found = await asked.look(
        lambda conn: case_pages.page(conn, asked.scope, now=asked.now, states=under_way, assessor=me, limit=_CASES)
    )
    return asked.show(
        "today/welcome.html.j2",
        cases=[(each, State(each.state)) for each in found],
        standards=_standards(asked),
        badge_of=badge_of,
    )


def _standards(asked: Asked) -> dict[str, str]:
    return {code: each.title(asked.language) for code, each in asked.office.catalogue().standards.items()}


PAGES = [page("GET", "/", None, show)]
