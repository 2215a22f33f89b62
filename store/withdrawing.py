"""Take back, hold and let go what a campaign still owes: its dues, what waits to leave, and its occurrences."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Update, bindparam, case, delete, func, literal_column, select, update

from bot.delivering.campaigns import Campaign
from store import giving_back
from store.campaign_tables import campaign_acts, occurrences
from store.dues import HELD
from store.progressing import OF_CAMPAIGN, span
from store.tables import dues, outbox

AFRESH = '{"clocks":null,"after":["",""],"dealt":0}'  # the cursor of what was begun, and begins again
# A pause adds this to the times of what waits, and resuming takes it off again: nothing forgets when it was meant.
HOLD = HELD // timedelta(microseconds=1)
_QUEUED = (
    outbox.c.campaign == bindparam("which"),
    outbox.c.campaign != literal_column("''"),
    outbox.c.state == literal_column("'queued'"),
)
_CANCEL_QUEUED = update(outbox).where(*_QUEUED).values(state=literal_column("'cancelled'"))
_CANCEL_DUES = delete(dues).where(*OF_CAMPAIGN)


def withdraw(conn: Connection, campaign: Campaign) -> bool:
    """Take back what has not left; whether there was anything."""
    taken = conn.execute(_CANCEL_DUES, span(campaign)).rowcount
    cancelled = conn.execute(_CANCEL_QUEUED, {"which": campaign.id}).rowcount
    if cancelled:
        giving_back.give_back(conn)
    return bool(taken + cancelled)


def shift(conn: Connection, campaign: Campaign, by: int) -> None:
    """Hold what waits back, or let it go: only what is not on that side already."""
    conn.execute(_shifting(update(dues).where(*OF_CAMPAIGN), dues.c.at, by), span(campaign))
    conn.execute(_shifting(update(outbox).where(*_QUEUED), outbox.c.not_before, by), {"which": campaign.id})


def _shifting(statement: Update, column: Any, by: int) -> Update:
    stored = func.abs(column, type_=campaign_acts.c.id.type)  # the number itself: no arithmetic is defined on times
    side = stored < HOLD if by > 0 else stored >= HOLD
    return statement.where(side).values({column.name: stored + by})


def end_occurrences(conn: Connection, id: str, now: datetime) -> None:
    """What was planned is planned no longer."""
    conn.execute(
        update(occurrences)
        .where(occurrences.c.campaign == id, occurrences.c.state == "planned")
        .values(state="cancelled", ended_at=now)
    )


def replan(conn: Connection, id: str, version: int, *, again: bool, moved: bool) -> None:
    """What is not over begins anew; what had not begun is planned anew where the schedule is another one."""
    unbegun = (occurrences.c.campaign == id, occurrences.c.state == "planned", occurrences.c.dues == 0)
    if moved:
        conn.execute(delete(occurrences).where(*unbegun))
    begun = case((occurrences.c.cursor == "", ""), else_=AFRESH)
    fresh = {"version": version, "cursor": begun, "claimed_until": None}
    conn.execute(
        update(occurrences).where(occurrences.c.campaign == id, occurrences.c.state == "planned").values(fresh)
    )
    if again:
        latest = select(func.max(occurrences.c.local_date)).where(
            occurrences.c.campaign == id, occurrences.c.state == "spread"
        )
        conn.execute(
            update(occurrences)
            .where(
                occurrences.c.campaign == id,
                occurrences.c.state == "spread",
                occurrences.c.local_date == latest.scalar_subquery(),
            )
            .values(fresh | {"cursor": AFRESH, "state": "planned", "ended_at": None})
        )
