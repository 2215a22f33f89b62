"""What tests of commands share: a folder of one's own with a database and the small courses, and a terminal in it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from store.database import Database
from tests.cli.terminals import Terminal
from tests.transcripts.playing import content


@pytest.fixture
def terminal(
    tmp_path: Path, migrated_sqlite: bytes, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Terminal]:
    """A terminal in English."""
    (tmp_path / "c.db").write_bytes(migrated_sqlite)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LC_ALL", "en_US.UTF-8")
    monkeypatch.setenv("CHASQUI_DATABASE_URL", f"sqlite:///{tmp_path}/c.db")
    monkeypatch.setenv("CHASQUI_CONTENT_DIR", str(content(tmp_path / "content")))
    monkeypatch.setenv("CHASQUI_SECRET_KEY", "a key for tests")
    database = Database.open(f"sqlite:///{tmp_path}/c.db")
    yield Terminal(capsys, monkeypatch, database)
    database.close()
