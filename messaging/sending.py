"""Send: claim from the outbox, speak to the provider with no transaction open, and settle."""

from __future__ import annotations

import asyncio
import logging
import secrets
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import groupby

from bot.delivering.retrying import pause_before
from bot.messages import Channel, Outbound, Refusal, SendFailed, Sent, Status, masked
from messaging.tallying import Tally
from store import outbox
from store.database import Database
from store.outbox import Settled

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=60)  # longer than any channel's timeout, with the retries inside a channel
_IN_FLIGHT = 32
_BATCH = _IN_FLIGHT  # what is claimed is spoken at once: a claim that waits is in doubt when the process dies
_MOST = 10  # attempts of a message that has not left, as far as we know: one that kills the process must end
_NOBODY_THERE = 300.0  # seconds between two tries of a provider that has not been reached for long
_MARGIN = 20.0  # seconds of lease that must be left when a send begins: a channel's timeout is 15


@dataclass(slots=True, kw_only=True)
class Post:
    """The channels that we send by, and until when each must rest."""

    database: Database
    channels: Mapping[str, Channel]  # by sender name
    clock: Callable[[], datetime]
    resting: dict[str, datetime] = field(default_factory=dict)  # sender → not before
    in_flight: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(_IN_FLIGHT))
    tally: Tally = field(default_factory=Tally)


async def send_round(post: Post) -> int:
    """Claim one batch, send it, settle it; returns how many messages were claimed.

    Messages to one address go out in order; different addresses go out side by side.
    """
    now = post.clock()
    ready = [name for name in post.channels if post.resting.get(name, now) <= now]
    token = secrets.token_hex(8)
    until = time.monotonic() + LEASE.total_seconds()
    database = post.database

    def claim() -> list[Outbound]:
        with database.writing() as conn:
            return outbox.claim(conn, now, token, _BATCH, LEASE, ready)

    claimed = await database.run(claim) if ready else []
    if not claimed:
        return 0
    claimed.sort(key=lambda outbound: (str(outbound.address), outbound.id))
    groups = [list(group) for _, group in groupby(claimed, key=lambda outbound: outbound.address)]
    results = [each for group in await asyncio.gather(*(_in_order(post, g, until) for g in groups)) for each in group]

    def settle() -> None:
        with database.writing() as conn:
            outbox.settle(conn, post.clock(), results)

    await database.run(settle)
    post.tally.settled(claimed, results, post.clock())
    return len(claimed)


async def _in_order(post: Post, group: Sequence[Outbound], until: float) -> list[Settled]:
    """Send the messages of one address one after the other. After a failure that may pass the later ones wait behind
    it; after one that closes the thread they do not leave."""
    results: list[Settled] = []
    last: Settled | None = None
    for outbound in group:
        if last and last.closes:
            results.append(_settled(outbound, Status.CANCELLED, error=last.error))
        elif last and last.retry_at:
            results.append(_requeued(outbound, last.retry_at))
        else:
            last = await _send(post, outbound, until)
            results.append(last)
    return results


async def _send(post: Post, outbound: Outbound, until: float) -> Settled:
    async with post.in_flight:
        now = post.clock()
        rest = post.resting.get(outbound.sender)
        if rest and rest > now:
            return _requeued(outbound, rest)
        # A process that slept (a laptop's lid, SIGSTOP) must not speak on a lease that somebody else may hold by now.
        if time.monotonic() > until - _MARGIN:
            return _requeued(outbound, now)
        try:
            sent = await post.channels[outbound.sender].send(outbound)
        except SendFailed as failure:
            return _failed(post, outbound, failure)
        except Exception:
            log.exception("The channel %s broke on %s", outbound.sender, masked(outbound.address))
            return _settled(outbound, Status.UNKNOWN, error="channel")
        return _settled(outbound, Status.SENT, provider_id=sent.provider_id, segments=sent.segments)


_CLOSES = {Refusal.BLOCKED: "blocked", Refusal.OPTED_OUT: "stopped", Refusal.BAD_ADDRESS: "blocked"}


def _failed(post: Post, outbound: Outbound, failure: SendFailed) -> Settled:
    error = f"{failure.reason}{f' {failure.code}' if failure.code else ''}"
    log.warning("Not sent to %s: %s", masked(outbound.address), error)
    now = post.clock()
    if failure.ambiguous:
        return _settled(outbound, Status.UNKNOWN, error=error)
    wait = pause_before(failure.reason, outbound.attempt, failure.retry_after)
    if failure.reason is Refusal.UNAVAILABLE and wait is None:
        wait = _NOBODY_THERE  # nobody has heard it, so nothing speaks against it but its own end
    if failure.reason in (Refusal.RATE_LIMITED, Refusal.CREDENTIALS, Refusal.UNAVAILABLE):
        # The whole sender rests, not one message: the provider counts by token or account, or is away for all.
        post.resting[outbound.sender] = now + timedelta(seconds=wait or 60)
    if failure.permanent or wait is None:
        return _settled(outbound, Status.FAILED, error=error, closes=_CLOSES.get(failure.reason, ""))
    return _requeued(outbound, now + timedelta(seconds=wait), error=error)


def _settled(
    outbound: Outbound, status: Status, *, provider_id: str = "", segments: int = 0, error: str = "", closes: str = ""
) -> Settled:
    return Settled(
        id=outbound.id,
        claim=outbound.claim,
        status=status,
        provider_id=provider_id,
        segments=segments,
        error=error,
        closes=closes,
    )


def _requeued(outbound: Outbound, at: datetime, *, error: str = "") -> Settled:
    return Settled(id=outbound.id, claim=outbound.claim, status=Status.QUEUED, retry_at=at, error=error)


async def reconcile(post: Post, older_than: timedelta = timedelta(seconds=60)) -> int:
    """Settle what is unknown: ask the provider where it can be asked, else say it once more; returns how many.

    Twilio is asked for what it has; Telegram cannot be asked, so a message is repeated once and marked as possibly
    doubled: a learner loses less by reading twice than by waiting for ever.
    """
    database, now = post.database, post.clock()

    def lapsed() -> list[Outbound]:
        with database.writing() as conn:
            outbox.lapse(conn, now)
        with database.reading() as conn:
            return outbox.unknown(conn, now, older_than)

    doubtful = sorted(await database.run(lapsed), key=lambda each: (str(each.address), each.id))
    groups = [list(group) for _, group in groupby(doubtful, key=lambda each: each.address)]
    return sum(await asyncio.gather(*(_resolved(post, group) for group in groups)))


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
        settled += await _resolve(post, outbound, found, asked=channel.capabilities.asks)
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


async def _resolve(post: Post, outbound: Outbound, found: Sent | None, *, asked: bool) -> bool:
    database = post.database

    def work() -> bool:
        with database.writing() as conn:
            # Where nobody can be asked, once more, and then a person looks: it stays visible in `chasqui doctor`.
            again = outbound.attempt < _MOST if asked else not outbox.repeated(conn, outbound.id, _MOST)
            return outbox.resolve(conn, outbound.id, found, again, post.clock())

    return await database.run(work)
