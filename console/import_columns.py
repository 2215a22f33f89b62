"""Which column of a list is which, on what consent its people come in, and where to."""

from __future__ import annotations

import asyncio

from aiohttp import web

from bot.cooperating import members
from bot.cooperating.arriving import INVITED, PAPER
from bot.cooperating.headings import OURS
from bot.cooperating.roles import Right
from console import persons
from console.asked import Asked
from console.entering import page
from console.list_reading import BASE, kept_of, sheet_of, today
from store import kept_lists


async def columns(asked: Asked) -> web.Response:
    """Which column is which, on what consent, and where to."""
    return await _columns_form(asked, {})


async def _columns_form(asked: Asked, errors: dict[str, str]) -> web.Response:
    kept = await kept_of(asked)
    sheet = await asyncio.to_thread(sheet_of, kept.name, kept.content)
    guessed = members.columns(sheet.header).places
    told = asked.request.method == "POST"
    terms = kept.terms
    held = terms.get("columns") or guessed
    chosen = {ours: asked.form.text(f"column_{ours}", 5) if told else str(held.get(ours, "")) for ours in OURS}
    places = await asked.look(lambda conn: persons.choices(conn, asked))

    def value(name: str, default: str = "") -> str:
        return asked.form.text(name, 100) if told else str(terms.get(name, default))

    return asked.show(
        "learners/columns.html.j2",
        status=422 if errors else 200,
        kept=kept,
        written_in=sheet.written_in,
        ours=[(ours, asked.t(f"learners.field_{ours}")) for ours in OURS],
        chosen=chosen,
        theirs=[(str(place), head.strip()[:60] or f"({place + 1})") for place, head in enumerate(sheet.header)],
        sample=[[cell[:40] for cell in cells] + [""] * (len(sheet.header) - len(cells)) for _, cells in sheet.rows[:3]],
        header=[head.strip()[:60] for head in sheet.header],
        errors=errors,
        basis=value("basis", INVITED),
        reference=value("reference"),
        given_on=value("given_on"),
        cooperative=value("cooperative"),
        cohort=value("cohort"),
        places=places,
        bound=asked.scope.cooperatives is not None,
        path=f"{BASE}/{kept.id}",
    )


async def settle(asked: Asked) -> web.Response:
    """Keep how the list is to be read, and go on to the trial."""
    kept = await kept_of(asked)
    sheet = await asyncio.to_thread(sheet_of, kept.name, kept.content)
    form, errors = asked.form, {}
    places: dict[str, int] = {}
    for ours in OURS:
        place = form.whole(f"column_{ours}", None, high=len(sheet.header) - 1)
        if place is not None and place in places.values():
            errors[f"column_{ours}"] = asked.t("learners.column_twice")
        elif place is not None:
            places[ours] = place
    if "phone" not in places:
        errors["column_phone"] = asked.t("learners.column_phone_needed")
    known = await asked.look(lambda conn: persons.places(conn, asked, {form.text("cohort", 60)}))
    basis, cooperative, cohort = form.text("basis", 10), form.text("cooperative", 60), form.text("cohort", 60)
    into = next((each for each in known.cohorts if each.id == cohort), None)
    if cohort and into is None:
        errors["cohort"] = asked.t("learners.choose_from_list")
    if cooperative and cooperative not in dict(known.cooperative_options):
        errors["cooperative"] = asked.t("learners.choose_from_list")
    if not cooperative and into:
        cooperative = into.cooperative
    if not cooperative and asked.scope.cooperatives is not None:
        errors["cooperative"] = asked.t("learners.import_cooperative_needed")
    given_on = members.day_of(form.text("given_on", 20)) if form.text("given_on", 20) else None
    if basis == PAPER and form.text("given_on", 20) and (given_on is None or given_on > today(asked)):
        errors["given_on"] = asked.t("learners.given_on_bad")
    if basis not in (INVITED, PAPER):
        errors["basis"] = asked.t("learners.choose_from_list")
    if errors:
        return await _columns_form(asked, errors)
    terms = {
        "columns": places,
        "basis": basis,
        "reference": form.text("reference", 60) if basis == PAPER else "",
        "given_on": given_on.isoformat() if basis == PAPER and given_on else "",
        "cooperative": cooperative,
        "cohort": cohort,
    }
    await asked.do(lambda conn: kept_lists.settle(conn, asked.scope, asked.person.id, kept.id, terms))
    return asked.go(f"{BASE}/{kept.id}/check")


PAGES = [
    page("GET", "/learners/import/{id}", Right.EDIT_PEOPLE, columns),
    page("POST", "/learners/import/{id}", Right.EDIT_PEOPLE, settle),
]
