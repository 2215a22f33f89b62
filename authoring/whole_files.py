"""Write a file whole or not at all, and keep a folder to one writer, so that nobody ever reads a half."""

from __future__ import annotations

import fcntl
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def writing_in(folder: Path) -> Iterator[None]:
    """Make `folder` where it is missing, and wait until no other thread or process of this machine writes in it.

    Raises OSError where it cannot be made or opened.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)  # by this opening of the folder: two threads exclude each other too
        yield
    finally:
        os.close(handle)


def put(path: Path, content: bytes) -> None:
    """Write `content` to `path`, for its owner only. Who reads meanwhile finds the file of before, or none.

    Raises OSError, and then leaves nothing behind.
    """
    handle, half = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")  # 0600, and a name of its own
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(half, path)
    except BaseException:
        os.unlink(half)
        raise
