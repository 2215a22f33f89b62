"""The program is stopped politely and started again under load, as at an upgrade: nothing is left in doubt."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest
from sqlalchemy import select

from authoring.shelf import Shelf
from store.database import Database
from store.health import Figures, figures
from store.tables import outbox
from tests.bad_inputs.town import PUBLIC, SECRET
from tests.fakes import telegram_api, twilio_api
from tests.faults.learners import Learners, SlowTelegram, SlowTwilio, heard_by_sms, heard_by_telegram, undisturbed
from tests.faults.servers import free_port
from tests.transcripts.playing import content

ROOT = Path(__file__).parents[2]
RESTARTS = 4


@asynccontextmanager
async def running(folder: Path, port: int, **settings: str) -> AsyncIterator[asyncio.subprocess.Process]:
    """`chasqui run`, from the moment that it serves; ended by SIGTERM, which must end it well and soon."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("CHASQUI_")}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "cli.main", "run", "--port", str(port), cwd=folder,
        env={**clean, "PYTHONPATH": str(ROOT), "LANG": "C.UTF-8", **settings},
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    said = b""
    try:
        assert process.stdout
        async with asyncio.timeout(60):
            while b"Ctrl-C" not in said:
                line = await process.stdout.readline()
                said += line
                assert line, said.decode()
        yield process
        process.send_signal(signal.SIGTERM)
        async with asyncio.timeout(60):
            rest = await process.stdout.read()
            assert await process.wait() == 0, rest.decode()
        assert b"Traceback" not in rest, rest.decode()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


def standing(database: Database) -> Figures:
    with database.reading() as conn:
        return figures(conn, database.now())


@pytest.mark.slow
async def test_stopped_under_load_it_leaves_nothing_in_doubt_and_says_nothing_twice(
    sqlite: Database, shelf: Shelf, tmp_path: Path, migrated_sqlite: bytes
) -> None:
    """F36"""
    by_sms, by_telegram = await undisturbed(migrated_sqlite, tmp_path, shelf)
    port = free_port()
    async with (
        SlowTwilio() as twilio,
        SlowTelegram() as telegram,
        aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=60)) as client,
    ):
        settings = {
            "CHASQUI_DATABASE_URL": f"sqlite:///{sqlite.path}",
            "CHASQUI_CONTENT_DIR": str(content(tmp_path / "content")),
            "CHASQUI_ORGANISATION": "Norandino",
            "CHASQUI_COORDINATOR": "Elena Ruiz",
            "CHASQUI_PUBLIC_URL": PUBLIC,
            "CHASQUI_TELEGRAM_TOKEN": telegram_api.TOKEN,
            "CHASQUI_TELEGRAM_SECRET": SECRET,
            "CHASQUI_TELEGRAM_API_URL": telegram.url,
            "CHASQUI_TWILIO_ACCOUNT_SID": twilio_api.ACCOUNT,
            "CHASQUI_TWILIO_AUTH_TOKEN": twilio_api.TOKEN,
            "CHASQUI_TWILIO_FROM": twilio_api.NUMBER,
            "CHASQUI_TWILIO_API_URL": twilio.url,
        }
        learners = Learners(f"http://127.0.0.1:{port}", client)
        for _ in range(RESTARTS):
            async with running(tmp_path, port, **settings):
                learners.come(10)
                before = len(twilio.messages)
                async with asyncio.timeout(60):
                    while len(twilio.messages) < before + 30:
                        await asyncio.sleep(0.005)
            left = standing(sqlite)
            assert (left.outbox_sending, left.outbox_unknown) == (0, 0)
        async with running(tmp_path, port, **settings):
            await learners.done()
            async with asyncio.timeout(60):
                while (now := standing(sqlite)).inbox_waiting or now.outbox_waiting or now.outbox_sending:
                    await asyncio.sleep(0.05)
        sms = heard_by_sms(twilio, learners.people, by_sms)
        chats = heard_by_telegram(telegram, learners.people, by_telegram)
    with sqlite.reading() as conn:
        assert set(conn.execute(select(outbox.c.state)).scalars()) == {"sent"}
    for heard in (sms, chats):
        assert (heard.lost, heard.twice, heard.in_order) == (0, 0, True)
