"""A light load generator for where wrk is not installed: prepared bytes out, read to the response's end, next."""

from __future__ import annotations

import asyncio
import json
import sys
import time
from pathlib import Path

from bench.loading import read_requests
from bench.serving import HOST


class Tally:
    """What all connections share: the requests left, when to end, and what came of it."""

    def __init__(self, requests: list[bytes], ends: float, *, once: bool = False) -> None:
        self.requests = requests
        self.ends = ends
        self.once = once
        self.sent = 0
        self.took: list[float] = []
        self.refused = 0
        self.broken = 0

    def over(self) -> bool:
        """Whether no further request is to be sent."""
        return time.perf_counter() >= self.ends or (self.once and self.sent >= len(self.requests))

    def next(self) -> bytes:
        """The next request; the first one again after the last."""
        request = self.requests[self.sent % len(self.requests)]
        self.sent += 1
        return request


class Connection(asyncio.Protocol):
    """One connection with one request in flight."""

    def __init__(self, tally: Tally) -> None:
        self.tally = tally
        self.held = b""
        self.began = 0.0
        self.closed = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        if self.tally.over():
            transport.close()
        else:
            self._ask()

    def _ask(self) -> None:
        self.held = b""
        self.began = time.perf_counter()
        self.transport.write(self.tally.next())

    def data_received(self, data: bytes) -> None:
        self.held += data
        if not _whole(self.held):
            return
        self.tally.took.append(time.perf_counter() - self.began)
        if self.held[9:10] not in (b"2", b"3"):
            self.tally.refused += 1
        self.began = 0.0
        if self.tally.over():
            self.transport.close()
        else:
            self._ask()

    def connection_lost(self, exc: Exception | None) -> None:
        if self.began and (self.held or self.tally.once):
            self.tally.broken += 1
        if not self.closed.done():
            self.closed.set_result(None)


def _whole(held: bytes) -> bool:
    head, blank, body = held.partition(b"\r\n\r\n")
    if not blank:
        return False
    lowered = head.lower()
    _, named, rest = lowered.partition(b"\r\ncontent-length:")
    if named:
        return len(body) >= int(rest.split(b"\r\n", 1)[0])
    return body.endswith(b"0\r\n\r\n") if b"\r\ntransfer-encoding: chunked" in lowered else True


async def _keep_open(tally: Tally, port: int) -> None:
    loop = asyncio.get_running_loop()
    while not tally.over():
        try:
            _, connection = await loop.create_connection(lambda: Connection(tally), HOST, port)
        except OSError:
            tally.broken += 1
            await asyncio.sleep(0.01)
            continue
        await connection.closed


async def run(requests: list[bytes], port: int, seconds: float, connections: int, *, once: bool = False) -> Tally:
    """Keep so many connections busy for so many seconds, or until each request was sent `once`."""
    tally = Tally(requests, time.perf_counter() + seconds, once=once)
    # An answer that never comes must not hold the run: those still open a while after the end count as broken.
    tasks = [asyncio.create_task(_keep_open(tally, port)) for _ in range(connections)]
    _, late = await asyncio.wait(tasks, timeout=seconds + 20)
    tally.broken += len(late)
    for each in late:
        each.cancel()
    return tally


def main() -> None:
    """`python -m bench.client FILE PORT SECONDS CONNECTIONS [once]` prints one line of JSON."""
    path, port, seconds, connections, *rest = sys.argv[1:]
    requests = read_requests(Path(path))
    began = time.perf_counter()
    tally = asyncio.run(run(requests, int(port), float(seconds), int(connections), once=rest == ["once"]))
    took = sorted(tally.took) or [0.0]
    found = {
        "requests": len(tally.took),
        "seconds": time.perf_counter() - began,
        "p50": took[len(took) // 2] * 1000,
        "p99": took[int(len(took) * 0.99)] * 1000,
        "refused": tally.refused,
        "broken": tally.broken,
    }
    print(json.dumps(found))


if __name__ == "__main__":
    main()
