"""What one process knows of the senders that it speaks for: leases, paces, rests, and who could speak instead."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from bot.delivering.hours import zone_of
from bot.delivering.routing import Carrier, serving
from bot.messages import Allowance, Channel
from bot.record import Policy
from messaging import pacing
from messaging.tallying import Tally
from store import counters, leases
from store.database import Connection, Database

IN_FLIGHT = 32
TENURE = timedelta(seconds=10)  # a dead worker's senders are taken over after this, and one look of another's loop
_RENEW = 1 / 3  # of the tenure
_LONG = timedelta(minutes=5)  # of rest, after which what can go another way does
_TROUBLE = 3  # failures one after the other, after which a sender is only tried, one message at a time
_CAP = "daily cap"


@dataclass(slots=True, kw_only=True)
class Tenure:
    """A sender that is ours until `until` (monotonic), as far as we know."""

    fence: int
    until: float


@dataclass(slots=True, kw_only=True)
class Post:
    """The channels that we send by, and how each of them stands."""

    database: Database
    channels: Mapping[str, Channel]  # by sender name
    clock: Callable[[], datetime]
    policy: Policy = field(default_factory=Policy)
    chance: Random = field(default_factory=Random)
    width: int = IN_FLIGHT  # messages in the air at once
    tenure: timedelta = field(default_factory=lambda: TENURE)
    speed: float = 1.0  # seconds of our clock in one real second: more in a rehearsal
    me: str = field(default_factory=lambda: secrets.token_hex(8))
    resting: dict[str, datetime] = field(default_factory=dict)  # sender → not before
    rested: dict[str, tuple[datetime, str]] = field(default_factory=dict)  # rests that are not written yet
    reasons: dict[str, str] = field(default_factory=dict)  # why a sender rests
    troubles: dict[str, int] = field(default_factory=dict)  # failures of a sender since its last success
    held: dict[str, Tenure] = field(default_factory=dict)
    paces: dict[str, pacing.Pace] = field(default_factory=dict)
    turns: dict[str, asyncio.Lock] = field(default_factory=dict)
    days: dict[str, str] = field(default_factory=dict)  # sender with a daily cap → the day that is counted
    looked_at: float = float("-inf")  # monotonic: when the leases were last renewed
    tally: Tally = field(default_factory=Tally)
    in_flight: asyncio.Semaphore = field(init=False)
    asleep: int = 0  # messages in our hands that wait for their sender's turn, and hold up no other
    handed_over: Callable[[], None] = lambda: None  # called when one more does
    batch: int = field(init=False)  # messages settled at once: a commit takes as long for one as for many

    def __post_init__(self) -> None:
        self.batch = max(self.width, IN_FLIGHT)
        self.in_flight = asyncio.Semaphore(self.width)
        for name, channel in self.channels.items():
            allowance = getattr(channel, "allowance", None)
            if isinstance(allowance, Allowance):
                self.paces[name] = pacing.Pace(allowance=allowance, chance=self.chance)


def real(post: Post, seconds: float) -> timedelta:
    """So many real seconds on our clock: leases, rests and what a provider asks for do not go faster in a rehearsal."""
    return timedelta(seconds=seconds * post.speed)


@contextmanager
def asleep(post: Post) -> Iterator[None]:
    """What waits so long for its sender's turn lets another message go."""
    post.asleep += 1
    post.handed_over()
    try:
        yield
    finally:
        post.asleep -= 1


def claimable(post: Post, now: datetime) -> dict[str, int]:
    """How many messages of each sender may be claimed now: no more than can be said soon."""
    found = {}
    tick = time.monotonic()
    for name in post.channels:
        if post.resting.get(name, now) > now:
            continue
        most = post.batch * 2 if post.troubles.get(name, 0) < _TROUBLE else 1
        pace = post.paces.get(name)
        room = pacing.room(pace, tick) if pace and not pace.allowance.queues else None
        if room is not None:
            most = min(most, room)
        if most > 0:
            found[name] = most
    return found


def bulk(post: Post) -> dict[str, int]:
    """Of senders whose provider queues: how many of the messages that nobody waits for may be claimed. More would
    stand there in front of the next answer."""
    tick = time.monotonic()
    queueing = [(name, pace) for name, pace in post.paces.items() if pace.allowance.queues]
    return {name: room for name, pace in queueing if (room := pacing.room(pace, tick)) is not None}


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What a transaction found of our leases; only `adopt`, after its commit, makes it so."""

    began: float  # monotonic
    held: Mapping[str, leases.Held]
    whole: bool  # all senders were renewed, not only looked at
    said: Mapping[str, int]  # by senders with a daily cap, today


def look(post: Post, conn: Connection, senders: Mapping[str, int], now: datetime) -> Look | None:
    """In the transaction of a claim: renew what is ours and take over what nobody holds. None: nothing was asked.

    On SQLite nobody else can be there, so between two renewals nothing is.
    """
    tick, alone = time.monotonic(), post.database.dialect == "sqlite"
    if tick - post.looked_at >= post.tenure.total_seconds() * _RENEW:
        held = leases.hold(conn, post.channels, post.me, now, post.tenure * post.speed, alone=alone)
        day = local(post, now).date().isoformat()
        capped = [name for name, pace in post.paces.items() if pace.allowance.per_day is not None]
        said = {name: counters.on(conn, said_by(name), day) for name in capped if _is_new(post, name, held, day)}
        return Look(began=tick, held=held, whole=True, said=said)
    if alone:
        return None
    return Look(began=tick, held=leases.mine(conn, {*senders, *post.held}, post.me), whole=False, said={})


def ours(post: Post, senders: Mapping[str, int], found: Look | None, now: datetime) -> dict[str, int]:
    """Those of the senders that we may claim for: whose lease is ours, with the fence that we know, and not resting."""
    if found is None:
        return {name: most for name, most in senders.items() if name in post.held}
    return {
        name: most
        for name, most in senders.items()
        if name in found.held
        and (found.whole or (name in post.held and post.held[name].fence == found.held[name].fence))
        and (found.held[name].resting_until or now) <= now
    }


def adopt(post: Post, found: Look | None, now: datetime) -> None:
    """Make what was found and committed the state of this process."""
    if found is None:
        return
    if not found.whole:
        post.held = {name: held for name, held in post.held.items() if name in found.held}
        return
    post.looked_at = found.began
    until = found.began + post.tenure.total_seconds()
    for name, lease in found.held.items():
        if lease.resting_until and lease.resting_until > post.resting.get(name, now):
            post.resting[name], post.reasons[name] = lease.resting_until, lease.resting_for
        before = post.held.get(name)
        if name in post.paces and (before is None or before.fence != lease.fence):
            pacing.begin(post.paces[name], time.monotonic())
    for name, said in found.said.items():
        post.paces[name].said_today, post.days[name] = said, local(post, now).date().isoformat()
    post.held = {name: Tenure(fence=lease.fence, until=until) for name, lease in found.held.items()}


def _is_new(post: Post, name: str, held: Mapping[str, leases.Held], day: str) -> bool:
    mine = post.held.get(name)
    return post.days.get(name) != day or name not in held or mine is None or mine.fence != held[name].fence


def said_by(sender: str) -> str:
    """The counter of what a sender with a daily cap has said."""
    return f"said by {sender}"


def local(post: Post, now: datetime) -> datetime:
    """The time in the country of the senders."""
    return now.astimezone(zone_of("", post.policy.country))


def owned(post: Post, sender: str) -> bool:
    """Whether we may still speak for this sender, by the monotonic clock: asked right before each write."""
    tenure = post.held.get(sender)
    return tenure is not None and time.monotonic() < tenure.until


def rest(post: Post, sender: str, until: datetime, why: str) -> None:
    """Let a sender rest until then, and keep it, for a restart and for whoever takes over. Never shortened."""
    if until > post.resting.get(sender, datetime.min.replace(tzinfo=until.tzinfo)):
        post.resting[sender], post.reasons[sender] = until, why
        post.rested[sender] = (until, why)


def well(post: Post, sender: str) -> None:
    """The sender has been heard: whatever troubled it is over. After a breakdown it begins gently."""
    if post.troubles.pop(sender, 0) >= _TROUBLE and sender in post.paces:
        pacing.begin(post.paces[sender], time.monotonic())


def is_out(post: Post, sender: str, now: datetime) -> bool:
    """Whether a sender can carry nothing for so long that what can go another way should."""
    until = post.resting.get(sender)
    return until is not None and (
        until - now >= _LONG * post.speed or (until > now and post.reasons.get(sender) in _OUT)
    )


_OUT = frozenset(("credentials", "settings", _CAP))


def carriers(post: Post) -> list[Carrier]:
    """The senders as routing sees them now."""
    now = post.clock()
    return [
        Carrier(
            name=name,
            serves=serving(name),
            operator=getattr(channel, "operator", "") or "",
            local=name.partition(":")[0] in ("android", "http"),
            two_way=channel.capabilities.two_way,
            out=is_out(post, name, now),
        )
        for name, channel in post.channels.items()
    ]


def capped(post: Post, now: datetime) -> None:
    """Senders that have said all they may today rest until tomorrow."""
    for name, pace in post.paces.items():
        if pace.allowance.per_day is not None and pace.said_today >= pace.allowance.per_day:
            here = local(post, now)
            tomorrow = (here + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
            rest(post, name, tomorrow.astimezone(now.tzinfo), _CAP)
