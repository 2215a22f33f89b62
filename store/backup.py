"""Copy a SQLite database while it serves, and put a copy back in its place."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from store import recovery
from store.database import Database
from store.errors import StoreError
from store.lock import hold
from store.migrating import HEAD, REVISIONS

_BESIDE = ("-wal", "-shm", "-journal")
KEEP = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """A backup that was made and looked through."""

    path: Path
    octets: int
    held: int  # messages that waited to be sent at that moment


def back_up(database: Database, target: Path, *, force: bool = False) -> Copy:
    """Copy a SQLite database that may be in use to `target`, readable by this user only, and check the copy.

    One step of the online backup API reads one state of the database and holds up no writer. The copy is marked, so
    that wherever it is put in place nothing that waited is said again before a person says so. Raises StoreError
    where `target` exists (without `force`), or cannot be written, or the copy is damaged; then no file is left.
    """
    source = _sqlite_path(database)
    if target.exists() and not force:
        raise StoreError(f"{target} exists. Name another file, or write over it with --force.")
    if target.exists() and target.samefile(source):
        raise StoreError(f"{target} is the database itself. Name another file.")
    part = target.with_name(target.name + ".part")
    taken_at = database.now()
    try:
        _copy(source, part)
        waited = _mark(part, taken_at)
        look_through(part)
        _settle(part)
        part.replace(target)
        _sync_folder(target)
    except (OSError, sqlite3.Error) as error:
        raise StoreError(f"The backup {target} could not be made: {error}.") from error
    finally:
        for name in ("", *_BESIDE):
            part.with_name(part.name + name).unlink(missing_ok=True)
    return Copy(path=target, octets=target.stat().st_size, held=waited)


def look_through(path: Path) -> str:
    """Check that `path` is a whole database of ours that this program understands; returns its schema revision.
    Raises StoreError with what is wrong."""
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as connection:
            said = connection.execute("PRAGMA integrity_check").fetchone()[0]
            if said != "ok":
                raise StoreError(f"{path} is damaged: {said}.")
            found = str(connection.execute("SELECT version_num FROM alembic_version").fetchone()[0])
    except (sqlite3.Error, TypeError) as error:
        raise StoreError(f"{path} is not a database of Chasqui: {error}.") from None
    if found not in REVISIONS:
        raise StoreError(f"{path} has schema {found}, and this program knows schemas up to {HEAD} only.")
    return found


def restore(backup: Path, path: Path, now: datetime) -> Path | None:
    """Put `backup` in the place of the database at `path`, in recovery; returns where the old one was put, if there was
    one. Raises StoreError where a server holds the database, or the backup is not fit."""
    look_through(backup)
    path.parent.mkdir(parents=True, exist_ok=True)
    held = hold(path)
    try:
        part = path.with_name(path.name + ".part")
        _copy(backup, part)
        _settle(part)
        aside = _put_aside(path, now) if path.exists() else None
        part.replace(path)
        _sync_folder(path)
        database = Database.open(f"sqlite:///{path}")
        try:
            database.migrate()
            with database.writing() as conn:
                recovery.hold(conn, now, now, f"restored from {backup.name}")
        finally:
            database.close()
    except (OSError, sqlite3.Error) as error:
        raise StoreError(f"{backup} could not be put in place of {path}: {error}.") from error
    finally:
        held.release()
    return aside


def daily(database: Database, folder: Path, now: datetime, keep: int = KEEP) -> Copy | None:
    """Today's backup in `folder` (by UTC), if there is none yet; of all those made here the newest `keep` stay."""
    target = folder / f"chasqui-{now:%Y-%m-%d}.db"
    if target.exists():
        return None
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    made = back_up(database, target)
    for old in made_in(folder)[:-keep]:
        old.unlink()
    return made


def made_in(folder: Path) -> list[Path]:
    """The daily backups in a folder, the oldest first."""
    return sorted(folder.glob("chasqui-????-??-??.db"))


def _sqlite_path(database: Database) -> Path:
    if database.path is None:
        raise StoreError("This database is on a PostgreSQL server, which has its own backups.")
    if not database.path.exists():
        raise StoreError(f"There is no database {database.path} yet.")
    return database.path


def _copy(source: Path, part: Path) -> None:
    part.unlink(missing_ok=True)
    os.close(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))  # before there is anything to read in it
    uri = f"{source.absolute().as_uri()}?mode=ro"
    with closing(sqlite3.connect(uri, uri=True)) as read, closing(sqlite3.connect(part)) as write:
        read.backup(write)
        write.execute("PRAGMA journal_mode=DELETE")  # one file, without a log beside it


def _mark(part: Path, taken_at: datetime) -> int:
    database = Database.open(f"sqlite:///{part}")
    try:
        database.migrate()
        with database.writing() as conn:
            recovery.hold(conn, taken_at, taken_at, "a backup was put in place")
            return sum(recovery.held(conn).messages.values())
    finally:
        database.close()


def _settle(part: Path) -> None:
    with closing(sqlite3.connect(part)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.execute("PRAGMA journal_mode=DELETE")
    part.chmod(0o600)
    with part.open("rb+") as file:
        os.fsync(file.fileno())


def _put_aside(path: Path, now: datetime) -> Path:
    aside = path.with_name(f"{path.name}.before-{now:%Y%m%dT%H%M%S}")
    with closing(sqlite3.connect(path)) as connection:  # what stands in the log belongs to the file
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    path.replace(aside)
    for name in _BESIDE:
        left = path.with_name(path.name + name)
        if left.exists():
            left.replace(aside.with_name(aside.name + name))
    return aside


def _sync_folder(path: Path) -> None:
    handle = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
