"""Pace one sender: what may leave now, and how long the next message has to wait, by the provider's own limits.

Only the one worker that holds the sender's lease speaks for it, so its buckets are local and exact. All times here are
seconds of a monotonic clock, given as arguments.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from random import Random

from bot.messages import Address, Allowance

SOON = 1.0  # seconds ahead for which messages are claimed: they wait in our hands no longer than this, and a chat's own
_BURST = 3  # messages of one turn to one chat that may follow each other at once
_CATCH_UP = 0.1  # seconds by which a late timer may be made up for; the window below keeps that within the limit
_WINDOW = 1.0  # the provider counts over one second
_ON_THE_WAY = 0.015  # seconds after its start by which a message has arrived, if its answer has not come before
_GENTLE = 1.0  # seconds at half the rate after a start: what the last owner said in them is not known
MINUTE = 60.0
_MOST_CHATS = 10_000


@dataclass(slots=True, kw_only=True)
class Pace:
    """Where one sender stands against its allowance. `said_today` is set from outside, for it outlives the process."""

    allowance: Allowance
    chance: Random
    gentle_until: float = 0.0
    said_today: int = 0
    due: float = 0.0  # when the next segment is due by the plain rhythm
    gap: float = 1.0  # the jitter of the pause that runs now
    window: deque[tuple[float, int]] = field(default_factory=deque)  # (arrived by, segments)
    flying: int = 0  # segments that were spoken, and of whose arrival nothing is known yet
    chats: dict[str, float] = field(default_factory=dict)
    groups: dict[str, deque[float]] = field(default_factory=dict)


def begin(pace: Pace, now: float) -> None:
    """Start, or take a sender over: gently, because the last second's messages are forgotten."""
    pace.gentle_until = now + _GENTLE
    pace.due = max(pace.due, now)


def room(pace: Pace, now: float) -> int | None:
    """How many messages can be said soon, so that no more are claimed; None: as many as there are."""
    allowed = pace.allowance
    left = None if allowed.per_day is None else max(0, allowed.per_day - pace.said_today)
    if not allowed.per_second:
        return left
    ready = int((now + SOON - max(pace.due, now - _CATCH_UP)) / _step(pace, now)) + 1 if pace.due <= now + SOON else 0
    return ready if left is None else min(ready, left)


def ready_in(pace: Pace, now: float) -> float:
    """Seconds until there is room again."""
    return max(0.0, pace.due - now - SOON)


def chat_wait(pace: Pace, address: Address, now: float) -> float:
    """Seconds until this chat or group may be spoken to again; 0: now. Changes nothing."""
    allowed = pace.allowance
    if is_group(address):
        said = pace.groups.get(str(address)) if allowed.per_group_minute else None
        full = bool(said) and len(said or ()) >= (allowed.per_group_minute or 0)
        return max(0.0, said[0] + MINUTE - now) if said and full else 0.0
    if not allowed.per_chat_second:
        return 0.0
    return max(0.0, pace.chats.get(str(address), 0.0) - (_BURST - 1) / allowed.per_chat_second - now)


def wait(pace: Pace, segments: int, now: float) -> float:
    """Seconds until the sender may say a message of so many segments; 0: now. Changes nothing."""
    if not pace.allowance.per_second:
        return 0.0
    return max(0.0, pace.due - now, _window_free(pace, segments, now) - now)


def begun(pace: Pace, address: Address, segments: int, now: float) -> None:
    """A message of so many segments is being said now: book it."""
    allowed = pace.allowance
    pace.said_today += 1
    if allowed.per_second:
        pace.due = max(pace.due, now - _CATCH_UP) + segments * _step(pace, now)
        if allowed.jitter:
            pace.gap = pace.chance.uniform(1 - allowed.jitter, 1 + allowed.jitter)
        pace.flying += segments
    if allowed.per_chat_second and not is_group(address):
        key = str(address)
        if len(pace.chats) >= _MOST_CHATS:
            pace.chats = {chat: due for chat, due in pace.chats.items() if due > now}
        pace.chats[key] = max(pace.chats.get(key, 0.0), now) + 1 / allowed.per_chat_second
    if allowed.per_group_minute and is_group(address):
        said = pace.groups.setdefault(str(address), deque(maxlen=max(1, int(allowed.per_group_minute))))
        said.append(now + _ON_THE_WAY)


def ended(pace: Pace, segments: int, started: float, now: float) -> None:
    """The answer is there, so the message had arrived by now: from here the provider's second runs."""
    if pace.allowance.per_second:
        pace.flying -= segments
        _slide(pace, now)  # replies are said without asking `wait`, and would stay here for ever
        pace.window.append((min(now, started + _ON_THE_WAY), segments))


def _step(pace: Pace, now: float) -> float:
    """Seconds for one segment."""
    rate = (pace.allowance.per_second or 1.0) * (0.5 if now < pace.gentle_until else 1.0)
    return pace.gap / rate


def _window_free(pace: Pace, segments: int, now: float) -> float:
    """When so many segments fit into the provider's second. Where one takes longer than that, the rhythm does it."""
    most = int(pace.allowance.per_second or 0)
    _slide(pace, now)
    if most < 2:
        return now
    over = pace.flying + segments + sum(each for _, each in pace.window) - max(most, segments)
    if over <= 0:
        return now
    for at, each in pace.window:
        over -= each
        if over <= 0:
            return at + _WINDOW
    return now + _ON_THE_WAY  # what is on its way fills it: look again when it has arrived


def _slide(pace: Pace, now: float) -> None:
    while pace.window and pace.window[0][0] + _WINDOW <= now:
        pace.window.popleft()


def is_group(address: Address) -> bool:
    """Whether many read there: Telegram's groups have negative ids."""
    return address.scheme == "telegram" and address.identity.startswith("-")
