"""What issues and verifies credentials here: the keys under var/, the place where we are reached, and the routes."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from aiohttp import web

from bot.certifying.badges import Place
from bot.certifying.credentials import Credential
from cli import reaching
from cli.settings import VAR, Settings
from cli.wiring import House
from messaging import papering
from messaging.fetching import Cupboard
from store import credentials
from store.database import Database
from webhooks import verify

if TYPE_CHECKING:
    from authoring.credentials.keys import Ring


def place_of(settings: Settings, here: str = "") -> Place:
    """Where the world reaches us; this machine where no public URL is set, for trying things out. `here`: where this
    process listens."""
    return Place(base=reaching.base_of(settings, here))


def folder_of(settings: Settings) -> Path:
    """Where the keys are: under var/, or where CHASQUI_KEYS_DIR says, for several machines need the same ones."""
    return Path(settings.keys_dir) if settings.keys_dir else VAR / "keys"


def ring_of(settings: Settings, now: datetime) -> Ring:
    """The issuer's keys; made at the first use. Raises KeyTrouble or OSError with a plain sentence."""
    from authoring.credentials import keys  # loaded for the first signature, not at the start

    return keys.ring(folder_of(settings), now, algorithm=settings.credential_algorithm)


def routes(house: House) -> Sequence[web.RouteDef]:
    """The routes of verification. Keys are read when they are first needed, and again after they were rotated."""
    database, folder = house.database, folder_of(house.settings)
    kept: list[tuple[float, Ring]] = []

    def ring() -> Ring:
        changed = folder.stat().st_mtime if folder.is_dir() else 0.0
        if not kept or kept[0][0] != changed:
            made = ring_of(house.settings, house.clock())
            kept[:] = [(folder.stat().st_mtime, made)]
        return kept[0][1]

    async def revoked(number: int) -> list[int] | None:
        def work() -> list[int] | None:
            with database.reading() as conn:
                if number > credentials.last_list(conn):
                    return None
                return credentials.revoked(conn, number)

        return await database.look(work)

    return verify.routes(
        find=_finder(database),
        revoked=revoked,
        ring=ring,
        place=place_of(house.settings, house.here),
        organisation=house.settings.organisation,
        clock=house.clock,
    )


def draws(house: House) -> None:
    """Let every channel that carries documents draw credentials when they leave."""
    draw = papering.drawing(
        house.database,
        lambda: ring_of(house.settings, house.clock()),
        place_of(house.settings, house.here),
        house.clock,
        house.settings.country,
    )
    for channel in house.channels.values():
        take = getattr(channel, "draw_with", None)
        if take is not None:
            take(draw)


def cupboard(house: House) -> Cupboard:
    """Where evidence lies, and who fetches it."""
    return Cupboard(
        database=house.database,
        channels=house.channels,
        folder=VAR / "evidence",
        catalogue=house.shelf,
        clock=house.clock,
    )


def _finder(database: Database) -> verify.Find:
    """Find a credential by its code. Whoever asks while a look is under way shares the next one: a look costs as much
    for thirty codes as for one, and an unknown code takes its part of it like a known one."""
    waiting: dict[str, asyncio.Future[Credential | None]] = {}
    looking: set[asyncio.Task[None]] = set()

    async def look() -> None:
        while waiting:
            asked = dict(waiting)
            waiting.clear()

            def work(codes: Sequence[str] = tuple(asked)) -> dict[str, Credential]:
                with database.reading() as conn:
                    return credentials.by_codes(conn, codes)

            try:
                found = await database.look(work)
            except Exception as error:
                for each in asked.values():
                    each.set_exception(error)
                continue
            for code, each in asked.items():
                each.set_result(found.get(code))
        looking.clear()  # here, not when the task is done: who asks in between would wait for nobody

    async def find(code: str) -> Credential | None:
        future = waiting.get(code)
        if future is None:
            future = waiting[code] = asyncio.get_running_loop().create_future()
        if not looking:
            task = asyncio.create_task(look())
            looking.add(task)
        # Shielded: who hangs up must not take the answer away from others who asked for the same code.
        return await asyncio.shield(future)

    return find
