"""What every room's tests share: a fresh database of each kind."""

from __future__ import annotations

import itertools
import logging
import os
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from authoring import shelf as shelves
from authoring.loading import KEPT, Loaded, changed, load
from authoring.shelf import Shelf
from cli.logs import ROOMS
from store.database import Database
from tests.engines import NoPostgres, Server, server
from tests.houses import shelf_at

_numbers = itertools.count()


@pytest.fixture(autouse=True)
def logging_as_before() -> Iterator[None]:
    """A command that a test has run sets up logging for its process; the next test begins as if it had not."""
    root = logging.getLogger()
    handlers = list(root.handlers)
    levels = {name: logging.getLogger(name).level for name in ("", *ROOMS)}
    yield
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)
    for handler in set(root.handlers) - set(handlers):
        root.removeHandler(handler)
    for handler in handlers:
        if handler not in root.handlers:
            root.addHandler(handler)


@pytest.fixture(scope="session", autouse=True)
def content_read_once() -> Iterator[None]:
    """A third of a second is saved each time that the same files, by their stamp, are put on a shelf once more."""
    known: dict[str, Loaded] = {}

    def once(path: Path, today: date | None = None) -> Loaded:
        if today or not path.is_dir() or (path / KEPT).exists():
            return load(path, today)
        stamp = changed(path) or ""
        if stamp not in known:
            known[stamp] = load(path)
        return known[stamp]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(shelves, "load", once)
        yield


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """A PostgreSQL server; one a session (and a worker of pytest-xdist)."""
    try:
        with server() as found:
            yield found
    except NoPostgres as reason:
        pytest.skip(str(reason))


@pytest.fixture(scope="session")
def migrated_postgres(postgres: Server) -> Iterator[tuple[Server, str]]:
    """A database with all tables and no rows, to copy."""
    name = f"migrated_{os.getpid()}"
    database = Database.open(postgres.create(name))
    database.migrate()
    database.close()
    yield postgres, name
    postgres.drop(name)


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A SQLite file with all tables and no rows, to copy."""
    path = tmp_path_factory.mktemp("migrated") / "chasqui.db"
    database = Database.open(f"sqlite:///{path}")
    database.migrate()
    database.close()
    return path.read_bytes()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a fresh, migrated database of each kind."""
    if request.param == "sqlite":
        path = tmp_path / "chasqui.db"
        path.write_bytes(request.getfixturevalue("migrated_sqlite"))
        yield f"sqlite:///{path}"
        return
    found, template = request.getfixturevalue("migrated_postgres")
    name = f"test_{os.getpid()}_{next(_numbers)}"
    yield found.create(name, template)
    found.drop(name)


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """A fresh, migrated database of each kind."""
    opened = Database.open(database_url)
    yield opened
    opened.close()


@pytest.fixture
def sqlite(tmp_path: Path, migrated_sqlite: bytes) -> Iterator[Database]:
    """A fresh, migrated SQLite database."""
    path = tmp_path / "chasqui.db"
    path.write_bytes(migrated_sqlite)
    opened = Database.open(f"sqlite:///{path}")
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Shelf:
    """The small courses of the transcripts."""
    return shelf_at(tmp_path_factory.mktemp("shelf") / "content")
