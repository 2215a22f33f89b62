"""Lessons in Chromium, in Spanish, on a phone and on a laptop, and once without a script."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from aiohttp.test_utils import TestServer

from cli.serving import application
from store.database import Database
from tests.console.browsing import LAPTOP, PHONE, Tab, chromium, tab
from tests.console.consoles import Console
from tests.houses import Clock, Phone, build, say, shelf_at

BASE = "/console/content"
NEW = "Escoja plantas sanas y de buena taza."


@pytest.fixture
async def here(sqlite: Database, tmp_path: Path) -> AsyncIterator[Console]:
    """A console whose lessons lie in a folder that may be written."""
    root, clock, phone = tmp_path / "content", Clock(), Phone()
    house = build(sqlite, shelf_at(root), [phone], clock)
    house = replace(house, settings=replace(house.settings, content_dir=root))
    async with TestServer(application(house), host="127.0.0.1") as server:
        yield Console(house=house, clock=clock, phone=phone, server=server)


async def writes_a_change(elena: Tab, *, checks: bool = True) -> str:
    """From the list of courses to a change that waits; the path of the change."""
    await elena.go(BASE)
    if checks:
        await elena.check("content-courses")
    await elena.page.get_by_role("main").get_by_role("link", name="Vivero").first.click()
    if checks:
        await elena.check("content-course", wire=False)
    await elena.page.get_by_role("link", name="La planta madre").click()
    if checks:
        await elena.check("content-lesson", wire=False)
    await elena.page.get_by_role("link", name="Cambiar los textos").click()
    if checks:
        await elena.check("content-texts", wire=False)
    text = elena.page.get_by_label("Texto 1 por SMS")
    await text.fill("Muy largo. " * 60)
    await elena.page.get_by_role("button", name="Revisar y guardar el cambio").click()
    await elena.page.get_by_text("por SMS ocupa").first.wait_for()
    if checks:
        await elena.check("content-texts-refused", wire=False)
    await elena.page.get_by_label("Texto 1 por SMS").fill(NEW)
    await elena.page.get_by_role("button", name="Revisar y guardar el cambio").click()
    await elena.page.get_by_text("Usted escribió este cambio").wait_for()
    if checks:
        await elena.check("content-change-own", wire=False)
    return str(elena.page.url).removeprefix(elena.origin)


async def publishes(jorge: Tab, *, checks: bool = True) -> None:
    """From the list of courses to a published change."""
    await jorge.go(BASE)
    await jorge.page.get_by_role("link", name="La planta madre").click()
    if checks:
        await jorge.check("content-change", wire=False)
    await jorge.page.get_by_role("button", name="Publicar").click()
    await jorge.page.get_by_text("El cambio está publicado.").wait_for()
    if checks:
        await jorge.check("content-published", wire=False)


@pytest.mark.parametrize("size", [PHONE, LAPTOP], ids=["phone", "laptop"])
async def test_one_writes_and_another_publishes(here: Console, size: dict[str, int]) -> None:
    await say(here.house, "VIVERO", "SI", "Rosa")
    elena, jorge = here.account("coordinator"), here.account("coordinator")
    async with chromium() as browser:
        async with tab(browser, here, elena, size=size) as first:
            await writes_a_change(first)
        async with tab(browser, here, jorge, size=size) as second:
            await publishes(second)
    assert any(each.cards[0].text == NEW for each in here.house.shelf().courses["vivero"].lessons.values())


async def test_all_of_it_goes_without_a_script(here: Console) -> None:
    elena, jorge = here.account("coordinator"), here.account("coordinator")
    async with chromium() as browser:
        async with tab(browser, here, elena, script=False) as first:
            await writes_a_change(first, checks=False)
        async with tab(browser, here, jorge, script=False) as second:
            await publishes(second, checks=False)
            await second.picture("content-published")


@pytest.mark.parametrize("size", [PHONE, LAPTOP], ids=["phone", "laptop"])
async def test_the_other_pages_of_a_course_can_be_read(here: Console, size: dict[str, int]) -> None:
    elena = here.account("coordinator")
    async with chromium() as browser, tab(browser, here, elena, size=size) as seen:
        for path, name in (
            ("/courses/vivero/questions", "content-questions"),
            ("/courses/vivero/translation?from=es&to=en", "content-translation"),
            ("/courses/vivero/texts/semilla/01-madre?from=es&to=en", "content-side-by-side"),
            ("/courses/vivero/check", "content-check"),
            ("/changes", "content-changes"),
            ("/upload", "content-upload"),
        ):
            await seen.go(BASE + path)
            await seen.check(name)


async def test_what_was_written_on_a_bad_line_is_there_again(here: Console) -> None:
    elena = here.account("coordinator")
    texts = f"{BASE}/courses/vivero/texts/semilla/01-madre?from=en&to=es"
    async with chromium() as browser, tab(browser, here, elena) as seen:
        await seen.go(texts)
        await seen.page.get_by_label("Texto 1 por SMS").fill(NEW)
        await seen.page.reload()
        assert await seen.page.get_by_label("Texto 1 por SMS").input_value() == NEW
        await seen.check("content-draft-kept", wire=False)

        await seen.page.get_by_role("button", name="Volver a los textos de ahora").click()
        await seen.page.wait_for_load_state("networkidle")
        assert await seen.page.get_by_label("Texto 1 por SMS").input_value() == "Elija una planta sana y productiva."
