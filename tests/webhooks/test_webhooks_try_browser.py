"""The two phones in a real browser, with and without JavaScript."""

from __future__ import annotations

import os
import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from playwright.async_api import Browser, Page, async_playwright, expect

from tests.fakes.echo_bot import GREETING, NOW, EchoBot, courses
from webhooks.simulator import routes

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FOUND = os.environ.get("CHASQUI_TEST_CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)

pytestmark = pytest.mark.skipif(
    FOUND is None, reason="no Chromium on this machine; cure: apt-get install --no-install-recommends chromium"
)


@dataclass
class Visit:
    bot: EchoBot
    browser: Browser
    url: str
    complaints: list[str]

    async def page(self, *, script: bool = True, width: int = 1280) -> Page:
        context = await self.browser.new_context(
            java_script_enabled=script,
            viewport={"width": width, "height": 900},
            locale="es-PE",
            reduced_motion="reduce",
        )
        page = await context.new_page()
        page.on(
            "console", lambda said: self.complaints.append(said.text) if said.type in ("error", "warning") else None
        )
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        await page.clock.set_fixed_time(NOW)  # however slow the machine, two taps on a key are quick
        await page.goto(self.url)
        return page


@pytest.fixture
async def visit() -> AsyncIterator[Visit]:
    bot = EchoBot()
    app = web.Application()
    app.add_routes(
        routes(
            receive=bot.receive,
            history=bot.history,
            courses=courses,
            price_per_segment="0.05 USD",
            clock=lambda: NOW,
        )
    )
    async with TestServer(app) as server, async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=FOUND)
        visit = Visit(bot=bot, browser=browser, url=str(server.make_url("/try")), complaints=[])
        yield visit
        await browser.close()
    assert visit.complaints == []


async def test_hola_on_the_basic_phone_is_answered_with_its_segments_and_cost(visit: Visit):
    page = await visit.page()
    await page.get_by_label("Escriba un SMS").fill("HOLA")
    await page.keyboard.press("Enter")
    answer = page.locator("#sms-log .theirs")
    await expect(answer).to_contain_text(GREETING.strip())
    await expect(answer.locator(".facts")).to_contain_text(f"2 SMS · {len(GREETING)} caracteres · GSM-7 · 0.10 USD")
    await expect(page.locator("#sms-total")).to_have_text("Chasqui ha enviado 2 SMS · costo 0.10 USD")
    await expect(page.get_by_label("Escriba un SMS")).to_have_value("")
    assert page.url == visit.url  # nothing was loaded anew


async def test_the_keypad_types_by_tapping_as_the_old_phones_did(visit: Visit):
    page = await visit.page()
    field = page.get_by_label("Escriba un SMS")

    async def tap(key: str, times: int) -> None:
        for _ in range(times):
            await page.locator(f'[data-key="{key}"]').click()

    await tap("4", 2)
    await tap("6", 3)
    await tap("5", 3)
    await tap("2", 1)
    await expect(field).to_have_value("HOLA")
    await page.get_by_role("button", name="Borrar").click()
    await tap("2", 4)
    await expect(field).to_have_value("HOL2")
    await page.get_by_role("button", name="Borrar").click()
    await tap("#", 1)
    await tap("2", 1)
    await expect(field).to_have_value("HOLa")
    await page.locator("#sms .call").get_by_role("button", name="Enviar").click()
    await expect(page.locator("#sms-log .mine .text")).to_have_text("HOLa")


async def test_a_pressed_button_closes_the_keyboard_of_the_chat(visit: Visit):
    page = await visit.page()
    await page.locator("#chat .chips").get_by_role("button", name="VIVERO").click()
    await expect(page.locator("#chat-log .text b")).to_have_text("3)")
    await page.get_by_role("button", name="B) Del tercio medio").click()
    await expect(page.locator("#chat-log .chosen")).to_have_text("Eligió: B) Del tercio medio")
    await expect(page.locator("#chat-log .keys")).to_have_count(0)
    await expect(page.locator("#chat-log .theirs .text").last).to_have_text("Sí: del tercio medio.")


async def test_a_message_that_comes_by_itself_appears_and_older_ones_are_not_read_again(visit: Visit):
    page = await visit.page()
    await page.get_by_role("button", name="Iniciar").click()
    first = page.locator("#chat-log li").first
    await expect(first).to_contain_text("/start")
    await first.evaluate("item => { item.dataset.same = 'yes' }")
    visit.bot.owe("simulator:chat:+51900000002", "Su pregunta espera.")
    await expect(page.locator("#chat-log")).to_contain_text("Su pregunta espera.")
    await expect(first).to_have_attribute("data-same", "yes")
    await expect(page.locator("#chat-log")).to_have_attribute("aria-live", "polite")


async def test_everything_works_without_javascript(visit: Visit):
    page = await visit.page(script=False)
    await page.get_by_label("Escriba un SMS").fill("HOLA")
    await page.locator("#sms .call").get_by_role("button", name="Enviar").click()
    await expect(page.locator("#sms-log .theirs .facts")).to_contain_text(f"2 SMS · {len(GREETING)} caracteres · GSM-7")
    assert page.url.endswith("#sms")
    await page.locator("#chat .chips").get_by_role("button", name="VIVERO").click()
    await page.get_by_role("button", name="B) Del tercio medio").click()
    await expect(page.locator("#chat-log .chosen")).to_contain_text("Del tercio medio")
    await page.get_by_role("link", name="English").click()
    await expect(page.locator("#sms-log .theirs .facts")).to_contain_text(f"{len(GREETING)} characters")
    await page.locator("#sms-number").fill("+250788000001")
    await page.get_by_role("button", name="Change").first.click()
    await expect(page.locator("#sms-log")).to_contain_text("No messages")
    await expect(page.locator("#chat-log .chosen")).to_be_visible()


@pytest.mark.parametrize("width", [360, 1280])
async def test_nothing_is_cut_off_and_every_field_has_a_name(visit: Visit, width: int):
    page = await visit.page(width=width)
    await page.get_by_label("Escriba un SMS").fill("x" * 200)
    await page.keyboard.press("Enter")
    await expect(page.locator("#sms-log .theirs")).to_be_visible()
    assert await page.locator("html").evaluate("html => html.scrollWidth") <= width
    nameless = (
        "all => all.filter(each => !each.labels?.length && !each.ariaLabel && !each.innerText).map(each => each.id)"
    )
    assert await page.locator("input:not([type=hidden]), button").evaluate_all(nameless) == []
    phones = [await page.locator(f"#{style} h2").bounding_box() for style in ("sms", "chat")]
    tops = {round(box["y"]) for box in phones if box}
    assert len(tops) == (1 if width == 1280 else 2)
