"""Fetch what a provider could not deliver to us: messages that learners wrote, and what became of ours."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol, runtime_checkable

from bot.messages import Channel, Inbound, Receipt, SendFailed
from store import sweeps
from store.database import Database

log = logging.getLogger(__name__)

_OVERLAP = timedelta(minutes=15)  # that each sweep looks back before the end of the last one
_AT_START = timedelta(hours=1)  # the same, for the first one of a process: nobody knows how the last one ended
_FARTHEST = timedelta(days=7)
_ON_THE_WAY = timedelta(seconds=30)  # what was written just now is being delivered to us
_NO_WORD = timedelta(hours=24)  # after which we ask what became of a message
_MOST_ASKED = 50  # messages whose status is fetched in one sweep


@runtime_checkable
class Sweepable(Protocol):
    """A channel whose provider keeps what was written to us, and can be asked for it."""

    def heard(self, since: datetime) -> AsyncIterator[Inbound]:
        """What was written to us since then. Raises SendFailed where there is no complete answer."""
        ...

    async def became(self, provider_id: str, now: datetime) -> Receipt | None:
        """What became of a message of ours; None where it is not known. Raises SendFailed."""
        ...


@dataclass(slots=True, kw_only=True)
class Sweep:
    """What one process sweeps. `receive` and `receipt` keep what was found, as for a webhook.

    `speed`: seconds that our clock goes in one real second, more in a rehearsal.
    """

    database: Database
    channels: Mapping[str, Channel]
    clock: Callable[[], datetime]
    receive: Callable[[Inbound], Awaitable[None]]
    receipt: Callable[[Receipt], Awaitable[None]]
    speed: float = 1.0
    swept: set[str] = field(default_factory=set)  # senders that this process has swept


async def sweep_round(sweep: Sweep) -> int:
    """Sweep each sender that can be asked; how many messages were missing. Raises StoreError.

    A sender's sweep begins where its last one ended, with an overlap, and at most a week ago; a provider that gives no
    answer is asked again in the next one, from the same moment on.
    """
    missing = 0
    for name, channel in sweep.channels.items():
        if not isinstance(channel, Sweepable):
            continue
        try:
            missing += await _heard(sweep, name, channel)
            await _asked(sweep, name, channel)
        except SendFailed as failure:
            log.warning("%s could not be swept: %s", name, failure.reason)
    return missing


async def _heard(sweep: Sweep, name: str, channel: Sweepable) -> int:
    now, database = sweep.clock(), sweep.database

    def ended() -> datetime | None:
        with database.reading() as conn:
            return sweeps.ended(conn, name)

    overlap = _OVERLAP if name in sweep.swept else _AT_START
    since = max((await database.look(ended) or now) - overlap * sweep.speed, now - _FARTHEST * sweep.speed)
    before = now - _ON_THE_WAY * sweep.speed
    found = {each.provider_id: each async for each in channel.heard(since) if each.received_at <= before}

    def unknown() -> frozenset[str]:
        with database.reading() as conn:
            return sweeps.missing(conn, name, found)

    missing = await database.look(unknown) if found else frozenset()
    # In the order in which they were written: an answer must not come before what it answers.
    for each in sorted((found[id] for id in missing), key=lambda one: (one.received_at, one.provider_id)):
        await sweep.receive(each)
    if missing:
        log.warning("%d messages to %s had not been delivered to us; they are kept now", len(missing), name)

    def note() -> None:
        with database.writing() as conn:
            sweeps.end(conn, name, now, fetched=len(missing))

    await database.run(note)
    sweep.swept.add(name)
    return len(missing)


async def _asked(sweep: Sweep, name: str, channel: Sweepable) -> None:
    """Ask once what became of each message of which nobody has said so for a day."""
    now, database = sweep.clock(), sweep.database

    def work() -> list[tuple[int, str]]:
        with database.reading() as conn:
            return sweeps.silent(conn, name, now - _NO_WORD, _MOST_ASKED)

    for id, provider_id in await database.look(work):
        told = await channel.became(provider_id, now)
        if told:
            await sweep.receipt(told)
        await database.run(lambda id=id: _asked_up_to(sweep, name, id))  # type: ignore[misc]


def _asked_up_to(sweep: Sweep, name: str, id: int) -> None:
    with sweep.database.writing() as conn:
        sweeps.asked(conn, name, id)
