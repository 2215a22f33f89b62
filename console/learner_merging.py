"""Make one record of two: find the other, see what merging does, and do it."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from bot.cooperating.merging import Plan
from bot.cooperating.roles import Right
from bot.people import Learner
from console import persons
from console.asked import Asked
from console.entering import page
from console.persons import base, someone
from store import learner_search, merging
from store.database import Connection
from store.learner_search import Sought


async def merge_with(asked: Asked) -> web.Response:
    """Find the other record; once it is chosen, what merging would do."""
    other, typed = asked.query.text("with", 64), asked.query.text("q", 100)
    country = asked.office.policy().country

    def work(conn: Connection) -> dict[str, Any]:
        who = someone(conn, asked, Right.EDIT_PEOPLE)
        plan = merging.planned(conn, asked.scope, who.id, other) if other else None
        if other and plan is None:
            raise asked.missing()
        sought = Sought(text=typed or who.name.split(" ")[0] if who.name or typed else typed)
        found = (
            learner_search.search(conn, asked.scope, sought, asked.now, country=country, limit=20).people
            if sought.text and not other
            else ()
        )
        both = learner_search.listed(conn, asked.scope, [who.id, other] if other else [who.id], asked.now)
        return {
            "who": who,
            "plan": plan,
            "typed": typed or sought.text,
            "found": [each for each in found if each.learner.id != who.id],
            "other": both.get(other),
            "mine": both[who.id],
            "places": persons.places(conn, asked, plan.cohorts if plan else ()),
        }

    held = await asked.look(work)
    who = held["who"]
    return asked.show(
        "learners/merge.html.j2",
        **held,
        name=persons.name(asked, who),
        name_of=lambda each: persons.name(asked, each),
        reached=lambda each: persons.reached(asked, each.addresses),
        shown_value=lambda field, value: _shown_value(asked, held["places"], field, value),
        course_title=lambda id: persons.course_title(asked, id),
        base=base(who.id),
    )


def _shown_value(asked: Asked, known: persons.Places, field: str, value: object) -> str:
    if field == "sex" and value in persons.SEXES:
        return asked.t(f"learners.sex_{value}")
    if field == "language":
        return dict(persons.languages(asked)).get(str(value), str(value))
    if field == "hour":
        return f"{value}:00"
    return known.cooperative(str(value)) if field == "cooperative" else str(value)


async def merge(asked: Asked) -> web.Response:
    """Make one record of two."""
    other = asked.form.text("with", 64)

    def work(conn: Connection) -> tuple[Learner, Plan]:
        who = someone(conn, asked, Right.EDIT_PEOPLE)
        plan = merging.merge(conn, asked.scope, who.id, other)
        if plan is None:
            raise asked.missing()
        if not plan.refusals:
            asked.audit(conn, "learners.merged", f"learner:{who.id}", gone=other)
        return who, plan

    who, plan = await asked.do(work)
    if plan.refusals:
        return asked.go(f"{base(who.id)}/merge?with={other}")
    return asked.go(base(who.id), told="learners.merged_told")


PAGES = [
    page("GET", "/learners/{id}/merge", Right.EDIT_PEOPLE, merge_with),
    page("POST", "/learners/{id}/merge", Right.EDIT_PEOPLE, merge),
]
