"""The console rows of the list of bad inputs that belong to every page: odd searches, odd pages, odd file names."""

from __future__ import annotations

import asyncio
from urllib.parse import quote

import pytest
from aiohttp import FormData
from yarl import URL

from console.sections import PAGES
from tests.console.conftest import clock, in_a_folder_of_its_own, sqlite_console
from tests.console.consoles import Console

__all__ = ["clock", "in_a_folder_of_its_own", "sqlite_console"]

LISTS = [each.path for each in PAGES if each.method == "GET" and "{" not in each.path and not each.open]
SEARCHES = ["%' OR 1=1 --", "a" * 7_000, "(a+)+$", "\0", "\ud800", "🙂", "'; DROP TABLE learners;--", "{{7*7}}"]
PAGES_ASKED = ["-1", "1000000000", "abc", "9" * 400, "", "../..", "2026-13-40", "~~~", "\0"]
NAMES = ("q", "text", "after", "before", "page", "limit", "month", "state", "since", "cooperative", "cohort", "by")


async def broken_by(console: Console, paths: list[str]) -> list[str]:
    """The addresses that break a page, or whose page gives back what was typed as markup."""
    visitor = await console.signed_in("administrator")

    async def breaks(path: str) -> bool:
        async with visitor.client.get(URL(console.url("/") + path[1:], encoded=True)) as response:
            return response.status >= 500 or b"<script>alert" in await response.read()

    broken: list[str] = []
    for start in range(0, len(paths), 8):
        some = paths[start : start + 8]
        found = await asyncio.gather(*map(breaks, some))
        broken += [path[:200] for path, breaks_it in zip(some, found, strict=True) if breaks_it]
    return broken


async def test_an_odd_search_breaks_no_list(sqlite_console: Console) -> None:
    """BI059."""
    odd = [quote(each.encode("utf-8", "surrogatepass")) for each in [*SEARCHES, "<script>alert(1)</script>"]]
    assert await broken_by(sqlite_console, [f"/console{path}?q={each}" for path in LISTS for each in odd]) == []


async def test_an_odd_page_breaks_no_list(sqlite_console: Console) -> None:
    """BI062."""
    odd = [quote(each) for each in PAGES_ASKED]
    asked = [f"/console{path}?{name}={odd[place % len(odd)]}" for path in LISTS for place, name in enumerate(NAMES)]
    assert await broken_by(sqlite_console, asked) == []


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "CON.txt", "lista%0d%0aX-Odd: 1.csv", "<svg onload=alert(1)>.csv"]
)
async def test_an_odd_name_of_a_file_is_only_ever_shown(sqlite_console: Console, name: str) -> None:
    """BI060: where a file lies, we choose; of what kind it is, it says itself."""
    visitor = await sqlite_console.signed_in("coordinator")
    token = await visitor.token("/console/learners/import")
    form = FormData()
    form.add_field("token", token)
    form.add_field("basis", "invited")
    form.add_field("list", b"<svg onload=alert(1)>", filename=name, content_type="image/svg+xml")
    async with visitor.client.post(sqlite_console.url("/console/learners/import"), data=form) as response:
        page = await response.text()
    assert response.status in (200, 400, 422)
    assert "X-Odd" not in response.headers
    assert "<svg onload" not in page
