"""Bring the tables up to what this program knows, and refuse a database that is not ours to change."""

from __future__ import annotations

import os
from pathlib import Path

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError

from store.errors import StoreError

# Every revision this program knows, oldest first. A new file in migrations/versions/ is added here.
REVISIONS = ("0001", "0002", "0003", "0004", "0005")
HEAD = REVISIONS[-1]

# One key for the whole house: the first process migrates, the others wait and find it done.
_LOCK = 0x43484153


def revision(connection: Connection) -> str:
    """The revision that the database is at; an empty text where it has no tables yet."""
    try:
        with connection.begin_nested():
            return str(connection.execute(text("SELECT version_num FROM alembic_version")).scalar() or "")
    except DBAPIError as error:
        if "alembic_version" in str(error.orig):  # no such table
            return ""
        raise


def migrate(writer: Engine, readers: Engine, path: Path | None) -> None:
    """Upgrade to `HEAD`, in one transaction. Raises StoreError for a newer schema or a file that cannot be written."""
    if path:
        _refuse_read_only(path)
    with readers.begin() as connection:
        if _is_current(connection):
            return
    with writer.begin() as connection:
        if not path:
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
        if not _is_current(connection):
            _upgrade(connection)


def _is_current(connection: Connection) -> bool:
    found = revision(connection)
    if found and found not in REVISIONS:
        raise StoreError(
            f"The database has schema {found}, and this program knows schemas up to {HEAD} only. "
            "Start a newer program, or name another database."
        )
    return found == HEAD


def _refuse_read_only(path: Path) -> None:
    # Asked of the file itself too: the administrator may write what nobody is meant to.
    if path.exists() and not (os.access(path, os.W_OK) and path.stat().st_mode & 0o222):
        raise StoreError(f"The database file {path} cannot be written. Give this user the right to write it.")
    if not os.access(path.parent, os.W_OK):
        raise StoreError(f"The folder {path.parent} cannot be written. Give this user the right to write it.")


def _upgrade(connection: Connection) -> None:
    # Alembic costs 0.1 s to import, and nearly every start finds nothing to do.
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
