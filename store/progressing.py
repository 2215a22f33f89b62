"""How far a campaign has come and what it has cost, counted from what waits and what has left."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, bindparam, exists, func, literal_column, select

from bot.cooperating.roles import Right, need
from bot.delivering.campaigns import Campaign, Kind, Spent
from bot.delivering.planning import Progress
from bot.messages import Status
from bot.people import Scope
from store.campaign_bodies import campaign as read
from store.campaign_tables import campaigns, occurrences, spendings
from store.columns import prefixed
from store.tables import consent_states, dues, outbox

_MICROS = Decimal(1_000_000)
_NOTES = 20
_OF = (outbox.c.campaign == bindparam("which"), outbox.c.campaign != literal_column("''"))

# The dues that a campaign has led to; see `span`. SQLite takes a partial index only where its condition stands in the
# query word for word.
OF_CAMPAIGN: tuple[Any, ...] = (
    literal_column("dues.kind IN ('campaign', 'lesson')"),
    dues.c.kind == bindparam("what"),
    prefixed(dues.c.subject, bindparam("first"), bindparam("last")),
)
_WAITING = select(func.count()).select_from(dues).where(*OF_CAMPAIGN)
_OWED: Any = select(literal_column("1")).select_from(dues).where(*OF_CAMPAIGN).limit(1)
_OPEN = [each.value for each in (Status.QUEUED, Status.HELD, Status.SENDING, Status.UNKNOWN)]
_UNSETTLED: Any = select(literal_column("1")).select_from(outbox).where(*_OF, outbox.c.state.in_(_OPEN)).limit(1)
_STATES = select(outbox.c.state, func.count()).where(*_OF).group_by(outbox.c.state)
# From the few who have said no to what they had got, not from the many messages to who said no.
_LEFT = select(func.count(consent_states.c.learner.distinct())).where(
    literal_column("NOT consent_states.granted"),
    consent_states.c.at >= bindparam("begun"),
    exists(literal_column("1")).where(
        outbox.c.learner == consent_states.c.learner,
        outbox.c.learner != literal_column("''"),
        outbox.c.campaign == bindparam("which"),
        outbox.c.created_at <= consent_states.c.at,
    ),
)
_COUNTED = {
    Status.QUEUED: "queued",
    Status.HELD: "queued",
    Status.SENDING: "queued",
    Status.SENT: "sent",
    Status.DELIVERED: "delivered",
    Status.READ: "delivered",
    Status.UNDELIVERED: "failed",
    Status.FAILED: "failed",
    Status.UNKNOWN: "unknown",
    Status.CANCELLED: "cancelled",
    Status.EXPIRED: "expired",
}
COUNTED = ("waiting", "opted_out", *dict.fromkeys(_COUNTED.values()))
"""What of a campaign's progress takes long to count: fields of bot.delivering.planning.Progress."""


def span(campaign: Campaign) -> dict[str, str]:
    """The kind of its dues, and the bounds of their subjects: they begin with its id or, for a drip, its cohort's."""
    drip = campaign.kind is Kind.DRIP
    begin = campaign.schedule.cohort if drip else campaign.id
    return {"what": "lesson" if drip else "campaign", "first": f"{begin}/", "last": f"{begin}0"}  # "0" follows "/"


def is_quiet(conn: Connection, campaign: Campaign) -> bool:
    """Whether nothing of it waits any more, neither to be said nor to be known. Costs two looks into an index."""
    owed = conn.execute(_OWED, span(campaign)).first()
    return owed is None and conn.execute(_UNSETTLED, {"which": campaign.id}).first() is None


def visible(conn: Connection, scope: Scope, id: str) -> bool:
    """Whether a campaign of this id is in the scope, as far as its bounds say: without bounds nothing is asked."""
    need(scope, Right.SEE_PLANS)
    if scope.cooperatives is None:
        return True
    return conn.execute(select(campaigns.c.cooperative).where(campaigns.c.id == id)).scalar() in scope.cooperatives


def spent(conn: Connection, scope: Scope, id: str, now: datetime) -> Spent:
    """What it has cost so far by estimate at queueing, in the currency of the settings; `today` by the day of UTC."""
    if not visible(conn, scope, id):
        return Spent()
    total = select(func.sum(spendings.c.micros), func.sum(spendings.c.messages), func.sum(spendings.c.segments))
    row = conn.execute(total.where(spendings.c.campaign == id)).one()
    day = now.astimezone(UTC).date().isoformat()
    today = conn.execute(
        select(spendings.c.micros).where(spendings.c.campaign == id, spendings.c.day == day)
    ).scalar_one_or_none()
    return Spent(
        money=Decimal(row[0] or 0) / _MICROS,
        today=Decimal(today or 0) / _MICROS,
        messages=int(row[1] or 0),
        segments=int(row[2] or 0),
    )


def progress(conn: Connection, scope: Scope, id: str, known: Mapping[str, int] | None = None) -> Progress:
    """How far it has come; all zeros for a campaign that is not in the scope. Costs as much as it has messages, unless
    what `COUNTED` names is `known`: see store.progress_kept."""
    if not visible(conn, scope, id):
        return Progress()
    row = conn.execute(select(campaigns).where(campaigns.c.id == id)).mappings().first()
    if row is None:
        return Progress()
    of = occurrences.c.campaign == id
    slots = conn.execute(
        select(occurrences.c.state, func.count(), func.sum(occurrences.c.dues)).where(of).group_by(occurrences.c.state)
    ).all()
    micros = select(func.sum(spendings.c.micros)).where(spendings.c.campaign == id)
    return Progress(
        planned=sum(int(made or 0) for _, _, made in slots),
        occurrences={state: n for state, n, _ in slots},
        notes=_notes(conn, id),
        money=Decimal(conn.execute(micros).scalar_one() or 0) / _MICROS,
        next_at=conn.execute(select(func.min(occurrences.c.at)).where(of, occurrences.c.state == "planned")).scalar(),
        **(_counts(conn, row) if known is None else known),
    )


def _counts(conn: Connection, row: Mapping[Any, Any]) -> Mapping[str, int]:
    """What `COUNTED` names, of one row of `campaigns`."""
    id, begun = row["id"], row["started_at"] or row["created_at"]
    counted: Counter[str] = Counter()
    for state, n in conn.execute(_STATES, {"which": id}):
        counted[_COUNTED[Status(state)]] += n
    counted["waiting"] = conn.execute(_WAITING, span(read(dict(row)))).scalar_one()
    counted["opted_out"] = conn.execute(_LEFT, {"which": id, "begun": begun}).scalar_one()
    return counted


def _notes(conn: Connection, id: str) -> tuple[str, ...]:
    query = (
        select(occurrences.c.local_date, occurrences.c.note)
        .where(occurrences.c.campaign == id, occurrences.c.note != "")
        .order_by(occurrences.c.local_date.desc(), occurrences.c.slot)
        .limit(_NOTES)
    )
    return tuple(f"{day}: {note}" for day, note in conn.execute(query))
