"""The log of SQLite is folded back while the writer goes on, and a trouble with that costs nothing."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from store.database import Database


def write(database: Database, batches: range) -> None:
    for number in batches:
        with database.writing() as conn:
            conn.exec_driver_sql(
                "INSERT INTO counters (name, day, n) VALUES (?, '', 1)", [(f"{number}/{row}",) for row in range(500)]
            )


def in_the_file_alone(database: Database, folder: Path) -> int:
    """How many rows somebody finds who has the file and not its log."""
    assert database.path
    copied = folder / "alone.db"
    shutil.copy(database.path, copied)
    with closing(sqlite3.connect(copied)) as alone:
        return int(alone.execute("SELECT count(*) FROM counters WHERE day = ''").fetchone()[0])


def test_after_some_thousand_rows_the_file_holds_what_the_log_held(sqlite: Database, tmp_path: Path) -> None:
    write(sqlite, range(2))
    assert in_the_file_alone(sqlite, tmp_path) == 0, "it is folded with every commit, which writes each page too often"
    write(sqlite, range(2, 10))
    assert sqlite._folding
    sqlite._folding.close()
    assert in_the_file_alone(sqlite, tmp_path) >= 3000


def test_a_log_that_cannot_be_folded_stops_no_writer(
    sqlite: Database, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuses() -> None:
        raise OSError("no more files")

    with monkeypatch.context() as patched:
        patched.setattr(sqlite._readers, "raw_connection", refuses)
        write(sqlite, range(9))
        assert sqlite._folding
        sqlite._folding.close()
    assert "could not be folded back: OSError" in caplog.text
    with sqlite.reading() as conn:
        assert conn.exec_driver_sql("SELECT count(*) FROM counters WHERE day = ''").scalar_one() == 4500
