"""Messages, campaigns and notices in Chromium, in Spanish, on a phone and on a laptop, and once without a script."""

from __future__ import annotations

import pytest
from sqlalchemy import insert, update

from bot.cooperating.organisations import Cooperative
from bot.people import OPERATOR
from store import organisations, snippets
from store.snippets import Snippet
from store.tables import help_requests, threads
from tests.console.browsing import LAPTOP, PHONE, Tab, chromium, tab
from tests.console.consoles import Console
from tests.houses import ROSA, say
from tests.store.planned import people

SIZES = pytest.mark.parametrize("size", [PHONE, LAPTOP], ids=["phone", "laptop"])
DEAR = "Hola {name}, mañana hay poda en la parcela de don Julio a las 7 🌱. ¿Viene usted con nosotros?"


async def fill(console: Console) -> None:
    with console.database.writing() as conn:
        for id, name in (("norte", "Cooperativa Norte"), ("sur", "Cooperativa Sur")):
            made = Cooperative(id=id, name=name, country="PE")
            organisations.add_cooperative(conn, OPERATOR, made, console.clock())
    people(console.database, 5, start=1, name="Rosa Quispe", cooperative="norte", operator="claro")
    people(console.database, 3, start=11, name="Ana Mamani", cooperative="sur", operator="movistar")
    await say(console.house, "HOLA", "¿Cuándo es la reunión?")
    asked = {"learner": "l0000001", "address": str(ROSA), "kind": "person", "text": "¿Cuándo es la reunión?"}
    with console.database.writing() as conn:
        conn.execute(update(threads).values(sender=console.phone.name))
        conn.execute(insert(help_requests), {**asked, "asked_at": console.clock()})
        kept = Snippet(id=0, name="Reunión", text="{name}, la reunión es el sábado a las 9.")
        snippets.add(conn, OPERATOR, kept, "x", console.clock())


async def answers_a_question(elena: Tab, *, checks: bool = True) -> None:
    """From the tray to an answer that is on its way."""
    page = elena.page
    await elena.go("/console/conversation")
    if checks:
        await elena.check("conversation")
    await page.get_by_role("link", name="Rosa Quispe").click()
    await page.get_by_role("button", name="Reunión").click()
    await page.get_by_text("Rosa, la reunion es el sabado a las 9.").wait_for()
    if checks:
        await page.get_by_label("Su respuesta").fill("Es el sábado 🌱")
        await page.locator("#look mark").wait_for()
        await elena.check("conversation-one", wire=False)
    await page.get_by_label("Su respuesta").fill("{name}, es el sábado.")
    await page.get_by_role("button", name="Enviar respuesta").click()
    await page.get_by_text("está en camino").wait_for()
    if checks:
        await elena.check("conversation-done", wire=False)


async def writes_a_campaign(elena: Tab, *, checks: bool = True) -> None:
    """From an empty form to a campaign that runs."""
    page = elena.page
    await elena.go("/console/campaigns")
    if checks:
        await elena.check("campaigns-first")
    await page.get_by_role("link", name="Nueva campaña").click()
    await page.get_by_label("Texto en español").fill(DEAR)
    if checks:
        await page.get_by_role("button", name="Quitar los signos caros").wait_for()
        await page.get_by_text("Llega a 8 personas.").wait_for()
        await elena.check("campaigns-new", wire=False)
    else:
        await page.get_by_role("button", name="Ver cómo queda").click()
    await page.get_by_role("button", name="Quitar los signos caros").click()
    await page.get_by_text("1 SMS").first.wait_for()
    await page.get_by_label("Cooperativa Norte").check()
    await page.get_by_role("button", name="Guardar borrador").click()
    await page.get_by_text("No se ha enviado nada").wait_for()
    if checks:
        await elena.check("campaigns-draft", wire=False)
    await page.get_by_role("link", name="Revisar e iniciar").click()
    await page.get_by_text("Llega a 5 personas.").wait_for()
    if checks:
        await elena.check("campaigns-start", wire=False)
    await page.get_by_role("button", name="Iniciar").click()
    await page.get_by_text("En marcha. Aquí verá cómo va.").wait_for()
    if checks:
        await elena.check("campaigns-one", wire=False)
        await elena.go("/console/campaigns/calendar")
        await elena.check("campaigns-calendar")


async def sends_a_notice(officer: Tab, *, checks: bool = True) -> None:
    """An officer tells her members something."""
    page = officer.page
    await officer.go("/console/notices")
    if checks:
        await officer.check("notices-first")
    await page.get_by_role("link", name="Nuevo aviso").click()
    await page.get_by_label("Aviso en español").fill("Asamblea el sábado a las 9 en el local.")
    if checks:
        await page.get_by_text("Cooperativa Norte: Asamblea").wait_for()
        await officer.check("notices-new", wire=False)
    await page.get_by_role("button", name="Ver a cuántos llega").click()
    await page.get_by_text("Al pulsar, sale para 5 teléfonos").wait_for()
    if checks:
        await officer.check("notices-before", wire=False)
    await page.get_by_role("button", name="Enviar aviso").click()
    await page.get_by_text("En camino").wait_for()
    if checks:
        await officer.check("notices-one", wire=False)


@SIZES
async def test_a_coordinator_answers_and_plans(sqlite_console: Console, size: dict[str, int]) -> None:
    await fill(sqlite_console)
    account = sqlite_console.account("coordinator")
    async with chromium() as browser, tab(browser, sqlite_console, account, size=size) as elena:
        await answers_a_question(elena)
        await writes_a_campaign(elena)


@SIZES
async def test_an_officer_tells_her_members(sqlite_console: Console, size: dict[str, int]) -> None:
    await fill(sqlite_console)
    account = sqlite_console.account("officer", ["norte"])
    async with chromium() as browser, tab(browser, sqlite_console, account, size=size) as officer:
        await sends_a_notice(officer)


async def test_all_of_it_works_without_a_script(sqlite_console: Console) -> None:
    await fill(sqlite_console)
    account, officer = sqlite_console.account("coordinator"), sqlite_console.account("officer", ["norte"])
    async with chromium() as browser:
        async with tab(browser, sqlite_console, account, script=False) as elena:
            await answers_a_question(elena, checks=False)
            await writes_a_campaign(elena, checks=False)
        async with tab(browser, sqlite_console, officer, script=False) as elsa:
            await sends_a_notice(elsa, checks=False)
