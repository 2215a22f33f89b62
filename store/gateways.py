"""How the senders stand: who speaks for them, whether they rest, what waits, and what left or failed lately."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, case, func, literal_column, select

from bot.cooperating.roles import Right, need
from bot.messages import Status
from bot.people import Scope
from store.campaign_tables import sender_leases
from store.tables import outbox

_LATELY = timedelta(days=1)
_LOOKED_AT = 5_000  # the latest messages: the page costs the same however many there are
_FAILED = (Status.FAILED.value, Status.UNDELIVERED.value)

_WAITING = (
    select(outbox.c.sender, func.count(), func.min(outbox.c.not_before))
    .where(outbox.c.state == literal_column("'queued'"), outbox.c.not_before <= bindparam("now"))
    .group_by(outbox.c.sender)
)
_LATEST = (
    select(
        outbox.c.sender,
        func.max(outbox.c.sent_at),
        func.sum(case((outbox.c.created_at > bindparam("since"), 1), else_=0)),
        func.sum(case((outbox.c.state.in_(_FAILED) & (outbox.c.created_at > bindparam("since")), 1), else_=0)),
    )
    .where(outbox.c.id > select(func.coalesce(func.max(outbox.c.id), 0)).scalar_subquery() - _LOOKED_AT)
    .group_by(outbox.c.sender)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Gateway:
    """One sender as it stands. Counts are of the last day, among the latest messages of all."""

    name: str
    served: bool = False  # a process speaks for it now
    resting_until: datetime | None = None
    resting_for: str = ""
    waiting: int = 0  # messages that may leave by now
    oldest: datetime | None = None
    sent_at: datetime | None = None
    lately: int = 0
    failed: int = 0


def gateways(conn: Connection, scope: Scope, names: Collection[str], now: datetime) -> list[Gateway]:
    """How these senders stand, by name. Raises Forbidden."""
    need(scope, Right.SEE_SETTINGS)
    found = {name: Gateway(name=name) for name in sorted(names)}
    leases = select(sender_leases).where(sender_leases.c.sender.in_(sorted(names)))
    for row in conn.execute(leases):
        rests = row.resting_until is not None and row.resting_until > now
        found[row.sender] = replace(
            found[row.sender],
            served=bool(row.owner) and row.lease_until > now,
            resting_until=row.resting_until if rests else None,
            resting_for=row.resting_for if rests else "",
        )
    for sender, waiting, oldest in conn.execute(_WAITING, {"now": now}):
        if sender in found:
            found[sender] = replace(found[sender], waiting=int(waiting), oldest=oldest)
    for sender, sent_at, lately, failed in conn.execute(_LATEST, {"since": now - _LATELY}):
        if sender in found:
            found[sender] = replace(found[sender], sent_at=sent_at, lately=int(lately or 0), failed=int(failed or 0))
    return list(found.values())
