"""Occurrences: planned once, claimed by one planner at a time, and spread into dues with a cursor beside them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Select, bindparam, func, literal_column, or_, select, update
from sqlalchemy.dialects.postgresql import insert

from bot.cooperating.organisations import Cohort
from bot.delivering.campaigns import Campaign, State
from bot.delivering.planning import Slot
from store.campaign_bodies import campaign as read
from store.campaign_tables import campaign_acts, campaigns, occurrences
from store.cohorts import cohort_of
from store.many import inserting
from store.occurrences import Cursor, Occurrence, occurrence_of
from store.organisation_tables import cohorts
from store.tables import dues, outbox

FARTHEST = timedelta(hours=26)  # between the first and the last zone of the earth
_SOON = timedelta(minutes=10)

_PLANNED = occurrences.c.state == literal_column("'planned'")
_KEY = (
    occurrences.c.campaign == bindparam("which"),
    occurrences.c.local_date == bindparam("day"),
    occurrences.c.slot == bindparam("of_slot"),
    _PLANNED,
)
_RUNNING = campaigns.c.state == literal_column("'running'")
_TO_PLAN = (
    select(campaigns)
    .where(_RUNNING, or_(campaigns.c.next_at.is_(None), campaigns.c.next_at <= bindparam("now")))
    .order_by(campaigns.c.next_at, campaigns.c.id)
    .limit(bindparam("limit"))
)
_LOCK = (
    select(campaigns.c.id)
    .where(campaigns.c.id == bindparam("which"), campaigns.c.version == bindparam("as_of"), _RUNNING)
    .with_for_update()
)
_KNOWN = select(occurrences.c.local_date).where(
    occurrences.c.campaign == bindparam("which"), occurrences.c.local_date >= bindparam("since")
)
_NEW = insert(occurrences).on_conflict_do_nothing(index_elements=["campaign", "local_date", "slot"])
_UNBEGUN = (
    select(occurrences.c.local_date, occurrences.c.slot, occurrences.c.at)
    .where(occurrences.c.campaign == bindparam("which"), _PLANNED, occurrences.c.cursor == "")
    .order_by(occurrences.c.at)
)
_SKIP = update(occurrences).where(*_KEY).values(state="skipped", note=bindparam("why"), ended_at=bindparam("now"))
_FLOOR = select(func.max(campaign_acts.c.at)).where(
    campaign_acts.c.campaign == bindparam("which"),
    campaign_acts.c.act.in_(("created", "edited", "started", "approved")),
)
_TO_SPREAD = (
    select(occurrences, campaigns.c.urgent)
    .join(campaigns, campaigns.c.id == occurrences.c.campaign)
    .where(
        _PLANNED,
        occurrences.c.at <= bindparam("until"),
        _RUNNING,
        campaigns.c.version == occurrences.c.version,
        or_(occurrences.c.claimed_until.is_(None), occurrences.c.claimed_until <= bindparam("now")),
    )
    .order_by(campaigns.c.urgent.desc(), occurrences.c.at, occurrences.c.campaign, occurrences.c.local_date)
    .limit(bindparam("limit"))
)
_CLAIM = (
    update(occurrences)
    .where(*_KEY, or_(occurrences.c.claimed_until.is_(None), occurrences.c.claimed_until <= bindparam("now")))
    .where(occurrences.c.cursor == bindparam("held"), occurrences.c.version == bindparam("as_of"))
    .values(claimed_until=bindparam("until"))
)
_ADVANCE = (
    update(occurrences)
    .where(*_KEY, occurrences.c.cursor == bindparam("held"), occurrences.c.version == bindparam("as_of"))
    .values(
        cursor=bindparam("moved"),
        dues=occurrences.c.dues + bindparam("more"),
        claimed_until=bindparam("until"),
        state=bindparam("to"),
        note=bindparam("why"),
        ended_at=bindparam("ended"),
    )
)
_COUNT = (
    update(occurrences)
    .where(
        occurrences.c.campaign == bindparam("which"),
        occurrences.c.local_date == bindparam("day"),
        occurrences.c.slot == bindparam("of_slot"),
    )
    .values(dues=occurrences.c.dues + bindparam("more"))
)
_DUES = inserting(
    dues,
    ("learner", "kind", "subject", "at"),
    lambda row: row.on_conflict_do_nothing(index_elements=["learner", "kind", "subject"]),
)
_MADE = (
    select(literal_column("1"))
    .where(dues.c.at.between(bindparam("from"), bindparam("to")), dues.c.kind.in_(("campaign", "lesson")))
    .limit(bindparam("most"))
    .subquery("made")
)
_SAID = (
    select(literal_column("1"))
    .where(
        outbox.c.state == literal_column("'queued'"), outbox.c.unasked.is_(True), outbox.c.not_before <= bindparam("to")
    )
    .limit(bindparam("most"))
    .subquery("said")
)


def cohort(conn: Connection, id: str) -> Cohort | None:
    """The cohort of a drip; None where there is none of this id, or it is closed."""
    row = conn.execute(select(cohorts).where(cohorts.c.id == id, cohorts.c.closed_at.is_(None))).mappings().first()
    return cohort_of(row) if row else None


def to_plan(conn: Connection, now: datetime, limit: int = 100) -> list[Campaign]:
    """Running campaigns that the clock has to look at by now."""
    return [read(dict(row)) for row in conn.execute(_TO_PLAN, {"now": now, "limit": limit}).mappings()]


def floor(conn: Connection, campaign: Campaign) -> datetime:
    """Since when this version holds: nothing from before is planned."""
    return conn.execute(_FLOOR, {"which": campaign.id}).scalar() or campaign.created_at


def plan(conn: Connection, campaign: Campaign, slots: Sequence[Slot], now: datetime) -> int:
    """Write occurrences down, once: a date that has one keeps it. A date or time that does not exist is written as
    skipped. Returns how many are new; none where the campaign was edited or moved since it was read."""
    if not slots or conn.execute(_LOCK, {"which": campaign.id, "as_of": campaign.version}).first() is None:
        return 0
    since = min(slot.local_date for slot in slots).isoformat()
    known = set(conn.execute(_KNOWN, {"which": campaign.id, "since": since}).scalars())
    new = [slot for slot in slots if slot.local_date.isoformat() not in known]
    for slot in new:
        gone = slot.at is None
        row = {
            "campaign": campaign.id,
            "local_date": slot.local_date.isoformat(),
            "slot": slot.slot,
            "version": campaign.version,
            "at": slot.at or now,
            "state": "skipped" if gone else "planned",
            "note": f"this day does not exist in {campaign.schedule.zone}" if gone else "",
            "ended_at": now if gone else None,
        }
        conn.execute(_NEW, row)
    return len(new)


def unbegun(conn: Connection, campaign: str) -> list[Slot]:
    """Its planned occurrences of which nothing is spread yet, oldest first."""
    return [
        Slot(local_date=date.fromisoformat(row[0]), slot=row[1], at=row[2])
        for row in conn.execute(_UNBEGUN, {"which": campaign})
    ]


def skip(conn: Connection, campaign: str, slot: Slot, why: str, now: datetime) -> bool:
    """Give up an occurrence, and say why; False where it is planned no longer."""
    key = {"which": campaign, "day": slot.local_date.isoformat(), "of_slot": slot.slot}
    return bool(conn.execute(_SKIP, {**key, "why": why, "now": now}).rowcount)


def look_again(conn: Connection, campaign: Campaign, at: datetime) -> None:
    """When the clock has to look at a campaign next."""
    conn.execute(
        update(campaigns)
        .where(campaigns.c.id == campaign.id, campaigns.c.version == campaign.version)
        .where(campaigns.c.state == State.RUNNING.value)
        .values(next_at=at)
    )


def remains(conn: Connection, campaign: str) -> str:
    """The last local date that it has (ISO 8601), or empty where something of it is still to be spread."""
    if conn.execute(select(literal_column("1")).where(occurrences.c.campaign == campaign, _PLANNED).limit(1)).first():
        return ""
    last = select(func.max(occurrences.c.local_date)).where(occurrences.c.campaign == campaign)
    return conn.execute(last).scalar() or ""


def to_spread(conn: Connection, now: datetime, limit: int = 50) -> list[Occurrence]:
    """Occurrences whose day has come somewhere and that nobody is at work on: safety first, then the oldest."""
    rows = conn.execute(_TO_SPREAD, {"now": now, "until": now + FARTHEST, "limit": limit}).all()
    return [occurrence_of(row) for row in rows]


def claim(conn: Connection, occurrence: Occurrence, now: datetime, until: datetime) -> bool:
    """Take an occurrence until then; False where somebody else has it, or has gone on with it."""
    values = {"now": now, "until": until, "held": occurrence.held, "as_of": occurrence.version}
    return bool(conn.execute(_CLAIM, occurrence.key() | values).rowcount)


def advance(
    conn: Connection,
    occurrence: Occurrence,
    cursor: Cursor,
    made: Sequence[dict[str, Any]],
    *,
    until: datetime | None,
    note: str = "",
    ended: datetime | None = None,
    copied: Select[Any] | None = None,
) -> Occurrence | None:
    """Write dues (rows of learner, kind, subject, at, or a query for them) and how far that was, in this one
    transaction. None, and nothing written, where somebody else went on, or the campaign was edited, paused or
    cancelled.

    `until`: when it may be looked at again by others (None: at once). `ended`: it is spread.
    """
    if conn.execute(_LOCK, {"which": occurrence.campaign, "as_of": occurrence.version}).first() is None:
        return None
    said = "; ".join(each for each in (occurrence.note, note) if each)
    moved = replace(cursor, begun=True) if made or ended or cursor != occurrence.cursor else cursor
    count = len(made)
    values = {
        "held": occurrence.held,
        "as_of": occurrence.version,
        "moved": moved.kept(),
        "more": len(made),
        "until": until,
        "to": "spread" if ended else "planned",
        "why": said,
        "ended": ended,
    }
    if not conn.execute(_ADVANCE, occurrence.key() | values).rowcount:
        return None
    if made:
        _DUES.execute(conn, made)
    if copied is not None:
        copying = insert(dues).from_select(["learner", "kind", "subject", "at"], copied)
        copying = copying.on_conflict_do_nothing(index_elements=["learner", "kind", "subject"])
        count = conn.execute(copying, execution_options={"preserve_rowcount": True}).rowcount
        conn.execute(
            _COUNT,
            {
                "which": occurrence.campaign,
                "day": occurrence.local_date.isoformat(),
                "of_slot": occurrence.slot,
                "more": count,
            },
        )
    return replace(occurrence, cursor=moved, held=moved.kept(), note=said, made=count)


def room(conn: Connection, now: datetime, most: int) -> int:
    """How many dues may be made, so that what is due within ten minutes and what is queued unasked stay below `most`.

    What was due longer ago than that waits for somebody who cannot be reached, and does not count.
    """
    keys = {"from": now - _SOON, "to": now + _SOON, "most": most}
    made = conn.execute(select(func.count()).select_from(_MADE), keys).scalar_one()
    said = conn.execute(select(func.count()).select_from(_SAID), {"to": now + _SOON, "most": most}).scalar_one()
    return max(0, most - made - said)
