"""A list from its file to its people: columns, consent, trial, bad rows to mend, and only then the real thing."""

from __future__ import annotations

import csv
import io
import re

import pytest
from aiohttp import FormData

from authoring.workbooks import written_workbook
from bot.cooperating.organisations import Cooperative
from bot.people import OPERATOR
from store import organisations
from tests.console.consoles import Console, Visitor
from tests.store.rows import rows

LIST = """Celular;Nombres y apellidos;Sexo;Comunidad
900 000 011;Elena Ruiz;F;Huabal
900000012;María Flores;F;=HYPERLINK("x")
12345;Corta;F;
900000011;Elena Ruiz;F;Huabal
900000013;Otro Nombre;H;
"""


async def upload(visitor: Visitor, name: str, data: bytes, status: int = 200) -> tuple[str, str]:
    """The page after an upload, and its path."""
    form = FormData()
    form.add_field("token", await visitor.token())
    form.add_field("list", io.BytesIO(data), filename=name)
    async with visitor.client.post(visitor.console.url("/console/learners/import"), data=form) as response:
        text = await response.text()
        assert response.status == status, text[:2000]
        return text, response.url.path


def cooperative(console: Console, word: str) -> None:
    with console.database.writing() as conn:
        made = Cooperative(id=word, name=f"Coop {word.title()}", country="PE")
        organisations.add_cooperative(conn, OPERATOR, made, console.clock())


async def test_a_list_is_tried_before_it_is_kept(console: Console) -> None:
    cooperative(console, "norte")
    coordinator = await console.signed_in()

    page, path = await upload(coordinator, "socias.csv", LIST.encode())
    assert "5 filas" in page
    assert '<option value="0" selected>Celular</option>' in page
    given = {"column_phone": "0", "column_name": "1", "column_sex": "2", "column_community": "3", "basis": "invited",
             "cooperative": "norte"}  # fmt: skip
    page = await coordinator.post(path, given)
    assert "Es un ensayo" in page
    assert "Guardar a 3 personas" in page
    assert "le faltan cifras" in page
    assert "1 fila repetida" in page
    assert rows(console.database, "SELECT count(*) FROM learners") == [(0,)]

    for _ in range(2):  # a double click
        page = await coordinator.post(f"{path}/confirm")
        assert "3 personas de la lista están ahora en el programa" in page
    held = rows(console.database, "SELECT name, cooperative FROM learners ORDER BY name")
    assert held == [("Elena Ruiz", "norte"), ("María Flores", "norte"), ("Otro Nombre", "norte")]
    assert "María Flores" in await coordinator.get("/console/learners?q=maria")
    assert rows(console.database, "SELECT act FROM audit_entries") == [("learners.imported",)]


@pytest.mark.parametrize(
    ("first", "theirs"),
    [
        ("Elena Ruiz;900\u00a0000\u00a0011", "B"),
        ("Elena Ruiz;900–000–011", "B"),
        ("Elena Ruiz;900000011 / 900000013", "B"),
        ("Elena Ruiz;tel 900000011", "B"),
        ("Base;900000011", "B"),
        ("Socia;2026-03-05", "2026-03-05"),
        ("Socia;Número de su celular", "Número de su celular"),
    ],
)
async def test_a_first_row_with_a_number_is_a_person(sqlite_console: Console, first: str, theirs: str) -> None:
    coordinator = await sqlite_console.signed_in()
    page, _ = await upload(coordinator, "socias.csv", f"{first}\nRosa Quispe;900000012\n".encode())
    assert re.search(rf'<option value="1"[^>]*>{theirs}</option>', page)


async def test_a_list_without_headings_loses_nobody(console: Console) -> None:
    cooperative(console, "norte")
    coordinator = await console.signed_in()
    page, path = await upload(coordinator, "socias.csv", b"Elena Ruiz;900000011\nRosa Quispe;900 000 012\n")
    assert "2 filas" in page
    assert '<option value="1">B</option>' in page
    given = {"column_phone": "1", "column_name": "0", "basis": "invited", "cooperative": "norte"}
    assert "Guardar a 2 personas" in await coordinator.post(path, given)
    await coordinator.post(f"{path}/confirm")
    assert rows(console.database, "SELECT name FROM learners ORDER BY name") == [("Elena Ruiz",), ("Rosa Quispe",)]


async def test_the_bad_rows_come_back_as_they_stood_with_what_to_mend_and_no_formula(console: Console) -> None:
    coordinator = await console.signed_in()
    _, path = await upload(coordinator, "lista.csv", b"celular,nombre,nota\n123,Rosa,=1+1\n900000012,Ana,x\n")
    await coordinator.post(path, {"column_phone": "0", "column_name": "1", "basis": "invited"})

    written = await coordinator.get(f"{path}/bad")
    table = list(csv.reader(io.StringIO(written.removeprefix("\ufeff"))))
    assert table[0] == ["celular", "nombre", "nota", "Qué corregir"]
    assert table[1][:3] == ["123", "Rosa", "'=1+1"]
    assert "le faltan cifras" in table[1][3]
    assert len(table) == 2
    response = await coordinator.raw("GET", f"{path}/bad")
    assert response.headers["Content-Disposition"].startswith("attachment")


async def test_consent_on_paper_needs_its_form_and_its_date(console: Console) -> None:
    coordinator = await console.signed_in()
    _, path = await upload(coordinator, "lista.csv", b"celular,nombre\n900000012,Ana Campos\n")
    paper = {"column_phone": "0", "column_name": "1", "basis": "paper"}

    assert "Escriba un día que ya pasó" in await coordinator.post(path, {**paper, "given_on": "2030-01-01"}, status=422)
    assert "falta la fecha" in await coordinator.post(path, {**paper, "reference": "F-12"})
    page = await coordinator.post(path, {**paper, "reference": "F-12", "given_on": "2026-02-01"})
    assert "con consentimiento en papel" in page
    await coordinator.post(f"{path}/confirm")

    ana = rows(console.database, "SELECT id FROM learners")[0][0]
    assert "hoja F-12, del 1 feb. 2026" in await coordinator.get(f"/console/learners/{ana}")


async def test_a_workbook_is_read_and_what_is_none_is_refused_in_words(sqlite_console: Console) -> None:
    coordinator = await sqlite_console.signed_in()

    page, _ = await upload(coordinator, "l.xlsx", written_workbook([["Celular", "Nombre"], ["+51900000011", "Ana"]]))
    assert "1 fila" in page
    for name, data, why in (
        ("l.xlsx", b"PK\x03\x04 nothing", "No es un libro XLSX"),
        ("l.xls", b"abc", "No se leen archivos .xls"),
        ("l.csv", b"", "está vacío"),
        ("l.csv", b"celular,nombre\n", "No hay ninguna persona debajo de los títulos"),
        ("l.pdf", b"%PDF-1.7", "Se espera un archivo CSV o un libro XLSX"),
        ("l.csv", b"celular\n" + b"900000001\n" * 20_001, "Hay más de 20000 filas"),
        ("l.csv", b"x" * (5 * 2**20 + 10), "pesa más de 5 MiB"),
    ):
        page, _ = await upload(coordinator, name, data, status=422)
        assert why in page, page[-3000:]


async def test_a_list_is_only_its_owners_and_goes_after_a_day(console: Console) -> None:
    elena, jorge = await console.signed_in(), await console.signed_in()
    _, path = await upload(elena, "lista.csv", b"celular\n900000012\n")

    await jorge.get(path, status=404)
    await jorge.post(f"{path}/confirm", status=404)
    await elena.get(path)
    console.clock.wait(hours=25)
    again = await console.visitor()
    assert elena.account
    again.client.cookie_jar.update_cookies({"chasqui": console.token(elena.account)}, console.server.make_url("/"))
    await again.get(path, status=404)


async def test_who_is_bounded_brings_people_into_her_own_cooperative_only(console: Console) -> None:
    cooperative(console, "norte")
    cooperative(console, "sur")
    everywhere, south = await console.signed_in(), await console.signed_in("coordinator", ["sur"])
    _, path = await upload(everywhere, "a.csv", b"celular,nombre\n900000021,Nora Norte\n")
    await everywhere.post(path, {"column_phone": "0", "column_name": "1", "basis": "invited", "cooperative": "norte"})
    await everywhere.post(f"{path}/confirm")

    _, path = await upload(
        south, "b.csv", b"celular,nombre,cooperativa\n900000021,Xenia,sur\n900000022,Sara,norte\n900000023,Sol,\n"
    )
    given = {"column_phone": "0", "column_name": "1", "column_cooperative": "2", "basis": "invited"}
    assert "Elija una de sus cooperativas" in await south.post(path, given, status=422)
    assert "Elija uno de la lista" in await south.post(path, {**given, "cooperative": "norte"}, status=422)
    page = await south.post(path, {**given, "cooperative": "sur"})
    assert "Nora Norte" not in page
    assert "no se puede importar aquí" in page
    assert "no hay tal cooperativa" in page
    await south.post(f"{path}/confirm")
    held = rows(console.database, "SELECT name, cooperative FROM learners ORDER BY name")
    assert held == [("Nora Norte", "norte"), ("Sol", "sur")]
