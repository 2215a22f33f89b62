"""Keep campaigns: made once, moved by compare-and-set, edited by version, held back and cancelled with what waits.

Whoever may act for some cooperatives only sees, makes and moves what goes out on behalf of those, to their members.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Connection,
    and_,
    bindparam,
    func,
    insert,
    literal_column,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import insert as insert_or

from bot.cooperating.roles import Right, need
from bot.delivering.campaigns import Campaign, Kind, State
from bot.delivering.planning import ENDED, MOVES, Act, refusal
from bot.people import Scope
from store import withdrawing
from store.campaign_bodies import body
from store.campaign_bodies import campaign as read
from store.campaign_tables import campaign_acts, campaigns
from store.organisations import within
from store.shapes import clean

_CREATE = insert_or(campaigns).on_conflict_do_nothing().returning(campaigns.c.id)
_GET = select(campaigns).where(campaigns.c.id == bindparam("which"))
_MADE = select(campaigns).where(campaigns.c.once == bindparam("once"), campaigns.c.once != literal_column("''"))


def create(conn: Connection, scope: Scope, campaign: Campaign, actor: str, now: datetime, once: str = "") -> bool:
    """Keep a new campaign, as a draft or in the state that it has. False, and nothing changed, where one of this id
    exists, or one that was made by the same form (`once`): a double click is one campaign.

    Raises Forbidden without the right, PermissionError where it would reach beyond the scope.
    """
    _permit(scope, campaign)
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
        "once": clean(once),
    }
    if conn.execute(_CREATE, row).first() is None:
        return False
    _act(conn, campaign, "created", actor, "", now)
    return True


def made_by(conn: Connection, scope: Scope, once: str) -> Campaign | None:
    """What this form has made already."""
    need(scope, Right.SEE_PLANS)
    row = conn.execute(_MADE, {"once": clean(once)}).mappings().first() if once else None
    return _seen(scope, row)


def get(conn: Connection, scope: Scope, id: str) -> Campaign | None:
    """The campaign of this id as it stands now; None where there is none in the scope."""
    need(scope, Right.SEE_PLANS)
    return _seen(scope, conn.execute(_GET, {"which": id}).mappings().first())


def listed(
    conn: Connection,
    scope: Scope,
    states: Collection[State] | None = None,
    limit: int = 100,
    *,
    kinds: Collection[Kind] = (),
    after: tuple[datetime, str] | None = None,
) -> list[Campaign]:
    """Campaigns, the latest first: those on behalf of the scope's cooperatives, or all where it has no bounds. `after`:
    when the last one of the page before was made, and its id."""
    need(scope, Right.SEE_PLANS)
    query = select(campaigns).where(within(scope, campaigns.c.cooperative))
    if states is not None:
        query = query.where(campaigns.c.state.in_(sorted(state.value for state in states)))
    if kinds:
        query = query.where(campaigns.c.kind.in_(sorted(kind.value for kind in kinds)))
    if after is not None:
        at, id = after
        later = and_(campaigns.c.created_at == at, campaigns.c.id < id)
        query = query.where(campaigns.c.created_at <= at, or_(campaigns.c.created_at < at, later))
    ordered = query.order_by(campaigns.c.created_at.desc(), campaigns.c.id.desc()).limit(limit)
    return [read(dict(row)) for row in conn.execute(ordered).mappings()]


def beginning(conn: Connection, scope: Scope, id: str, limit: int = 20) -> list[Campaign]:
    """The campaign of this id, or those whose id begins so."""
    exact = get(conn, scope, id)
    if exact or not id:
        return [exact] if exact else []
    begun = func.substr(campaigns.c.id, 1, len(id)) == id
    query = select(campaigns).where(within(scope, campaigns.c.cooperative), begun).order_by(campaigns.c.id).limit(limit)
    return [read(dict(row)) for row in conn.execute(query).mappings()]


def move(conn: Connection, scope: Scope, id: str, to: State, *, actor: str, reason: str = "", now: datetime) -> bool:
    """Bring a campaign into another state. False, and nothing changed, where there is none in the scope, the way there
    is not open (see `bot.delivering.planning.refusal`) or somebody else moved it first. Raises Forbidden.

    Paused (or asked about anew), what waits in dues and outbox is held with it, and let go when it runs again;
    cancelled, what has not left does not leave.
    """
    held = get(conn, scope, id)
    if held is None or refusal(held.state, to, actor, _authors(conn, id)):
        return False
    act = MOVES[held.state, to]
    need(scope, Right.APPROVE if act in ("approved", "declined") else _right(held))
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
        withdrawing.withdraw(conn, held)
        withdrawing.end_occurrences(conn, id, now)
    elif held.state is State.RUNNING and to in (State.PAUSED, State.WAITING):
        withdrawing.shift(conn, held, withdrawing.HOLD)
    elif to is State.RUNNING and held.started_at is not None:
        withdrawing.shift(conn, held, -withdrawing.HOLD)
    _act(conn, replace(held, state=to), act, actor, reason, now)
    return True


def edit(conn: Connection, scope: Scope, campaign: Campaign, actor: str, now: datetime) -> Campaign | None:
    """Keep a new version of a campaign, and give it back; None where it has ended, is not in the scope, or was edited
    since this version. Raises Forbidden, or PermissionError where it would reach beyond the scope.

    What the old one still owed is void: dues are deleted, queued messages cancelled, and occurrences that are not
    over are spread anew, past whom they have reached. Its state stays as it is kept.
    """
    _permit(scope, campaign)
    changes = _columns(campaign) | {"version": campaign.version + 1}
    changed = update(campaigns).where(
        campaigns.c.id == campaign.id,
        campaigns.c.version == campaign.version,
        campaigns.c.state.not_in([state.value for state in ENDED]),
    )
    held = get(conn, scope, campaign.id)
    if held is None or not conn.execute(changed.values(**changes)).rowcount:
        return None
    owing = withdrawing.withdraw(conn, held)
    withdrawing.replan(conn, campaign.id, campaign.version + 1, again=owing, moved=campaign.schedule != held.schedule)
    if held.state is State.RUNNING:
        conn.execute(update(campaigns).where(campaigns.c.id == campaign.id).values(next_at=now))
    edited = get(conn, scope, campaign.id)
    if edited:
        _act(conn, edited, "edited", actor, "", now)
    return edited


def acts(conn: Connection, scope: Scope, id: str) -> list[Act]:
    """Everything that was done to it, oldest first."""
    if get(conn, scope, id) is None:
        return []
    query = select(campaign_acts).where(campaign_acts.c.campaign == id).order_by(campaign_acts.c.id)
    return [
        Act(act=row.act, actor=row.actor, reason=row.reason, version=row.version, at=row.at)
        for row in conn.execute(query)
    ]


def authors(conn: Connection, scope: Scope, id: str) -> tuple[str, ...]:
    """Who wrote it: its maker, and whoever edited it since. None of them may approve it."""
    return _authors(conn, id) if get(conn, scope, id) else ()


def _authors(conn: Connection, id: str) -> tuple[str, ...]:
    query = select(campaign_acts.c.actor).where(
        campaign_acts.c.campaign == id, campaign_acts.c.act.in_(("created", "edited"))
    )
    return tuple(sorted(set(conn.execute(query).scalars())))


def _right(campaign: Campaign) -> Right:
    return Right.NOTICE if campaign.kind is Kind.NOTICE else Right.PLAN


def _permit(scope: Scope, campaign: Campaign) -> None:
    """Who is bounded to cooperatives speaks on behalf of one of them, to members of them."""
    need(scope, _right(campaign))
    if scope.cooperatives is None:
        return
    to = campaign.audience.cooperatives
    if campaign.cooperative not in scope.cooperatives or not to or not scope.cooperatives.issuperset(to):
        raise PermissionError("It would reach people of cooperatives that this account is not for.")


def _seen(scope: Scope, row: Mapping[Any, Any] | None) -> Campaign | None:
    if row is None or (scope.cooperatives is not None and row["cooperative"] not in scope.cooperatives):
        return None
    return read(dict(row))


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
