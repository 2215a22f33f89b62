"""The pages of connections: keys shown once, ended for good; what other programs are told, tried and rotated."""

from __future__ import annotations

import asyncio
import re

import pytest
from sqlalchemy import update

from bot.cooperating.hooks import secret_of
from bot.cooperating.organisations import Cooperative
from bot.people import OPERATOR
from store import auditing, hooks, organisations, tokens
from store.account_tables import account_sessions
from tests.console.consoles import Console, Visitor

KEY = {"name": "Reporte de la federación", "rights": "see_people", "reach": "all", "days": "90"}
HOOK = {"name": "Federación", "url": "https://federacion.example/avisos", "events": "unit.passed", "reach": "all"}


@pytest.fixture
async def ines(sqlite_console: Console) -> Visitor:
    """An administrator who has just shown that it is she."""
    visitor = await sqlite_console.signed_in("administrator")
    step_up(sqlite_console)
    return visitor


def step_up(console: Console) -> None:
    with console.database.writing() as conn:
        conn.execute(update(account_sessions).values(stepped_up_at=console.clock()))


def made(page: str) -> str:
    found = re.search(r"chasqui_[0-9a-f]{12}_[\w-]{43}", page)
    assert found, page[:3000]
    return found[0]


async def test_with_nothing_there_it_says_what_to_do_next(ines: Visitor) -> None:
    page = await ines.get("/console/tokens")
    assert "/console/tokens/new" in page
    assert "/console/tokens/hooks/new" in page
    assert "tokens." not in re.sub(r"<[^>]*>|https?://\S+", "", page).replace("/console/tokens", "")


async def test_a_key_is_shown_once_and_opens_the_api(sqlite_console: Console, ines: Visitor) -> None:
    page = await ines.post("/console/tokens/new", KEY)
    key = made(page)
    for path in ("/console/tokens", "/console/tokens/new"):
        assert key not in await ines.get(path)
    headers = {"Authorization": f"Bearer {key}"}
    async with ines.client.get(sqlite_console.url("/api/v1/learners"), headers=headers) as response:
        assert response.status == 200
    with sqlite_console.database.reading() as conn:
        (kept,) = tokens.listed(conn, OPERATOR)
        assert [each.act for each in auditing.found(conn, OPERATOR, subject=f"token:{kept.id}")] == ["tokens.made"]


async def test_a_double_click_makes_one_key_and_shows_it_both_times(sqlite_console: Console, ines: Visitor) -> None:
    form = KEY | {"once": "0123456789abcdef0123456789abcdef"}
    pages = await asyncio.gather(*(ines.post("/console/tokens/new", form) for _ in range(2)))
    assert made(pages[0]) == made(pages[1])
    with sqlite_console.database.reading() as conn:
        assert len(tokens.listed(conn, OPERATOR)) == 1
    sqlite_console.clock.wait(minutes=2)
    late = await ines.post("/console/tokens/new", form)
    assert "chasqui_" not in late


async def test_a_key_asks_first_who_is_there(sqlite_console: Console) -> None:
    visitor = await sqlite_console.signed_in("administrator")
    page = await visitor.post("/console/tokens/new", KEY, status=403)
    assert "chasqui_" not in page
    with sqlite_console.database.reading() as conn:
        assert tokens.listed(conn, OPERATOR) == []


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"name": "   "}, "name"),
        ({"rights": ""}, "rights"),
        ({"rights": "accounts"}, "rights"),
        ({"reach": "some"}, "cooperatives"),
    ],
)
async def test_what_is_missing_is_said_beside_it(ines: Visitor, change: dict[str, str], place: str) -> None:
    page = await ines.post("/console/tokens/new", KEY | change, status=422)
    assert f'href="#f-{place}"' in page


async def test_an_ended_key_opens_nothing(sqlite_console: Console, ines: Visitor) -> None:
    key = made(await ines.post("/console/tokens/new", KEY))
    id = key.split("_")[1]
    asked = await ines.get(f"/console/tokens/{id}/revoke")
    assert "Reporte de la federación" in asked
    await ines.post(f"/console/tokens/{id}/revoke")
    headers = {"Authorization": f"Bearer {key}"}
    async with ines.client.get(sqlite_console.url("/api/v1/learners"), headers=headers) as response:
        assert response.status == 401


async def test_a_key_of_one_cooperative_is_bounded_to_it(sqlite_console: Console, ines: Visitor) -> None:
    with sqlite_console.database.writing() as conn:
        for id in ("norte", "sur"):
            organisations.add_cooperative(conn, OPERATOR, Cooperative(id=id, name=id.title()), sqlite_console.clock())
    await ines.post("/console/tokens/new", KEY | {"reach": "some", "cooperatives": "norte"})
    with sqlite_console.database.reading() as conn:
        (kept,) = tokens.listed(conn, OPERATOR)
    assert kept.cooperatives == frozenset({"norte"})


async def test_a_subscription_is_made_tried_rotated_switched_and_ended(sqlite_console: Console, ines: Visitor) -> None:
    page = await ines.post("/console/tokens/hooks/new", HOOK)
    with sqlite_console.database.reading() as conn:
        (hook,) = hooks.listed(conn, OPERATOR)
    path = f"/console/tokens/hooks/{hook.id}"
    assert secret_of(b"a key for tests", hook.id, 1) in page
    await ines.post(f"{path}/ping")
    await ines.post(f"{path}/ping")
    page = await ines.post(f"{path}/rotate")
    assert secret_of(b"a key for tests", hook.id, 2) in page
    await ines.post(f"{path}/switch")
    with sqlite_console.database.reading() as conn:
        found = hooks.get(conn, OPERATOR, hook.id)
        sent = hooks.deliveries(conn, OPERATOR, hook.id)
    assert found
    assert not found.live
    assert len(sent) == 2
    await ines.post(f"{path}/switch")
    await ines.post(f"{path}/deliveries/{sent[0].id}")
    await ines.post(f"{path}/deliveries/999999", status=404)
    assert "/remove" in await ines.get(path)
    await ines.get(f"{path}/remove")
    await ines.post(f"{path}/remove", at="/console/me")
    await ines.get(path, status=404)


@pytest.mark.parametrize(
    "url",
    ["http://federacion.example/x", "https://10.0.0.1/x", "https://localhost/x", "nothing", "https://a.example:22/"],
)
async def test_an_address_that_leads_nowhere_good_is_refused(ines: Visitor, url: str) -> None:
    page = await ines.post("/console/tokens/hooks/new", HOOK | {"url": url}, status=422)
    assert 'href="#f-url"' in page


@pytest.mark.parametrize("role", ["coordinator", "officer", "assessor", "facilitator", "auditor"])
async def test_nobody_else_sees_or_makes_any(sqlite_console: Console, role: str) -> None:
    visitor = await sqlite_console.signed_in(role)
    await visitor.get("/console/tokens", status=403)
    await visitor.post("/console/tokens/new", KEY, status=403)
    await visitor.post("/console/tokens/hooks/new", HOOK, status=403)


@pytest.mark.parametrize("language", ["es", "en"])
async def test_every_word_is_there_in_each_language(sqlite_console: Console, language: str) -> None:
    visitor = await sqlite_console.signed_in("administrator", language=language)
    step_up(sqlite_console)
    pages = [await visitor.get("/console/tokens/new"), await visitor.get("/console/tokens/hooks/new")]
    pages.append(await visitor.post("/console/tokens/hooks/new", HOOK))
    pages.append(await visitor.post("/console/tokens/new", KEY))
    pages.append(await visitor.get("/console/tokens"))
    for page in pages:
        bare = re.sub(r"<[^>]*>", "", page)
        assert not re.search(r"\b(tokens|accounts|parts)\.[a-z_]{3,}", bare), re.findall(
            r"\b(?:tokens|accounts|parts)\.\w+", bare
        )
