"""PostgreSQL servers that can be stopped, started, lost and replaced: the database as it fails in real life."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

import psycopg

from tests.engines import NoPostgres

_SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "max_connections": "120",
    "fsync": "off",  # a killed process does not lose the page cache, and that is the fault that is tried
    "full_page_writes": "off",
    "wal_level": "replica",
    "max_wal_senders": "8",
    "hot_standby": "on",
    "wal_keep_size": "64MB",
}


def programs() -> Path:
    """Where PostgreSQL's programs are. Raises NoPostgres where there are none that can be started."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: float(path.parent.name))
    if not found or (os.geteuid() == 0 and not shutil.which("runuser")):
        raise NoPostgres("these faults need PostgreSQL's own programs. Install the package postgresql")
    return found[-1]


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Server:
    """One server of its own. `start`, `stop` (politely or not), `kill -9`, `promote`; `gone` removes what is left."""

    bin: Path = field(default_factory=programs)
    folder: Path = field(default_factory=lambda: Path(tempfile.mkdtemp(prefix="chasqui-pg-", dir="/tmp")))
    port: int = field(default_factory=free_port)
    more: dict[str, str] = field(default_factory=dict)

    @property
    def data(self) -> Path:
        return self.folder / "data"

    def url(self, name: str = "postgres") -> str:
        return f"postgresql://postgres@127.0.0.1:{self.port}/{name}"

    def create(self) -> Server:
        """Make its files."""
        if os.geteuid() == 0:
            shutil.chown(self.folder, "postgres")
        self._run("initdb", "-A", "trust", "-N", "-E", "UTF8", "--locale=C", "-U", "postgres", "-D", str(self.data))
        with (self.data / "pg_hba.conf").open("a") as rules:
            rules.write("host replication all 127.0.0.1/32 trust\n")
        return self

    def copied_from(self, primary: Server, name: str) -> Server:
        """Make its files as a standby of this primary."""
        if os.geteuid() == 0:
            shutil.chown(self.folder, "postgres")
        known_as = f"host=127.0.0.1 port={primary.port} user=postgres application_name={name}"
        self._run("pg_basebackup", "-D", str(self.data), "-R", "-X", "stream", "-c", "fast", "-d", known_as)
        return self

    def start(self) -> Server:
        settings = {**_SETTINGS, **self.more, "port": str(self.port), "unix_socket_directories": str(self.folder)}
        options = " ".join(f"-c {name}='{value}'" for name, value in settings.items())
        self._control("-l", str(self.folder / "log"), "-o", options, "start")
        return self

    def stop(self, how: str = "immediate") -> None:
        self._control("-m", how, "stop")

    def promote(self) -> None:
        self._control("promote")

    def kill(self) -> None:
        """End all its processes as a power cut would."""
        first = int((self.data / "postmaster.pid").read_text().split()[0])
        children = subprocess.run(
            ["ps", "-o", "pid=", "--ppid", str(first)], capture_output=True, text=True, check=False
        ).stdout.split()
        for process in (first, *map(int, children)):
            try:
                os.kill(process, signal.SIGKILL)
            except ProcessLookupError:
                continue

    def ask(self, sql: str, name: str = "postgres") -> list[tuple[object, ...]]:
        with psycopg.connect(self.url(name), autocommit=True, connect_timeout=30) as connection:
            found = connection.execute(sql)  # type: ignore[arg-type]
            return found.fetchall() if found.description else []

    def gone(self) -> None:
        """Stop it, whatever state it is in, and remove its files."""
        with contextlib.suppress(NoPostgres):
            self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _control(self, *arguments: str) -> None:
        self._run("pg_ctl", "-D", str(self.data), "-w", "-t", "30", *arguments)

    def _run(self, program: str, *arguments: str) -> None:
        as_user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        # Output goes to a file, not a pipe: the server keeps a pipe open, and we would wait for it for ever.
        with tempfile.TemporaryFile() as said:
            command = [*as_user, str(self.bin / program), *arguments]
            if subprocess.run(command, stdout=said, stderr=subprocess.STDOUT, cwd="/", check=False).returncode:
                said.seek(0)
                raise NoPostgres(f"{program} failed: {said.read().decode(errors='replace')[-500:]}")
