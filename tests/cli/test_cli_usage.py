"""How every command ends: 2 where it was not written as it is meant, and without a word where nobody reads on."""

from __future__ import annotations

import os
import subprocess
import sys

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
