"""Programs that come in by the API, for tests: a token, and a client that uses it."""

from __future__ import annotations

import itertools
from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from aiohttp import ClientResponse, ClientSession

from bot.cooperating.tokens import GRANTABLE
from bot.people import OPERATOR
from store import tokens
from tests.console.consoles import Console
from tests.console.standing import Standing

_keys = itertools.count(1)


def make_token(
    console: Console | Standing,
    rights: Collection[str] | None = None,
    cooperatives: Collection[str] | None = None,
    days: int = 30,
) -> str:
    """A token with these rights (all that a token can have, where none are named)."""
    now = console.house.clock()
    with console.database.writing() as conn:
        _, written = tokens.add(
            conn,
            OPERATOR,
            name="a partner",
            rights=[each.value for each in GRANTABLE] if rights is None else rights,
            cooperatives=None if cooperatives is None else frozenset(cooperatives),
            expires_at=now + timedelta(days=days),
            by="a test",
            now=now,
        )
    return written


@dataclass
class Partner:
    """A client of the API. `said` is the last answer."""

    console: Console
    client: ClientSession
    token: str

    async def ask(self, method: str, path: str, body: object = None, **headers: str) -> ClientResponse:
        """One request as it is; a POST has a key of its own unless one is given."""
        given = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        if method == "POST":
            given["Idempotency-Key"] = f"key-{next(_keys):08d}"
        given |= {name.replace("_", "-"): value for name, value in headers.items()}
        more: dict[str, Any] = {} if body is None else {"json": body}
        async with self.client.request(
            method, self.console.url(f"/api/v1{path}"), headers=given, allow_redirects=False, **more
        ) as response:
            await response.read()
            return response

    async def get(self, path: str, status: int = 200) -> Any:
        """What is there."""
        response = await self.ask("GET", path)
        assert response.status == status, await response.text()
        return await response.json(content_type=None)

    async def post(self, path: str, body: object = None, status: int = 200, **headers: str) -> Any:
        """Make or do something."""
        response = await self.ask("POST", path, body, **headers)
        assert response.status == status, await response.text()
        return await response.json(content_type=None)


async def partner(
    console: Console, rights: Collection[str] | None = None, cooperatives: Collection[str] | None = None
) -> Partner:
    """A program with a new token."""
    client = ClientSession()
    console.opened.append(client)
    return Partner(console=console, client=client, token=make_token(console, rights, cooperatives))
