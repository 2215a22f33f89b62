"""People of the console at the terminal, and the link that the first start prints."""

from __future__ import annotations

import json
import re
from pathlib import Path

import aiohttp
import pytest
from sqlalchemy import text

from bot.people import OPERATOR
from cli.main import main
from store import accounts, auditing
from store.database import Database
from tests.cli.terminals import Terminal
from tests.cli.test_cli_run import ended, free_port, greeting, running
from tests.store.rows import rows

LINK = re.compile(r"http://127\.0\.0\.1:\d+/console/welcome/([\w-]{43})")


@pytest.fixture
def database(terminal: Terminal) -> Database:
    terminal.monkeypatch.delenv("CHASQUI_CONTENT_DIR")
    return terminal.database


@pytest.fixture
def user(terminal: Terminal, database: Database) -> Terminal:
    return terminal.with_words("user", after=("--lang", "en"))


def test_somebody_new_gets_a_link_that_is_kept_nowhere(user: Terminal, database: Database) -> None:
    told = user("add", "Rosa Huamán", "--role", "administrator")
    assert "may sign in as rosa.huaman (administrator)" in told
    link = LINK.search(told)
    assert link
    assert link[1] not in str(
        rows(database, "SELECT * FROM account_links") + rows(database, "SELECT * FROM audit_entries")
    )
    assert "may sign in as rosa.huaman2" in user("add", "Rosa Huamán")


def test_a_password_of_ones_own_comes_from_standard_input(user: Terminal, database: Database) -> None:
    for weak, why in (
        ("corta", "too short"),
        ("password1", "first that anybody tries"),
        ("anatorres1", "nearly the name"),
    ):
        assert why in user(
            "add", "Ana Torres", "--login", "anatorres", "--own-password", refused=True, typed=f"{weak}\n"
        )
    told = user("add", "Ana Torres", "--own-password", typed="  la lluvia cae \n")
    assert not LINK.search(told)
    assert "lluvia" not in told
    with database.reading() as conn:
        kept = accounts.kept(conn, "ana.torres")
    assert kept
    assert kept.password.startswith("$argon2id$v=19$m=65536,t=3,p=4$")


def test_it_lists_and_shuts_out_and_lets_in_again(user: Terminal, database: Database) -> None:
    user("add", "Rosa Huamán")
    assert "can no longer come in" in user("disable", "Rosa.Huaman")
    assert "was shut out already" in user("disable", "rosa.huaman")
    assert "shut out. First: chasqui user enable rosa.huaman" in user("invite", "rosa.huaman", refused=True)
    assert json.loads(user("list", "--json"))[0]["state"] == "disabled"
    assert "can come in again" in user("enable", "rosa.huaman")
    assert LINK.search(user("invite", "rosa.huaman"))
    with database.reading() as conn:
        entries = auditing.found(conn, OPERATOR)
        assert [each.act for each in reversed(entries)] == [
            "accounts.invited", "accounts.disabled", "accounts.enabled", "accounts.link"
        ]  # fmt: skip
        assert auditing.broken_at(conn) == 0


def test_the_last_administrator_stays(user: Terminal) -> None:
    user("add", "Ana Torres", "--role", "administrator", "--own-password", typed="la lluvia cae\n")
    assert "is the last administrator" in user("disable", "ana.torres", refused=True)


def test_a_second_factor_that_was_lost_is_taken_away(user: Terminal, database: Database) -> None:
    user("add", "Ana Torres", "--own-password", typed="la lluvia cae\n")
    with database.writing() as conn:
        account = accounts.by_login(conn, "ana.torres")
        assert account
        accounts.set_second_factor(conn, account.id, "seed", 7, ["ABCD-EFGH-JKLM-NPQR"])
    told = user("reset", "ana.torres", "--second-factor")
    assert "is taken away" in told
    assert LINK.search(told)
    with database.reading() as conn:
        kept = accounts.kept(conn, "ana.torres")
        assert kept
        assert (kept.seed, accounts.codes_left(conn, account.id)) == ("", 0)


def test_what_cannot_be_is_refused_in_one_sentence(user: Terminal) -> None:
    for arguments, why in (
        (("add", "Ana", "--role", "officer"), "add --cooperative WORD"),
        (("add", "Ana", "--cooperative", "norte"), "There is no cooperative 'norte'"),
        (("add", "Ana", "--login", "a b"), "without spaces"),
        (("add", "Ana", "--assessor", "x"), "There is no assessor x"),
        (("add", "123"), "is no name"),
        (("disable", "%' OR 1=1 --"), "There is nobody with the login"),
    ):
        assert why in user(*arguments, refused=True)


def test_the_table_of_roles_names_every_role_and_right(user: Terminal) -> None:
    told = user("roles")
    assert "administrator  coordinator  officer  assessor  facilitator  auditor" in told
    assert re.search(r"^settings +x +$", told, re.M)


async def test_the_first_start_prints_a_link_until_there_is_an_administrator(tmp_path: Path) -> None:
    port, links = free_port(), []
    for _ in range(2):
        async with running(tmp_path, port) as process:
            link = LINK.search(await greeting(process))
            assert link
            links.append(link[0])
            code, told = await ended(process)
            assert code == 0
            assert link[1] not in told
    assert links[0] != links[1]
    async with running(tmp_path, port) as process:
        await greeting(process)
        async with aiohttp.ClientSession() as browser:
            fields = {"name": "Ana", "login": "ana", "password": "la lluvia cae", "again": "la lluvia cae"}
            async with browser.post(links[0], data=fields) as answer:
                assert answer.status == 200
                assert "second-factor" in str(answer.url)
            async with browser.post(links[1], data=fields) as answer:
                assert answer.status == 404
        await ended(process)
    async with running(tmp_path, port) as process:
        assert not LINK.search(await greeting(process))
        await ended(process)


def test_the_log_is_read_and_checked_at_the_terminal(
    user: Terminal, database: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    user("add", "Rosa Huamán")
    user("disable", "rosa.huaman")
    assert main(["audit", "--act", "accounts.disabled", "--json"]) == 0
    entry = json.loads(capsys.readouterr().out)
    assert (entry["number"], entry["actor"], entry["act"]) == (2, "operator", "accounts.disabled")
    assert main(["audit", "--lang", "en"]) == 0
    assert "accounts.invited" in capsys.readouterr().out
    assert main(["audit", "--since", "ayer", "--lang", "en"]) == 1
    assert "write a date" in capsys.readouterr().err
    assert main(["audit", "--check", "--lang", "en"]) == 0
    with database.writing() as conn:
        conn.execute(text("UPDATE audit_entries SET act = 'accounts.enabled' WHERE id = 2"))
    capsys.readouterr()
    assert main(["audit", "--check", "--lang", "en"]) == 1
    assert "Entry 2 does not follow" in capsys.readouterr().err
