"""Results and surveys as a coordinator sees them: whole and by group, as files, on paper, and within her scope."""

from __future__ import annotations

import csv
import io
import re
from datetime import timedelta

import pytest
from aiohttp import FormData
from openpyxl import load_workbook

from bot.cooperating.organisations import Cooperative
from bot.people import OPERATOR
from store import organisations, surveys
from store.database import Database
from store.tables import answers
from tests.console.consoles import Console, Visitor
from tests.houses import settle
from tests.scheduler.test_scheduler_surveys import FORM
from tests.store.planned import people, teach

COURSE = "vivero"


async def taken(visitor: Visitor, path: str) -> bytes:
    """A file that is offered."""
    async with visitor.client.get(visitor.console.url(path)) as answer:
        assert answer.status == 200
        assert answer.headers["Content-Disposition"].startswith("attachment")
        return await answer.read()


async def posted(visitor: Visitor, path: str, data: object, status: int) -> str:
    """The page that answers a form, where it is not redirected."""
    async with visitor.client.post(visitor.console.url(path), data=data) as answer:
        assert answer.status == status
        return await answer.text()


def found_village(database: Database, console: Console) -> None:
    """Twelve women of Norte and three men of Sur, all enrolled four weeks ago; ten women answered at once."""
    from sqlalchemy import insert

    then = console.clock() - timedelta(days=28)
    teach(database, course=COURSE)
    with database.writing() as conn:
        for id in ("norte", "sur"):
            organisations.add_cooperative(conn, OPERATOR, Cooperative(id=id, name=f"Coop {id.title()}"), then)
    women = people(database, 12, sex="f", cooperative="norte", course=COURSE, birth_year=1990, created_at=then)
    people(database, 3, start=12, sex="m", cooperative="sur", course=COURSE, created_at=then)
    with database.writing() as conn:
        conn.exec_driver_sql(f"UPDATE enrolments SET enrolled_at = {int(then.timestamp()) * 10**6}")
        rows = [
            {"learner": each, "course": COURSE, "right": True, "late": False, "at": then + timedelta(days=1)}
            for each in women[:10]
        ]
        conn.execute(insert(answers), rows)


@pytest.fixture
def village(console: Console) -> Console:
    found_village(console.database, console)
    return console


async def test_the_first_page_shows_every_indicator_with_its_n(village: Console) -> None:
    visitor = await village.signed_in()
    page = await visitor.get("/console/results")
    for word in ("Inscritas", "Alcanzadas", "Productos", "Efectos", "I17", "n", "Contado el"):
        assert word in page
    assert re.search(r">10</b> inscritas · 67 %", page)
    assert "/console/results/file?format=csv" in page


async def test_a_group_of_three_is_not_shown_apart(village: Console) -> None:
    visitor = await village.signed_in()
    page = await visitor.get("/console/results/I3?by=sex")
    assert "Grupos pequeños, juntos" in page
    assert "Hombres" not in page
    assert "Mujeres" not in page  # of fifteen twelve would say how many the others are


async def test_a_file_holds_what_the_page_shows(village: Console) -> None:
    visitor = await village.signed_in()
    file = await taken(visitor, "/console/results/file?format=csv&code=I3&by=age")
    rows = list(csv.reader(io.StringIO(file.decode("utf-8-sig"))))
    assert rows[0][:5] == ["Código", "Indicador", "Edad", "De", "n"]
    assert rows[-1][4:8] == ["15", "inscritas", "10", "67"]
    book = await taken(visitor, "/console/results/file?format=xlsx")
    sheet = load_workbook(io.BytesIO(book)).worksheets[0]
    assert sheet["A1"].value == "Código"


async def test_the_report_to_print_says_the_same_numbers_in_english_too(village: Console) -> None:
    visitor = await village.signed_in()
    page = await visitor.get("/console/results/report?in=en")
    for word in ('lang="en"', "Results report", "Outputs", "Enrolled", "(67 %)", "Cost per person"):
        assert word in page
    assert "Informe de resultados" in await visitor.get("/console/results/report")


async def test_odd_addresses_are_answered_calmly(village: Console) -> None:
    visitor = await village.signed_in()
    for path in (
        "?since=ayer&until=2026-02-30",
        "/I3?by=%27%20OR%201=1&by=sex&by=age&by=place",
        "/I3?by=month",
        "/I8?by=occupation&by=sex",
        "/I9?since=2020-01-01&until=2030-01-01",
        "/I11?by=occupation",
        "/I17?by=cooperative",
        "/I12",
        "/money?staff=mucho",
        "/money?staff=1e400",
        "/report?in=zz&staff=-1",
        "/file?code=I99&format=exe",
        "/missing",
    ):
        await visitor.get(f"/console/results{path}")
    for path in ("/I99", "/I2", "/i3", "/%00"):
        await visitor.get(f"/console/results{path}", status=404)
    assert "no es una fecha" in await visitor.get("/console/results?since=ayer")


async def test_counting_anew_shows_what_has_come_since(village: Console) -> None:
    visitor = await village.signed_in()
    await visitor.get("/console/results/I1")
    people(village.database, 5, start=90, sex="x", created_at=village.clock() - timedelta(days=1))
    assert re.search(r'data-label="n" class="number"><div>15<', await visitor.get("/console/results/I1"))
    page = await visitor.post("/console/results/again", {"code": "I1"}, at="/console/results/I1")
    assert re.search(r'data-label="n" class="number"><div>20<', page)


async def test_another_cooperative_sees_only_its_own_people(village: Console) -> None:
    visitor = await village.signed_in("officer", ["norte"])
    page = await visitor.get("/console/results/I3?by=cooperative")
    assert "Coop Norte" in page
    assert "Coop Sur" not in page
    sur = await village.signed_in("coordinator", ["sur"])
    assert "Son menos de 5" in await sur.get("/console/results/I3?by=sex")
    await (await village.signed_in("assessor")).get("/console/results", status=403)


async def test_money_is_spread_over_people(village: Console) -> None:
    visitor = await village.signed_in()
    page = await visitor.get("/console/results/money?staff=1500,50")
    assert "1,500.50" in page
    assert "100.03" in page  # 1500.50 / 15, half up


# --- surveys ---


async def make(visitor: Visitor, **more: str) -> str:
    fields = {
        "title": "la reunión",
        "purpose": "Mejorar las reuniones",
        "text1_es": "¿Cómo fue la reunión?",
        "kind1": "impression",
        "text2_es": "¿Qué mejoraría?",
        "kind2": "free",
        "once": "ab12",
    }
    return await visitor.post("/console/surveys/new", {**fields, **more}, at="/console/surveys/new")


async def test_a_survey_is_made_put_answered_and_closed(sqlite_console: Console) -> None:
    console = sqlite_console
    found_village(console.database, console)
    visitor = await console.signed_in()
    assert "Todavía no hay encuestas" in await visitor.get("/console/surveys")
    page = await make(visitor)
    assert "Todavía no salió nada" in page
    assert "borrador" in page
    again = await make(visitor)  # a double click
    assert "la reunión" in again
    path = "/console/surveys/la-reunion-ab12"
    seen = await visitor.get(f"{path}/put?see=1&cooperative=norte")
    assert "Llega a 12 personas" in seen
    assert "¿Cómo fue la reunión?" in seen
    assert "No llega a nadie" in await visitor.get(f"{path}/put?see=1&cohort=zz", status=422)
    done = await visitor.post(f"{path}/put", {"cooperative": "norte"}, at=f"{path}/put?see=1&cooperative=norte")
    assert "va en camino" in done
    await settle(console.house)
    twice = await visitor.post(f"{path}/put", {"cooperative": "norte"}, at=f"{path}/put?see=1&cooperative=norte")
    assert "ya se envió" in twice
    assert "¿Cerrar la encuesta?" in await visitor.get(f"{path}/close")
    assert "La encuesta está cerrada" in await visitor.post(f"{path}/close", {}, at=f"{path}/close")


async def test_what_is_wrong_is_said_beside_the_question(console: Console) -> None:
    visitor = await console.signed_in()
    token = await visitor.token("/console/surveys/new")
    wrong = {"token": token, "title": "", "text1_es": "x" * 200, "kind1": "free", "text2_es": "¿Y?", "kind2": "nothing"}
    answer = await visitor.raw("POST", "/console/surveys/new", data=wrong)
    page = await answer.text()
    assert answer.status == 422
    for word in (
        "hasta 60 letras",
        "La pregunta 1 es larga",
        "Elija cómo se responde la pregunta 2",
        "póngala al final",
    ):
        assert word in page


async def test_a_file_fills_the_form(console: Console) -> None:
    visitor = await console.signed_in()
    lines = "titulo;la feria;\nproposito;Saber si sirve;\nsi no;¿Vendió algo?;\nlibre;¿Qué faltó?;\n"
    data = FormData()
    data.add_field("token", await visitor.token("/console/surveys/new"))
    data.add_field("file", lines.encode(), filename="e.csv", content_type="text/csv")
    page = await posted(visitor, "/console/surveys/new", data, 200)
    assert 'value="¿Vendió algo?"' in page
    assert 'value="la feria"' in page
    assert '<option value="yes_no" selected>' in page


async def test_the_lists_ready_to_use_have_no_fault(console: Console) -> None:
    visitor = await console.signed_in()
    for like in ("meeting", "follow_up"):
        page = await visitor.get(f"/console/surveys/new?like={like}&also=en")
        assert "text1_en" in page


async def test_few_answers_are_not_shown_and_another_cooperative_sees_none_of_it(village: Console) -> None:
    from bot.reporting.surveys import made

    survey = made(FORM, id="s-1", cooperative="norte", by="ana", now=village.clock())
    with village.database.writing() as conn:
        surveys.create(conn, OPERATOR, survey)
    visitor = await village.signed_in("coordinator", ["norte"])
    assert "¿Tiene usted seguro de salud?" in await visitor.get("/console/surveys/s-1")
    await (await village.signed_in("coordinator", ["sur"])).get("/console/surveys/s-1", status=404)
    auditor = await village.signed_in("auditor")
    assert "Enviar a" not in await auditor.get("/console/surveys/s-1")
    await auditor.get("/console/surveys/new", status=403)
    assert "Su cuenta solo puede preguntar" in await visitor.get("/console/surveys/s-1/put?see=1", status=422)
