"""Keep a SQLite file to one serving process: a second one is refused by the name of the first."""

from __future__ import annotations

import fcntl
import os
import socket
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from store.errors import StoreError

_AT = ", at "


@dataclass(frozen=True, slots=True, kw_only=True)
class Lock:
    """A file that is held; it is let go with `release`, or by the system when the process ends."""

    path: Path
    handle: int

    def release(self) -> None:
        """Let the next one in."""
        os.ftruncate(self.handle, 0)
        os.close(self.handle)


def hold(path: Path, at: str = "") -> Lock:
    """Hold the database file at `path` for this process, by a file `….lock` beside it. `at`: the address of its pages.

    Raises StoreError naming who holds it: host, process and since when. Two hosts on one network drive see each
    other as far as the drive passes on flock; SQLite itself is no safer there.
    """
    beside = _beside(path)
    try:
        beside.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(beside, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError as error:
        raise StoreError(f"The lock file {beside} cannot be written: {error.strerror}.") from None
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        holder = os.pread(handle, 1000, 0).decode(errors="replace").strip() or "a process that did not say its name"
        os.close(handle)
        raise StoreError(
            f"{path} is already served by {holder}. Stop that one first, or name another database."
        ) from None
    started = datetime.now(UTC).isoformat(timespec="seconds")
    where = f"{_AT}{at}" if at else ""
    os.ftruncate(handle, 0)
    os.pwrite(handle, f"process {os.getpid()} on {socket.gethostname()}, since {started}{where}\n".encode(), 0)
    return Lock(path=beside, handle=handle)


def served_at(path: Path) -> str:
    """The address of the pages of the process that serves the database file at `path`, or that did when it was killed;
    empty where none says so."""
    try:
        return _beside(path).read_text(errors="replace").strip().partition(_AT)[2]
    except OSError:
        return ""


def _beside(path: Path) -> Path:
    return path.with_name(path.name + ".lock")
