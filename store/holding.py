"""Hold a campaign whose money is used up, until a person resumes it; and say what was missed and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection, bindparam, insert, literal_column, select, update

from bot.delivering.campaigns import State
from bot.turn import Held
from store.campaign_tables import campaign_acts, campaigns, misses

_ACTOR = "chasqui"  # who acts where no person does
_HOLD = (
    update(campaigns)
    .where(
        campaigns.c.id == bindparam("which"),
        campaigns.c.version == bindparam("as_of"),
        campaigns.c.state.in_((literal_column("'running'"), literal_column("'finished'"))),
    )
    .values(state=State.PAUSED.value)
)
_MISSED = select(misses.c.reason, misses.c.n).where(misses.c.campaign == bindparam("which"))


def hold(conn: Connection, held: Sequence[Held], now: datetime) -> None:
    """Pause these campaigns, each once, with the reason in their acts; one edited or moved since is left alone."""
    for each in held:
        if conn.execute(_HOLD, {"which": each.campaign, "as_of": each.version}).rowcount:
            act = {"campaign": each.campaign, "version": each.version, "act": "paused", "actor": _ACTOR}
            conn.execute(insert(campaign_acts), {**act, "reason": each.reason, "at": now})


def missed(conn: Connection, campaign: str) -> Mapping[str, int]:
    """How many were not said to whom they were owed, by reason: consent, audience, stale, text."""
    return {row[0]: row[1] for row in conn.execute(_MISSED, {"which": campaign})}
