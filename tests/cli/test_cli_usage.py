"""How every command ends: 2 where it was not written as it is meant, and without a word where nobody reads on."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from cli.settings import ROOT
from tests.cli.terminals import Terminal


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("inbox answer", "chasqui inbox answer 7"),
        ("inbox answer 7", "chasqui inbox answer 7"),
        ("inbox list 7", "The list takes no number"),
        ("verify", "Name one thing to verify"),
        ("verify 7K4M-9QXT-H2 --file a.jwt", "Name one thing to verify"),
        ("certify apply --standard VIVERO --agreed --by coord", "Write her number, or --list FILE.csv"),
        ("cohort enrol norte-1", "Write phone numbers or ids"),
        ("credentials record l1", "--pdf"),
    ],
)
def test_what_is_missing_on_the_line_ends_with_2(terminal: Terminal, typed: str, said: str) -> None:
    assert said in terminal(*typed.split(), refused=2)


@pytest.mark.parametrize("typed", ["--help", "learners list", "inbox", "cost"])
def test_a_closed_pipe_ends_without_a_word(terminal: Terminal, typed: str) -> None:
    ours, theirs = os.pipe()
    os.close(ours)
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    try:
        done = subprocess.run(
            [sys.executable, "-m", "cli.main", *typed.split()],
            stdout=theirs,
            stderr=subprocess.PIPE,
            timeout=60,
            env=environment,
            check=False,
        )
    finally:
        os.close(theirs)
    assert (done.returncode, done.stderr) == (0, b"")


@pytest.mark.parametrize("command", ["run", "inbox", "migrate"])
def test_a_database_out_of_reach_is_named_with_its_cure_and_without_its_password(
    terminal: Terminal, command: str, free_tcp_port: int
) -> None:
    url = f"postgresql://chasqui:canary-word@127.0.0.1:{free_tcp_port}/lessons"
    terminal.monkeypatch.setenv("CHASQUI_DATABASE_URL", url)
    said = terminal(command, refused=True)
    assert f"chasqui:***@127.0.0.1:{free_tcp_port}/lessons" in said
    assert "Is the server running, and are host, port, name, user and password of CHASQUI_DATABASE_URL right?" in said
    assert "canary-word" not in said


def test_a_file_that_is_no_database_can_be_opened_by_nobody(terminal: Terminal, tmp_path: Path) -> None:
    (tmp_path / "folder.db").mkdir()
    terminal.monkeypatch.setenv("CHASQUI_DATABASE_URL", f"sqlite:///{tmp_path}/folder.db")
    assert f"Can this user read and write {tmp_path}/folder.db" in terminal("inbox", refused=True)


@pytest.mark.parametrize("typed", ["session cancel {}", "inbox answer {} hola"])
@pytest.mark.parametrize("number", ["77", str(2**63), "9" * 40])
def test_a_number_that_nothing_has_is_refused_however_large_it_is(terminal: Terminal, typed: str, number: str) -> None:
    said = terminal(*typed.format(number).split(), refused=True)
    assert said.count("\n") == 1
    assert number in said or "so large a number" in said
