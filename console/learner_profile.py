"""Her profile: the form, and what was changed of it."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from bot.cooperating.members import cell
from bot.cooperating.profiles import LONGEST, profile_faults
from bot.cooperating.roles import Right
from bot.people import Learner
from console import persons
from console.asked import Asked
from console.entering import page
from console.persons import base, someone
from store import moving
from store.database import Connection

_SAID = {"too_long": "learners.too_long", "name": "learners.name_bad", "birth_year": "learners.birth_year_bad"}


async def edit(asked: Asked) -> web.Response:
    """The form of her profile."""
    return await _edit_form(asked, {}, {})


async def _edit_form(asked: Asked, given: dict[str, Any], errors: dict[str, str]) -> web.Response:
    who = await asked.look(lambda conn: someone(conn, asked, Right.EDIT_PEOPLE))
    held = {
        "name": who.name,
        "language": who.language,
        "sex": who.sex,
        "birth_year": who.birth_year or "",
        "community": who.community,
        "district": who.district,
        "hour": "" if who.hour is None else who.hour,
    }
    return asked.show(
        "learners/edit.html.j2",
        status=422 if errors else 200,
        who=who,
        name=persons.name(asked, who),
        held={**held, **given},
        errors=errors,
        languages=persons.languages(asked),
        sexes=[(each, asked.t(f"learners.sex_{each}")) for each in persons.SEXES],
        hours=persons.HOURS,
        base=base(who.id),
    )


async def change(asked: Asked) -> web.Response:
    """Keep what was changed of it."""
    form = asked.form
    given: dict[str, Any] = {name: cell(form.text(name, 200)) for name in LONGEST}
    given |= {name: form.text(name, 10) for name in ("language", "sex", "birth_year", "hour")}
    year = form.whole("birth_year", None, low=0, high=9999)
    faults = profile_faults(given, year, asked.now.year)
    errors = {name: asked.t(_SAID[why], most=LONGEST.get(name, 0)) for name, why in faults.items()}
    changes: dict[str, object] = {name: given[name] for name in LONGEST}
    if given["language"] in dict(persons.languages(asked)):
        changes["language"] = given["language"]
    changes["sex"] = given["sex"] if given["sex"] in persons.SEXES else ""
    if given["birth_year"] and year is None:
        errors["birth_year"] = asked.t("learners.birth_year_bad")
    changes["birth_year"] = year
    hour = form.whole("hour", None, low=7, high=20)
    if given["hour"] and hour is None:
        errors["hour"] = asked.t("learners.hour_bad")
    changes["hour"] = hour
    if errors:
        return await _edit_form(asked, given, errors)

    def work(conn: Connection) -> Learner:
        who = someone(conn, asked, Right.EDIT_PEOPLE)
        told = {name: value for name, value in changes.items() if getattr(who, name) != value}
        if told and moving.change(conn, asked.scope, who.id, told):
            asked.audit(conn, "learners.changed", f"learner:{who.id}", fields=", ".join(sorted(told)))
        return who

    who = await asked.do(work)
    return asked.go(base(who.id), told="learners.changed")


PAGES = [
    page("GET", "/learners/{id}/edit", Right.EDIT_PEOPLE, edit),
    page("POST", "/learners/{id}/edit", Right.EDIT_PEOPLE, change),
]
