"""How the house stands, in figures that name nobody: read by its indexes, whichever machine asks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, case, func, literal_column, select

from store import recovery, ticks
from store.campaign_tables import campaigns, sender_leases, spendings, unreachable
from store.health import Figures, figures
from store.tables import outbox

_QUEUED = outbox.c.state == literal_column("'queued'")
_DOUBTFUL = outbox.c.state.in_((literal_column("'sending'"), literal_column("'unknown'")))
_READY = case((outbox.c.not_before <= bindparam("now"), 1), else_=0)
_BACKLOG = (
    select(
        outbox.c.sender,
        outbox.c.unasked,
        func.count(),
        func.sum(_READY),
        func.min(outbox.c.not_before),
    )
    .where(_QUEUED)
    .group_by(outbox.c.sender, outbox.c.unasked)
)
_IN_DOUBT = (
    select(outbox.c.sender, outbox.c.state, func.count(), func.min(outbox.c.lease_until))
    .where(_DOUBTFUL)
    .group_by(outbox.c.sender, outbox.c.state)
)
_SPENT = (
    select(
        spendings.c.day,
        func.sum(spendings.c.messages),
        func.sum(spendings.c.segments),
        func.sum(spendings.c.micros),
    )
    .where(spendings.c.day >= bindparam("since"))
    .group_by(spendings.c.day)
)
_CAMPAIGNS = select(campaigns.c.state, func.count()).group_by(campaigns.c.state)
_LEASES = select(sender_leases.c.sender, sender_leases.c.lease_until, sender_leases.c.resting_until)
_DAYS = timedelta(days=6)


@dataclass(frozen=True, slots=True, kw_only=True)
class Backlog:
    """What is queued at one sender, asked for or not. `oldest` is seconds since it may leave."""

    sender: str
    unasked: bool
    queued: int
    ready: int
    oldest: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """What is on its way at one sender (`sending`), or not known to have left (`unknown`). `oldest`: seconds past
    the lease."""

    sender: str
    state: str
    count: int
    oldest: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Spent:
    """What one day (UTC) cost, estimated when it was queued; `micros` are millionths of the currency."""

    day: str
    messages: int
    segments: int
    micros: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Measures:
    """Everything that is told to a machine that watches."""

    figures: Figures
    backlogs: tuple[Backlog, ...]
    doubts: tuple[Doubt, ...]
    spent: tuple[Spent, ...]  # the last seven days
    campaigns: dict[str, int]  # by state
    jobs: dict[str, float]  # seconds since each last came to its end, on any machine
    resting: dict[str, float]  # seconds that a sender still has to rest
    owned: dict[str, bool]  # whether somebody speaks for a sender now
    recovering: bool


def measure(conn: Connection, now: datetime) -> Measures:
    """The measures of this moment: a dozen queries over the indexes of what waits."""
    leases = conn.execute(_LEASES).all()
    return Measures(
        figures=figures(conn, now),
        backlogs=tuple(
            Backlog(sender=sender, unasked=unasked, queued=count, ready=int(ready or 0), oldest=_age(now, oldest))
            for sender, unasked, count, ready, oldest in conn.execute(_BACKLOG, {"now": now})
        ),
        doubts=tuple(
            Doubt(sender=sender, state=state, count=count, oldest=_age(now, oldest))
            for sender, state, count, oldest in conn.execute(_IN_DOUBT)
        ),
        spent=_spent(conn, now),
        campaigns={state: int(n) for state, n in conn.execute(_CAMPAIGNS)},
        jobs={job: _age(now, at) for job, at in ticks.freshest(conn).items()},
        resting={sender: -_signed(now, rest) for sender, _, rest in leases if rest and rest > now},
        owned={sender: until > now for sender, until, _ in leases},
        recovering=recovery.is_on(conn),
    )


def given_up_numbers(conn: Connection) -> int:
    """How many addresses nothing is sent to any more, because a provider says that nobody can be reached there. It
    looks through all of them, so it is for a person who asks, not for every scrape."""
    query = select(func.count()).select_from(unreachable).where(unreachable.c.suppressed_at.is_not(None))
    return int(conn.execute(query).scalar_one())


def _spent(conn: Connection, now: datetime) -> tuple[Spent, ...]:
    rows = conn.execute(_SPENT, {"since": (now - _DAYS).date().isoformat()}).all()
    return tuple(
        Spent(day=day, messages=int(count), segments=int(parts), micros=int(cost)) for day, count, parts, cost in rows
    )


def _signed(now: datetime, since: Any) -> float:
    return float((now - since).total_seconds())


def _age(now: datetime, since: Any) -> float:
    return max(0.0, _signed(now, since)) if since else 0.0
