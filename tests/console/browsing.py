"""Debian's Chromium visiting a console: at a phone's and a laptop's size, by day and by night, with and without script.

    async with chromium() as browser, tab(browser, console, account, size=PHONE) as page:
        await page.go("/console/learners")
        await page.page.get_by_label("Buscar").fill("Rosa")
        await page.check("learners")          # axe, no layout shift, no sideways scroll, ≤ 60 kB, no script error

With CHASQUI_SCREENSHOTS=<folder> every check leaves a picture there.
"""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from bot.cooperating.accounts import Account
from tests.console.consoles import Console

CHROMIUM = Path("/usr/bin/chromium")
PHONE = {"width": 360, "height": 740}
LAPTOP = {"width": 1280, "height": 800}
MOST_OCTETS = 60_000
"""Over the wire on a first view, without pictures."""

_SHIFTS = """
window.shifted = [];
new PerformanceObserver((list) => {
  for (const one of list.getEntries()) if (!one.hadRecentInput) window.shifted.push(one.value);
}).observe({ type: "layout-shift", buffered: true });
"""
_AXE = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}
_CONTRAST = {"runOnly": {"type": "rule", "values": ["color-contrast"]}, "resultTypes": ["violations"]}


@asynccontextmanager
async def chromium() -> AsyncIterator[Any]:
    """A headless browser; the test is skipped where there is none."""
    if not CHROMIUM.exists():
        pytest.skip("needs Debian's chromium")
    async_api = pytest.importorskip("playwright.async_api", reason="needs playwright")
    async with async_api.async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=str(CHROMIUM))
        try:
            yield browser
        finally:
            await browser.close()


@dataclass
class Tab:
    """One tab, and what went wrong in it."""

    page: Any
    origin: str
    name: str
    script: bool
    dark: bool = False
    wrong: list[str] = field(default_factory=list)
    octets: dict[str, int] = field(default_factory=dict)  # of the last address that was gone to, by request

    async def go(self, path: str, status: int = 200) -> None:
        """Open a path of the console, as a first view."""
        self.octets.clear()
        answer = await self.page.goto(self.origin + path, wait_until="load")
        assert answer.status == status, f"{path}: {answer.status}"

    async def check(self, name: str, *, axe: bool = True, wire: bool = True) -> None:
        """Nothing serious by axe, no layout shift, no sideways scroll, few octets, no script error; and a picture."""
        await self.picture(name)
        assert not self.wrong, f"{name}: {self.wrong}"
        if wire:
            assert sum(self.octets.values()) <= MOST_OCTETS, f"{name}: {self.octets}"
        if not self.script:
            return
        beyond = await self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert beyond <= 0, f"{name} scrolls sideways by {beyond} px: {await self.page.evaluate(_WIDE)}"
        assert sum(await self.page.evaluate("window.shifted")) < 0.02, f"{name}: the layout shifted"
        if axe:
            found = await self.accessible()
            assert not found, f"{name}:\n" + "\n".join(found)

    async def accessible(self) -> list[str]:
        """What axe finds that is more than minor, and whether the other colours, of day or night, can be read too."""
        await self.page.evaluate(_axe_script())
        found = await self._violations(_AXE)
        colours = ("dark", "light")
        await self.page.emulate_media(color_scheme=colours[self.dark])
        found += await self._violations(_CONTRAST)
        await self.page.emulate_media(color_scheme=colours[not self.dark])
        return found

    async def _violations(self, options: dict[str, Any]) -> list[str]:
        results = await self.page.evaluate("(options) => axe.run(document, options)", options)
        return [
            f"{each['id']} ({each['impact']}): {each['help']}: "
            + "; ".join(f"{node['target']} {node['failureSummary'][:300]}" for node in each["nodes"][:4])
            for each in results["violations"]
            if each["impact"] in ("serious", "critical", "moderate")
        ]

    async def picture(self, name: str) -> None:
        """Leave a screenshot of the whole page, where a folder is named for them."""
        folder = os.environ.get("CHASQUI_SCREENSHOTS")
        if folder:
            Path(folder).mkdir(parents=True, exist_ok=True)
            await self.page.screenshot(path=f"{folder}/{name}-{self.name}.png", full_page=True)


_WIDE = """() => [...document.querySelectorAll("main *, header *")]
  .filter((one) => one.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
  .slice(0, 5).map((one) => one.outerHTML.slice(0, 120))"""


@asynccontextmanager
async def tab(
    browser: Any,
    console: Console | str,
    account: Account | None = None,
    *,
    size: dict[str, int] = PHONE,
    script: bool = True,
    dark: bool = False,
    language: str = "es-PE",
) -> AsyncIterator[Tab]:
    """A fresh tab in Lima; `account` is signed in. `console` may be the address of any server."""
    origin = console if isinstance(console, str) else console.url("/")
    origin = origin.rstrip("/")
    context = await browser.new_context(
        viewport=size,
        java_script_enabled=script,
        color_scheme="dark" if dark else "light",
        locale=language,
        timezone_id="America/Lima",
        reduced_motion="reduce",
        is_mobile=size["width"] < 500,
        has_touch=size["width"] < 500,
    )
    try:
        if account is not None and isinstance(console, Console):
            await context.add_cookies([{"name": "chasqui", "value": console.token(account), "url": origin}])
        await context.add_init_script(_SHIFTS)
        page = await context.new_page()
        made = f"{size['width']}{'-dark' if dark else ''}{'' if script else '-plain'}"
        opened = Tab(page=page, origin=origin, name=made, script=script, dark=dark)
        page.on("pageerror", lambda error: opened.wrong.append(str(error)))
        page.on("console", lambda said: opened.wrong.append(said.text) if _is_bad(said) else None)
        await _weigh(context, page, opened)
        yield opened
    finally:
        await context.close()


def _is_bad(said: Any) -> bool:
    # A page that answers 4xx (a form to mend, a page that is not there) is logged by the browser, and is no error.
    return said.type == "error" and "Failed to load resource" not in said.text


async def _weigh(context: Any, page: Any, opened: Tab) -> None:
    """Count what comes over the wire, packed as it came, without pictures."""
    devtools = await context.new_cdp_session(page)
    await devtools.send("Network.enable")
    kinds: dict[str, tuple[str, str]] = {}
    devtools.on(
        "Network.responseReceived",
        lambda event: kinds.update({event["requestId"]: (event["type"], event["response"]["url"])}),
    )

    def finished(event: dict[str, Any]) -> None:
        kind, url = kinds.get(event["requestId"], ("", ""))
        if kind != "Image" and not url.endswith(".svg") and ".svg?" not in url:
            opened.octets[url] = opened.octets.get(url, 0) + int(event["encodedDataLength"])

    devtools.on("Network.loadingFinished", finished)


@cache
def _axe_script() -> str:
    base = pytest.importorskip("axe_playwright_python.base", reason="needs axe-playwright-python")
    return str(base.AXE_SCRIPT)
