"""Ours behind the webhook: everything of `chasqui run` but the sending, over learners in the middle of a course.

`prepare` does not write tables: it lets every learner join by message, once a run, and copies that database.
"""

from __future__ import annotations

import asyncio
import contextlib
import importlib.util
import shutil
import signal
import sqlite3
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from bench.environment import DATABASE, environment
from bench.inbound import webhook
from bench.loading import once, write_requests
from bench.serving import HOST, free_port, serving

# What a newcomer writes until the first question of the first lesson stands open.
JOINING = ("VIVERO", "SI", "Rosa")
_PATIENCE = 120  # seconds in which everybody has joined
_ROOMS = ("authoring.shelf", "cli.serving", "messaging.working", "store.turns", "webhooks.limits")


def missing() -> str:
    """Why ours cannot run; empty where it can."""
    absent = [room for room in _ROOMS if importlib.util.find_spec(room) is None]
    return f"{', '.join(absent)} not there" if absent else ""


def settings(folder: Path, learners: int) -> Mapping[str, str]:
    """Nothing: the server is told everything as arguments."""
    return {}


def prepare(folder: Path, learners: int) -> None:
    """A database of learners in the middle of a course, each with an open question. Made once, then copied."""
    ready = folder.parent / f"ours.{learners}"
    if not ready.exists():
        making = folder.parent / "ours.making"
        shutil.rmtree(making, ignore_errors=True)
        making.mkdir(parents=True)
        _join_all(making, learners)
        making.rename(ready)
    shutil.copytree(ready, folder, dirs_exist_ok=True)


def _join_all(folder: Path, learners: int) -> None:
    people, port = webhook.numbers(learners), free_port()
    with serving(["-m", "bench.inbound.ours", str(port), str(folder), str(learners)], port, folder / "log"):
        for number, text in enumerate(JOINING):
            prepared = folder / "joining.requests"
            write_requests(prepared, webhook.requests(learners, people, (text,), seed=1000 + number))
            done = once(prepared, port, connections=64)
            if done.refused or done.broken:
                raise RuntimeError(f"{done.refused} of {text!r} were refused, {done.broken} connections broken")
            wait_until_answered(folder, _PATIENCE)
            prepared.unlink()
    standing = _count(folder, "SELECT count(*) FROM threads WHERE conversation LIKE '%\"question\"%'")
    if standing < learners:
        raise RuntimeError(f"only {standing} of {learners} learners have a question open after {', '.join(JOINING)}")


def wait_until_answered(folder: Path, patience: float) -> None:
    """Return once no message waits; raises RuntimeError after so many seconds."""
    until = time.monotonic() + patience
    while waiting(folder):
        if time.monotonic() > until:
            raise RuntimeError(f"{waiting(folder)} messages still wait after {patience:.0f} s")
        time.sleep(0.02)


def kept(folder: Path) -> int:
    """Messages answered; every one of them has at least one reply in the outbox, or this is smaller."""
    answered = _count(folder, "SELECT count(*) FROM inbox WHERE state = 'answered'")
    return min(answered, _count(folder, "SELECT count(*) FROM outbox"))


def waiting(folder: Path) -> int:
    """Messages in the inbox that are not answered."""
    return _count(folder, "SELECT count(*) FROM inbox WHERE state = 'new'")


def _count(folder: Path, query: str) -> int:
    with contextlib.closing(sqlite3.connect(f"file:{folder / DATABASE}?mode=ro", uri=True, timeout=10)) as held:
        return int(held.execute(query).fetchone()[0])


def main(arguments: Sequence[str]) -> None:
    """`python -m bench.inbound.ours PORT FOLDER LEARNERS`: serve until SIGTERM."""
    port, folder, _ = arguments
    asyncio.run(_serve(int(port), Path(folder)))


async def _serve(port: int, folder: Path) -> None:
    """What `chasqui run` does, wired by the same hands; the one loop that is left out is the sending."""
    from aiohttp import web

    from authoring.shelf import Shelf
    from bot.talking import understanding
    from cli import wiring
    from cli.serving import application
    from cli.settings import read, secret_key
    from messaging.working import answer_until
    from webhooks.limits import GuardedRunner

    wiring.share_heap()
    wiring.read_little()
    settings, _ = read(environment(folder, 1), folder)
    database, shelf = wiring.open_database(settings), Shelf(settings.content_dir)
    channels = wiring.channels_of(settings, shelf)
    house = wiring.build(settings, database, shelf, channels, secret=secret_key(settings))
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    runner = GuardedRunner(application(house), access_log=None)
    await runner.setup()
    await web.TCPSite(runner, HOST, port).start()
    understanding.prepare(shelf().vocabulary)
    wiring.settle()
    answering = asyncio.create_task(answer_until(stop, house.desk, house.inbox_bell, house.outbox_bell.ring))
    await stop.wait()
    await runner.cleanup()
    answering.cancel()
    await asyncio.gather(answering, return_exceptions=True)
    await wiring.close(house)


if __name__ == "__main__":
    main(sys.argv[1:])
