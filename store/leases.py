"""Who speaks for a sender: one worker at a time, by a row with a fence, and how long the sender has to rest."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Boolean, Connection, and_, bindparam, or_, select, update
from sqlalchemy.dialects.postgresql import insert

from store.campaign_tables import sender_leases
from store.columns import among


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A sender that is ours: the fence goes up by one with each new owner. `resting_until`: the provider said wait."""

    fence: int
    resting_until: datetime | None = None
    resting_for: str = ""


_NEW = insert(sender_leases)
# `alone`: no other process can be there (SQLite), so what a dead one held is free at once.
_HOLD = _NEW.on_conflict_do_update(
    index_elements=["sender"],
    set_={"owner": _NEW.excluded.owner, "fence": sender_leases.c.fence + 1, "lease_until": _NEW.excluded.lease_until},
    where=or_(sender_leases.c.lease_until <= bindparam("now"), bindparam("alone", type_=Boolean)),
)
_RENEW = (
    update(sender_leases)
    .where(among(sender_leases.c.sender, "senders"), sender_leases.c.owner == bindparam("me"))
    .values(lease_until=bindparam("until"))
)
_MINE = select(
    sender_leases.c.sender, sender_leases.c.fence, sender_leases.c.resting_until, sender_leases.c.resting_for
)
_MINE = (
    _MINE.where(among(sender_leases.c.sender, "senders"), sender_leases.c.owner == bindparam("me"))
    # Whoever would take one over waits until what we claim for it is written.
    .with_for_update(read=True)
)
_REST = (
    update(sender_leases)
    .where(
        sender_leases.c.sender == bindparam("which"),
        sender_leases.c.owner == bindparam("me"),
        or_(sender_leases.c.resting_until.is_(None), sender_leases.c.resting_until < bindparam("until")),
    )
    .values(resting_until=bindparam("until"), resting_for=bindparam("why"))
)
# Whoever holds it takes this up with the next renewal.
_FAILS = (
    update(sender_leases)
    .where(
        sender_leases.c.sender == bindparam("which"),
        or_(sender_leases.c.resting_until.is_(None), sender_leases.c.resting_until < bindparam("until")),
    )
    .values(resting_until=bindparam("until"), resting_for=bindparam("why"))
)
_RELEASE = (
    update(sender_leases).where(sender_leases.c.owner == bindparam("me")).values(owner="", lease_until=bindparam("now"))
)
_RESTING = select(sender_leases.c.sender, sender_leases.c.resting_until, sender_leases.c.resting_for).where(
    and_(sender_leases.c.resting_until.is_not(None), sender_leases.c.resting_until > bindparam("now"))
)


def hold(
    conn: Connection, senders: Collection[str], me: str, now: datetime, lease: timedelta, *, alone: bool = False
) -> dict[str, Held]:
    """Keep the senders that are ours for another `lease`, and take over those that nobody holds; which are ours now.

    `alone`: nobody else can be running, so what somebody held is taken at once.
    """
    names = sorted(set(senders))
    conn.execute(_RENEW, {"senders": names, "me": me, "until": now + lease})
    found = mine(conn, names, me)
    free = [name for name in names if name not in found]
    if free:
        rows = [
            {"sender": name, "owner": me, "fence": 1, "lease_until": now + lease, "now": now, "alone": alone}
            for name in free
        ]
        conn.execute(_HOLD, rows)
        found = mine(conn, names, me)
    return found


def mine(conn: Connection, senders: Collection[str], me: str) -> dict[str, Held]:
    """Which of these senders are ours, whatever we believed."""
    rows = conn.execute(_MINE, {"senders": sorted(senders), "me": me})
    return {sender: Held(fence=fence, resting_until=until, resting_for=why) for sender, fence, until, why in rows}


def rest(conn: Connection, resting: Mapping[str, tuple[datetime, str]], me: str) -> None:
    """Note until when senders of ours have to rest and why, for whoever speaks for them next. Never shortened."""
    for sender in sorted(resting):
        until, why = resting[sender]
        conn.execute(_REST, {"which": sender, "me": me, "until": until, "why": why})


def fails(conn: Connection, senders: Collection[str], until: datetime, why: str) -> None:
    """A provider has told of these senders, whoever holds them, that they cannot speak: let them rest. Never
    shortened."""
    for sender in sorted(senders):
        conn.execute(_FAILS, {"which": sender, "until": until, "why": why})


def resting(conn: Connection, now: datetime) -> dict[str, tuple[datetime, str]]:
    """The senders that rest now, whoever holds them: until when, and why."""
    return {sender: (until, why) for sender, until, why in conn.execute(_RESTING, {"now": now})}


def release(conn: Connection, me: str, now: datetime) -> None:
    """Let go of all our senders, so that the next worker need not wait for the lease to run out."""
    conn.execute(_RELEASE, {"me": me, "now": now})
