"""`chasqui run` as its user has it: it greets, serves, answers, ends on Ctrl-C and goes on where it stopped."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest

from authoring.shelf import Shelf
from cli import reaching
from cli.greeting import commands

CHASQUI = [sys.executable, "-W", "error", "-m", "cli.main"]
ROOT = Path(__file__).parents[2]


def environment(**settings: str) -> dict[str, str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("CHASQUI_", "LC_", "LANG"))}
    return {**clean, "PYTHONPATH": str(ROOT), "LANG": "C.UTF-8", **settings}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@asynccontextmanager
async def running(folder: Path, port: int, **settings: str) -> AsyncIterator[asyncio.subprocess.Process]:
    """A server in its own process, until the block ends; a failing one shows what it said."""
    process = await asyncio.create_subprocess_exec(
        *CHASQUI, "run", "--port", str(port), cwd=folder, env=environment(**settings),
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def greeting(process: asyncio.subprocess.Process) -> str:
    """What it says until the line that ends the greeting."""
    assert process.stdout
    lines: list[str] = []
    async with asyncio.timeout(60):
        while not any("Ctrl-C" in line for line in lines):
            line = (await process.stdout.readline()).decode()
            if not line:
                assert process.stderr
                pytest.fail("".join(lines) + (await process.stderr.read()).decode())
            lines.append(line)
    return "".join(lines)


async def ended(process: asyncio.subprocess.Process) -> tuple[int, str]:
    process.send_signal(signal.SIGINT)
    async with asyncio.timeout(60):
        out, err = await process.communicate()
    return process.returncode or 0, out.decode() + err.decode()


async def heard(session: aiohttp.ClientSession, port: int, wanted: str) -> str:
    """The dialogue on the basic phone, once it holds the wanted words."""
    url = f"http://127.0.0.1:{port}/try/messages?phone=sms&sms=%2B51900000001"
    async with asyncio.timeout(60):
        while True:
            async with session.get(url) as answer:
                text = await answer.text()
            if wanted in text:
                return text


async def write(session: aiohttp.ClientSession, port: int, text: str) -> None:
    url = f"http://127.0.0.1:{port}/try/sms?sms=%2B51900000001"
    async with session.post(url, data={"text": text}, allow_redirects=False) as answer:
        assert answer.status == 303


async def test_it_greets_answers_ends_cleanly_and_goes_on_where_it_stopped(tmp_path: Path) -> None:
    port = free_port()
    async with aiohttp.ClientSession() as session:
        async with running(tmp_path, port) as process:
            said = await greeting(process)
            assert f"http://127.0.0.1:{port}/try" in said
            assert "CHASQUI_TELEGRAM_TOKEN" in said
            assert "CHASQUI_TWILIO_ACCOUNT_SID" in said
            async with session.get(f"http://127.0.0.1:{port}/health/ready") as answer:
                assert answer.status == 200
            async with session.get(f"http://127.0.0.1:{port}/try?lang=es") as answer:
                page = await answer.text()
            assert "VIVERO" in page
            assert "AHORRO" not in page, "its lessons are not in the language of the page"
            await write(session, port, "VIVERO")
            await heard(session, port, "Responda SI o NO")
            code, rest = await ended(process)
            assert code == 0
            assert "Traceback" not in rest
            assert "has stopped" in rest
        async with running(tmp_path, port) as process:
            await greeting(process)
            await heard(session, port, "Responda SI o NO")
            await write(session, port, "SI")
            await heard(session, port, "se llama usted")
            assert (await ended(process))[0] == 0


async def test_a_second_one_on_the_same_database_is_refused_by_name_of_the_first(tmp_path: Path) -> None:
    async with running(tmp_path, free_port()) as first:
        await greeting(first)
        async with running(tmp_path, free_port()) as second:
            async with asyncio.timeout(60):
                _, said = await second.communicate()
        assert second.returncode == 1
        assert str(first.pid) in said.decode()
        assert "Traceback" not in said.decode()


async def test_a_link_that_another_command_prints_leads_to_the_port_that_is_served(tmp_path: Path) -> None:
    port = free_port()
    new = ["user", "add", "Rosa", "--role", "administrator"]
    async with running(tmp_path, port) as serving:
        await greeting(serving)
        told = await asyncio.to_thread(lambda: command(*new, folder=tmp_path).stdout)
        await ended(serving)

    assert f"http://127.0.0.1:{port}/console/welcome/" in told
    assert "http://127.0.0.1:8080/console/welcome/" in command(*new, "--login", "rosa2", folder=tmp_path).stdout


@pytest.mark.parametrize(
    ("host", "address"),
    [("127.0.0.1", "127.0.0.1"), ("0.0.0.0", "127.0.0.1"), ("::1", "[::1]"), ("oficina", "oficina")],
)
def test_an_address_is_one_that_a_browser_opens(host: str, address: str) -> None:
    assert reaching.listens(host, 9000) == f"http://{address}:9000"


async def test_a_port_that_is_taken_is_said_and_another_is_offered(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        async with running(tmp_path, port) as process:
            async with asyncio.timeout(60):
                _, said = await process.communicate()
    assert process.returncode == 1
    assert f"--port {port + 1}" in said.decode()


async def test_with_a_public_url_there_is_no_simulator(tmp_path: Path) -> None:
    port = free_port()
    async with (
        aiohttp.ClientSession() as session,
        running(tmp_path, port, CHASQUI_PUBLIC_URL="https://chasqui.example.org") as process,
    ):
        assert "switched off" in await greeting(process)
        async with session.get(f"http://127.0.0.1:{port}/try") as answer:
            assert answer.status == 404
        async with session.get(f"http://127.0.0.1:{port}/health/live") as answer:
            assert answer.status == 200


def command(*arguments: str, folder: Path, given: str = "", **settings: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*CHASQUI, *arguments],
        cwd=folder,
        env=environment(**settings),
        input=given,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize(
    ("arguments", "settings"),
    [
        (["run"], {"CHASQUI_TELEGRAM_TOKN": "x"}),
        (["run"], {"CHASQUI_DATABASE_URL": "mysql://x"}),
        (["run"], {"CHASQUI_CONTENT_DIR": "/nowhere"}),
        (["migrate"], {"CHASQUI_DATABASE_URL": "sqlite:////proc/nowhere/x.db"}),
        (["run", "--host", "192.0.2.1"], {}),
        (["chat", "--as", "nobody"], {}),
        (["chat", "--as", "51900"], {}),
        (["chat", "--lang", "xx"], {}),
        (["inbox", "answer", "7", "hola"], {}),
        (["learners", "data", "nobody"], {}),
        (["check", "/nowhere"], {}),
    ],
)
def test_a_mistake_of_the_user_is_one_sentence_and_exit_one(
    arguments: list[str], settings: dict[str, str], tmp_path: Path
) -> None:
    done = command(*arguments, folder=tmp_path, **settings)

    assert done.returncode == 1, done.stderr + done.stdout
    assert (done.stderr + done.stdout).strip()
    assert "Traceback" not in done.stderr


def test_wrong_usage_is_exit_two(tmp_path: Path) -> None:
    assert command("sing", folder=tmp_path).returncode == 2
    assert command("chat", "--channel", "pigeon", folder=tmp_path).returncode == 2
    assert command("run", "--port", "65536", folder=tmp_path).returncode == 2


def test_the_operator_reads_first_of_all_who_may_be_in_danger(tmp_path: Path) -> None:
    given = "VIVERO\nSI\nRosa\nPERSONA\nMi planta se seca\nmi hijo tomo veneno\n"
    asked = command("chat", "--database", folder=tmp_path, given=given)
    assert asked.returncode == 0, asked.stderr

    listed = command("inbox", folder=tmp_path).stdout.splitlines()

    assert "URGENT" in listed[0]
    assert "mi hijo tomo veneno" in listed[1]


def test_the_operator_reads_a_question_and_answers_it_on_the_learners_phone(tmp_path: Path) -> None:
    asked = command(
        "chat", "--database", folder=tmp_path, given="VIVERO\nSI\nRosa\nPERSONA\nMi planta se seca desde abajo\n"
    )
    assert "Anotado" in asked.stdout, asked.stderr

    listed = command("inbox", folder=tmp_path)
    number = next(line.split()[0] for line in listed.stdout.splitlines() if "Rosa" in line)
    later = command("inbox", "answer", number, "Riegue por la mañana.", folder=tmp_path)
    again = command("chat", "--database", folder=tmp_path, given="ESTADO\n")

    assert "Mi planta se seca desde abajo" in listed.stdout
    assert number == "1"
    assert later.returncode == 0, later.stderr
    assert "Chasqui: Riegue por la mañana." in again.stdout
    assert "Riegue" not in command("inbox", folder=tmp_path).stdout


def test_the_clock_of_a_real_database_is_not_moved(tmp_path: Path) -> None:
    done = command("chat", "--database", folder=tmp_path, given="@wait 2d\n")

    assert done.returncode == 1
    assert "--scratch" in done.stderr


def test_a_wait_that_cannot_be_read_is_named_with_its_line(tmp_path: Path) -> None:
    done = command("chat", folder=tmp_path, given="VIVERO\n@wait foo\nSI\n")

    assert done.returncode == 1
    assert done.stderr == (
        "line 2: @wait foo: @wait takes a number and d, h or m, at most 400d. For example: @wait 2d\n"
    )


def test_doctor_says_what_is_well_and_what_to_mend(tmp_path: Path) -> None:
    done = command("doctor", folder=tmp_path)
    broken = command("doctor", folder=tmp_path, CHASQUI_CONTENT_DIR=str(tmp_path / "nothing"))

    assert done.returncode == 0, done.stdout + done.stderr
    assert "ok    database" in done.stdout
    assert "SQLite 3" in done.stdout
    assert broken.returncode == 1
    assert "MEND  lesson scripts" in broken.stdout


def test_nobody_is_erased_where_nobody_says_so(tmp_path: Path) -> None:
    command("chat", "--database", folder=tmp_path, given="VIVERO\nSI\nRosa\n")

    unasked = command("learners", "erase", "+51900000001", folder=tmp_path)
    unsure = command("learners", "erase", "+51900000001", folder=tmp_path, given="yes\n")
    assert "Rosa" in command("learners", "list", folder=tmp_path).stdout
    erased = command("learners", "erase", "+51900000001", folder=tmp_path, given="ERASE\n")

    assert [each.returncode for each in (unasked, unsure, erased)] == [1, 1, 0], unasked.stderr
    assert unasked.stderr == unsure.stderr == "Nothing was erased.\n"
    assert command("learners", "list", folder=tmp_path).stdout.startswith("Nobody learns here yet.")
    assert command("learners", "list", folder=tmp_path, LANG="es_PE.UTF-8").stdout.startswith("Todavía no hay nadie.")


def test_the_commands_of_telegrams_menu_are_names_that_it_takes() -> None:
    menu = commands(Shelf(ROOT / "content")())

    assert all(re.fullmatch(r"[a-z0-9_]{1,32}", word) for pairs in menu.values() for word, _ in pairs)
    assert menu
    assert all(menu.values())


async def test_without_a_script_the_page_that_follows_a_message_shows_its_answer(tmp_path: Path) -> None:
    port = free_port()
    async with aiohttp.ClientSession() as session, running(tmp_path, port) as process:
        await greeting(process)
        url = f"http://127.0.0.1:{port}/try/sms?sms=%2B51900000001"
        async with session.post(url, data={"text": "VIVERO"}) as page:
            assert page.status == 200
            assert "Responda SI o NO" in await page.text()


def test_the_pages_are_loaded_without_what_few_ever_ask_for() -> None:
    """Memory of small machines: the API's shapes and what draws certificates come with the first who wants them."""
    code = (
        "import sys, cli.running, cli.consoling, console.application; "
        "print({'pydantic', 'reportlab', 'joserfc', 'PIL', 'openpyxl'} & {*sys.modules} or 'nothing')"
    )
    assert subprocess.check_output([sys.executable, "-c", code], text=True) == "nothing\n"
