"""`chasqui run`: greet, serve, answer, send and keep time until Ctrl-C, then end cleanly."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import logging
import os
import signal
import socket
import sys
from collections.abc import Callable, Coroutine
from dataclasses import replace
from functools import partial
from pathlib import Path

from aiohttp import web

from authoring.shelf import Shelf
from bot.delivering.hours import holidays_of
from cli import governing, greeting, issuing, jobs, reaching, rehearsing, speaking, users, watching, wiring
from cli.later import Loaded
from cli.senders import AndroidPhone, TelegramBot
from cli.serving import PAGES, application
from cli.settings import VAR, Settings, secret_key
from cli.watching import Watch
from cli.wiring import House
from messaging.working import answer_until, send_until
from scheduler import clock as clocks
from store.errors import StoreError
from store.lock import hold
from webhooks import crowding
from webhooks.limits import GuardedRunner

log = logging.getLogger(__name__)

ROLES = ("all", "web", "work", "clock")
_PAGES_AFTER = 4.0  # seconds after the start
_PATIENCE = 20.0  # seconds that a round under way is given at the end: a channel's timeout is 15


def run(settings: Settings, *, role: str, host: str, port: int) -> int:
    """Serve until a signal. Returns the exit code; raises what wiring raises (StoreError, ContentError, ValueError)."""
    here = reaching.listens(host, port) if role in ("all", "web") else ""
    crowding.open_more()
    wiring.share_heap()
    wiring.read_little()
    database = wiring.open_database(settings)
    with contextlib.ExitStack() as held:
        if database.path:
            held.callback(hold(database.path, here).release)
        shelf = Shelf(settings.content_dir)
        channels = wiring.channels_of(settings, shelf)
        secret = secret_key(settings)
        house = wiring.build(settings, database, shelf, channels, secret=secret, at_once=role == "all")
        house = replace(house, here=here)
        issuing.draws(house)
        held.callback(rehearsing.begin(house))
        watch = Watch(database=database, tally=house.tally)
        witness = watching.witness_path(database, VAR)
        watching.start(watch, _here(house, role), witness)
        return asyncio.run(_serve(house, role, host, port, watch, witness))


def _here(house: House, role: str) -> set[str]:
    """What this process runs, by the names under which it is missed."""
    loops = set(watching.LOOPS) if role in ("all", "work") else set()
    return loops | (set(jobs.jobs(house)) if role in ("all", "clock") else set())


async def _serve(house: House, role: str, host: str, port: int, watch: Watch, witness: Path) -> int:
    stop = asyncio.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    runner = None
    if role in ("all", "web"):
        app = application(house, watching.allowed(jobs.jobs(house)))
        runner = GuardedRunner(app, access_log=None)
        await runner.setup()
        try:
            await web.TCPSite(runner, host, port).start()
        except OSError as error:
            await runner.cleanup()
            await wiring.close(house)
            print(_deaf(host, port, error), file=sys.stderr)
            return 1
    tasks = [asyncio.create_task(each()) for each in _loops(house, role, stop, watch)]
    watcher = asyncio.create_task(watching.watch_until(stop, watch, witness))
    watched = {name: (seconds, watch.job(name, job)) for name, (seconds, job) in jobs.jobs(house).items()}
    scheduler = clocks.clock(watched, at_once=("sweep",)) if role in ("all", "clock") else None
    if scheduler:
        scheduler.start()
    # Holidays are read once, here rather than in somebody's turn.
    year, countries = house.clock().year, ("PE", "BO", "RW")
    reading: list[asyncio.Task[object]] = [
        asyncio.create_task(asyncio.to_thread(holidays_of, each, year)) for each in countries
    ]
    wiring.settle()
    first = await house.database.run(partial(users.first_link, house)) if runner else ""
    if runner:
        reading.append(asyncio.create_task(_load(app[PAGES], stop)))
    print(greeting.text(house, role, host, port, first), flush=True)
    await stop.wait()
    print(greeting.farewell(), flush=True)
    if scheduler:
        clocks.stop(scheduler)
    if runner:
        await runner.cleanup()  # nothing new comes in, and what was kept is answered at the next start
    house.inbox_bell.ring()
    house.outbox_bell.ring()
    await asyncio.gather(*reading)
    await _end(tasks)
    await _end([watcher])
    with contextlib.suppress(StoreError):
        await watching.write(watch, witness)
    await wiring.close(house)
    return 0


async def _load(pages: Loaded, stop: asyncio.Event) -> None:
    """Have the console at hand before somebody wants it, once the first answers are out."""
    try:
        await asyncio.wait_for(stop.wait(), _PAGES_AFTER)
    except TimeoutError:
        try:
            await pages.router()
        except Exception:
            log.exception("The console cannot be shown")
        wiring.settle()


def _deaf(host: str, port: int, error: OSError) -> str:
    cure = f"Another port: --port {port + 1 if port < 65_535 else 8080}"
    if error.errno == errno.EADDRNOTAVAIL or isinstance(error, socket.gaierror):
        cure = "That is no address of this machine: leave --host out, or write one that it has."
    elif error.errno == errno.EACCES:
        cure = "Ports below 1024 belong to the system. Another port: --port 8080"
    why = error.strerror if isinstance(error, socket.gaierror) else os.strerror(error.errno or errno.EIO)
    return f"Cannot listen on {host}:{port}: {why}. {cure}"


def _loops(
    house: House, role: str, stop: asyncio.Event, watch: Watch
) -> list[Callable[[], Coroutine[None, None, None]]]:
    loops: list[Callable[[], Coroutine[None, None, None]]] = [partial(governing.follow_until, stop, house)]
    if role in ("all", "work"):
        answered, sent = watch.beating("answering"), watch.beating("sending")
        loops.append(lambda: answer_until(stop, house.desk, house.inbox_bell, house.outbox_bell.ring, answered))
        loops.append(lambda: send_until(stop, house.post, house.outbox_bell, sent))
    if role in ("all", "web"):
        senders = house.settings.senders
        loops += [partial(_telegram, house, bot, stop) for bot in senders.telegram]
        loops += [partial(_android, house, phone, stop) for phone in senders.android if house.settings.public_url]
    return loops


async def _android(house: House, phone: AndroidPhone, stop: asyncio.Event) -> None:
    """Have a telephone tell us its events, again and again until it has heard that: it may be off just now."""
    from messaging.android import AndroidChannel, pause_after, register

    channel = house.channels[phone.sims[0].name]
    if not isinstance(channel, AndroidChannel):
        return
    url = house.settings.public_url + speaking.android_path(phone)
    failures = 0
    while not stop.is_set() and not await register(channel, url, signing_key=bool(phone.signing_key)):
        failures += 1
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), pause_after(failures))


async def _telegram(house: House, bot: TelegramBot, stop: asyncio.Event) -> None:
    """Long polling where there is no public URL, else a webhook; and the commands menu, in every language."""
    from messaging.telegram import TelegramChannel
    from messaging.telegram_polling import poll, register, set_commands

    channel = house.channels[bot.name]
    if not isinstance(channel, TelegramChannel):
        return
    menu = asyncio.create_task(set_commands(channel, greeting.commands(house.shelf())))
    try:
        if wiring.uses_webhook(house.settings):
            secret = speaking.telegram_secret(bot, house.settings)
            await register(channel, house.settings.public_url, secret, path=speaking.telegram_path(bot))
            await stop.wait()
        else:
            await poll(channel, house.receiver.receive, stop=stop, now=house.clock)
    finally:
        menu.cancel()


async def _end(tasks: list[asyncio.Task[None]]) -> None:
    """Let the rounds under way come to their end: what was claimed is sent and settled, so nothing is left unknown."""
    if tasks:
        _, late = await asyncio.wait(tasks, timeout=_PATIENCE)
        for task in late:
            task.cancel()
    for outcome in await asyncio.gather(*tasks, return_exceptions=True):
        if isinstance(outcome, Exception):
            log.error("A loop ended with an error", exc_info=outcome)
