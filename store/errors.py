"""What the store says when it cannot: two errors, and which database trouble is which."""

from __future__ import annotations

import sqlite3

from sqlalchemy import exc


class StoreError(Exception):
    """The database refuses this: a mistake in what was to be written, or a database that is not ours to write."""


class Unavailable(StoreError):
    """The database cannot be reached or written for now. Nothing is lost by trying again later.

    Where the connection broke while a commit was under way, the outcome is not known: read before writing again.
    """


# https://www.sqlite.org/rescode.html: 1 error (a mistake in the statement), 5 busy, 6 locked.
_SQLITE_MISTAKE, _SQLITE_BUSY = 1, frozenset((5, 6))
# https://www.postgresql.org/docs/current/errcodes-appendix.html: serialization failure, deadlock, lock not available.
# A unique violation (23505) that a replay does not repeat was a race: two writers between look and leap.
_REPLAYED = frozenset(("40001", "40P01", "55P03", "23505"))
# Connection, resources, operator intervention, system error; and a primary that has become a standby.
_AWAY = ("08", "53", "57", "58", "25006")


def worth_replaying(error: BaseException | None) -> bool:
    """Whether the transaction was rolled back for a reason that a replay may not meet again."""
    if not isinstance(error, exc.DBAPIError):
        return False
    orig = error.orig
    if isinstance(orig, sqlite3.Error):
        return (getattr(orig, "sqlite_errorcode", 0) or 0) & 0xFF in _SQLITE_BUSY
    return getattr(orig, "sqlstate", None) in _REPLAYED


def translated(error: Exception) -> StoreError:
    """The error as the rooms above know it. It names no parameter, so that no person's data reaches a log."""
    if isinstance(error, exc.TimeoutError):
        return Unavailable("The database has no free connection.")
    if not isinstance(error, exc.DBAPIError):
        return StoreError(f"{type(error).__name__}: {_first_line(error)}")
    said = f"{type(error.orig).__name__}: {_first_line(error.orig)}"
    return Unavailable(said) if _is_away(error) else StoreError(said)


def _is_away(error: exc.DBAPIError) -> bool:
    if error.connection_invalidated or (worth_replaying(error) and not isinstance(error, exc.IntegrityError)):
        return True
    if isinstance(error.orig, sqlite3.Error):
        code = (getattr(error.orig, "sqlite_errorcode", 0) or 0) & 0xFF
        return isinstance(error, exc.OperationalError) and code != _SQLITE_MISTAKE
    state = getattr(error.orig, "sqlstate", None)
    return state.startswith(_AWAY) if state else isinstance(error, exc.OperationalError | exc.InterfaceError)


def _first_line(error: BaseException | None) -> str:
    # PostgreSQL puts the offending key, which may be an address, into the second line.
    return str(error).partition("\n")[0]
