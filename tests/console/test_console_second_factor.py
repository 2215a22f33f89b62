"""The second factor: what a password alone does not open, and how a telephone or a code on paper does."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from aiohttp import ClientResponse

from bot.people import OPERATOR
from console import passwords
from store import account_sessions, accounts, auditing
from tests.console.consoles import Console, Visitor
from tests.console.doors import CHEAP, PASSWORD, cookie, key_of, text_of, try_in, with_password


async def second(console: Console, visitor: Visitor, login: str, code: str) -> ClientResponse:
    """Both steps of the door."""
    page = text_of(await try_in(visitor, login, PASSWORD))
    ticket = re.search(r'name="ticket" value="([^"]+)"', page)
    assert ticket, page
    return await visitor.raw("POST", "/console/sign-in", data={"ticket": ticket[1], "code": code})


async def test_the_password_alone_does_not_open_where_there_is_a_second_factor(console: Console) -> None:
    account = with_password(console, "administrator")
    visitor = await console.visitor()
    assert (await try_in(visitor, account.login, PASSWORD)).status == 200
    assert cookie(visitor) == ""
    code = passwords.code_at(key_of(console, account), console.clock())
    assert (await second(console, visitor, account.login, code)).status == 303
    assert cookie(visitor)


async def test_a_code_opens_once_even_within_its_half_minute(console: Console) -> None:
    # BI053
    account = with_password(console, "administrator")
    key = key_of(console, account)
    code = passwords.code_at(key, console.clock())
    assert (await second(console, await console.visitor(), account.login, code)).status == 303
    assert (await second(console, await console.visitor(), account.login, code)).status == 401
    before = passwords.code_at(key, console.clock() - timedelta(seconds=30))
    assert (await second(console, await console.visitor(), account.login, before)).status == 401
    console.clock.wait(seconds=30)
    later = passwords.code_at(key, console.clock())
    assert (await second(console, await console.visitor(), account.login, later)).status == 303


@pytest.mark.parametrize(("seconds", "status"), [(-30, 303), (30, 303), (-75, 401), (75, 401)])
async def test_a_telephone_whose_clock_is_half_a_minute_off_is_borne(
    sqlite_console: Console, seconds: int, status: int
) -> None:
    # BI053
    account = with_password(sqlite_console, "administrator")
    code = passwords.code_at(key_of(sqlite_console, account), sqlite_console.clock() + timedelta(seconds=seconds))
    assert (await second(sqlite_console, await sqlite_console.visitor(), account.login, code)).status == status


async def test_a_recovery_code_opens_once(sqlite_console: Console) -> None:
    account = with_password(sqlite_console, "administrator")
    with sqlite_console.database.writing() as conn:
        accounts.set_codes(conn, account.id, ["ABCD-EFGH-JKLM-NPQR"])
    visitor = await sqlite_console.visitor()
    assert (await second(sqlite_console, visitor, account.login, "abcd efgh jklm npqr")).status == 303
    assert (await second(sqlite_console, visitor, account.login, "ABCD-EFGH-JKLM-NPQR")).status == 401
    with sqlite_console.database.reading() as conn:
        assert [each.act for each in auditing.found(conn, OPERATOR)][:2] == ["signing.in", "signing.recovery"]


async def test_five_wrong_codes_and_then_a_wait(sqlite_console: Console) -> None:
    account = with_password(sqlite_console, "administrator")
    visitor = await sqlite_console.visitor()
    statuses = [(await second(sqlite_console, visitor, account.login, "000000")).status for _ in range(6)]
    assert statuses == [401] * 5 + [429]


@pytest.mark.parametrize("odd", ["", "x", "..", "a.b.c.d", "%s.99999999999.x.y", "%s.٣.x.y", "\u0660.1.1.1"])
async def test_an_odd_ticket_opens_nothing(sqlite_console: Console, odd: str) -> None:
    account = with_password(sqlite_console, "administrator")
    fields = {"ticket": odd.replace("%s", account.id) or " ", "code": "123456"}
    response = await (await sqlite_console.visitor()).raw("POST", "/console/sign-in", data=fields)
    assert response.status == 401


async def test_a_ticket_is_good_for_five_minutes_and_for_one_password(sqlite_console: Console) -> None:
    account = with_password(sqlite_console, "administrator")
    visitor = await sqlite_console.visitor()

    async def ticket() -> str:
        found = re.search(r'name="ticket" value="([^"]+)"', text_of(await try_in(visitor, account.login, PASSWORD)))
        assert found
        return found[1]

    async def status(ticket: str) -> int:
        code = passwords.code_at(key_of(sqlite_console, account), sqlite_console.clock())
        return (await visitor.raw("POST", "/console/sign-in", data={"ticket": ticket, "code": code})).status

    late = await ticket()
    sqlite_console.clock.wait(minutes=6)
    assert await status(late) == 401
    changed = await ticket()
    with sqlite_console.database.writing() as conn:
        accounts.set_password(conn, account.id, CHEAP.hash(PASSWORD.encode()))
    assert await status(changed) == 401
    assert await status(await ticket()) == 303


async def test_setting_up_the_second_factor_shows_ten_codes_once_and_ends_other_sessions(console: Console) -> None:
    visitor = await console.signed_in("coordinator")
    assert visitor.account
    other = console.token(visitor.account)
    page = await visitor.get("/console/me/second-factor")
    fields = dict(re.findall(r'<input type="hidden" name="(seed|proof)" value="([^"]+)"', page))
    picture = re.search(r'<img src="([^"]+)"', page)
    assert picture
    square = await visitor.raw("GET", picture[1].replace("&amp;", "&"))
    assert (square.status, square.content_type) == (200, "image/svg+xml")
    key = passwords.shared_key(console.house.desk.secret, visitor.account.id, fields["seed"])
    await visitor.post("/console/me/second-factor", {**fields, "code": "000000"}, 422, at="/console/me/second-factor")
    code = passwords.code_at(key, console.clock())
    page = await visitor.post("/console/me/second-factor", {**fields, "code": code}, at="/console/me/second-factor")
    codes = re.findall(r"[A-Z2-9]{4}(?:-[A-Z2-9]{4}){3}", page)
    assert len(set(codes)) == 10
    assert codes[0] not in await visitor.get("/console/me")
    with console.database.reading() as conn:
        assert account_sessions.find_session(conn, other, console.clock()) is None
        assert accounts.codes_left(conn, visitor.account.id) == 10


async def test_a_seed_that_is_not_ours_is_not_taken(sqlite_console: Console) -> None:
    visitor = await sqlite_console.signed_in("coordinator")
    assert visitor.account
    key = passwords.shared_key(sqlite_console.house.desk.secret, visitor.account.id, "aa")
    code = passwords.code_at(key, sqlite_console.clock())
    await visitor.post("/console/me/second-factor", {"seed": "aa", "proof": "bb", "code": code})
    with sqlite_console.database.reading() as conn:
        kept = accounts.kept(conn, id=visitor.account.id)
    assert kept
    assert kept.seed == ""
    await visitor.get("/console/me/second-factor.svg?seed=aa&proof=bb", 404)


async def test_an_administrator_is_asked_for_a_second_factor_and_may_put_it_off_for_a_day(
    sqlite_console: Console,
) -> None:
    visitor = await sqlite_console.visitor()
    made = replace(
        sqlite_console.account("auditor"), id="admin", login="admin", role="administrator", cooperatives=None
    )
    with sqlite_console.database.writing() as conn:
        accounts.keep(conn, made)
        accounts.set_password(conn, made.id, CHEAP.hash(PASSWORD.encode()))
    await try_in(visitor, "admin", PASSWORD)
    response = await visitor.raw("GET", "/console/accounts")
    assert response.headers["Location"] == "/console/me/second-factor"
    response = await visitor.raw(
        "POST", "/console/me/second-factor/later", data={"token": await visitor.token("/console/me/second-factor")}
    )
    assert response.status == 303
    await visitor.get("/console/accounts")
    sqlite_console.clock.wait(hours=24)
    await try_in(visitor, "admin", PASSWORD)
    response = await visitor.raw("GET", "/console/accounts")
    assert response.headers["Location"] == "/console/me/second-factor"
