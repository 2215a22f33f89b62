"""The consoles that tests of the pages run on."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp.test_utils import TestServer

from authoring.shelf import Shelf
from cli.serving import application
from console import passwords
from store.database import Database
from tests.console.consoles import Console
from tests.console.doors import CHEAP
from tests.houses import Clock, Phone, build


@pytest.fixture(autouse=True)
def cheap_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that a test that signs in takes milliseconds; the one that counts them takes the true costs."""
    monkeypatch.setattr(passwords, "PasswordHasher", lambda **costs: CHEAP)


@pytest.fixture(autouse=True)
def in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a console writes under var/, such as keys, is this test's and no other's."""
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def clock() -> Clock:
    """The console's clock."""
    return Clock()


@pytest.fixture
async def console(database: Database, shelf: Shelf, clock: Clock) -> AsyncIterator[Console]:
    """A console on a fresh database of each kind."""
    async for each in _running(database, shelf, clock):
        yield each


@pytest.fixture
async def sqlite_console(sqlite: Database, shelf: Shelf, clock: Clock) -> AsyncIterator[Console]:
    """A console on SQLite only, for what does not depend on the database."""
    async for each in _running(sqlite, shelf, clock):
        yield each


async def _running(database: Database, shelf: Shelf, clock: Clock) -> AsyncIterator[Console]:
    phone = Phone()
    house = build(database, shelf, [phone], clock)
    server = TestServer(application(house), host="127.0.0.1")
    await server.start_server(access_log=None)
    made = Console(house=house, clock=clock, phone=phone, server=server)
    try:
        yield made
    finally:
        for client in made.opened:
            await client.close()
        await server.close()
