"""How a learner stands with us, in one word, for whoever looks at a list."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from bot.people import WANTING, Learner

STANDINGS = ("learning", "invited", "paused", "stopped", "guardian", "unreachable", "joined")


def standing(learner: Learner, *, agreed: bool | None, threads: Collection[str], enrolled: bool, now: datetime) -> str:
    """One of STANDINGS. `agreed` is her latest word on lessons, `threads` the states of the places where she is
    reached ("" before the first word)."""
    if agreed is False:
        return "stopped"
    if not threads or all(state not in ("", "open") for state in threads):
        return "unreachable"
    if learner.guardian in WANTING:
        return "guardian"
    if agreed is None:
        return "invited"
    if learner.paused_until and learner.paused_until > now:
        return "paused"
    return "learning" if enrolled else "joined"
