"""A terminal for tests of commands: what is typed, and what is told."""

from __future__ import annotations

import io
from dataclasses import dataclass, replace

import pytest

from cli.main import main
from store.database import Database


@dataclass
class Terminal:
    """Runs commands on one database and gives what they print: on standard output, and for a refusal on standard error
    too; 2 for wrong usage. `before` and `after` are the words around those that are typed."""

    capsys: pytest.CaptureFixture[str]
    monkeypatch: pytest.MonkeyPatch
    database: Database
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()

    def with_words(self, *before: str, after: tuple[str, ...] = ()) -> Terminal:
        """The same terminal, in which these words are always typed."""
        return replace(self, before=before, after=after)

    def __call__(self, *arguments: str, refused: bool | int = False, typed: str = "") -> str:
        self.monkeypatch.setattr("sys.stdin", io.StringIO(typed))
        code = main([*self.before, *arguments, *self.after])
        told = self.capsys.readouterr()
        assert code == int(refused), told.err + told.out
        return told.err + told.out if refused else told.out
