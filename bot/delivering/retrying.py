"""Whether a message that did not go out is tried again, when, and how long it is worth trying."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random

from bot.messages import Refusal

MOST = 5  # attempts of one message
# A wait of our own is longer by up to this part of it and so many seconds: what failed together is retried apart.
_SPREAD, _MOST_SPREAD = 0.2, 30.0

# Seconds before the next attempt, by attempt. A phone that is off comes back in hours, a provider in minutes.
_LADDERS = {
    Refusal.UNREACHABLE: (3600.0, 6 * 3600.0, 24 * 3600.0),
    Refusal.UNAVAILABLE: (2.0, 10.0, 60.0, 300.0),
    Refusal.UNCERTAIN: (2.0, 5.0, 15.0, 45.0, 300.0),
    Refusal.RATE_LIMITED: (1.0, 5.0, 30.0, 120.0),
    Refusal.CREDENTIALS: (60.0, 300.0, 900.0, 3600.0),
    Refusal.SETTINGS: (900.0, 3600.0),
}
# What speaks of the sender and not of one message: the message is never given up for it, only for its age.
OF_SENDER = frozenset((Refusal.RATE_LIMITED, Refusal.CREDENTIALS, Refusal.UNAVAILABLE))
# What nobody would understand any more, where no other end was set for it.
_AGES = {"reply": timedelta(days=2), "question": timedelta(days=2), "reminder": timedelta(days=1)}
_AGE = timedelta(days=3)


def pause_before(
    reason: Refusal, attempt: int, retry_after: float | None, chance: Random | None = None
) -> float | None:
    """Seconds until the next attempt after `attempt` of them failed for `reason`; None: not again.

    What the provider asked for (`retry_after`) wins over our own ladder, to the second; our own waits are spread with
    `chance`. What only says that the sender has to wait never ends.
    """
    ladder = _LADDERS.get(reason)
    if ladder is None:
        return None
    if retry_after is not None:
        return max(retry_after, 0.1) if reason in OF_SENDER or attempt < MOST else None
    if reason not in OF_SENDER and (attempt >= MOST or attempt > len(ladder)):
        return None
    own = ladder[min(max(attempt, 1), len(ladder)) - 1]
    return own + chance.uniform(0, min(own * _SPREAD, _MOST_SPREAD)) if chance else own


def too_old(kind: str, created_at: datetime, expires_at: datetime | None, at: datetime) -> bool:
    """Whether a message would come too late at `at`: after its own end, or after what its kind is worth."""
    if expires_at is not None:
        return at >= expires_at
    return at - created_at > _AGES.get(kind, _AGE)
