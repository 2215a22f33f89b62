"""Send: claim from the outbox, speak to the provider with no transaction open, and settle."""

from __future__ import annotations

import asyncio
import logging
import secrets
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import replace
from datetime import datetime, timedelta

from bot.delivering import routing
from bot.delivering.retrying import OF_SENDER, pause_before, too_old
from bot.delivering.sms import segments, sms_text
from bot.messages import Outbound, Refusal, SendFailed, Status, masked
from messaging import pacing, posting
from messaging.posting import Post
from messaging.reconciling import reconcile
from messaging.together import together
from store import counters, leases, outbox
from store.database import Connection
from store.outbox import Settled

__all__ = ["LEASE", "Post", "exchange", "in_order", "reconcile", "send_round"]

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=60)  # longer than any channel's timeout, with the retries inside a channel
_MOST = 10  # attempts of a message that has not left, as far as we know: one that kills the process must end
_MARGIN = 20.0  # seconds of lease that must be left when a send begins: a channel's timeout is 15
_ON_THE_WAY = 1.0  # seconds that a message may take, which are half an hour of a rehearsal
_PATIENCE = 5.0  # seconds that a claimed message waits for its turn; what would wait longer goes back


async def send_round(post: Post) -> int:
    """Claim one batch, send it, settle it; returns how many messages were claimed.

    Messages to one address go out in order; different addresses go out side by side.
    """
    claimed, until = await exchange(post, [], post.width)
    if not claimed:
        return 0
    results = await asyncio.gather(*(in_order(post, group, until) for group in together(claimed)))
    await exchange(post, [each for group in results for each in group], 0)
    return len(claimed)


async def exchange(post: Post, results: Sequence[Settled], most: int) -> tuple[list[Outbound], float]:
    """In one transaction: settle what was sent, then claim at most `most` of our senders' messages, which are ours
    until the given moment of the monotonic clock. Raises StoreError, and then nothing of it has happened."""
    now = post.clock()
    posting.capped(post, now)
    wanted = posting.claimable(post, now) if most else {}
    if not (wanted or results or post.rested):
        return [], 0.0
    token = secrets.token_hex(8)
    until = time.monotonic() + LEASE.total_seconds()
    rested, database, bulk = dict(post.rested), post.database, posting.bulk(post)

    def work() -> tuple[list[Outbound], posting.Look | None]:
        with database.writing() as conn:
            if results:
                outbox.settle(conn, now, results)
                _count(post, conn, results, now)
            leases.rest(conn, rested, post.me)
            _fall_back(post, conn, now)
            found = posting.look(post, conn, wanted, now) if wanted else None
            ours = posting.ours(post, wanted, found, now)
            taken = outbox.claim(conn, now, token, most, LEASE, ours, post.policy, bulk, post.speed) if ours else []
            return taken, found

    claimed, found = await database.run(work)
    posting.adopt(post, found, now)
    for sender, noted in rested.items():
        if post.rested.get(sender) == noted:
            del post.rested[sender]
    return claimed, until


def _count(post: Post, conn: Connection, results: Sequence[Settled], now: datetime) -> None:
    """What senders with a daily cap have said, for the next process."""
    said = Counter(
        posting.said_by(each.speaker) for each in results if each.speaker in post.days and each.status is Status.SENT
    )
    counters.add(conn, said, posting.local(post, now))


def _fall_back(post: Post, conn: Connection, now: datetime) -> None:
    """What waits for a sender that is out for long goes by another one, where there is one."""
    if not any(until > now for until in post.resting.values()):
        return
    carriers = posting.carriers(post)
    for each in carriers:
        if each.out and each.serves == "tel:":
            other, told = routing.instead(each.name, carriers), routing.instead(each.name, carriers, kind="campaign")
            if other or told:
                moved = outbox.move(conn, each.name, other or told, () if other else sorted(routing.TELLS))
                counters.add(conn, {"outbox sent by another sender": moved}, now)


async def in_order(post: Post, group: Sequence[Outbound], until: float) -> list[Settled]:
    """Send the messages of one address one after the other. After a failure that may pass the later ones wait behind
    it; after one that closes the thread they do not leave."""
    results: list[Settled] = []
    last: Settled | None = None
    for outbound in group:
        if last and last.closes:
            results.append(_settled(outbound, Status.CANCELLED, error=last.error))
        elif last and (last.retry_at or last.status is Status.UNKNOWN):
            results.append(_put_back(outbound))
        else:
            last = await _send(post, outbound, until)
            post.tally.settled((outbound,), (last,), post.clock())
            results.append(last)
    return results


async def _send(post: Post, outbound: Outbound, until: float) -> Settled:
    pace = post.paces.get(outbound.sender)
    if pace is None:
        async with post.in_flight:
            return await _speak(post, outbound, until)
    cost = _cost(post, outbound)
    wait = await _its_turn(post, pace, outbound, cost)
    if wait:
        soon = wait < pacing.MINUTE / 4
        return _put_back(outbound) if soon else _requeued(outbound, post.clock() + posting.real(post, wait))
    began = time.monotonic()
    try:
        async with post.in_flight:
            return await _speak(post, outbound, until)
    finally:
        pacing.ended(pace, cost, began, time.monotonic())


async def _its_turn(post: Post, pace: pacing.Pace, outbound: Outbound, cost: int) -> float:
    """Wait until this message may be said, and book it: 0. Or, where that takes too long, how long it would be.

    Who writes fast is answered as fast: only what nobody asked for, and what goes to a group, waits for its chat.
    """
    asked = not outbound.unasked
    if asked and pace.allowance.queues:
        pacing.begun(pace, outbound.address, cost, time.monotonic())
        return 0.0
    if asked and not pacing.is_group(outbound.address):
        wait = 0.0
    else:
        wait = pacing.chat_wait(pace, outbound.address, time.monotonic())
    if wait > _PATIENCE:
        return wait
    turn = post.turns.setdefault(outbound.sender, asyncio.Lock())
    held_up = wait or turn.locked() or pacing.wait(pace, cost, time.monotonic())
    with posting.asleep(post) if held_up else nullcontext():
        if wait:
            await asyncio.sleep(wait)
        async with turn:  # who asked first speaks first
            while wait := pacing.wait(pace, cost, time.monotonic()):
                if wait > _PATIENCE or post.resting.get(outbound.sender, post.clock()) > post.clock():
                    return wait
                await asyncio.sleep(wait)
            pacing.begun(pace, outbound.address, cost, time.monotonic())
    return 0.0


def _cost(post: Post, outbound: Outbound) -> int:
    """What it takes from the allowance: segments of SMS, or one message."""
    if post.channels[outbound.sender].capabilities.charset == "any":
        return 1
    return segments(sms_text(outbound.content))


async def _speak(post: Post, outbound: Outbound, until: float) -> Settled:
    rest = post.resting.get(outbound.sender)
    if rest and rest > post.clock():
        return _put_back(outbound)
    # A process that slept (a laptop's lid, SIGSTOP) must not speak on a lease that somebody else may hold by now.
    if time.monotonic() > until - _MARGIN or not posting.owned(post, outbound.sender):
        return _put_back(outbound)
    if outbound.unasked and _too_late(post, outbound, until):
        return _put_back(outbound)
    try:
        sent = await post.channels[outbound.sender].send(outbound)
    except SendFailed as failure:
        return _failed(post, outbound, failure)
    except Exception:
        log.exception("The channel broke on %s", masked(outbound.address), extra=_about(outbound))
        return _settled(outbound, Status.UNKNOWN, error="channel")
    posting.well(post, outbound.sender)
    return _settled(outbound, Status.SENT, provider_id=sent.provider_id, segments=sent.segments)


def _too_late(post: Post, outbound: Outbound, until: float) -> bool:
    """Whether her evening has begun while this waited in our hands for its turn: then it is judged anew. In a rehearsal
    it would begin while it is on its way."""
    held = LEASE.total_seconds() - (until - time.monotonic()) + (_ON_THE_WAY if post.speed > 1 else 0)
    return outbound.valid_for is not None and held * post.speed >= outbound.valid_for


_CLOSES = {
    Refusal.BLOCKED: "blocked",
    Refusal.OPTED_OUT: "stopped",
    Refusal.BAD_ADDRESS: "unreachable",
    Refusal.LANDLINE: "unreachable",
}
_BREAKS = 3  # unclear answers one after the other, after which the sender rests: its provider is down


def _failed(post: Post, outbound: Outbound, failure: SendFailed) -> Settled:
    error = f"{failure.reason}{f' {failure.code}' if failure.code else ''}"
    log.warning("Not sent to %s: %s", masked(outbound.address), error, extra=_about(outbound))
    now, sender = post.clock(), outbound.sender
    if failure.ambiguous:
        post.troubles[sender] = count = post.troubles.get(sender, 0) + 1
        if count >= _BREAKS:
            pause = pause_before(Refusal.UNCERTAIN, count - _BREAKS + 1, None, post.chance) or 300.0
            posting.rest(post, sender, now + posting.real(post, pause), str(failure.reason))
        return _settled(outbound, Status.UNKNOWN, error=error)
    if failure.reason in OF_SENDER:
        return _rested(post, outbound, failure, error)
    if failure.reason is Refusal.SETTINGS:
        other = _other(post, outbound)
        if other and outbound.attempt < _MOST:
            return replace(_requeued(outbound, now, error=error), sender=other)
    wait = pause_before(failure.reason, outbound.attempt, failure.retry_after, post.chance)
    hers = failure.reason is Refusal.UNREACHABLE and failure.retry_after is None  # a phone that is off lives by her day
    at = now + (timedelta(seconds=wait or 0) if hers else posting.real(post, wait or 0))
    if failure.permanent or wait is None or too_old(outbound.kind, outbound.created_at, outbound.expires_at, at):
        return _settled(outbound, Status.FAILED, error=error, closes=_CLOSES.get(failure.reason, ""), failure=failure)
    return replace(_requeued(outbound, at, error=error), refusal=failure.reason, code=failure.code)


def _rested(post: Post, outbound: Outbound, failure: SendFailed, error: str) -> Settled:
    """The whole sender rests, not one message: the provider counts by token or account, or is away for all. Nothing
    speaks against the message, so it is no attempt of it; only its own age ends it."""
    now, sender = post.clock(), outbound.sender
    if post.resting.get(sender, now) <= now:  # what failed side by side is one failure of the sender
        post.troubles[sender] = post.troubles.get(sender, 0) + 1
    count = post.troubles.get(sender, 1)
    wait = pause_before(failure.reason, count, failure.retry_after, post.chance) or 60.0
    posting.rest(post, sender, now + posting.real(post, wait), str(failure.reason))
    if too_old(outbound.kind, outbound.created_at, outbound.expires_at, now + posting.real(post, wait)):
        return _settled(outbound, Status.EXPIRED, error=error)
    back = replace(_put_back(outbound), error=error)
    if posting.is_out(post, sender, now):
        other = _other(post, outbound)
        return replace(back, sender=other) if other else back
    return back


def _other(post: Post, outbound: Outbound) -> str:
    """Who can say it instead; empty: nobody. A chat belongs to one bot, so only a number can be reached another way."""
    if outbound.address.scheme != "tel":
        return ""
    return routing.instead(outbound.sender, posting.carriers(post), kind=outbound.kind)


def _about(outbound: Outbound) -> dict[str, object]:
    """What a line of the log says of a message: its row and its sender."""
    return {"outbox": outbound.id, "sender": outbound.sender}


def _settled(
    outbound: Outbound,
    status: Status,
    *,
    provider_id: str = "",
    segments: int = 0,
    error: str = "",
    closes: str = "",
    failure: SendFailed | None = None,
) -> Settled:
    return Settled(
        id=outbound.id,
        claim=outbound.claim,
        status=status,
        provider_id=provider_id,
        segments=segments,
        error=error,
        closes=closes,
        refusal=failure.reason if failure else None,
        code=failure.code if failure else "",
        speaker=outbound.sender,
    )


def _requeued(outbound: Outbound, at: datetime, *, error: str = "") -> Settled:
    return Settled(id=outbound.id, claim=outbound.claim, status=Status.QUEUED, retry_at=at, error=error)


def _put_back(outbound: Outbound) -> Settled:
    """Where it was, as if it had not been claimed: nobody was asked. At its old time, so that it keeps its place."""
    return replace(_requeued(outbound, outbound.not_before), spoke=False)
