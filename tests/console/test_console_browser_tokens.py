"""Connections in a browser: a key made, kept and ended; another program subscribed and tried."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from bot.cooperating.accounts import Account
from bot.cooperating.organisations import Cooperative
from bot.people import OPERATOR
from store import organisations
from store.account_tables import account_sessions
from tests.console.browsing import LAPTOP, PHONE, chromium, tab
from tests.console.consoles import Console


def prepared(console: Console) -> Account:
    """An administrator, and two cooperatives."""
    with console.database.writing() as conn:
        for id in ("norte", "sur"):
            organisations.add_cooperative(
                conn, OPERATOR, Cooperative(id=id, name=f"Cooperativa {id.title()}"), console.clock()
            )
    return console.account("administrator")


def she_is_there(console: Console) -> None:
    """She has shown within ten minutes that it is she."""
    with console.database.writing() as conn:
        conn.execute(update(account_sessions).values(stepped_up_at=console.clock()))


@pytest.mark.parametrize(
    ("size", "script"), [(PHONE, True), (LAPTOP, True), (PHONE, False)], ids=["phone", "laptop", "no script"]
)
async def test_she_connects_another_program(sqlite_console: Console, size: dict[str, int], script: bool) -> None:
    ana = prepared(sqlite_console)
    async with chromium() as browser, tab(browser, sqlite_console, ana, size=size, script=script) as she:
        she_is_there(sqlite_console)
        page = she.page
        await she.go("/console/tokens")
        await she.check("tokens-empty")
        await page.get_by_role("link", name="Nueva clave").click()
        await page.get_by_label("¿Para qué es?").fill("Reporte de la federación")
        await page.get_by_label("Solo de algunas cooperativas").check()
        await page.get_by_label("Cooperativa Norte").check()
        await she.check("tokens-new", wire=False)
        await page.get_by_role("button", name="Hacer la clave").click()
        assert (await page.get_by_label("Clave", exact=True).input_value()).startswith("chasqui_")
        await she.check("tokens-made", wire=False)
        await page.get_by_role("link", name="Ya la guardé").click()
        await page.get_by_role("link", name="Avisar a otro programa").click()
        await page.get_by_label("Nombre del otro programa").fill("Federación")
        await page.get_by_label("Dirección").fill("https://federacion.example/avisos")
        await she.check("tokens-hook-new", wire=False)
        await page.get_by_role("button", name="Empezar a avisar").click()
        await page.get_by_role("button", name="Mandar una prueba").click()
        await she.check("tokens-hook", wire=False)
        await she.go("/console/tokens")
        await she.check("tokens-list")
        await page.get_by_role("link", name="Terminar", exact=True).click()
        await she.check("tokens-revoke", wire=False)
        await page.get_by_role("button", name="Sí, terminar la clave").click()
        assert await page.get_by_text("Terminada").count()
