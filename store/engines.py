"""Read a database URL and open its engines: what each kind of database needs to be safe and quick."""

from __future__ import annotations

import difflib
import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError

from store.errors import StoreError

# How long SQLite waits by itself for a foreign process's write lock; `Database.do` tries a few times on top.
BUSY_MS = 500
PG_CONNECTIONS = 8
_SWITCH = 0.0005  # seconds

_WORDS = {
    "sslmode": ("disable", "allow", "prefer", "require", "verify-ca", "verify-full"),
    "target_session_attrs": ("any", "read-write", "read-only", "primary", "standby", "prefer-standby"),
}
_READ_ONLY = "25006"  # read_only_sql_transaction: the server has become a standby
_DRIVERS = {
    "sqlite": "sqlite+pysqlite",
    "sqlite+pysqlite": "sqlite+pysqlite",
    "sqlite+aiosqlite": "sqlite+pysqlite",
    "postgres": "postgresql+psycopg",
    "postgresql": "postgresql+psycopg",
    "postgresql+psycopg": "postgresql+psycopg",
    "postgresql+asyncpg": "postgresql+psycopg",
}


def read_url(url: str) -> URL:
    """Read a database URL, whichever driver it names: one synchronous driver a kind is used.

    Raises ValueError with a sentence for the operator; the sentence never repeats the URL, which holds a password.
    """
    try:
        found = make_url(_spread_hosts(url.strip()))
        driver = _DRIVERS[found.drivername]
    except (ArgumentError, KeyError, ValueError):
        raise ValueError(
            "The database URL is not understood. Write sqlite:///var/chasqui.db or postgresql://user:password@host/name."
        ) from None
    if driver.startswith("sqlite") and found.database in (None, "", ":memory:"):
        raise ValueError("A database in memory forgets everything. Name a file: sqlite:///var/chasqui.db")
    if "ssl" in found.query:  # asyncpg's word for libpq's sslmode
        found = found.update_query_dict({"sslmode": found.query["ssl"]}).difference_update_query(["ssl"])
    if not driver.startswith("sqlite"):
        _refuse_odd(found)
        if _many_hosts(found) and "target_session_attrs" not in found.query:
            # Of several servers only the primary takes what is written.
            found = found.update_query_dict({"target_session_attrs": "read-write"})
    return found.set(drivername=driver)


def _spread_hosts(url: str) -> str:
    """libpq's `a:5432,b/name` as the toolkit wants it: one `host=` a server. Any other URL is left as it is."""
    scheme, _, rest = url.partition("://")
    head, _, query = rest.partition("?")
    authority, slash, name = head.rpartition("/") if "/" in head else (head, "", "")
    user, at, hosts = authority.rpartition("@")
    if "," not in hosts:
        return url
    if not all(hosts.split(",")):
        raise ValueError("a host without a name")
    spread = "&".join(f"host={host}" for host in hosts.split(","))
    return f"{scheme}://{user}{at}{slash or '/'}{name}?{query + '&' if query else ''}{spread}"


def _many_hosts(url: URL) -> bool:
    given = url.query.get("host", ())
    return (not isinstance(given, str) and len(given) > 1) or "," in str(given)


def _refuse_odd(url: URL) -> None:
    """Raise ValueError for what libpq would not understand, before anybody waits for a connection."""
    if url.port is not None and not 0 < url.port < 65_536:
        raise ValueError(f"The database URL names port {url.port}. Write one from 1 to 65535.")
    from psycopg import pq  # SQLite needs nothing of it

    known = {option.keyword.decode() for option in pq.Conninfo.get_defaults()}
    for name, value in url.query.items():
        if name not in known:
            near = difflib.get_close_matches(name, sorted(known), 1, 0.6)
            meant = (
                f"Did you mean {near[0]}?" if near else "PostgreSQL's manual lists them (libpq, parameter key words)."
            )
            raise ValueError(f"The database URL sets {name!r}, which PostgreSQL does not know. {meant}")
        if name in _WORDS and value not in _WORDS[name]:
            raise ValueError(f"The database URL sets {name}={value}. Write one of {', '.join(_WORDS[name])}.")
    hosts = url.query.get("host", ())
    for host in (hosts,) if isinstance(hosts, str) else hosts:
        name, colon, port = host.partition(":")
        if not name or (colon and host.count(":") == 1 and not (port.isdigit() and 0 < int(port) < 65_536)):
            raise ValueError("The database URL names a host that is empty, or a port that is not 1 to 65535.")


# A dead peer is noticed within about 25 s, so that its locks do not hold us up longer. What the URL says, wins.
_PATIENCE = {
    "connect_timeout": 5,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 20_000,
}


def sqlite_engines(url: URL) -> tuple[Engine, Engine]:
    """A writer of one connection, and readers that cannot write. The parent folder is created."""
    path = Path(url.database or "")
    path.parent.mkdir(parents=True, exist_ok=True)
    # SQLite works in this process, and its driver lets go of the interpreter with each call. While a busy loop sends or
    # hears, each return would wait up to 5 ms for it: ten times in a transaction, during which everybody waits.
    sys.setswitchinterval(min(sys.getswitchinterval(), _SWITCH))
    # One writer connection, so that it alone checkpoints: SQLite before 3.51.3 can damage a WAL file that two
    # connections of which one checkpoints and one writes reset at once.
    writer = create_engine(url, pool_size=1, max_overflow=0, pool_timeout=10, hide_parameters=True)
    readers = create_engine(url, pool_size=4, max_overflow=4, pool_timeout=10, pool_use_lifo=True, hide_parameters=True)
    for engine in (writer, readers):
        event.listen(engine, "do_connect", lambda *_: _made_private(path))
        event.listen(engine, "handle_error", _refuse_too_large)
    event.listen(writer, "connect", _prepare_sqlite)
    event.listen(readers, "connect", _prepare_sqlite_reader)
    # The driver's own BEGIN comes only before the first write, and then a read-modify-write loses updates.
    event.listen(writer, "begin", _begin_immediate)
    event.listen(readers, "begin", _begin)
    return writer, readers


def postgresql_engines(url: URL) -> tuple[Engine, Engine]:
    """One pool; readers are the same connections with transactions that cannot write."""
    engine = create_engine(
        url,
        pool_size=PG_CONNECTIONS,
        max_overflow=0,
        pool_timeout=10,
        hide_parameters=True,
        connect_args={name: value for name, value in _PATIENCE.items() if name not in url.query},
    )
    event.listen(engine, "connect", _prepare_postgresql)
    event.listen(engine, "handle_error", _leave_a_standby)
    return engine, engine.execution_options(postgresql_readonly=True)


def _made_private(path: Path) -> None:
    """Make the file where there is none: names, numbers and answers are nobody's but the owner's to read. SQLite gives
    the files beside it the same rights; a file that is there keeps those that somebody gave it."""
    with suppress(OSError):  # there already; or it cannot be made, and then SQLite says why
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # transactions are opened by hand, below
    for pragma in (
        f"busy_timeout={BUSY_MS}",
        "journal_mode=WAL",
        "synchronous=FULL",  # NORMAL can lose the last commits on a power cut; grouped commits make FULL cheap
        "foreign_keys=ON",
        "temp_store=MEMORY",
        "cache_size=-8000",
        # A busy thread's row is rewritten with every answer: folding the log back seldom writes its page once instead
        # of many times. Mostly it is done between two commits (`Database.run`); this is for what is left.
        "wal_autocheckpoint=16000",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _prepare_sqlite_reader(connection: Any, record: object) -> None:
    _prepare_sqlite(connection, record)
    connection.execute("PRAGMA query_only=ON")
    # Each reader fills a cache of its own, and the system's holds the same pages once for all of them.
    connection.execute("PRAGMA cache_size=-1500")


def _refuse_too_large(context: Any) -> None:
    """SQLite's driver has no error of its own for a number of more than 64 bits: whoever asks for one is answered, as
    by PostgreSQL, that there is none. Raises StoreError."""
    if isinstance(context.original_exception, OverflowError):
        raise StoreError("Nothing here has so large a number. The lists show the numbers that there are.")


def _begin_immediate(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN")


def _leave_a_standby(context: Any) -> None:
    """After a failover the connections to the old primary may live on: they are closed, and the next one is opened to
    whichever server takes writes now."""
    if getattr(context.original_exception, "sqlstate", None) == _READ_ONLY:
        context.is_disconnect = True


def _prepare_postgresql(connection: Any, _record: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = '15s'")
        cursor.execute("SET lock_timeout = '5s'")
        cursor.execute("SET idle_in_transaction_session_timeout = '60s'")
    connection.commit()
