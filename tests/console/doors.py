"""The door of the console, as tests knock at it."""

from __future__ import annotations

from typing import Any

from aiohttp import ClientResponse
from argon2 import PasswordHasher

from bot.cooperating.accounts import Account
from console import passwords
from store import accounts
from tests.console.consoles import Console, Visitor

PASSWORD = "  la lluvia cae en abril \u00f1 "
CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


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
