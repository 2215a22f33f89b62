"""Hold a campaign whose money is used up, until a person resumes it; and say what was missed and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection, bindparam, select

from bot.delivering.campaigns import State
from bot.turn import Held
from store import campaigns
from store.campaign_tables import misses

ACTOR = "chasqui"  # who acts where no person does
_MISSED = select(misses.c.reason, misses.c.n).where(misses.c.campaign == bindparam("which"))


def hold(conn: Connection, held: Sequence[Held], now: datetime) -> None:
    """Pause these campaigns, each once, with the reason in their acts; one edited or moved since is left alone."""
    for each in held:
        campaign = campaigns.get(conn, each.campaign)
        if campaign and (campaign.version, campaign.state) == (each.version, State.RUNNING):
            campaigns.move(conn, each.campaign, State.PAUSED, actor=ACTOR, reason=each.reason, now=now)


def missed(conn: Connection, campaign: str) -> Mapping[str, int]:
    """How many were not said to whom they were owed, by reason: consent, audience, stale, text."""
    return {row[0]: row[1] for row in conn.execute(_MISSED, {"which": campaign})}
