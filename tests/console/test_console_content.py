"""Lessons in the console: seen on both phones, changed by one person, published by another, kept for who began."""

from __future__ import annotations

import io
import re
import shutil
from collections.abc import AsyncIterator
from dataclasses import replace
from html import unescape
from pathlib import Path

import pytest
from aiohttp import FormData
from aiohttp.test_utils import TestServer

from authoring.packs import write_pack
from authoring.workbooks import written_sheets
from bot.cooperating.roles import ROLES
from bot.people import OPERATOR
from cli.serving import application
from store import auditing, publishing
from store.database import Database
from tests.console.consoles import Console, Visitor
from tests.houses import Clock, Phone, build, say, settle, shelf_at

BASE = "/console/content"
TEXTS = f"{BASE}/courses/vivero/texts/semilla/01-madre?from=en&to=es"
NEW = "Escoja plantas sanas y de buena taza."


async def console_at(root: Path, database: Database) -> AsyncIterator[Console]:
    """A console whose lessons lie in a folder that may be written."""
    shelf, clock, phone = shelf_at(root), Clock(), Phone()
    house = build(database, shelf, [phone], clock)
    house = replace(house, settings=replace(house.settings, content_dir=root))
    server = TestServer(application(house), host="127.0.0.1")
    await server.start_server(access_log=None)
    made = Console(house=house, clock=clock, phone=phone, server=server)
    try:
        yield made
    finally:
        for client in made.opened:
            await client.close()
        await server.close()


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "content"


@pytest.fixture
async def here(sqlite: Database, root: Path) -> AsyncIterator[Console]:
    async for each in console_at(root, sqlite):
        yield each


@pytest.fixture
async def everywhere(database: Database, root: Path) -> AsyncIterator[Console]:
    async for each in console_at(root, database):
        yield each


def fields(page: str) -> dict[str, str]:
    """The texts in the fields of a page."""
    areas = re.findall(r'<textarea[^>]* name="([^"]+)"[^>]*>\n(.*?)</textarea>', page, re.S)
    inputs = re.findall(r'<input id="[^"]*" name="(p-[^"]+)" type="text" value="([^"]*)"', page)
    return {name: unescape(value) for name, value in [*areas, *inputs] if name.startswith("p-")}


async def change(visitor: Visitor, **values: str) -> str:
    """Change some texts of the first lesson; the page of the change."""
    given = fields(await visitor.get(TEXTS))
    return await visitor.post(TEXTS, {**given, **{f"p-{name}": value for name, value in values.items()}})


def id_of(page: str) -> str:
    found = re.search(rf"{BASE}/changes/([0-9A-Za-z-]+)/drop", page)
    assert found, page[:3000]
    return found[1]


async def test_a_course_is_shown_with_what_each_lesson_costs(here: Console) -> None:
    elena = await here.signed_in("coordinator")

    assert "Vivero" in await elena.get(BASE)
    page = await elena.get(f"{BASE}/courses/vivero")
    assert "Evaluación" in page
    lesson = re.search(rf'href="({BASE}/courses/vivero/lessons/[^"]+)"', page)
    assert lesson
    shown = await elena.get(lesson[1].replace("&amp;", "&"))
    assert "Teléfono básico (SMS)" in shown
    assert "<b>" in shown
    assert "Correcta" in shown


async def test_the_lesson_in_another_language_leaves_the_console_in_hers(here: Console) -> None:
    elena = await here.signed_in("coordinator")
    for id in ("vivero.semilla.madre", f"{here.house.shelf().courses['vivero'].units[0].id}.exam"):
        page = await elena.get(f"{BASE}/courses/vivero/lessons/{id}?language=en")

        assert '<html lang="es">' in page
        assert "Cambiar los textos" in page
    assert "Choose a healthy tree" in await elena.get(f"{BASE}/courses/vivero/lessons/vivero.semilla.madre?language=en")


@pytest.mark.parametrize("role", sorted(ROLES))
async def test_exam_questions_are_only_for_those_who_write_or_certify(here: Console, role: str) -> None:
    visitor = await here.signed_in(role)
    writes = role in ("administrator", "coordinator")
    unit = here.house.shelf().courses["vivero"].units[0].id

    exam = await visitor.raw("GET", f"{BASE}/courses/vivero/lessons/{unit}.exam")
    book = await visitor.raw("GET", f"{BASE}/courses/vivero/workbook")
    sees = role not in ("officer",)
    assert exam.status == (200 if writes else 404 if sees else 403)
    assert book.status == (200 if writes else 403)
    if sees:
        assert ("Evaluación" in await visitor.get(f"{BASE}/courses/vivero")) is writes


@pytest.mark.parametrize(
    "path",
    [
        "/courses/nothing",
        "/courses/vivero/lessons/nothing",
        "/courses/vivero/lessons/%27%20OR%201=1",
        "/courses/vivero/texts/semilla/nothing",
        "/courses/vivero/texts/..%2F..%2Fetc/passwd",
        "/changes/nothing",
        "/courses/vivero/lessons/" + "x" * 3000,
    ],
)
async def test_what_is_not_there_is_not_found(here: Console, path: str) -> None:
    elena = await here.signed_in("coordinator")

    await elena.get(BASE + path, 404)


async def test_odd_parameters_are_passed_over(here: Console) -> None:
    elena = await here.signed_in("coordinator")

    for query in ("language=xx", "from=es&to=es", "to=%00", "state=%27&after=-1"):
        for path in ("", "/courses/vivero", "/courses/vivero/translation", "/changes", "/courses/vivero/questions"):
            await elena.get(f"{BASE}{path}?{query}")


async def test_one_writes_and_another_publishes(everywhere: Console, root: Path) -> None:
    elena, jorge = await everywhere.signed_in("coordinator"), await everywhere.signed_in("administrator")
    place = root / "vivero/semilla/01-madre.es.md"
    before = place.read_text(encoding="utf-8")

    mine = await change(elena, card1=NEW)
    id = id_of(mine)
    assert "<ins>" in mine
    assert "lo publica otra persona" in mine
    assert place.read_text(encoding="utf-8") == before
    assert "lo publica otra persona" in await elena.post(f"{BASE}/changes/{id}", {"reach": "new"})
    assert place.read_text(encoding="utf-8") == before

    assert "El cambio está publicado" in await jorge.post(f"{BASE}/changes/{id}", {"reach": "new"})

    assert NEW in place.read_text(encoding="utf-8")
    cards = [each.cards[0].text for each in everywhere.house.shelf().courses["vivero"].lessons.values()]
    assert NEW in cards
    assert "ya se decidió" in await jorge.post(f"{BASE}/changes/{id}", {"reach": "new"})
    with everywhere.database.reading() as conn:
        acts = [each.act for each in auditing.found(conn, OPERATOR)]
    assert acts[:2] == ["content.published", "content.drafted"]


async def test_who_began_with_a_version_goes_on_with_it(here: Console, root: Path) -> None:
    elena, jorge = await here.signed_in("coordinator"), await here.signed_in("coordinator")
    await say(here.house, "VIVERO", "SI", "Rosa")
    old = here.house.shelf().courses["vivero"]
    with here.database.reading() as conn:
        assert publishing.versions(conn, OPERATOR, "vivero") == [(old.version, 1)]

    await jorge.post(f"{BASE}/changes/{id_of(await change(elena, card1=NEW))}", {"reach": "new"})

    here.phone.said.clear()
    await say(here.house, "REPETIR", first=50)
    heard = "\n".join(here.phone.texts())
    assert "Elija una planta sana y productiva." in heard
    assert NEW not in heard
    assert "Anterior, guardada" in await elena.get(f"{BASE}/courses/vivero")


async def test_a_correction_reaches_everybody(here: Console) -> None:
    elena, jorge = await here.signed_in("coordinator"), await here.signed_in("coordinator")
    await say(here.house, "VIVERO", "SI", "Rosa")

    await jorge.post(f"{BASE}/changes/{id_of(await change(elena, card1=NEW))}", {"reach": "all"})

    here.phone.said.clear()
    await say(here.house, "REPETIR", first=50)
    await settle(here.house)  # what is known of her was read anew, and her turn decided again
    assert NEW in "\n".join(here.phone.texts())
    assert "Anterior" not in await elena.get(f"{BASE}/courses/vivero")


async def test_a_text_that_is_too_long_is_shown_again_with_its_cure(here: Console) -> None:
    elena = await here.signed_in("coordinator")
    given = fields(await elena.get(TEXTS))

    page = await elena.post(TEXTS, {**given, "p-card1": "Muy largo. " * 60}, 422)

    assert "por SMS ocupa" in page
    assert "Acórtelo en" in page
    assert "Muy largo. Muy largo." in page
    assert 'id="f-p-card1-error"' in page


async def test_a_translation_that_is_not_there_yet_is_written_whole(here: Console, root: Path) -> None:
    (root / "vivero/semilla/01-madre.en.md").unlink()
    elena = await here.signed_in("coordinator")
    to_english = TEXTS.replace("from=en&to=es", "from=es&to=en")

    page = await elena.get(to_english)
    assert "no existe todavía en inglés" in page
    assert "Falta" in await elena.get(f"{BASE}/courses/vivero/translation?from=es&to=en")
    half = await elena.post(to_english, {"p-title": "Mother plant"}, 422)
    assert "Escriba este texto" in half
    assert 'value="Mother plant"' in half


async def test_a_change_can_be_dropped_and_a_published_one_taken_back(here: Console, root: Path) -> None:
    elena, jorge = await here.signed_in("coordinator"), await here.signed_in("coordinator")
    place = root / "vivero/semilla/01-madre.es.md"
    before = place.read_bytes()
    dropped = id_of(await change(elena, card1=NEW))
    assert "¿Descartar" in await elena.get(f"{BASE}/changes/{dropped}/drop")
    await elena.post(f"{BASE}/changes/{dropped}/drop")
    assert "ya se decidió" in await jorge.post(f"{BASE}/changes/{dropped}", {"reach": "new"})
    assert place.read_bytes() == before

    id = id_of(await change(elena, card1=NEW))
    await jorge.post(f"{BASE}/changes/{id}", {"reach": "new"})
    back = id_of(await jorge.post(f"{BASE}/changes/{id}/undo"))
    await elena.post(f"{BASE}/changes/{back}", {"reach": "all"})

    assert place.read_bytes() == before


async def test_what_was_changed_on_the_disk_meanwhile_is_not_written_over(here: Console, root: Path) -> None:
    elena, jorge = await here.signed_in("coordinator"), await here.signed_in("coordinator")
    id = id_of(await change(elena, card1=NEW))
    place = root / "vivero/semilla/01-madre.es.md"
    place.write_text(place.read_text(encoding="utf-8").replace("title = ", "title =  "), encoding="utf-8")
    before = place.read_bytes()

    assert "Alguien cambió las mismas lecciones" in await jorge.post(f"{BASE}/changes/{id}", {"reach": "new"})

    assert place.read_bytes() == before
    assert "Espera a una segunda persona" in await jorge.get(f"{BASE}/changes/{id}")


async def test_the_same_form_sent_twice_is_one_change(here: Console) -> None:
    elena = await here.signed_in("coordinator")
    given = {**fields(await elena.get(TEXTS)), "p-card1": NEW, "once": "1" * 32}

    first, second = id_of(await elena.post(TEXTS, given)), id_of(await elena.post(TEXTS, given))

    assert first == second


# --- uploads ---


async def bring(visitor: Visitor, name: str, data: bytes, status: int = 200, course: str = "") -> str:
    form = FormData()
    form.add_field("token", await visitor.token(f"{BASE}/upload"))
    form.add_field("course", course)
    form.add_field("file", io.BytesIO(data), filename=name)
    async with visitor.client.post(visitor.console.url(f"{BASE}/upload"), data=form) as response:
        text = await response.text()
        assert response.status == status, text[:3000]
        return text


async def test_a_workbook_becomes_a_change(here: Console, root: Path) -> None:
    elena = await here.signed_in("coordinator")
    rows = [["lesson", "text", "es"], ["semilla/01-madre", "title", "La mejor planta"]]

    page = await bring(elena, "textos.xlsx", written_sheets({"lessons": rows, "items": []}), course="vivero")

    assert "La mejor planta" in re.sub(r"</?(ins|del)>", "", page)
    assert "textos.xlsx" in page


async def test_rows_that_belong_to_nothing_are_told_by_their_number(here: Console) -> None:
    elena = await here.signed_in("coordinator")
    rows = [["lesson", "text", "es"], ["semilla/09-nada", "title", "x"]]

    page = await bring(elena, "t.xlsx", written_sheets({"lessons": rows, "items": []}), 422, course="vivero")

    assert "lessons 2" in page
    assert "No hay ninguna lección «semilla/09-nada»" in page


async def test_what_is_taken_away_comes_back_unchanged(here: Console) -> None:
    elena = await here.signed_in("coordinator")
    for kind, course in (("workbook", "vivero"), ("pack", "")):
        async with elena.client.get(here.url(f"{BASE}/courses/vivero/{kind}")) as response:
            data = await response.read()
        assert response.headers["Content-Disposition"].startswith('attachment; filename="vivero-')
        assert "no cambia nada" in await bring(elena, "x", data, 422, course=course)


async def test_a_new_course_comes_as_a_pack(here: Console, root: Path, tmp_path: Path) -> None:
    elena, jorge = await here.signed_in("coordinator"), await here.signed_in("coordinator")
    course = here.house.shelf().courses["ahorro"]
    packed = write_pack(root, course, "Norandino", here.clock())
    shutil.rmtree(root / "ahorro")
    here.house.shelf.look_again()
    assert "ahorro" not in here.house.shelf().courses

    page = await bring(elena, "ahorro.zip", packed)
    assert "Nuevo" in page
    await jorge.post(f"{BASE}/changes/{id_of(page)}", {"reach": "new"})

    assert here.house.shelf().courses["ahorro"] == course


@pytest.mark.parametrize("data", [b"", b"PK\3\4", b"<html>", b"\xd0\xcf\x11\xe0 an old workbook", b"0" * 100_000])
async def test_what_cannot_be_read_is_refused_with_its_cure(here: Console, data: bytes) -> None:
    elena = await here.signed_in("coordinator")

    page = await bring(elena, "x.zip", data, 422)

    assert 'id="f-file-error"' in page


async def test_a_broken_folder_keeps_what_was_taught_and_says_so(here: Console, root: Path) -> None:
    elena = await here.signed_in("coordinator")
    (root / "vivero/semilla/01-madre.es.md").write_text("nada", encoding="utf-8")

    assert "Se sigue enseñando lo de antes" in await elena.get(BASE)
    assert "vivero" in here.house.shelf().courses


async def test_the_statistics_of_questions_are_worked_out_when_asked_for(here: Console) -> None:
    elena = await here.signed_in("coordinator")
    questions = f"{BASE}/courses/vivero/questions"
    assert "Todavía no hay cálculo" in await elena.get(questions)

    assert "Se calculó" in await elena.post(questions)
