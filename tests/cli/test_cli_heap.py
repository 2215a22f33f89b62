"""Threads take their memory from one heap, so that what one gave back another can use."""

from __future__ import annotations

import platform
import subprocess
import sys
from pathlib import Path

import pytest

_COUNT = """
import sys, threading
from pathlib import Path
from cli import wiring
if sys.argv[1:]:
    wiring.share_heap()
met = threading.Barrier(5)
def work():
    held = [bytes(700) for _ in range(2000)]
    met.wait()
    met.wait()
threads = [threading.Thread(target=work) for _ in range(4)]
for each in threads: each.start()
met.wait()
starts = [int(line.split("-")[0], 16) for line in Path("/proc/self/maps").read_text().splitlines() if " rw-p " in line]
print(sum(start % (64 << 20) == 0 for start in starts))
met.wait()
"""
_ROOT = Path(__file__).parents[2]


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="another C library has no heap for each thread")
def test_threads_share_one_heap() -> None:
    def heaps(*arguments: str) -> int:
        run = [sys.executable, "-c", _COUNT, *arguments]
        return int(subprocess.run(run, cwd=_ROOT, capture_output=True, text=True, check=True).stdout)

    assert heaps() >= 4, "they have heaps of their own where nothing is done"
    assert heaps("shared") == 0


_READ = """
import asyncio, sys
from cli import wiring
if sys.argv[1:]:
    wiring.read_little()
class Reading(asyncio.Protocol):
    longest = 0
    def data_received(self, data):
        Reading.longest = max(Reading.longest, len(data))
    def connection_lost(self, error):
        over.set_result(None)
async def main():
    global over
    loop = asyncio.get_running_loop()
    over = loop.create_future()
    server = await loop.create_server(Reading, "127.0.0.1", 0)
    _, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
    writer.write(bytes(4 << 20))
    await writer.drain()
    writer.close()
    await over
    print(Reading.longest)
asyncio.run(main())
"""


def test_a_socket_is_read_in_small_pieces() -> None:
    def longest(*arguments: str) -> int:
        run = [sys.executable, "-c", _READ, *arguments]
        return int(subprocess.run(run, cwd=_ROOT, capture_output=True, text=True, check=True).stdout)

    assert longest() > 16 * 1024, "so much is asked for where nothing is done"
    assert longest("little") == 16 * 1024
