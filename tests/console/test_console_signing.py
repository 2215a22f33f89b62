"""The door of the console: who gets in, who does not, and that nobody learns anything from trying."""

from __future__ import annotations

from dataclasses import replace

import pytest
from argon2 import PasswordHasher

from bot.cooperating.accounts import Standing
from bot.people import OPERATOR
from console import passwords
from store import account_sessions, accounts
from tests.console.consoles import Console
from tests.console.doors import CHEAP, PASSWORD, cookie, text_of, try_in, with_password

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
