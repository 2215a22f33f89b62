"""Start one server in a process of its own, wait until it answers, read its CPU and memory, and end it."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HOST = "127.0.0.1"
_START = 30  # seconds that a server has to begin
_STOP = 10  # seconds that it has to end


class NotServing(Exception):
    """A server did not begin, or ended; the message holds the end of what it wrote."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """A server that runs: its process and the port at which it listens."""

    process: subprocess.Popen[bytes]
    port: int
    log: Path

    def cpu(self) -> float | None:
        """CPU seconds used so far by the process and its children; None where /proc is not there."""
        spent = [_cpu(each) for each in _family(self.process.pid)]
        return sum(spent) if spent else None

    def memory(self) -> float | None:
        """Resident memory in MiB of the process and its children; None where /proc is not there."""
        held = [_resident(each) for each in _family(self.process.pid)]
        return sum(held) if held else None


def free_port() -> int:
    """A loopback port that nobody listens at."""
    with socket.socket() as one:
        one.bind((HOST, 0))
        return int(one.getsockname()[1])


@contextlib.contextmanager
def serving(command: Sequence[str], port: int, log: Path, *, more: dict[str, str] | None = None) -> Iterator[Server]:
    """Run `command` (the arguments of this Python) until the block ends. Raises NotServing when it does not begin.

    Settings of the person who measures (CHASQUI_…, and an .env in the project) are kept from it; `more` are those it
    gets instead. It runs in the folder of its log.
    """
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CHASQUI_")}
    kept["PYTHONPATH"] = str(ROOT)
    with log.open("wb") as written:
        process = subprocess.Popen(
            [sys.executable, *command],
            cwd=log.parent, env=kept | (more or {}), stdout=written, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL,
        )  # fmt: skip
    server = Server(process=process, port=port, log=log)
    try:
        wait_for(server)
        yield server
    finally:
        _end(process)


def wait_for(server: Server) -> None:
    """Return once the port accepts a connection; raises NotServing when the process ends or is too slow."""
    until = time.monotonic() + _START
    while time.monotonic() < until:
        if server.process.poll() is not None:
            break
        with contextlib.suppress(OSError), socket.create_connection((HOST, server.port), timeout=1):
            return
        time.sleep(0.005)
    written = server.log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
    raise NotServing(f"it did not begin ({written[-1] if written else 'it said nothing'})")


def _end(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
    try:
        process.wait(_STOP)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _family(pid: int) -> list[int]:
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    except OSError:
        return []
    return [pid, *(each for child in children for each in _family(int(child)))]


def _cpu(pid: int) -> float:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _resident(pid: int) -> float:
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1])
    except OSError:
        return 0.0
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20
