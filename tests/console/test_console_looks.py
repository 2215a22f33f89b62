"""Every part that pages are made of, side by side in a browser: readable by all, at each size, by day and by night."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from jinja2 import ChoiceLoader, FileSystemLoader
from markupsafe import Markup

from authoring.console_words import read_console_words
from bot.cooperating.accounts import Account, Standing
from console import drawing, static_files
from tests.console.browsing import LAPTOP, PHONE, chromium, tab
from webhooks.pages import HEADERS

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
NOW = datetime(2026, 3, 2, 15, tzinfo=UTC)


@pytest.fixture
async def gallery() -> AsyncIterator[str]:
    """The address of a server of one page that shows every part."""
    environment = drawing.environment()
    environment.loader = ChoiceLoader([environment.loader or FileSystemLoader([]), FileSystemLoader(HERE)])
    files, places = static_files.static_routes()
    words = read_console_words(ROOT / "content")
    pen = drawing.Pen(words=words, language="es", zone=ZoneInfo("Africa/Kigali"), now=NOW, currency="PEN")
    elena = Account(
        id="e", login="elena", name="Elena Ruiz", role="coordinator", cooperatives=None, language="es",
        state=Standing.ACTIVE, second_factor=False, assessor="", created_at=NOW,
    )  # fmt: skip
    sections = ("today", "learners", "cohorts", "conversation", "campaigns", "cases", "content", "results", "settings")
    values = {
        **pen.spread(),
        "lang": "es",
        "now": NOW,
        "lima": ZoneInfo("America/Lima"),
        "person": elena,
        "menu": [(each, f"/console/{each}", pen.t(f"frame.menu.{each}")) for each in sections],
        "section": "learners",
        "static": lambda name: places[name],
        "token": lambda: drawing.hidden("token", "0"),
        "once": lambda: drawing.hidden("once", "0"),
        "organisation": "Sol y Café",
        "told": "Se guardó la llamada.",
        "Markup": Markup,
    }

    async def show(request: web.Request) -> web.Response:
        drawn = drawing.page(environment, "gallery.html.j2", values)
        answer = web.Response(text=drawn, content_type="text/html", headers=HEADERS)
        answer.enable_compression()
        return answer

    application = web.Application()
    application.add_routes([*files, web.get("/gallery", show)])
    async with TestServer(application) as server:
        yield str(server.make_url("/"))


@pytest.mark.parametrize("dark", [False, True], ids=["day", "night"])
@pytest.mark.parametrize("size", [PHONE, LAPTOP], ids=["phone", "laptop"])
async def test_every_part_can_be_read_and_used_by_all(gallery: str, size: dict[str, int], dark: bool) -> None:
    async with chromium() as browser, tab(browser, gallery, size=size, dark=dark) as seen:
        await seen.go("/gallery")
        await seen.check("gallery", wire=False)
        small = await seen.page.evaluate(SMALL)
        assert small == []


SMALL = """() => [...document.querySelectorAll("button, .button, summary, .links a, .tabs a, .pages a, select, input")]
  .filter((one) => one.checkVisibility() && !one.closest(".tick"))
  .filter((one) => one.getBoundingClientRect().height < (one.closest("td, th") && innerWidth >= 700 ? 36 : 44))
  .map((one) => one.outerHTML.slice(0, 80))"""


async def test_the_menu_opens_without_a_script(gallery: str) -> None:
    async with chromium() as browser, tab(browser, gallery, size=PHONE, script=False) as seen:
        await seen.go("/gallery")
        await seen.page.get_by_text("Más", exact=True).click()
        await seen.check("gallery-menu", wire=False)
        assert await seen.page.locator(".tabs").get_by_role("link", name="Resultados").is_visible()


async def test_the_keyboard_reaches_the_content_first(gallery: str) -> None:
    async with chromium() as browser, tab(browser, gallery, size=LAPTOP, script=False) as seen:
        await seen.go("/gallery")
        await seen.page.keyboard.press("Tab")
        await seen.page.keyboard.press("Enter")
        assert await seen.page.locator("main:focus").count() == 1


def test_the_files_of_every_page_leave_room_for_the_page() -> None:
    folder = ROOT / "console" / "static"
    assert (folder / "style.css").stat().st_size <= 32_000


def test_what_others_wrote_is_what_the_list_says() -> None:
    import hashlib

    folder = ROOT / "console" / "static"
    listed = re.findall(r"^\| (\S+) \|.*\| ([0-9a-f]{64}) \|$", (folder / "VENDORED.md").read_text("utf-8"), re.M)
    assert len(listed) == 3
    for name, digest in listed:
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest
