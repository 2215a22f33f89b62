"""`chasqui token`: made and printed once, listed without its secret, ended for good."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.people import OPERATOR
from cli.main import main
from store import auditing, tokens
from store.database import Database


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of its own, in English."""
    monkeypatch.chdir(tmp_path)
    for name in ("LANG", "LC_ALL", "LANGUAGE"):
        monkeypatch.setenv(name, "en_US.UTF-8")
    return tmp_path


def opened(folder: Path) -> Database:
    return Database.open(f"sqlite:///{folder}/var/chasqui.db")


def test_the_token_alone_is_printed_and_only_once(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["token", "add", "Report", "--right", "see_people", "--right", "see_results"]) == 0
    said = capsys.readouterr()
    token = said.out.strip()
    assert token.startswith("chasqui_")
    assert "\n" not in token
    assert "Report" in said.err
    assert main(["token", "list"]) == 0
    assert token not in capsys.readouterr().out
    database = opened(here)
    with database.reading() as conn:
        found = tokens.find(conn, token, database.now())
        assert found
        assert found.rights == {"see_people", "see_results"}
        assert [each.act for each in auditing.found(conn, OPERATOR, subject=f"token:{found.id}")] == ["tokens.made"]
    assert token.encode() not in (here / "var" / "chasqui.db").read_bytes()
    database.close()


def test_an_ended_token_opens_nothing(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["token", "add", "Report", "--right", "see_people"])
    token = capsys.readouterr().out.strip()
    assert main(["token", "revoke", token]) == 0
    assert main(["token", "revoke", token]) == 0
    assert "already" in capsys.readouterr().out
    main(["token", "list", "--json"])
    (listed,) = json.loads(capsys.readouterr().out)
    assert listed["state"] == "ended"
    database = opened(here)
    with database.reading() as conn:
        assert tokens.find(conn, token, database.now()) is None
    database.close()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["add", "Report", "--right", "see_people", "--days", "400"], "--days 400"),
        (["add", "Report", "--right", "see_people", "--days", "0"], "--days 0"),
        (["add", "Report", "--right", "see_people", "--cooperative", "nowhere"], "nowhere"),
        (["add", "!!", "--right", "see_people"], "!!"),
        (["revoke", "abcdefabcdef"], "abcdefabcdef"),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(
    here: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], said: str
) -> None:
    assert main(["token", *arguments]) == 1
    assert said in capsys.readouterr().err


@pytest.mark.parametrize("right", ["accounts", "approve", "settings", "nothing"])
def test_no_token_has_a_right_that_asks_for_a_person(here: Path, right: str) -> None:
    with pytest.raises(SystemExit) as refused:
        main(["token", "add", "Report", "--right", right])
    assert refused.value.code == 2


def test_it_speaks_spanish_too(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["token", "list", "--lang", "es"]) == 0
    assert "Todavía" in capsys.readouterr().out
