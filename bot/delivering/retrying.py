"""Whether a message that did not go out is tried again, and when."""

from __future__ import annotations

from bot.messages import Refusal

MOST = 5  # attempts of one message

# Seconds before the next attempt, by attempt. A phone that is off comes back in hours, a provider in minutes.
_LADDERS = {
    Refusal.UNREACHABLE: (3600.0, 6 * 3600.0, 24 * 3600.0),
    Refusal.UNAVAILABLE: (2.0, 10.0, 60.0, 300.0),
    Refusal.RATE_LIMITED: (1.0, 5.0, 30.0, 120.0),
    Refusal.CREDENTIALS: (60.0, 300.0, 900.0, 3600.0),
}


def pause_before(reason: Refusal, attempt: int, retry_after: float | None) -> float | None:
    """Seconds until the next attempt after `attempt` of them failed for `reason`; None: not again.

    What the provider asked for (`retry_after`) wins over our own ladder. Being told to wait is not a failure of the
    message, so it is never given up for that alone.
    """
    ladder = _LADDERS.get(reason)
    if ladder is None:
        return None
    if reason in (Refusal.RATE_LIMITED, Refusal.CREDENTIALS):
        own = ladder[min(attempt, len(ladder)) - 1]
        return max(retry_after, 0.1) if retry_after is not None else own
    if attempt >= MOST or attempt > len(ladder):
        return None
    return retry_after if retry_after is not None else ladder[attempt - 1]
