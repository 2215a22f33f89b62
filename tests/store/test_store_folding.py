"""The log of SQLite is folded back between two commits of the one who writes, and whoever reads is in nobody's way."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

from store.database import Database


async def write(database: Database, batches: range) -> None:
    def work(number: int) -> None:
        with database.writing() as conn:
            conn.exec_driver_sql(
                "INSERT INTO counters (name, day, n) VALUES (?, '', 1)", [(f"{number}/{row}",) for row in range(500)]
            )

    for number in batches:
        await database.run(lambda number=number: work(number))  # type: ignore[misc]


def in_the_file_alone(database: Database, folder: Path) -> int:
    """How many rows somebody finds who has the file and not its log."""
    assert database.path
    copied = folder / "alone.db"
    shutil.copy(database.path, copied)
    with closing(sqlite3.connect(copied)) as alone:
        return int(alone.execute("SELECT count(*) FROM counters WHERE day = ''").fetchone()[0])


async def test_after_some_thousand_rows_the_file_holds_what_the_log_held(sqlite: Database, tmp_path: Path) -> None:
    await write(sqlite, range(2))
    assert in_the_file_alone(sqlite, tmp_path) == 0, "it is folded with every commit, which writes each page too often"
    await write(sqlite, range(2, 9))
    assert in_the_file_alone(sqlite, tmp_path) >= 2000


async def test_a_reader_who_looks_for_long_stops_no_writer(sqlite: Database, tmp_path: Path) -> None:
    await write(sqlite, range(1))
    with sqlite.reading() as conn:
        count = "SELECT count(*) FROM counters WHERE day = ''"
        assert conn.exec_driver_sql(count).scalar_one() == 500
        await write(sqlite, range(1, 9))
        assert conn.exec_driver_sql(count).scalar_one() == 500
    await write(sqlite, range(9, 14))
    assert in_the_file_alone(sqlite, tmp_path) >= 2000
