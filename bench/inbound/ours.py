"""Ours behind the webhook: everything of `chasqui run` but the sending, over learners in the middle of a course.

`prepare` does not write tables: it lets every learner join by message, once a run, and copies that database.
"""

from __future__ import annotations

import contextlib
import importlib.util
import shutil
import sqlite3
import sys
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from pathlib import Path

from bench.inbound import webhook
from bench.loading import once, write_requests
from bench.serving import free_port, serving

# What a newcomer writes until the first question of the first lesson stands open.
JOINING = ("VIVERO", "SI", "Rosa")
_PATIENCE = 120  # seconds in which everybody has joined
_ROOMS = ("authoring.loading", "messaging.answering", "messaging.working", "store.turns", "webhooks.twilio")


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
    with contextlib.closing(sqlite3.connect(f"file:{folder}/chasqui.db?mode=ro", uri=True, timeout=10)) as held:
        return int(held.execute(query).fetchone()[0])


def main(arguments: Sequence[str]) -> None:
    """`python -m bench.inbound.ours PORT FOLDER LEARNERS`: serve the webhook and answer, without sending."""
    import asyncio
    from random import Random

    from aiohttp import web

    from bench.teaching import catalogue
    from bot.record import Policy
    from messaging.answering import Desk
    from messaging.receiving import Receiver
    from messaging.working import Bell, answer_forever
    from store.database import Database
    from webhooks import twilio

    port, folder, _ = arguments
    database = Database.open(f"sqlite:///{folder}/chasqui.db")
    database.migrate()
    taught = catalogue()
    desk = Desk(
        database=database,
        catalogue=lambda: taught,
        policy=Policy(),
        clock=database.now,
        chance=Random(7),
    )
    bell = Bell()
    receiver = Receiver(database, bell.ring)

    async def work(_: web.Application) -> AsyncIterator[None]:
        # In service `done` wakes the sending.
        task = asyncio.create_task(answer_forever(desk, bell, lambda: None))
        yield
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
        database.close()

    app = web.Application()
    app.cleanup_ctx.append(work)
    app.add_routes(
        twilio.routes(
            account_sid=webhook.ACCOUNT,
            tokens=[webhook.TOKEN],
            public_url=webhook.PUBLIC_URL,
            sender=f"twilio:{webhook.OURS}",
            receive=receiver.receive,
            receipt=receiver.receipt,
        )
    )
    web.run_app(app, host="127.0.0.1", port=int(port), access_log=None, print=None)


if __name__ == "__main__":
    main(sys.argv[1:])
