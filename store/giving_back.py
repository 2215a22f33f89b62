"""Give a campaign back the money of messages that were queued, counted and never left: cancelled or expired."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC
from typing import Any

from sqlalchemy import Connection, bindparam, func, literal_column, select, update

from store.campaign_tables import spendings
from store.columns import among
from store.tables import UNSENT, outbox

_MOST = 5000  # rows in one go
# Where another process gives the same back, it has these rows; whoever comes next finds nothing left of them.
_WAITING: Any = (
    select(outbox.c.id, outbox.c.campaign, outbox.c.created_at, outbox.c.micros, outbox.c.estimated)
    .where(literal_column(UNSENT), outbox.c.possible_duplicate.is_(False))
    .order_by(outbox.c.id)
    .limit(_MOST)
    .with_for_update(skip_locked=True)
)
_ANY: Any = select(func.min(outbox.c.id)).where(literal_column(UNSENT), outbox.c.possible_duplicate.is_(False))
_GIVEN = update(outbox).where(among(outbox.c.id, "ids")).values(micros=None)
_LESS = (
    update(spendings)
    .where(spendings.c.campaign == bindparam("which"), spendings.c.day == bindparam("on"))
    .values(
        messages=spendings.c.messages - bindparam("n"),
        segments=spendings.c.segments - bindparam("less_segments"),
        micros=spendings.c.micros - bindparam("less_micros"),
    )
)


def waits(conn: Connection) -> bool:
    """Whether there is money to give back: one look into an index that holds nothing else."""
    return conn.execute(_ANY).scalar() is not None


def give_back(conn: Connection) -> int:
    """Take what never left off the day on which it was counted, each message once; how many there were.

    A message that may have left (it was on its way when its campaign was cancelled) stays paid: the provider bills it.
    """
    rows = conn.execute(_WAITING).all()
    if not rows:
        return 0
    conn.execute(_GIVEN, {"ids": [row.id for row in rows]})
    less: defaultdict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0, 0])
    for row in rows:
        day = less[row.campaign, row.created_at.astimezone(UTC).date().isoformat()]
        for place, n in enumerate((1, row.estimated, row.micros)):
            day[place] += n
    conn.execute(
        _LESS,
        [
            {"which": campaign, "on": day, "n": n, "less_segments": segments, "less_micros": micros}
            for (campaign, day), (n, segments, micros) in sorted(less.items())
        ],
    )
    return len(rows)
