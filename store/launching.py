"""Start, approve, hold, change and end campaigns by the rules that hold at every door: nothing past, nothing to nobody,
a second person where it is large, and nothing that somebody else has changed meanwhile."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import Connection

from bot.delivering.campaigns import Campaign, Kind, State
from bot.delivering.doubting import past
from bot.delivering.planning import ENDED, refusal
from bot.delivering.seen import Seen, grown
from bot.people import Scope
from store import campaigns
from store.foreseeing import Foreseen

OPEN = (State.DRAFT, State.WAITING, State.RUNNING, State.PAUSED)
TO: Mapping[str, State] = {"pause": State.PAUSED, "resume": State.RUNNING, "cancel": State.CANCELLED}


class NotDone(Exception):
    """Why it was not done: a name (unknown, move, past, past.recurring, nobody, second, overtaken, not_asked), and what
    a sentence about it needs."""

    def __init__(self, name: str, **values: object) -> None:
        super().__init__(name)
        self.name, self.values = name, values


@dataclass(frozen=True, slots=True, kw_only=True)
class Launched:
    """How it stands after a start. `already`: it stood so before. Where it waits for a second person, `why` (people,
    money, grown), and how large it is."""

    state: State
    already: bool = False
    why: tuple[str, ...] = ()
    people: int = 0
    money: Decimal = Decimal(0)
    authors: tuple[str, ...] = ()


def start(
    conn: Connection, scope: Scope, found: Foreseen, *, actor: str, now: datetime, seen: Seen | None = None
) -> Launched:
    """Start what was foreseen, or put it before a second person; a second start changes nothing. `seen`: what its
    preview had shown to who starts it; an audience that has grown tenfold since waits for somebody else's word.

    Raises NotDone or Forbidden.
    """
    held = _held(conn, scope, found.campaign.id)
    if held.state is State.RUNNING:
        return Launched(state=State.RUNNING, already=True)
    if held.state is State.PAUSED:
        change(conn, scope, held.id, "resume", actor=actor, now=now)
        return Launched(state=State.RUNNING, already=True)
    if held.state not in (State.DRAFT, State.WAITING):
        raise NotDone("move", state=held.state, wish="start")
    if held.version != found.campaign.version:
        raise NotDone("overtaken")
    refuse_in_vain(found, now)
    if held.state is State.WAITING:
        return _waiting(conn, scope, found, found.why, already=True)
    more = ("grown",) if seen and grown(seen, found.preview.people) else ()
    why = (*found.why, *more)
    to = State.WAITING if why else State.RUNNING
    reason = f"{seen.people} → {found.preview.people}" if seen and more else ""
    if not campaigns.move(conn, scope, held.id, to, actor=actor, reason=reason, now=now):
        raise NotDone("overtaken")
    if why:
        return _waiting(conn, scope, found, why)
    return Launched(state=State.RUNNING, people=found.preview.people, money=found.preview.money_in_all)


def refuse_in_vain(found: Foreseen, now: datetime) -> None:
    """Raises NotDone where it would send nothing: its day is over, or it would reach nobody."""
    _refuse_past(found.campaign, now)
    if not found.preview.people and found.campaign.kind in (Kind.ONCE, Kind.NOTICE):
        raise NotDone("nobody")


def approve(conn: Connection, scope: Scope, id: str, *, actor: str, reason: str = "", now: datetime) -> None:
    """Let one go that waits for a second person: who neither wrote nor edited it. Raises NotDone or Forbidden."""
    held = _held(conn, scope, id)
    if held.state is not State.WAITING:
        raise NotDone("not_asked", state=held.state)
    if refusal(held.state, State.RUNNING, actor, campaigns.authors(conn, scope, id)) == "second":
        raise NotDone("second", actor=actor)
    _refuse_past(held, now)
    if not campaigns.move(conn, scope, id, State.RUNNING, actor=actor, reason=reason, now=now):
        raise NotDone("overtaken")


def decline(conn: Connection, scope: Scope, id: str, *, actor: str, reason: str = "", now: datetime) -> None:
    """Say no to one that waits: it is a draft again. Raises NotDone or Forbidden."""
    held = _held(conn, scope, id)
    if held.state is not State.WAITING:
        raise NotDone("not_asked", state=held.state)
    if not campaigns.move(conn, scope, id, State.DRAFT, actor=actor, reason=reason, now=now):
        raise NotDone("overtaken")


def change(
    conn: Connection, scope: Scope, id: str, action: str, *, actor: str, reason: str = "", now: datetime
) -> bool:
    """Pause, resume or cancel it (the keys of TO); False where it was so already. Raises NotDone or Forbidden."""
    held = _held(conn, scope, id)
    if held.state is TO[action]:
        return False
    impossible = action == "resume" and held.state is not State.PAUSED
    if impossible or not campaigns.move(conn, scope, id, TO[action], actor=actor, reason=reason, now=now):
        raise NotDone("move", state=held.state, wish=action)
    return True


def edit(conn: Connection, scope: Scope, changed: Campaign, *, actor: str, now: datetime) -> Campaign:
    """Keep a new version, and give it back. Raises NotDone where it has ended or somebody edited it meanwhile,
    Forbidden, PermissionError beyond the scope."""
    held = _held(conn, scope, changed.id)
    if held.state in ENDED:
        raise NotDone("move", state=held.state, wish="edit")
    kept = campaigns.edit(conn, scope, changed, actor, now)
    if kept is None:
        raise NotDone("overtaken")
    return kept


def ask_anew(
    conn: Connection, scope: Scope, before: Foreseen, after: Foreseen, *, actor: str, now: datetime
) -> Launched | None:
    """What runs or is paused, and an edit made larger, waits for a second person where it is beyond what one may start;
    None where it goes on."""
    if before.campaign.state not in (State.RUNNING, State.PAUSED) or not after.second:
        return None
    was, becomes = before.preview, after.preview
    if becomes.people <= was.people and becomes.money_in_all <= was.money_in_all:
        return None
    if not campaigns.move(conn, scope, after.campaign.id, State.WAITING, actor=actor, now=now):
        return None
    return _waiting(conn, scope, after, after.why)


def _held(conn: Connection, scope: Scope, id: str) -> Campaign:
    held = campaigns.get(conn, scope, id)
    if held is None:
        raise NotDone("unknown")
    return held


def _refuse_past(held: Campaign, now: datetime) -> None:
    gone = past(held, now)
    if gone:
        raise NotDone("past.recurring" if held.kind is Kind.RECURRING else "past", day=gone)


def _waiting(
    conn: Connection, scope: Scope, found: Foreseen, why: tuple[str, ...], *, already: bool = False
) -> Launched:
    return Launched(
        state=State.WAITING,
        already=already,
        why=why,
        people=found.preview.people,
        money=found.preview.money_in_all,
        authors=campaigns.authors(conn, scope, found.campaign.id),
    )
