"""A console that runs in a thread of its own, for crawlers and fuzzers."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from aiohttp import web

from authoring.shelf import Shelf
from bot.cooperating.accounts import Pace
from cli import consoling
from cli.serving import application
from cli.wiring import House
from console import api
from console.api.pacing import Limits
from store.database import Database
from tests.houses import Clock, Phone, build

ENDLESS = Limits(
    token=Pace(burst=10_000_000, per=timedelta(minutes=1)), address=Pace(burst=10_000_000, per=timedelta(minutes=1))
)


@dataclass
class Standing:
    """A console that runs beside the test. `url` is where."""

    house: House
    clock: Clock
    phone: Phone
    url: str = ""
    loop: asyncio.AbstractEventLoop = field(default_factory=asyncio.new_event_loop)

    @property
    def database(self) -> Database:
        return self.house.database


@contextlib.contextmanager
def standing(database: Database, shelf: Shelf, *, whole: bool = False) -> Iterator[Standing]:
    """Let a console run until the block ends: all of it where `whole`, else the API only, without limits."""
    clock, phone = Clock(), Phone()
    made = Standing(house=build(database, shelf, [phone], clock), clock=clock, phone=phone)
    app = application(made.house) if whole else web.Application(client_max_size=256 * 1024)
    if not whole:
        app.add_routes(api.routes(consoling.office_of(made.house), ENDLESS))
    ready = threading.Event()

    def run() -> None:
        asyncio.set_event_loop(made.loop)
        runner = web.AppRunner(app, access_log=None)
        made.loop.run_until_complete(runner.setup())
        site = web.TCPSite(runner, "127.0.0.1", 0)
        made.loop.run_until_complete(site.start())
        made.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        ready.set()
        made.loop.run_forever()
        made.loop.run_until_complete(runner.cleanup())
        made.loop.close()

    thread = threading.Thread(target=run)
    thread.start()
    assert ready.wait(30)
    try:
        yield made
    finally:
        made.loop.call_soon_threadsafe(made.loop.stop)
        thread.join(30)


def fresh_copy(folder: Path, template: bytes) -> Database:
    """A SQLite database of one's own."""
    path = folder / "chasqui.db"
    path.write_bytes(template)
    return Database.open(f"sqlite:///{path}")
