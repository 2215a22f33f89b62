"""Choosing among more groups than a form can list."""

from __future__ import annotations

import re
from datetime import date

from bot.cooperating.organisations import Cohort, Cooperative
from bot.people import OPERATOR
from console.group_choosing import OFFERED
from store import campaigns, cohorts
from store.organisations import add_cooperative
from tests.console.consoles import Console, Visitor
from tests.console.test_console_campaigns import FORM, HERE


def many(console: Console) -> None:
    """Two groups more than are offered, the first two the oldest; two called alike."""
    with console.database.writing() as conn:
        add_cooperative(conn, OPERATOR, Cooperative(id="norte", name="Norte", country="PE"), console.clock())
        for number in range(OFFERED + 2):
            name = "Los mellizos" if number in (5, 6) else f"Grupo {number}"
            day = date(2026, 1, 1) if number < 2 else date(2026, 2, 1)
            held = Cohort(id=f"g{number:03}", name=name, course="vivero", cooperative="norte", starts_on=day)
            assert cohorts.add_cohort(conn, OPERATOR, held, console.clock())


async def test_the_newest_are_offered_and_any_other_is_typed_by_its_name_or_word(console: Console) -> None:
    many(console)
    visitor = await console.signed_in()
    page = await visitor.get(f"{HERE}/new")
    assert page.count('name="cohorts"') == OFFERED
    assert 'value="g001"' not in page
    await visitor.post(f"{HERE}/new", {**FORM, "cohorts": "g007", "cohorts_other": "Grupo 0, g001"})
    with console.database.reading() as conn:
        (found,) = campaigns.listed(conn, OPERATOR)
    assert sorted(found.audience.cohorts) == ["g000", "g001", "g007"]
    page = await visitor.get(f"{HERE}/{found.id}/edit")
    assert page.count('name="cohorts"') == OFFERED + 2, "what is chosen is always shown"


async def test_a_name_that_two_groups_have_is_asked_about_and_stays_where_it_was_typed(sqlite_console: Console) -> None:
    many(sqlite_console)
    visitor = await sqlite_console.signed_in()
    page = await visitor.post(f"{HERE}/new", {**FORM, "cohorts_other": "Los mellizos"}, 422)
    assert re.search(r'<input[^>]*name="cohorts_other"[^>]*value="Los mellizos"', page)


async def test_lessons_for_a_group_that_is_not_listed_are_planned_by_its_name(sqlite_console: Console) -> None:
    many(sqlite_console)
    visitor = await sqlite_console.signed_in()
    await visitor.post(f"{HERE}/new", {**FORM, "kind": "drip", "drip": "", "drip_other": "Grupo 1"})
    with sqlite_console.database.reading() as conn:
        (found,) = campaigns.listed(conn, OPERATOR)
    assert found.schedule.cohort == "g001"


async def test_a_short_list_offers_all_and_asks_for_no_more(sqlite_console: Console) -> None:
    visitor = await sqlite_console.signed_in()
    assert "cohorts_other" not in await visitor.get(f"{HERE}/new")


async def test_the_page_of_a_cooperative_shows_its_newest_groups_and_leads_to_all(sqlite_console: Console) -> None:
    many(sqlite_console)
    visitor = await sqlite_console.signed_in()
    page = await visitor.get("/console/cooperatives/norte")
    assert page.count('<a href="/console/cohorts/g') == 50
    assert "/console/cohorts/g001" not in page


async def test_a_survey_is_put_to_a_group_that_is_not_listed_by_its_name(sqlite_console: Console) -> None:
    many(sqlite_console)
    visitor = await sqlite_console.signed_in()
    found = {"title": "Reunión", "purpose": "Mejorar", "text1_es": "¿Le gustó?", "kind1": "yes_no", "once": "a" * 32}
    path = await _made(visitor, found)
    page = await visitor.get(f"{path}/put")
    assert 'value="g001"' not in page
    page = await visitor.get(f"{path}/put?see=1&cohort_other=Los+mellizos", status=422)
    assert "hay varios con ese nombre" in page
    assert 'value="Los mellizos"' in page
    page = await visitor.get(f"{path}/put?see=1&cohort_other=Grupo+1", status=422)
    assert "No llega a nadie" in page, "it is known, and nobody is in it"
    assert '<option value="g001" selected>Grupo 1</option>' in page


async def _made(visitor: Visitor, fields: dict[str, str]) -> str:
    """The path of a survey that was made."""
    data = {**fields, "token": await visitor.token()}
    response = await visitor.raw("POST", "/console/surveys/new", data=data)
    assert response.status == 303
    return response.headers["Location"]
