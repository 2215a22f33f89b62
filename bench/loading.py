"""Send prepared requests over many connections from another process: by wrk where it is there, else by client.py."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from bench.serving import HOST, ROOT

WIDTH = 8  # decimal digits of the length that stands before each request in a file


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """What one load came to."""

    requests: int  # answered, whatever the answer
    seconds: float
    p50: float  # milliseconds
    p99: float  # milliseconds
    refused: int  # answered by something other than 2xx or 3xx
    broken: int  # connections that failed, and answers that did not come in time

    @property
    def rate(self) -> float:
        """Requests answered a second."""
        return self.requests / self.seconds if self.seconds else 0.0


def write_requests(path: Path, requests: Iterable[bytes]) -> int:
    """Keep whole HTTP requests in a file, each with its length in front; returns how many."""
    count = 0
    with path.open("wb") as out:
        for count, request in enumerate(requests, 1):  # noqa: B007 - the last one is the number of all
            out.write(b"%0*d%b" % (WIDTH, len(request), request))
    return count


def read_requests(path: Path) -> list[bytes]:
    """The requests of a file that `write_requests` made."""
    held, at, found = path.read_bytes(), 0, []
    while at < len(held):
        start = at + WIDTH
        at = start + int(held[at:start])
        found.append(held[start:at])
    return found


def generator(wanted: str = "") -> str:
    """Which load generator is used: `wrk` or `python`."""
    return wanted or ("wrk" if shutil.which("wrk") else "python")


def load(requests: Path, port: int, *, seconds: float, connections: int, by: str) -> Load:
    """Send the requests of a file for so many seconds, from the first again after the last.

    Raises RuntimeError when the generator itself fails.
    """
    if by == "wrk":
        command = [
            "wrk", "-t1", f"-c{connections}", f"-d{max(1, round(seconds))}s", "--timeout", "20s",
            "-s", str(ROOT / "bench" / "wrk.lua"), f"http://{HOST}:{port}/", "--", str(requests),
        ]  # fmt: skip
    else:
        command = [sys.executable, "-m", "bench.client", str(requests), str(port), str(seconds), str(connections)]
    return _outcome(command, seconds)


def once(requests: Path, port: int, *, connections: int, within: float = 300) -> Load:
    """Send each request of a file once. Raises RuntimeError when the generator itself fails."""
    client = [sys.executable, "-m", "bench.client", str(requests), str(port), str(within), str(connections), "once"]
    return _outcome(client, within)


def _outcome(command: list[str], seconds: float) -> Load:
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=seconds + 60)
    lines = [line for line in done.stdout.splitlines() if line.startswith("{")]
    if done.returncode or not lines:
        raise RuntimeError(f"the load generator did not work: {(done.stderr or done.stdout).strip()[-400:]}")
    return Load(**json.loads(lines[-1]))
