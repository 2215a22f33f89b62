"""Today, learners and groups in Chromium, in Spanish, on a phone and on a laptop, and once without a script."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.cooperating.organisations import Cooperative
from bot.people import OPERATOR
from store import organisations
from tests.console.browsing import LAPTOP, PHONE, Tab, chromium, tab
from tests.console.consoles import Console
from tests.console.people_seed import fill
from tests.houses import JUAN, say
from tests.store.rows import rows

SIZES = pytest.mark.parametrize("size", [PHONE, LAPTOP], ids=["phone", "laptop"])
LIST = """celular;nombre;sexo;comunidad
900000011;Elena Ruiz;F;Huabal
900000012;María Flores;F;Chirinos
12345;Número Corto;F;
"""


def cooperative(console: Console) -> None:
    with console.database.writing() as conn:
        made = Cooperative(id="norte", name="Sol y Café Norte", country="PE")
        organisations.add_cooperative(conn, OPERATOR, made, console.clock())


async def brings_people_in(elena: Tab, folder: Path, *, checks: bool = True) -> None:
    """From an empty programme to a group with people in it."""
    file = folder / "socias.csv"
    file.write_text(LIST, encoding="utf-8")
    page = elena.page
    await elena.go("/console/")
    if checks:
        await elena.check("today-first")
    await page.get_by_role("link", name="Subir una lista").click()
    await page.get_by_label("Su lista").set_input_files(str(file))
    if checks:
        await elena.check("learners-import", wire=False)
    await page.get_by_role("button", name="Subir y seguir").click()
    await page.get_by_role("heading", name="Qué es cada columna").wait_for()
    if checks:
        await elena.check("learners-columns", wire=False)
    await page.locator("#f-cooperative").select_option("norte")
    await page.get_by_role("button", name="Ver qué pasaría").click()
    await page.get_by_text("Es un ensayo").wait_for()
    if checks:
        await elena.check("learners-check", wire=False)
    await page.get_by_role("button", name="Guardar a 2 personas").click()
    await page.get_by_text("2 personas de la lista").wait_for()
    if checks:
        await elena.check("learners-report", wire=False)
    await elena.go("/console/")
    await page.get_by_role("link", name="Crear un grupo").click()
    await page.get_by_label("Nombre").fill("Vivero Jaén")
    await page.locator("#f-course").select_option("vivero")
    await page.locator("#f-cooperative").select_option("norte")
    if checks:
        await elena.check("cohorts-new", wire=False)
    await page.get_by_role("button", name="Crear el grupo").click()
    await page.get_by_text("El grupo está creado").wait_for()
    if checks:
        await elena.check("cohorts-people", wire=False)
    await page.get_by_role("button", name="Añadir a todas").click()
    await page.get_by_text("Entraron 2 personas").wait_for()
    if checks:
        await elena.check("cohorts-one-new", wire=False)


@SIZES
async def test_a_new_programme_gets_its_people(sqlite_console: Console, tmp_path: Path, size: dict[str, int]) -> None:
    cooperative(sqlite_console)
    elena = sqlite_console.account("coordinator")
    async with chromium() as browser, tab(browser, sqlite_console, elena, size=size) as opened:
        await brings_people_in(opened, tmp_path)
    assert rows(sqlite_console.database, "SELECT count(*) FROM cohort_members") == [(2,)]


async def test_all_of_it_goes_without_a_script(sqlite_console: Console, tmp_path: Path) -> None:
    cooperative(sqlite_console)
    elena = sqlite_console.account("coordinator")
    async with chromium() as browser, tab(browser, sqlite_console, elena, script=False) as opened:
        await brings_people_in(opened, tmp_path, checks=False)
        await opened.go("/console/learners")
        await opened.page.get_by_label("Buscar por nombre").fill("flores")
        await opened.page.get_by_role("button", name="Buscar").click()
        await opened.page.get_by_role("link", name="María Flores").click()
        await opened.page.get_by_role("heading", name="María Flores").wait_for()
        await opened.picture("learners-plain")


async def adds_one(elena: Tab, *, checks: bool = True) -> None:
    """Somebody who came to the office with her paper is added, after a number that is too short."""
    page = elena.page
    await elena.go("/console/learners")
    await page.get_by_role("link", name="Agregar una persona").click()
    await page.get_by_role("heading", name="Agregar una persona").wait_for()
    if checks:
        await elena.check("learners-new", wire=False)
    await page.get_by_label("Nombre y apellidos").fill("Elena Ruiz Flores")
    await page.get_by_label("Celular").fill("900 000 0")
    await page.get_by_label("Cooperativa").select_option("norte")
    await page.get_by_label("Firmó una hoja de consentimiento.").check()
    await page.get_by_label("Referencia del consentimiento").fill("F-17")
    await page.get_by_label("Fecha del consentimiento").fill("2026-01-02")
    await page.get_by_role("button", name="Agregar", exact=True).click()
    await page.locator("#f-phone-error").get_by_text("Le faltan cifras").wait_for()
    if checks:
        await elena.check("learners-new-wrong", wire=False)
    await page.get_by_label("Celular").fill("900 000 011")
    await page.get_by_role("button", name="Agregar", exact=True).click()
    await page.get_by_text("Elena Ruiz Flores está en la lista, con su consentimiento en papel.").wait_for()
    await elena.go("/console/learners/new")
    await page.get_by_label("Nombre y apellidos").fill("Elena Ruiz")
    await page.get_by_label("Celular").fill("900000011")
    await page.get_by_label("Comunidad").fill("Huabal")
    await page.get_by_role("button", name="Agregar", exact=True).click()
    await page.get_by_text("Elena Ruiz Flores ya está").wait_for()
    if checks:
        await elena.check("learners-new-known", wire=False)
    await page.get_by_role("button", name="Completar su ficha").click()
    await page.get_by_text("Se completó la ficha de Elena Ruiz Flores.").wait_for()


@SIZES
async def test_one_person_is_added_by_a_page(sqlite_console: Console, size: dict[str, int]) -> None:
    cooperative(sqlite_console)
    elena = sqlite_console.account("coordinator")
    async with chromium() as browser, tab(browser, sqlite_console, elena, size=size) as opened:
        await adds_one(opened)
    assert rows(sqlite_console.database, "SELECT name, community FROM learners") == [("Elena Ruiz Flores", "Huabal")]


async def test_one_person_is_added_without_a_script(sqlite_console: Console) -> None:
    cooperative(sqlite_console)
    elena = sqlite_console.account("coordinator")
    async with chromium() as browser, tab(browser, sqlite_console, elena, script=False) as opened:
        await adds_one(opened, checks=False)


async def calls_her(elena: Tab, *, name: str) -> None:
    """From the first page to a call that is kept."""
    page = elena.page
    await elena.go("/console/")
    await elena.check("today")
    await page.get_by_role("link", name="Preparar la llamada").first.click()
    await page.get_by_role("heading", name=f"Llamada a {name}").wait_for()
    await elena.check("learners-call", wire=False)
    await page.get_by_role("button", name="Guardar la llamada").click()
    await page.get_by_label("Contestó y conversamos").check()
    await page.get_by_label("Qué dijo").fill("Viajó a la chacra; sigue el lunes.")
    await page.get_by_role("button", name="Guardar la llamada").click()
    await page.get_by_text("Se guardó la llamada").wait_for()
    await elena.check("today-to-call", wire=False)


@SIZES
async def test_she_finds_somebody_who_fell_silent_and_calls_her(sqlite_console: Console, size: dict[str, int]) -> None:
    console = sqlite_console
    cooperative(console)
    await say(console.house, "VIVERO", "SI", "Rosa Quispe Mamani", "A", "C", first=1)
    await say(console.house, "VIVERO", "SI", "Juan Huamán", first=50, address=JUAN)
    console.clock.wait(days=20)
    await say(console.house, "ESTADO", first=70, address=JUAN)
    elena = console.account("coordinator")
    rosa = rows(console.database, "SELECT id FROM learners WHERE name LIKE 'Rosa%'")[0][0]
    async with chromium() as browser, tab(browser, console, elena, size=size) as opened:
        await calls_her(opened, name="Rosa Quispe Mamani")
        for path, name in (
            ("", "learners-one"),
            ("/timeline", "learners-timeline"),
            ("/progress", "learners-progress"),
            ("/edit", "learners-edit"),
            ("/pause", "learners-pause"),
            ("/places", "learners-places"),
            ("/merge?q=juan", "learners-merge"),
            ("/erase", "learners-erase"),
        ):
            await opened.go(f"/console/learners/{rosa}{path}")
            await opened.check(name)
        await opened.page.goto(opened.origin + f"/console/learners/{rosa}/merge?q=juan")
        await opened.page.get_by_role("link", name="Es la misma persona").click()
        await opened.check("learners-merge-plan", wire=False)


@SIZES
async def test_she_searches_while_she_types_and_looks_at_a_group(sqlite_console: Console, size: dict[str, int]) -> None:
    console = sqlite_console
    fill(console.database, 160, ("vivero.semilla.madre", "vivero.semilla.siembra"))
    elena = console.account("coordinator")
    async with chromium() as browser, tab(browser, console, elena, size=size) as opened:
        await opened.go("/console/learners")
        await opened.check("learners")
        await opened.page.get_by_label("Buscar por nombre").press_sequentially("nusta mam")
        await opened.page.get_by_role("link", name="Ñusta Mamani").first.wait_for()
        await opened.page.get_by_role("link", name="Rosa Quispe").first.wait_for(state="detached")
        await opened.check("learners-found", wire=False)
        for path, name in (
            ("/console/cohorts", "cohorts"),
            ("/console/cohorts/cohort-1", "cohorts-one"),
            ("/console/cohorts/cohort-1/dates", "cohorts-dates"),
            ("/console/cohorts/cohort-1/edit", "cohorts-edit"),
            ("/console/cohorts/cohort-1/close", "cohorts-close"),
            ("/console/learners?q=nobody", "learners-none"),
        ):
            await opened.go(path)
            await opened.check(name)
