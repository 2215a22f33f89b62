"""What issues and verifies credentials here: the keys under var/, the place where we are reached, and the routes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from aiohttp import web

from authoring.credentials import keys
from authoring.credentials.keys import Ring
from bot.certifying.badges import Place
from bot.certifying.credentials import Credential
from cli.settings import VAR, Settings
from cli.wiring import House
from store import credentials
from webhooks import verify

_LOCAL = "http://127.0.0.1:8080"


def place_of(settings: Settings) -> Place:
    """Where the world reaches us; this machine where no public URL is set, for trying things out."""
    return Place(base=settings.public_url or _LOCAL)


def folder_of(settings: Settings) -> Path:
    """Where the keys are: under var/, or where CHASQUI_KEYS_DIR says, for several machines need the same ones."""
    return Path(settings.keys_dir) if settings.keys_dir else VAR / "keys"


def ring_of(settings: Settings, now: datetime) -> Ring:
    """The issuer's keys; made at the first use. Raises KeyTrouble or OSError with a plain sentence."""
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

    async def find(code: str) -> Credential | None:
        def work() -> Credential | None:
            with database.reading() as conn:
                return credentials.by_code(conn, code)

        return await database.look(work)

    async def revoked(number: int) -> list[int] | None:
        def work() -> list[int] | None:
            with database.reading() as conn:
                if number > credentials.last_list(conn):
                    return None
                return credentials.revoked(conn, number)

        return await database.look(work)

    return verify.routes(
        find=find,
        revoked=revoked,
        ring=ring,
        place=place_of(house.settings),
        organisation=house.settings.organisation,
        clock=house.clock,
    )
