"""Say of a campaign that its money is used up, and what it missed and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection, bindparam, insert, select

from bot.people import Scope
from bot.turn import Held
from store.campaign_tables import campaign_acts, misses
from store.progressing import visible

ACTOR = "chasqui"  # who acts where no person does
HELD = "held"  # what the act is called
_LAST = (
    select(campaign_acts.c.act, campaign_acts.c.version)
    .where(campaign_acts.c.campaign == bindparam("which"))
    .order_by(campaign_acts.c.id.desc())
    .limit(1)
)
_MISSED = select(misses.c.reason, misses.c.n).where(misses.c.campaign == bindparam("which"))


def hold(conn: Connection, held: Sequence[Held], now: datetime) -> None:
    """Write down, once a version, that a campaign stands for want of money: a person is told by `chasqui campaign`.

    It goes on running, so that what was within its budget leaves; what is beyond waits in the dues until there is more.
    """
    for each in held:
        last = conn.execute(_LAST, {"which": each.campaign}).first()
        if last is None or tuple(last) != (HELD, each.version):
            act = {"campaign": each.campaign, "version": each.version, "act": HELD, "actor": ACTOR}
            conn.execute(insert(campaign_acts), {**act, "reason": each.reason, "at": now})


def missed(conn: Connection, scope: Scope, campaign: str) -> Mapping[str, int]:
    """How many were not said to whom they were owed, by reason: see bot.delivering.campaigns.MISSES."""
    if not visible(conn, scope, campaign):
        return {}
    return {row[0]: row[1] for row in conn.execute(_MISSED, {"which": campaign})}
