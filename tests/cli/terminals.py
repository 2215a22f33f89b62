"""A terminal for tests of commands: what is typed, and what is told."""

from __future__ import annotations

import io

import pytest

from cli.main import main
from store.database import Database


class Terminal:
    """Runs commands on one database and gives what they print: on standard output, and for a refusal on standard error
    too. `before` and `after` are the words around those that are typed."""

    def __init__(
        self,
        capsys: pytest.CaptureFixture[str],
        monkeypatch: pytest.MonkeyPatch,
        database: Database,
        *,
        before: tuple[str, ...] = (),
        after: tuple[str, ...] = (),
    ) -> None:
        self._capsys, self._monkeypatch, self.database = capsys, monkeypatch, database
        self._before, self._after = before, after

    def with_words(self, *before: str, after: tuple[str, ...] = ()) -> Terminal:
        """The same terminal, in which these words are always typed."""
        return Terminal(self._capsys, self._monkeypatch, self.database, before=before, after=after)

    def __call__(self, *arguments: str, refused: bool = False, typed: str = "") -> str:
        self._monkeypatch.setattr("sys.stdin", io.StringIO(typed))
        code = main([*self._before, *arguments, *self._after])
        told = self._capsys.readouterr()
        assert code == int(refused), told.err + told.out
        return told.err + told.out if refused else told.out
