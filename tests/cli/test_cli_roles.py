"""One database, several processes: the web keeps, the workers answer and send, the clock says what is due."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import os
import signal
import subprocess
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from pathlib import Path

import aiohttp
import pytest

from store import ticks
from store.database import Database
from tests.bad_inputs.town import PUBLIC, settings_for, signed, sms_fields
from tests.cli.test_cli_run import CHASQUI, environment, free_port, greeting
from tests.engines import Server
from tests.fakes import telegram_api, twilio_api
from tests.store import rows as r

PATH = "/webhooks/twilio/sms"
_numbers = itertools.count()


@contextlib.asynccontextmanager
async def serving(folder: Path, role: str, port: int, **settings: str) -> AsyncIterator[asyncio.subprocess.Process]:
    process = await asyncio.create_subprocess_exec(
        *CHASQUI, "run", "--role", role, "--port", str(port), cwd=folder, env=environment(**settings),
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    try:
        await greeting(process)
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def until(what: Callable[[], Awaitable[bool] | bool], seconds: float = 60) -> None:
    """Look until it is so: another process does it, and the only way to know is to look."""
    async with asyncio.timeout(seconds):
        while True:
            found = what()
            if found if isinstance(found, bool) else await found:
                return
            await asyncio.sleep(0.02)


async def drained(process: asyncio.subprocess.Process) -> str:
    process.send_signal(signal.SIGTERM)
    async with asyncio.timeout(60):
        out, err = await process.communicate()
    said = out.decode() + err.decode()
    assert process.returncode == 0, said
    assert "Traceback" not in said
    return said


class World:
    """A database, a fake Twilio, and what connects them."""

    def __init__(self, url: str, name: str, twilio: twilio_api.FakeTwilio, telegram: telegram_api.TelegramApi) -> None:
        place = settings_for(twilio, telegram)
        self.twilio = twilio
        self.name = name
        self.database = Database.open(url)
        self.settings = {
            "CHASQUI_DATABASE_URL": url,
            "CHASQUI_PUBLIC_URL": PUBLIC,
            "CHASQUI_SECRET_KEY": "one key for all of them",
            "CHASQUI_TWILIO_ACCOUNT_SID": place.twilio_account_sid,
            "CHASQUI_TWILIO_AUTH_TOKEN": place.twilio_auth_token[0],
            "CHASQUI_TWILIO_FROM": place.twilio_from,
            "CHASQUI_TWILIO_API_URL": twilio.url,
        }
        self.sid = 0

    async def write(self, session: aiohttp.ClientSession, port: int, who: str, text: str) -> int:
        self.sid += 1
        fields = sms_fields(text, self.sid, who)
        form = aiohttp.FormData(fields)(), signed(PATH, fields)
        async with session.post(f"http://127.0.0.1:{port}{PATH}", data=form[0], headers=form[1]) as answer:
            return answer.status

    async def bring(self, session: aiohttp.ClientSession, port: int, who: str, text: str) -> int:
        """Write, and where a busy machine was given up on, say the same again, as a provider does."""
        for _ in range(30):
            if (status := await self.write(session, port, who, text)) != 503:
                break
            self.sid -= 1
        return status

    def count(self, query: str) -> int:
        return int(r.rows(self.database, query)[0][0])

    def heard(self, who: str) -> list[str]:
        return [each["Body"] for each in self.twilio.posts if each["To"] == who]


@pytest.fixture
async def world(postgres: Server, migrated_postgres: tuple[Server, str]) -> AsyncIterator[World]:
    server, template = migrated_postgres
    name = f"roles_{os.getpid()}_{next(_numbers)}"
    url = server.create(name, template)
    async with twilio_api.FakeTwilio() as twilio, telegram_api.TelegramApi() as telegram:
        made = World(url, name, twilio, telegram)
        yield made
        made.database.close()
        assert twilio.violations == []
    with contextlib.suppress(Exception):
        server.drop(name)


async def test_each_role_does_its_part_and_one_worker_stands_in_for_another(world: World, tmp_path: Path) -> None:
    port, settings = free_port(), world.settings
    people = [f"+5190000{number:04d}" for number in range(1, 13)]
    async with aiohttp.ClientSession() as session, serving(tmp_path, "web", port, **settings) as web:
        # The web keeps, and nobody answers yet.
        assert [await world.bring(session, port, who, "VIVERO") for who in people] == [200] * 12
        assert world.count("SELECT count(*) FROM inbox WHERE state = 'new'") == 12
        async with (
            serving(tmp_path, "work", free_port(), **settings) as first,
            serving(tmp_path, "work", free_port(), **settings) as second,
        ):
            await until(lambda: all(len(world.heard(who)) == 1 for who in people))
            first.kill()
            await first.wait()
            assert [await world.bring(session, port, who, "SI") for who in people] == [200] * 12
            await until(lambda: all(len(world.heard(who)) >= 2 for who in people), 90)
            # The clock makes what is due be looked at; the workers would find it by themselves as well.
            async with serving(tmp_path, "clock", free_port(), **settings) as clock:
                await until(lambda: {"dues", "answering", "sending"} <= seen(world.database))
                async with session.get(f"http://127.0.0.1:{port}/health/ready") as answer:
                    assert answer.status == 200, await answer.text()
                async with session.get(f"http://127.0.0.1:{port}/metrics") as answer:
                    assert 'chasqui_job_age_seconds{job="dues"}' in await answer.text()
                await drained(clock)
            await drained(second)
        await drained(web)

    for who in people:
        assert len(world.heard(who)) == len(set(world.heard(who)))  # nobody heard a thing twice
    assert world.count("SELECT count(*) FROM outbox WHERE state IN ('unknown', 'sending')") == 0


async def test_a_worker_that_is_told_to_end_under_load_leaves_nothing_unknown(world: World, tmp_path: Path) -> None:
    database, settings = world.database, world.settings
    sender = f"twilio:{settings['CHASQUI_TWILIO_FROM']}"
    for number in range(1, 121):
        r.join(database, number, f"learner{number}")
        r.turn(database, r.phone(number), r.said(f"Riegue por la mañana, {number}."))
    with database.writing() as conn:
        for table in ("threads", "outbox"):
            conn.exec_driver_sql(f"UPDATE {table} SET sender = '{sender}'")

    async with serving(tmp_path, "work", free_port(), **settings) as worker:
        await until(lambda: len(world.twilio.posts) >= 20)
        await drained(worker)
    left = world.count("SELECT count(*) FROM outbox WHERE state = 'queued'")
    assert world.count("SELECT count(*) FROM outbox WHERE state IN ('unknown', 'sending')") == 0
    assert left + len(world.twilio.posts) == 120

    async with serving(tmp_path, "work", free_port(), **settings) as worker:
        await until(lambda: len(world.twilio.posts) >= 120, 90)
        await drained(worker)
    assert len({each["Body"] for each in world.twilio.posts}) == len(world.twilio.posts) == 120


async def test_a_database_that_is_away_is_503_at_once_and_all_goes_on_when_it_is_back(
    world: World, tmp_path: Path, postgres: Server
) -> None:
    """Connections are cut and new ones refused, as while a server is restarted."""
    port, settings = free_port(), world.settings
    async with (
        aiohttp.ClientSession() as session,
        serving(tmp_path, "web", port, **settings),
        serving(tmp_path, "work", free_port(), **settings),
    ):
        assert await world.bring(session, port, "+51900000001", "VIVERO") == 200
        await until(lambda: len(world.heard("+51900000001")) == 1)
        world.database.close()
        shut(postgres, world.name, allowed=False)
        began = asyncio.get_running_loop().time()
        assert await world.write(session, port, "+51900000001", "SI") == 503
        async with session.get(f"http://127.0.0.1:{port}/health/ready") as answer:
            assert answer.status == 503
        assert asyncio.get_running_loop().time() - began < 5  # it would wait for ever
        shut(postgres, world.name, allowed=True)
        world.sid -= 1  # Twilio says the same once more
        await until(lambda: told_again(world, session, port))
        await until(lambda: len(world.heard("+51900000001")) >= 2)
        world.database = Database.open(settings["CHASQUI_DATABASE_URL"])
        assert world.count("SELECT count(*) FROM inbox") == 2


async def told_again(world: World, session: aiohttp.ClientSession, port: int) -> bool:
    if await world.write(session, port, "+51900000001", "SI") == 200:
        return True
    world.sid -= 1
    return False


def shut(server: Server, name: str, *, allowed: bool) -> None:
    import psycopg

    with psycopg.connect(server.url, autocommit=True) as connection:
        connection.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS {str(allowed).lower()}')  # type: ignore[arg-type]
        if not allowed:
            connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (name,))


def seen(database: Database) -> set[str]:
    with database.reading() as conn:
        found = ticks.freshest(conn)
    return {job for job, at in found.items() if database.now() - at < timedelta(seconds=30)}
