"""A running console for tests, and browsers without script that visit it."""

from __future__ import annotations

import itertools
from collections.abc import Collection
from dataclasses import dataclass, field

from aiohttp import ClientResponse, ClientSession, CookieJar
from aiohttp.test_utils import TestServer

from bot.cooperating.accounts import Account, Standing
from bot.people import OPERATOR
from cli.wiring import House
from store import account_sessions, accounts
from store.database import Database
from tests.houses import Clock, Phone

_numbers = itertools.count(1)
NOT_FOLLOWED = {"allow_redirects": False}


@dataclass
class Console:
    """A running console, and the house behind it."""

    house: House
    clock: Clock
    phone: Phone
    server: TestServer
    opened: list[ClientSession] = field(default_factory=list)

    @property
    def database(self) -> Database:
        return self.house.database

    def url(self, path: str) -> str:
        """The address of a path."""
        return str(self.server.make_url(path))

    def account(
        self,
        role: str = "coordinator",
        cooperatives: Collection[str] | None = None,
        *,
        language: str = "es",
        login: str = "",
        assessor: str = "",
    ) -> Account:
        """A person of the console, active, with a second factor where her role wants one."""
        number = next(_numbers)
        made = Account(
            id=f"account{number}",
            login=login or f"{role}{number}",
            name=f"{role.title()} {number}",
            role=role,
            cooperatives=None if cooperatives is None else frozenset(cooperatives),
            language=language,
            state=Standing.ACTIVE,
            second_factor=role == "administrator",
            assessor=assessor,
            created_at=self.clock(),
        )
        with self.database.writing() as conn:
            assert accounts.add(conn, OPERATOR, made)
            if made.second_factor:
                accounts.set_second_factor(conn, made.id, "JBSWY3DPEHPK3PXP", 0, [])
        return made

    def token(self, account: Account) -> str:
        """The token of a new session."""
        with self.database.writing() as conn:
            return account_sessions.open_session(conn, account, self.clock())

    async def visitor(self) -> Visitor:
        """A browser in which nobody is signed in."""
        client = ClientSession(cookie_jar=CookieJar(unsafe=True), headers={"Accept-Language": "es"})
        self.opened.append(client)
        return Visitor(console=self, client=client)

    async def signed_in(
        self, role: str = "coordinator", cooperatives: Collection[str] | None = None, *, language: str = "es"
    ) -> Visitor:
        """A browser in which a new person of this role is signed in."""
        account = self.account(role, cooperatives, language=language)
        visitor = await self.visitor()
        visitor.account = account
        visitor.client.cookie_jar.update_cookies({"chasqui": self.token(account)}, self.server.make_url("/"))
        return visitor


@dataclass
class Visitor:
    """A browser without script: it gets pages and posts the forms that it was shown."""

    console: Console
    client: ClientSession
    account: Account | None = None

    async def get(self, path: str, status: int = 200, **kwargs: object) -> str:
        """The page of a path, after redirects."""
        async with self.client.get(self.console.url(path), **kwargs) as response:  # type: ignore[arg-type]
            text = await response.text()
            assert response.status == status, f"{path}: {response.status}\n{text[:3000]}"
            return text

    async def raw(self, method: str, path: str, **kwargs: object) -> ClientResponse:
        """One request as it is, redirects not followed; the body is read."""
        async with self.client.request(method, self.console.url(path), **NOT_FOLLOWED | kwargs) as response:  # type: ignore[arg-type]
            await response.read()
            return response

    async def post(self, path: str, fields: object = None, status: int = 200, *, at: str = "") -> str:
        """Post a form with the token of the page `at` (or of the page itself), and follow to where it leads."""
        token = await self.token(at or "/console/me")
        data = [("token", token), *(fields.items() if isinstance(fields, dict) else fields or [])]
        async with self.client.post(self.console.url(path), data=data) as response:
            text = await response.text()
            assert response.status == status, f"{path}: {response.status}\n{text[:3000]}"
            return text

    async def token(self, path: str = "/console/me") -> str:
        """The token of a form of a page."""
        page = await self.get(path)
        before, found, after = page.partition('name="token" value="')
        assert found, f"no form on {path}:\n{before[:2000]}"
        return after.partition('"')[0]
