"""One person is added by a form as a list of one row would bring her: asked once, refused in words, never twice."""

from __future__ import annotations

import re
from datetime import date

import pytest

from bot.cooperating.organisations import Cohort, Cooperative
from bot.people import OPERATOR
from console.group_choosing import OFFERED
from store import calls, cohorts, moving, organisations
from tests.console.consoles import Console
from tests.console.test_console_learners import ids, village
from tests.houses import say, settle
from tests.store.rows import rows

HERE = "/console/learners/new"
ELENA = {
    "name": "Elena Ruiz Flores",
    "phone": "900 000 011",
    "sex": "f",
    "birth_year": "1988",
    "community": "Huabal",
    "basis": "invited",
}


def cooperative(console: Console, *words: str, country: str = "PE") -> None:
    with console.database.writing() as conn:
        for word in words:
            made = Cooperative(id=word, name=f"Coop {word.title()}", country=country)
            organisations.add_cooperative(conn, OPERATOR, made, console.clock())


def group(console: Console, id: str, cooperative: str = "norte", course: str = "vivero") -> None:
    with console.database.writing() as conn:
        made = Cohort(id=id, name=f"Grupo {id}", course=course, cooperative=cooperative, starts_on=date(2026, 1, 1))
        assert cohorts.add_cohort(conn, OPERATOR, made, console.clock())


def beside(page: str, name: str) -> str:
    """What is said beside a field, empty where nothing is."""
    found = re.search(rf'id="f-{name}-error">.*?<span>(.*?)</span>', page, re.DOTALL)
    return found[1] if found else ""


async def test_she_is_added_and_gets_one_invitation_and_nothing_else(console: Console) -> None:
    cooperative(console, "norte")
    visitor = await console.signed_in()
    assert f'href="{HERE}"' in await visitor.get("/console/learners")

    page = await visitor.post(HERE, {**ELENA, "cooperative": "norte"}, at=HERE)

    assert "Elena Ruiz Flores está en la lista. Recibirá una invitación, y nada más hasta que acepte." in page
    held = "SELECT name, language, sex, birth_year, community, cooperative, country, timezone FROM learners"
    assert rows(console.database, held) == [
        ("Elena Ruiz Flores", "es", "f", 1988, "Huabal", "norte", "PE", "America/Lima")
    ]
    assert rows(console.database, "SELECT address FROM thread_learners") == [("tel:+51900000011",)]
    assert rows(console.database, "SELECT kind, subject FROM dues") == [("invitation", "import")]
    assert rows(console.database, "SELECT count(*) FROM consents") == [(0,)]
    assert rows(console.database, "SELECT act, subject FROM audit_entries") == [
        ("learners.added", f"learner:{ids(console)['Elena']}")
    ]


async def test_who_signed_on_paper_begins_the_course_that_was_chosen(console: Console) -> None:
    visitor = await console.signed_in()
    paper = {"basis": "paper", "reference": "F-17", "given_on": "2026-01-02", "course": "vivero"}

    page = await visitor.post(HERE, {**ELENA, **paper}, at=HERE)

    assert "con su consentimiento en papel" in page
    assert rows(console.database, "SELECT method, reference, given_on, granted FROM consents") == [
        ("paper", "F-17", "2026-01-02", True)
    ]
    assert rows(console.database, "SELECT course FROM enrolments") == [("vivero",)]


async def test_the_invitation_names_the_course_that_was_chosen_for_her(console: Console) -> None:
    """She has it from the form, also where her country has several courses; with her yes she is in it."""
    visitor = await console.signed_in()
    await say(console.house, "MENU", first=70)
    await visitor.post(HERE, {**ELENA, "phone": "900000001", "course": "vivero"}, at=HERE)
    assert rows(console.database, "SELECT kind, subject FROM dues") == [("invitation", "import/vivero")]

    await settle(console.house)
    await say(console.house, "SI", first=80)

    assert rows(console.database, "SELECT course FROM enrolments") == [("vivero",)]
    assert rows(console.database, "SELECT method, granted FROM consents") == [("reply", True)]


async def test_a_group_takes_her_in_and_lends_her_its_cooperative(console: Console) -> None:
    cooperative(console, "norte")
    group(console, "g1")
    visitor = await console.signed_in("coordinator", ["norte"])
    assert '<option value="g1" selected>' in await visitor.get(f"{HERE}?cohort=g1")

    await visitor.post(HERE, {**ELENA, "cohort": "g1"}, at=HERE)

    assert rows(console.database, "SELECT cohort FROM cohort_members") == [("g1",)]
    assert rows(console.database, "SELECT cooperative FROM learners") == [("norte",)]


async def test_a_group_that_is_not_listed_is_typed(sqlite_console: Console) -> None:
    cooperative(sqlite_console, "norte")
    for number in range(OFFERED + 1):
        group(sqlite_console, f"g{number:03}")
    visitor = await sqlite_console.signed_in()
    assert '<option value="g000"' not in await visitor.get(HERE)

    page = await visitor.post(HERE, {**ELENA, "cohort_other": "Grupo de nadie"}, 422, at=HERE)
    assert beside(page, "cohort_other") == "Elija uno de la lista."
    assert 'value="Grupo de nadie"' in page
    await visitor.post(HERE, {**ELENA, "cohort_other": "Grupo g000"}, at=HERE)

    assert rows(sqlite_console.database, "SELECT cohort FROM cohort_members") == [("g000",)]


async def test_a_double_click_adds_her_once_and_leads_to_her_page(console: Console) -> None:
    visitor = await console.signed_in()
    sent = {**ELENA, "once": "a" * 32}

    for _ in range(2):
        page = await visitor.post(HERE, sent, at=HERE)
        assert "<h1>Elena Ruiz Flores" in page

    assert rows(console.database, "SELECT count(*) FROM learners") == [(1,)]
    assert rows(console.database, "SELECT count(*) FROM audit_entries") == [(1,)]
    assert "ya está, con este número" in await visitor.post(HERE, {**ELENA, "once": "b" * 32}, 422, at=HERE)


@pytest.mark.parametrize(
    ("changed", "field", "said"),
    [
        ({"phone": ""}, "phone", "Falta el celular. Por él llegan las lecciones: puede ser el de alguien de su casa."),
        ({"phone": "90000"}, "phone", "Le faltan cifras. Revise el número."),
        ({"phone": "074 123 456"}, "phone", "Es un teléfono fijo y no recibe mensajes. Escriba un celular."),
        ({"name": "7"}, "name", "Escriba el nombre con letras, o déjelo vacío."),
        ({"birth_year": "2085"}, "birth_year", "No es un año de nacimiento posible. Escríbalo así: 1985."),
        ({"basis": "paper"}, "reference", "Escriba el número de la hoja que firmó, o dónde está guardada."),
        ({"basis": "paper", "reference": "F"}, "given_on", "Escriba el día en que firmó la hoja."),
        ({"basis": ""}, "basis", "Elija uno de la lista."),
        ({"cohort": "nobody"}, "cohort", "Elija uno de la lista."),
        ({"course": "nothing"}, "course", "Elija uno de la lista."),
        ({"cooperative": "nothing"}, "cooperative", "Elija uno de la lista."),
    ],
)
async def test_what_is_amiss_is_said_beside_its_field_and_nothing_is_written(
    sqlite_console: Console, changed: dict[str, str], field: str, said: str
) -> None:
    visitor = await sqlite_console.signed_in()

    page = await visitor.post(HERE, {**ELENA, **changed}, 422, at=HERE)

    assert beside(page, field).startswith(said)
    assert 'value="Huabal"' in page, "what was written is kept"
    assert rows(sqlite_console.database, "SELECT count(*) FROM learners") == [(0,)]


async def test_a_number_of_somebody_else_is_explained_with_the_way_to_her(console: Console) -> None:
    await village(console)
    visitor = await console.signed_in()

    page = await visitor.post(HERE, {**ELENA, "phone": "900000001"}, 422, at=HERE)

    assert "Este número es de Rosa Quispe Mamani" in beside(page, "phone")
    rosa = ids(console)["Rosa"]
    assert re.search(rf'<a href="/console/learners/{rosa}">\s*Ver la ficha de Rosa Quispe Mamani', page)
    assert 'value="fill"' not in page


async def test_who_is_known_already_is_filled_in_where_that_is_said_and_nothing_of_hers_is_changed(
    console: Console,
) -> None:
    await village(console)
    visitor = await console.signed_in()
    rosa = {**ELENA, "name": "Rosa Quispe", "phone": "900000001", "cooperative": "norte"}

    page = await visitor.post(HERE, rosa, 422, at=HERE)
    assert "Rosa Quispe Mamani ya está, con este número." in page
    assert "Sexo, Año de nacimiento, Comunidad" in page
    assert rows(console.database, "SELECT community FROM learners WHERE name LIKE 'Rosa%'") == [("",)]

    page = await visitor.post(HERE, {**rosa, "act": "fill"}, at=HERE)
    assert "Se completó la ficha de Rosa Quispe Mamani." in page
    held = "SELECT name, community, birth_year FROM learners WHERE name LIKE 'Rosa%'"
    assert rows(console.database, held) == [("Rosa Quispe Mamani", "Huabal", 1988)]
    assert "No hay nada nuevo que guardar" in await visitor.post(HERE, rosa, 422, at=HERE)


async def test_a_member_of_another_cooperative_is_not_moved_and_its_name_is_said(console: Console) -> None:
    await village(console)
    visitor = await console.signed_in()
    juan = {**ELENA, "name": "Juan Huamán", "phone": rows(console.database, "SELECT address FROM thread_learners JOIN "
            "learners ON learners.id = learner WHERE name LIKE 'Juan%'")[0][0].removeprefix("tel:"),
            "cooperative": "norte"}  # fmt: skip

    page = await visitor.post(HERE, juan, 422, at=HERE)

    assert "Ya pertenece a Coop Sur" in beside(page, "cooperative")


async def test_who_is_bounded_learns_nothing_of_other_cooperatives(console: Console) -> None:
    await village(console)
    south = await console.signed_in("coordinator", ["sur"])

    page = await south.post(HERE, {**ELENA, "phone": "900000001", "cooperative": "sur"}, 422, at=HERE)
    assert "no se puede agregar desde su cuenta" in beside(page, "phone")
    assert "Rosa" not in page
    page = await south.post(HERE, {**ELENA, "cooperative": "norte"}, 422, at=HERE)
    assert beside(page, "cooperative") == "Elija uno de la lista."
    page = await south.post(HERE, ELENA, 422, at=HERE)
    assert beside(page, "cooperative") == "Elija una de sus cooperativas."
    await south.post(HERE, {**ELENA, "cooperative": "sur"}, at=HERE)
    assert rows(console.database, "SELECT cooperative FROM learners WHERE name LIKE 'Elena%'") == [("sur",)]


async def test_nobody_who_said_no_or_was_erased_comes_back_by_the_form(console: Console) -> None:
    await village(console)
    await say(console.house, "BAJA", first=90)
    visitor = await console.signed_in()
    paper = {
        "name": "Rosa Quispe",
        "phone": "900000001",
        "basis": "paper",
        "reference": "F-1",
        "given_on": "2026-01-02",
    }

    page = await visitor.post(HERE, {**ELENA, **paper}, 422, at=HERE)
    assert "se dijo que no" in beside(page, "phone")

    with console.database.writing() as conn:
        rosa = ids(console)["Rosa"]
        assert calls.found(conn, OPERATOR, rosa)
        moving.erase(conn, OPERATOR, rosa, console.clock(), console.house.desk.secret)
    page = await visitor.post(HERE, {**ELENA, **paper}, 422, at=HERE)
    assert "pidió que se borren sus datos" in beside(page, "phone")


async def test_a_child_in_rwanda_needs_the_adult_who_signed(sqlite_console: Console) -> None:
    cooperative(sqlite_console, "kivu", country="RW")
    visitor = await sqlite_console.signed_in()
    assert 'name="guardian"' in await visitor.get(HERE)
    keza = {"name": "Keza", "phone": "+250788000011", "birth_year": str(sqlite_console.clock().year - 14),
            "basis": "paper", "reference": "F-2", "given_on": "2026-01-02", "cooperative": "kivu"}  # fmt: skip

    page = await visitor.post(HERE, keza, 422, at=HERE)
    assert "menor de 16" in beside(page, "guardian")
    await visitor.post(HERE, {**keza, "guardian": "Mukamana"}, at=HERE)

    assert rows(sqlite_console.database, "SELECT guardian FROM consents") == [("Mukamana",)]


async def test_an_auditor_and_an_assessor_may_not_add_anybody(sqlite_console: Console) -> None:
    for role in ("auditor", "assessor"):
        visitor = await sqlite_console.signed_in(role)
        await visitor.get(HERE, 403)
        await visitor.post(HERE, ELENA, 403)
