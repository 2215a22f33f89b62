"""The door, people and rights, the log and the settings in Chromium, in Spanish, and once without a script."""

from __future__ import annotations

import re

import pytest

from bot.cooperating.organisations import Cooperative
from bot.people import OPERATOR
from console import passwords
from store import invitations, organisations
from store.invitations import Kind
from tests.console.browsing import LAPTOP, PHONE, Tab, chromium, tab
from tests.console.consoles import Console

SIZES = pytest.mark.parametrize("size", [PHONE, LAPTOP], ids=["phone", "laptop"])
PASSWORD = "la lluvia cae en abril"


def first_link(console: Console) -> str:
    with console.database.writing() as conn:
        made = Cooperative(id="norte", name="Sol y Café Norte", country="PE")
        organisations.add_cooperative(conn, OPERATOR, made, console.clock())
        return "/console/welcome/" + invitations.make(conn, Kind.FIRST, console.clock())


async def makes_the_first_account(ana: Tab, console: Console, *, checks: bool) -> str:
    """By the link of the first start, to the recovery codes; returns the key in her telephone."""
    page = ana.page
    await ana.go(first_link(console))
    if checks:
        await ana.check("signing-first")
    await page.get_by_label("Nombre y apellido").fill("Ana Torres")
    await page.get_by_label("Usuario").fill("ana.torres")
    await page.get_by_label("Contraseña", exact=True).fill("corta")
    await page.get_by_label("La misma contraseña otra vez").fill("corta")
    await page.get_by_role("button", name="Hacer la cuenta").click()
    await page.locator("#f-password-error").wait_for()
    if checks:
        await ana.check("signing-first-wrong", wire=False)
    await page.get_by_label("Contraseña", exact=True).fill(PASSWORD)
    await page.get_by_label("La misma contraseña otra vez").fill(PASSWORD)
    await page.get_by_role("button", name="Hacer la cuenta").click()
    await page.get_by_role("heading", name="Un código en su celular").wait_for()
    await page.get_by_text("¿Está en el mismo celular").click()
    key = str(await page.locator("code").inner_text()).replace(" ", "")
    if checks:
        await ana.check("signing-factor", wire=False)
    await page.get_by_label("Código").fill(passwords.code_at(key, console.clock()))
    await page.get_by_role("button", name="Activar").click()
    await page.get_by_role("heading", name="Sus códigos de recuperación").wait_for()
    if checks:
        await ana.check("signing-codes", wire=False)
    return key


async def invites_somebody(ana: Tab, *, checks: bool) -> str:
    """To the link, which she sends on."""
    page = ana.page
    await ana.go("/console/accounts")
    if checks:
        await ana.check("accounts-alone")
    await page.get_by_role("link", name="Invitar a alguien").click()
    await page.get_by_label("Nombre y apellido").fill("Luz Quispe")
    await page.get_by_label("Directivo de cooperativa").check()
    await page.get_by_label("Solo las que marque abajo").check()
    if checks:
        await ana.check("accounts-new", wire=False)
    await page.get_by_label("Sol y Café Norte").check()
    await page.get_by_role("button", name="Hacer el enlace").click()
    await page.get_by_role("heading", name="Enlace para Luz Quispe").wait_for()
    if checks:
        await ana.check("accounts-link", wire=False)
    found = re.search(r"/console/welcome/[\w-]+", await page.get_by_label("Enlace", exact=True).input_value())
    assert found
    return found[0]


async def comes_back(ana: Tab, console: Console, key: str, *, checks: bool) -> None:
    """Out, and in again with password and code."""
    page = ana.page
    await page.context.clear_cookies()
    await ana.go("/console/settings")
    if checks:
        await ana.check("signing-in")
    await page.get_by_label("Usuario").fill("ana.torres")
    await page.get_by_label("Contraseña").fill("no es esta")
    await page.get_by_role("button", name="Entrar").click()
    await page.get_by_text("no son correctos").wait_for()
    if checks:
        await ana.check("signing-in-wrong", wire=False)
    await page.get_by_label("Contraseña").fill(PASSWORD)
    await page.get_by_role("button", name="Entrar").click()
    await page.get_by_role("heading", name="El código de su celular").wait_for()
    if checks:
        await ana.check("signing-code", wire=False)
    console.clock.wait(seconds=60)
    await page.get_by_label("Código").fill(passwords.code_at(key, console.clock()))
    await page.get_by_role("button", name="Entrar").click()
    await page.get_by_role("heading", name="Ajustes").wait_for()


async def changes_a_setting_and_takes_it_back(ana: Tab, *, checks: bool) -> None:
    page = ana.page
    await ana.go("/console/settings")
    if checks:
        await ana.check("settings")
    await page.get_by_label("Organización o programa").fill("Norandino")
    await page.get_by_label("Persona que coordina").fill("Elena Ruiz Vda. de Flores")
    await page.locator("#who").get_by_role("button", name="Guardar").click()
    await page.get_by_text("Guardado. Vale desde ahora.").wait_for()
    if checks:
        await ana.check("settings-changed", wire=False)
    await page.get_by_role("button", name="Deshacer").first.click()
    await page.get_by_text("Deshecho").wait_for()


@SIZES
async def test_an_administrator_sets_the_console_up(sqlite_console: Console, size: dict[str, int]) -> None:
    async with chromium() as browser, tab(browser, sqlite_console, size=size) as ana:
        key = await makes_the_first_account(ana, sqlite_console, checks=True)
        link = await invites_somebody(ana, checks=True)
        async with tab(browser, sqlite_console, size=size) as luz:
            await luz.go(link)
            await luz.check("signing-invited")
        await comes_back(ana, sqlite_console, key, checks=True)
        await changes_a_setting_and_takes_it_back(ana, checks=True)
        for path, name in (
            ("settings/senders", "settings-senders"),
            ("settings/roles", "settings-roles"),
            ("settings/words", "settings-words"),
            ("settings/changes", "settings-changes"),
            ("audit", "audit"),
            ("audit/check", "audit-check"),
            ("me", "me"),
            ("me/password", "me-password"),
            ("accounts", "accounts"),
        ):
            await ana.go(f"/console/{path}")
            await ana.check(name)
        await ana.page.get_by_role("link", name="Luz Quispe").click()
        await ana.page.get_by_role("heading", name="Luz Quispe").wait_for()
        await ana.check("accounts-one", wire=False)
        await ana.page.get_by_role("link", name="Cerrar el acceso").click()
        await ana.check("accounts-disable", wire=False)


async def test_all_of_it_works_without_a_script(sqlite_console: Console) -> None:
    async with chromium() as browser, tab(browser, sqlite_console, script=False) as ana:
        key = await makes_the_first_account(ana, sqlite_console, checks=False)
        await invites_somebody(ana, checks=False)
        await comes_back(ana, sqlite_console, key, checks=False)
        await changes_a_setting_and_takes_it_back(ana, checks=False)
