"""The first page: what needs the reader now, and for a new programme the first three steps."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from bot.cooperating.roles import Right, may
from console import calling, persons
from console.asked import Asked
from console.entering import page
from store import call_list, today
from store.database import Connection

_CALLS = 5


async def show(asked: Asked) -> web.Response:
    """What needs somebody today, as far as her rights go."""
    if not may(asked.scope, Right.SEE_PEOPLE):
        return asked.show("today/welcome.html.j2")
    await calling.fresh(asked)
    month = asked.now.astimezone(asked.zone).date().replace(day=1).isoformat()

    def work(conn: Connection) -> dict[str, Any]:
        found = today.today(conn, asked.scope, asked.now, month)
        rows, more = call_list.listed(conn, asked.scope, limit=_CALLS)
        places = persons.places(conn, asked)
        return {
            "found": found,
            "rows": [calling.shown(asked, each, places) for each in rows],
            "more": more,
            "count": call_list.count(conn, asked.scope) if more else len(rows),
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
        share=int(100 * found.spent / found.budget) if found.spent is not None and found.budget else 0,
    )


PAGES = [page("GET", "/", None, show)]
