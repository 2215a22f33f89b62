"""The door of the console: who gets in, who does not, and that nobody learns anything from trying."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from aiohttp import ClientResponse
from aiohttp.test_utils import TestServer
from argon2 import PasswordHasher

from authoring.shelf import Shelf
from bot.cooperating.accounts import Account, Standing
from bot.people import OPERATOR
from cli.serving import application
from console import passwords
from store import account_sessions, accounts, auditing, invitations
from store.database import Database
from store.invitations import Kind
from tests.console.consoles import Console, Visitor
from tests.houses import Clock, Phone, build

PASSWORD = "  la lluvia cae en abril \u00f1 "
CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


@pytest.fixture(autouse=True)
def cheap_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that a test that signs in takes milliseconds; one test below takes the true costs."""
    monkeypatch.setattr(passwords, "PasswordHasher", lambda **costs: CHEAP)


def with_password(console: Console, role: str = "coordinator", *, password: str = PASSWORD, **more: Any) -> Account:
    made = console.account(role, **more)
    with console.database.writing() as conn:
        accounts.set_password(conn, made.id, CHEAP.hash(password.encode()))
    return made


async def try_in(visitor: Visitor, login: str, password: str, **more: Any) -> ClientResponse:
    fields = {"login": login, "password": password, **more.pop("fields", {})}
    return await visitor.raw("POST", "/console/sign-in", data=fields, **more)


def text_of(response: ClientResponse) -> str:
    return (response._body or b"").decode()  # read by `raw`, which has let the connection go


def cookie(visitor: Visitor) -> str:
    found = {each.key: each.value for each in visitor.client.cookie_jar}
    return found.get("chasqui", "")


def key_of(console: Console, account: Account) -> str:
    with console.database.reading() as conn:
        kept = accounts.kept(conn, id=account.id)
    assert kept
    return passwords.shared_key(console.house.desk.secret, account.id, kept.seed)


# --- the password ---


async def test_it_lets_in_who_knows_the_password_and_shows_her_page(console: Console) -> None:
    account = with_password(console)
    visitor = await console.visitor()
    response = await try_in(visitor, account.login.upper(), PASSWORD, fields={"next": "/console/me"})
    assert (response.status, response.headers["Location"]) == (303, "/console/me")
    assert account.name in await visitor.get("/console/me")


async def test_the_password_counts_exactly_as_it_was_given(sqlite_console: Console) -> None:
    # BI050
    account = with_password(sqlite_console)
    for wrong in (
        PASSWORD.strip(),
        PASSWORD.rstrip(),
        PASSWORD.upper(),
        PASSWORD + "\0",
        PASSWORD.replace("ñ", "n\u0303"),
    ):
        visitor = await sqlite_console.visitor()
        assert (await try_in(visitor, account.login, wrong)).status == 401
    odd = with_password(sqlite_console, password="a\0b\n\t  \u200b contraseña")
    assert (await try_in(await sqlite_console.visitor(), odd.login, "a\0b\n\t  \u200b contraseña")).status == 303


async def test_a_password_of_more_than_1024_octets_is_refused_before_any_reckoning(
    sqlite_console: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    # BI050
    account = with_password(sqlite_console)
    monkeypatch.setattr(passwords.Reckoner, "_verify", None)
    assert (await try_in(await sqlite_console.visitor(), account.login, "ñ" * 513)).status == 400
    assert (await try_in(await sqlite_console.visitor(), account.login, "x" * 1_000_000)).status == 413


@pytest.mark.parametrize("state", ["nobody", "wrong", "invited", "disabled"])
async def test_whoever_may_not_come_in_reads_the_same(sqlite_console: Console, state: str) -> None:
    # BI049
    login, password = "nadie", PASSWORD
    if state != "nobody":
        account = with_password(sqlite_console)
        login = account.login
    if state == "wrong":
        password = "otra cosa"
    if state == "disabled":
        with sqlite_console.database.writing() as conn:
            accounts.disable(conn, OPERATOR, account.id)
    if state == "invited":
        login = "invitada"
        with sqlite_console.database.writing() as conn:
            made = replace(account, id="i", login=login, state=Standing.INVITED)
            accounts.keep(conn, made)
    response = await try_in(await sqlite_console.visitor(), login, password)
    assert response.status == 401
    page = (text_of(response)).replace(login, "LOGIN")
    assert "El usuario o la contraseña no son correctos" in page
    other = await try_in(await sqlite_console.visitor(), "alguien-mas", "x")
    assert page == (text_of(other)).replace("alguien-mas", "LOGIN")


async def test_nobody_takes_as_long_as_somebody(monkeypatch: pytest.MonkeyPatch) -> None:
    """With the true costs: one reckoning for a login that exists, and one for a login that does not."""
    reckoned: list[str] = []
    true = PasswordHasher(time_cost=3, memory_cost=64 * 1024, parallelism=4)

    class Counting(PasswordHasher):
        def verify(self, hash: str | bytes, password: str | bytes) -> bool:
            reckoned.append(str(hash).rsplit("$", 2)[0])
            return super().verify(hash, password)

    reckoner = passwords.Reckoner(Counting(time_cost=3, memory_cost=64 * 1024, parallelism=4))
    kept = true.hash(PASSWORD)
    assert await reckoner.is_right(PASSWORD, kept)
    assert not await reckoner.is_right("x", kept)
    assert not await reckoner.is_right("x", "")
    assert len(reckoned) == 3
    assert len(set(reckoned)) == 1  # the same costs each time
    assert "m=65536,t=3,p=4" in reckoned[0]


async def test_no_more_than_two_passwords_are_reckoned_at_once() -> None:
    import asyncio
    import threading

    running, most, lock, go = 0, 0, threading.Lock(), threading.Event()

    class Slow(PasswordHasher):
        def hash(self, password: str | bytes, *, salt: bytes | None = None) -> str:
            nonlocal running, most
            with lock:
                running += 1
                most = max(most, running)
            go.wait(5)
            with lock:
                running -= 1
            return "hash"

    reckoner = passwords.Reckoner(Slow())
    waiting = [asyncio.create_task(reckoner.hashed("x")) for _ in range(6)]
    while running < 2:
        await asyncio.sleep(0)
    go.set()
    await asyncio.gather(*waiting)
    assert most == 2


async def test_an_old_reckoning_is_made_anew_at_the_next_sign_in(sqlite_console: Console) -> None:
    account = console_account = with_password(sqlite_console)
    old = PasswordHasher(time_cost=2, memory_cost=8, parallelism=1).hash(PASSWORD.encode())
    with sqlite_console.database.writing() as conn:
        accounts.set_password(conn, account.id, old)
    assert (await try_in(await sqlite_console.visitor(), account.login, PASSWORD)).status == 303
    with sqlite_console.database.reading() as conn:
        kept = accounts.kept(conn, id=console_account.id)
    assert kept
    assert kept.password != old
    assert not CHEAP.check_needs_rehash(kept.password)


# --- too many tries ---


async def test_ten_tries_in_a_quarter_of_an_hour_and_then_a_wait_alike_for_everybody(sqlite_console: Console) -> None:
    # BI049
    account = with_password(sqlite_console)
    said = []
    for login in (account.login, "nadie"):
        visitor = await sqlite_console.visitor()
        assert [(await try_in(visitor, login, "no")).status for _ in range(10)] == [401] * 10
        response = await try_in(visitor, login, PASSWORD)
        assert (response.status, response.headers["Retry-After"]) == (429, "91")
        said.append((text_of(response)).replace(login, "LOGIN"))
    assert said[0] == said[1]
    assert "Espere 2 minutos" in said[0]


async def test_it_locks_nobody_out_for_ever(sqlite_console: Console) -> None:
    # BI049
    account = with_password(sqlite_console)
    visitor = await sqlite_console.visitor()
    for _ in range(12):
        await try_in(visitor, account.login, "no")
    sqlite_console.clock.wait(seconds=91)
    assert (await try_in(visitor, account.login, PASSWORD)).status == 303
    # The right password makes good what was tried before.
    stranger = await sqlite_console.visitor()
    assert [(await try_in(stranger, account.login, "no")).status for _ in range(3)] == [401] * 3


async def test_a_browser_that_was_in_before_is_not_kept_out_by_strangers(sqlite_console: Console) -> None:
    account = with_password(sqlite_console)
    mine = await sqlite_console.visitor()
    assert (await try_in(mine, account.login, PASSWORD)).status == 303
    stranger = await sqlite_console.visitor()
    for _ in range(11):
        await try_in(stranger, account.login, "no")
    assert (await try_in(stranger, account.login, PASSWORD)).status == 429
    assert (await try_in(mine, account.login, PASSWORD)).status == 303


async def test_a_forged_mark_of_an_earlier_visit_is_worth_nothing(sqlite_console: Console) -> None:
    account = with_password(sqlite_console)
    for number in range(11):
        visitor = await sqlite_console.visitor()
        visitor.client.cookie_jar.update_cookies({"chasqui_known": f"d{number}.forged"})
        response = await try_in(visitor, account.login, "no")
    assert response.status == 429


async def test_thirty_tries_from_one_address_whoever_they_are_for(sqlite_console: Console) -> None:
    visitor = await sqlite_console.visitor()
    statuses = [(await try_in(visitor, f"nadie{number}", "no")).status for number in range(32)]
    assert statuses == [401] * 30 + [429] * 2


# --- sessions and cookies ---


async def test_the_cookie_is_for_this_host_and_out_of_reach_of_scripts(sqlite_console: Console) -> None:
    account = with_password(sqlite_console)
    response = await try_in(await sqlite_console.visitor(), account.login, PASSWORD)
    found = next(each for each in response.headers.getall("Set-Cookie") if each.startswith("chasqui="))
    assert "HttpOnly" in found
    assert "SameSite=Lax" in found
    assert "Path=/" in found
    assert "Domain" not in found
    assert "Max-Age" not in found
    assert "Secure" not in found  # plain http to this machine


async def test_signing_in_makes_a_new_token_and_ends_the_one_that_the_browser_brought(sqlite_console: Console) -> None:
    account = with_password(sqlite_console)
    visitor = await sqlite_console.visitor()
    visitor.client.cookie_jar.update_cookies(
        {"chasqui": "chosen-by-somebody-else"}, sqlite_console.server.make_url("/")
    )
    await try_in(visitor, account.login, PASSWORD)
    first = cookie(visitor)
    assert first not in ("", "chosen-by-somebody-else")
    await try_in(visitor, account.login, PASSWORD)
    assert cookie(visitor) not in ("", first)
    with sqlite_console.database.reading() as conn:
        assert account_sessions.find_session(conn, first, sqlite_console.clock()) is None


async def test_signing_out_ends_the_session_in_the_table_too(sqlite_console: Console) -> None:
    visitor = await sqlite_console.signed_in()
    token = cookie(visitor)
    await visitor.post("/console/sign-out")
    assert cookie(visitor) == ""
    with sqlite_console.database.reading() as conn:
        assert account_sessions.find_session(conn, token, sqlite_console.clock()) is None


async def test_who_is_disabled_is_at_the_door_with_her_next_click(sqlite_console: Console) -> None:
    # BI052
    visitor = await sqlite_console.signed_in("auditor")
    await visitor.get("/console/me")
    assert visitor.account
    with sqlite_console.database.writing() as conn:
        accounts.disable(conn, OPERATOR, visitor.account.id)
    response = await visitor.raw("GET", "/console/me")
    assert (response.status, response.headers["Location"]) == (303, "/console/sign-in?next=%2Fconsole%2Fme")
    assert (await visitor.raw("POST", "/console/me", data={"language": "en"})).status == 401


async def test_a_form_from_another_site_or_without_its_token_does_nothing(sqlite_console: Console) -> None:
    visitor = await sqlite_console.signed_in()
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}, {"Origin": "null"}, {}):
        token = "" if not headers else await visitor.token()
        fields = {"token": token, "language": "en"}
        response = await visitor.raw("POST", "/console/me", data=fields, headers=headers)
        assert response.status == 403
    assert visitor.account
    with sqlite_console.database.reading() as conn:
        account = accounts.get(conn, visitor.account.id)
    assert account
    assert account.language == "es"
    login = await (await sqlite_console.visitor()).raw(
        "POST", "/console/sign-in", data={"login": "x"}, headers={"Sec-Fetch-Site": "cross-site"}
    )
    assert login.status == 403


@pytest.mark.parametrize(
    "elsewhere",
    ["https://evil.example/", "//evil.example", "/console//evil", "/console/\\evil", "javascript:1", "/try", "x"],
)
async def test_it_never_sends_anybody_to_another_site(sqlite_console: Console, elsewhere: str) -> None:
    account = with_password(sqlite_console)
    response = await try_in(await sqlite_console.visitor(), account.login, PASSWORD, fields={"next": elsewhere})
    assert response.headers["Location"] == "/console/"


async def test_it_ends_other_sessions_and_shows_where_one_is_signed_in(sqlite_console: Console) -> None:
    visitor = await sqlite_console.signed_in()
    assert visitor.account
    other = sqlite_console.token(visitor.account)
    page = await visitor.get("/console/me")
    assert page.count("Aquí") == 1
    assert "Cerrar todas las demás" in page
    await visitor.post("/console/me/sessions")
    with sqlite_console.database.reading() as conn:
        assert account_sessions.find_session(conn, other, sqlite_console.clock()) is None
    await visitor.get("/console/me")


# --- the second factor ---


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


# --- one's own password ---


async def test_a_new_password_needs_the_old_one_and_ends_other_sessions(console: Console) -> None:
    account = with_password(console)
    visitor = await console.visitor()
    await try_in(visitor, account.login, PASSWORD)
    other, mine = console.token(account), cookie(visitor)
    new = "otra frase bien larga"
    at = "/console/me/password"
    wrong = await visitor.post(at, {"old": "no", "password": new, "again": new}, 422, at=at)
    assert "Esa no es su contraseña de ahora" in wrong
    differ = await visitor.post(at, {"old": PASSWORD, "password": new, "again": "otra"}, 422, at=at)
    assert "no son iguales" in differ
    weak = await visitor.post(at, {"old": PASSWORD, "password": "password1", "again": "password1"}, 422, at=at)
    assert "una de las primeras" in weak
    assert PASSWORD not in weak + differ + wrong
    assert "Contraseña cambiada" in await visitor.post(at, {"old": PASSWORD, "password": new, "again": new}, at=at)
    assert cookie(visitor) != mine
    with console.database.reading() as conn:
        assert account_sessions.find_session(conn, other, console.clock()) is None
        assert account_sessions.find_session(conn, mine, console.clock()) is None
    assert (await try_in(await console.visitor(), account.login, new)).status == 303


# --- links ---


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
