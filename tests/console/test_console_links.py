"""Links that let somebody in once: the first administrator, an invitation, a new password."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from aiohttp.test_utils import TestServer

from authoring.shelf import Shelf
from bot.cooperating.accounts import Standing
from cli.serving import application
from console import passwords
from store import accounts, auditing, invitations
from store.database import Database
from store.invitations import Kind
from tests.console.consoles import Console
from tests.console.doors import PASSWORD, cookie, key_of, text_of, try_in, with_password
from tests.houses import Clock, Phone, build


def link(console: Console, kind: Kind, account: str = "") -> str:
    with console.database.writing() as conn:
        return "/console/welcome/" + invitations.make(conn, kind, console.clock(), account=account)


async def test_the_first_link_makes_one_administrator_and_no_second(console: Console) -> None:
    one, two = link(console, Kind.FIRST), link(console, Kind.FIRST)
    visitor = await console.visitor()
    assert "Haga la primera cuenta" in await visitor.get(one)
    assert "Haga la primera cuenta" in await visitor.get(one)  # looking uses nothing up
    fields = {"name": "Ana Torres", "login": "Ana", "password": PASSWORD, "again": PASSWORD}
    response = await visitor.raw("POST", one, data=fields)
    assert (response.status, response.headers["Location"]) == (303, "/console/me/second-factor")
    assert "Un código en su celular" in await visitor.get("/console/")
    for used in (one, two, link(console, Kind.FIRST)):
        stranger = await console.visitor()
        await stranger.get(used, 404)
        assert (await stranger.raw("POST", used, data={**fields, "login": "eva"})).status == 404
    with console.database.reading() as conn:
        assert accounts.by_login(conn, "eva") is None
        assert accounts.has_administrator(conn)
        assert auditing.broken_at(conn) == 0


async def test_a_link_says_field_by_field_what_to_mend_and_stays_good(sqlite_console: Console) -> None:
    first = link(sqlite_console, Kind.FIRST)
    visitor = await sqlite_console.visitor()
    response = await visitor.raw("POST", first, data={"login": "a b", "password": "ab", "again": "ab"})
    page = text_of(response)
    assert response.status == 422
    for sentence in ("Escriba su nombre", "Use solo letras", "Es muy corta"):
        assert sentence in page
    await visitor.get(first)


async def test_an_invitation_opens_once_and_for_seven_days(sqlite_console: Console) -> None:
    invited = replace(sqlite_console.account(), id="i", login="invitada", state=Standing.INVITED)
    with sqlite_console.database.writing() as conn:
        accounts.keep(conn, invited)
    over = link(sqlite_console, Kind.INVITATION, "i")
    sqlite_console.clock.wait(days=7)
    await (await sqlite_console.visitor()).get(over, 404)
    good = link(sqlite_console, Kind.INVITATION, "i")
    fields = {"password": PASSWORD, "again": PASSWORD}
    visitor = await sqlite_console.visitor()
    assert (await visitor.raw("POST", good, data=fields)).status == 303
    await visitor.get("/console/me")
    assert (await (await sqlite_console.visitor()).raw("POST", good, data=fields)).status == 404
    with sqlite_console.database.reading() as conn:
        account = accounts.get(conn, "i")
    assert account
    assert account.state is Standing.ACTIVE


async def test_a_link_for_a_new_password_does_not_take_the_place_of_the_telephone(sqlite_console: Console) -> None:
    account = with_password(sqlite_console, "administrator")
    reset = link(sqlite_console, Kind.RESET, account.id)
    visitor = await sqlite_console.visitor()
    response = await visitor.raw("POST", reset, data={"password": "otra frase larga", "again": "otra frase larga"})
    assert response.status == 200
    assert cookie(visitor) == ""
    ticket = re.search(r'name="ticket" value="([^"]+)"', text_of(response))
    assert ticket
    code = passwords.code_at(key_of(sqlite_console, account), sqlite_console.clock())
    response = await visitor.raw("POST", "/console/sign-in", data={"ticket": ticket[1], "code": code})
    assert response.status == 303
    assert (await try_in(await sqlite_console.visitor(), account.login, PASSWORD)).status == 401


async def test_over_https_the_cookie_is_bound_to_the_host(sqlite: Database, shelf: Shelf, clock: Clock) -> None:
    house = build(sqlite, shelf, [], clock)
    house = replace(house, settings=replace(house.settings, public_url="https://chasqui.example"))
    server = TestServer(application(house), host="127.0.0.1")
    await server.start_server(access_log=None)
    console = Console(house=house, clock=clock, phone=Phone(), server=server)
    try:
        account = with_password(console)
        response = await try_in(await console.visitor(), account.login, PASSWORD)
        found = next(each for each in response.headers.getall("Set-Cookie") if each.startswith("__Host-chasqui="))
        for flag in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"):
            assert flag in found
        assert "Domain" not in found
    finally:
        for client in console.opened:
            await client.close()
        await server.close()


@pytest.mark.parametrize("odd", ["x", "a" * 3000, "%00", "..%2f..%2f", "' OR 1=1 --", "é"])
async def test_an_odd_link_is_a_link_that_is_not_good(sqlite_console: Console, odd: str) -> None:
    visitor = await sqlite_console.visitor()
    response = await visitor.raw("GET", f"/console/welcome/{odd}")
    assert response.status in (303, 404)
