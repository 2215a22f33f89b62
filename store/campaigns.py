"""Keep campaigns: made once, moved by compare-and-set, edited by version, held back and cancelled with what waits."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Update, bindparam, case, delete, func, insert, literal_column, select, true, update
from sqlalchemy.dialects.postgresql import insert as insert_or

from bot.delivering.campaigns import Campaign, Kind, State
from bot.delivering.planning import ENDED, MOVES, Act, refusal
from bot.people import Scope
from store import giving_back
from store.campaign_bodies import body
from store.campaign_bodies import campaign as read
from store.campaign_tables import campaign_acts, campaigns, occurrences
from store.dues import HELD
from store.progressing import OF_CAMPAIGN, progress, span, spent
from store.shapes import clean
from store.tables import dues, outbox

__all__ = ["acts", "authors", "create", "edit", "get", "listed", "move", "progress", "spent"]

AFRESH = '{"clocks":null,"after":["",""],"dealt":0}'  # the cursor of what was begun, and begins again
# A pause adds this to the times of what waits, and resuming takes it off again: nothing forgets when it was meant.
_HOLD = HELD // timedelta(microseconds=1)
_QUEUED = (
    outbox.c.campaign == bindparam("which"),
    outbox.c.campaign != literal_column("''"),
    outbox.c.state == literal_column("'queued'"),
)
_CREATE = insert_or(campaigns).on_conflict_do_nothing(index_elements=["id"]).returning(campaigns.c.id)
_GET = select(campaigns).where(campaigns.c.id == bindparam("which"))
_CANCEL_QUEUED = update(outbox).where(*_QUEUED).values(state=literal_column("'cancelled'"))
_CANCEL_DUES = delete(dues).where(*OF_CAMPAIGN)


def create(conn: Connection, campaign: Campaign, actor: str, now: datetime) -> bool:
    """Keep a new campaign, as a draft or in the state that it has. False, and nothing changed, where one of this id
    exists: a double click is one campaign."""
    running = campaign.state is State.RUNNING
    row = _columns(campaign) | {
        "id": campaign.id,
        "state": campaign.state.value,
        "version": campaign.version,
        "created_by": campaign.created_by or actor,
        "approved_by": campaign.approved_by,
        "created_at": campaign.created_at,
        "started_at": campaign.started_at or (now if running else None),
        "next_at": now if running else None,
    }
    if conn.execute(_CREATE, row).first() is None:
        return False
    _act(conn, campaign, "created", actor, "", now)
    return True


def get(conn: Connection, id: str) -> Campaign | None:
    """The campaign of this id as it stands now."""
    row = conn.execute(_GET, {"which": id}).mappings().first()
    return read(dict(row)) if row else None


def listed(conn: Connection, scope: Scope, states: Collection[State] | None = None, limit: int = 100) -> list[Campaign]:
    """Campaigns, the latest first: those on behalf of the scope's cooperatives, or all where it has no bounds."""
    within = true() if scope.cooperatives is None else campaigns.c.cooperative.in_(sorted(scope.cooperatives))
    query = select(campaigns).where(within).order_by(campaigns.c.created_at.desc(), campaigns.c.id).limit(limit)
    if states is not None:
        query = query.where(campaigns.c.state.in_(sorted(state.value for state in states)))
    return [read(dict(row)) for row in conn.execute(query).mappings()]


def move(conn: Connection, id: str, to: State, *, actor: str, reason: str = "", now: datetime) -> bool:
    """Bring a campaign into another state. False, and nothing changed, where the way there is not open (see
    `bot.delivering.planning.refusal`) or somebody else moved it first.

    Paused (or asked about anew), what waits in dues and outbox is held with it, and let go when it runs again;
    cancelled, what has not left does not leave.
    """
    held = get(conn, id)
    if held is None or refusal(held.state, to, actor, authors(conn, id)):
        return False
    act = MOVES[held.state, to]
    changes: dict[str, Any] = {"state": to.value, "next_at": now if to is State.RUNNING else None}
    if act == "approved":
        changes["approved_by"] = actor
    if to is State.RUNNING and held.started_at is None:
        changes["started_at"] = now
    if to in ENDED:
        changes["ended_at"] = now
    taken = update(campaigns).where(
        campaigns.c.id == id, campaigns.c.state == held.state.value, campaigns.c.version == held.version
    )
    if not conn.execute(taken.values(**changes)).rowcount:
        return False
    if to is State.CANCELLED:
        _withdraw(conn, held)
        _end_occurrences(conn, id, now)
    elif held.state is State.RUNNING and to in (State.PAUSED, State.WAITING):
        _shift(conn, held, _HOLD)
    elif to is State.RUNNING and held.started_at is not None:
        _shift(conn, held, -_HOLD)
    _act(conn, replace(held, state=to), act, actor, reason, now)
    return True


def edit(conn: Connection, campaign: Campaign, actor: str, now: datetime) -> Campaign | None:
    """Keep a new version of a campaign, and give it back; None where it has ended, or was edited since this version.

    What the old one still owed is void: dues are deleted, queued messages cancelled, and occurrences that are not
    over are spread anew, past whom they have reached. Its state stays as it is kept.
    """
    changes = _columns(campaign) | {"version": campaign.version + 1}
    changed = update(campaigns).where(
        campaigns.c.id == campaign.id,
        campaigns.c.version == campaign.version,
        campaigns.c.state.not_in([state.value for state in ENDED]),
    )
    held = get(conn, campaign.id)
    if held is None or not conn.execute(changed.values(**changes)).rowcount:
        return None
    owing = _withdraw(conn, held)
    _replan(conn, campaign.id, campaign.version + 1, again=owing, moved=campaign.schedule != held.schedule)
    if held.state is State.RUNNING:
        conn.execute(update(campaigns).where(campaigns.c.id == campaign.id).values(next_at=now))
    edited = get(conn, campaign.id)
    if edited:
        _act(conn, edited, "edited", actor, "", now)
    return edited


def acts(conn: Connection, id: str) -> list[Act]:
    """Everything that was done to it, oldest first."""
    query = select(campaign_acts).where(campaign_acts.c.campaign == id).order_by(campaign_acts.c.id)
    return [
        Act(act=row.act, actor=row.actor, reason=row.reason, version=row.version, at=row.at)
        for row in conn.execute(query)
    ]


def authors(conn: Connection, id: str) -> tuple[str, ...]:
    """Who wrote it: its maker, and whoever edited it since. None of them may approve it."""
    query = select(campaign_acts.c.actor).where(
        campaign_acts.c.campaign == id, campaign_acts.c.act.in_(("created", "edited"))
    )
    return tuple(sorted(set(conn.execute(query).scalars())))


def _columns(campaign: Campaign) -> dict[str, Any]:
    return {
        "name": clean(campaign.name),
        "kind": campaign.kind.value,
        "urgent": campaign.urgent,
        "body": clean(body(campaign)),
        "cooperative": campaign.cooperative,
        "cohort": campaign.schedule.cohort if campaign.kind is Kind.DRIP else "",
    }


def _act(conn: Connection, campaign: Campaign, act: str, actor: str, reason: str, now: datetime) -> None:
    line = {"campaign": campaign.id, "version": campaign.version, "act": act, "actor": actor, "at": now}
    conn.execute(insert(campaign_acts), {**line, "reason": clean(reason), "body": clean(body(campaign))})


def _withdraw(conn: Connection, campaign: Campaign) -> bool:
    """Take back what has not left; whether there was anything."""
    taken = conn.execute(_CANCEL_DUES, span(campaign)).rowcount
    cancelled = conn.execute(_CANCEL_QUEUED, {"which": campaign.id}).rowcount
    if cancelled:
        giving_back.give_back(conn)
    return bool(taken + cancelled)


def _shift(conn: Connection, campaign: Campaign, by: int) -> None:
    """Hold what waits back, or let it go: only what is not on that side already."""
    conn.execute(_shifting(update(dues).where(*OF_CAMPAIGN), dues.c.at, by), span(campaign))
    conn.execute(_shifting(update(outbox).where(*_QUEUED), outbox.c.not_before, by), {"which": campaign.id})


def _shifting(statement: Update, column: Any, by: int) -> Update:
    stored = func.abs(column, type_=campaign_acts.c.id.type)  # the number itself: no arithmetic is defined on times
    side = stored < _HOLD if by > 0 else stored >= _HOLD
    return statement.where(side).values({column.name: stored + by})


def _end_occurrences(conn: Connection, id: str, now: datetime) -> None:
    conn.execute(
        update(occurrences)
        .where(occurrences.c.campaign == id, occurrences.c.state == "planned")
        .values(state="cancelled", ended_at=now)
    )


def _replan(conn: Connection, id: str, version: int, *, again: bool, moved: bool) -> None:
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
