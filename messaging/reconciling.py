"""Settle what nobody knows: ask the provider where it can be asked, else say it once more, by a rule for each class."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from datetime import timedelta

from bot.messages import Channel, Outbound, SendFailed, Sent, masked
from messaging.posting import Post
from messaging.together import together
from store import doubting, outbox

log = logging.getLogger(__name__)

# Claims of a message that has not left, as far as we know: one that kills the process must end, and one that was only
# in the hands of processes that others killed must not.
_MOST = 60


async def reconcile(post: Post, older_than: timedelta = timedelta(seconds=60)) -> int:
    """Settle what is unknown: ask the provider where it can be asked, else say it once more; returns how many.

    Twilio is asked for what it has. A gateway that takes our ids is told again: it knows what it has. Telegram cannot
    be asked, so a message is repeated once and marked as possibly doubled: a learner loses less by reading twice than
    by waiting for ever. Of a campaign to more than a thousand that is decided only after a quarter of an hour, so that
    a person can see what has happened and cancel it first. All these times are real ones, in a rehearsal too.
    """
    database, now = post.database, post.clock()

    def lapsed() -> list[Outbound]:
        with database.writing() as conn:
            outbox.lapse(conn, now)
        with database.reading() as conn:
            return outbox.unknown(conn, now, older_than * post.speed)

    doubtful = await database.run(lapsed)
    return sum(await asyncio.gather(*(_resolved(post, group) for group in together(doubtful))))


async def lapse_all(post: Post) -> int:
    """At the start of the one process on SQLite: nobody else can hold a claim, so all that there are have ended."""
    database, now = post.database, post.clock()
    if database.dialect != "sqlite":
        return 0

    def work() -> int:
        with database.writing() as conn:
            return doubting.lapse_all(conn, now)

    return await database.run(work)


async def _resolved(post: Post, group: Sequence[Outbound]) -> int:
    """Settle what is unknown at one address, the oldest first, so that equal texts find one message each."""
    settled = 0
    for outbound in group:
        channel = post.channels.get(outbound.sender)
        if channel is None:
            continue
        try:
            async with post.in_flight:
                found = await _found(post, channel, outbound)
        except SendFailed as failure:
            log.warning("Could not ask about a message to %s: %s", masked(outbound.address), failure.reason)
            break
        can = channel.capabilities
        settled += await _resolve(post, outbound, found, sure=can.asks or can.client_ids)
    return settled


async def _found(post: Post, channel: Channel, outbound: Outbound) -> Sent | None:
    if not channel.capabilities.asks:
        return None
    database = post.database

    def known() -> frozenset[str]:
        with database.reading() as conn:
            return outbox.provider_ids(conn, outbound)

    ids = await database.look(known)
    return await channel.find(outbound, outbound.not_before, known=ids.__contains__)


async def _resolve(post: Post, outbound: Outbound, found: Sent | None, *, sure: bool) -> bool:
    """`sure`: saying it again cannot say it twice."""
    database, now = post.database, post.clock()

    def work() -> bool:
        with database.writing() as conn:
            if found is None and doubting.is_void(conn, outbound.id):
                return True
            if found is None and not sure and doubting.is_held(conn, outbound.id, now, post.speed):
                return False
            # Where nobody can be asked, once more, and then a person looks: it stays visible in `chasqui doctor`.
            again = outbound.attempt < _MOST if sure else not outbox.repeated(conn, outbound.id, _MOST)
            return outbox.resolve(conn, outbound.id, found, again, now)

    return await database.run(work)
