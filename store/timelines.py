"""What passed between a learner and us, the latest first: messages each way, her words on consent, calls and notes."""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from typing import Any

from sqlalchemy import Connection, Select, bindparam, literal_column, select

from bot.cooperating.roles import Right, need
from bot.messages import Content
from bot.people import Scope
from store import calls, people
from store.calls import Call
from store.columns import among
from store.people import ALONE
from store.shapes import content, loads
from store.tables import consents, inbox, outbox, thread_learners

PAGE = 40
_NEVER = datetime(2250, 1, 1, tzinfo=UTC)
_ADDRESSES = select(thread_learners.c.address).where(thread_learners.c.learner == bindparam("who"))
_SHARED: Select[Any] = (
    select(literal_column("1"))
    .where(among(thread_learners.c.address, "addresses"), thread_learners.c.learner != bindparam("who"))
    .limit(1)
)
_SAID = (
    select(
        outbox.c.id,
        outbox.c.created_at,
        outbox.c.sent_at,
        outbox.c.address,
        outbox.c.sender,
        outbox.c.kind,
        outbox.c.content,
        outbox.c.state,
        outbox.c.segments,
        outbox.c.error,
    )
    .where(
        outbox.c.learner == bindparam("who"),
        outbox.c.learner != literal_column("''"),
        outbox.c.created_at < bindparam("before"),
    )
    .order_by(outbox.c.created_at.desc(), outbox.c.id.desc())
    .limit(bindparam("most"))
)
_HEARD = (
    select(inbox.c.id, inbox.c.received_at, inbox.c.address, inbox.c.kind, inbox.c.payload)
    .where(among(inbox.c.address, "addresses"), ALONE, inbox.c.received_at < bindparam("before"))
    .order_by(inbox.c.received_at.desc(), inbox.c.id.desc())
    .limit(bindparam("most"))
)
_CONSENTS = (
    select(
        consents.c.at,
        consents.c.granted,
        consents.c.purpose,
        consents.c.method,
        consents.c.text,
        consents.c.language,
        consents.c.reference,
        consents.c.given_on,
        consents.c.guardian,
        consents.c.address,
    )
    .where(consents.c.learner == bindparam("who"))
    .order_by(consents.c.id.desc())
    .limit(100)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A message to her. `at` is when it left, or was to leave."""

    at: datetime
    address: str
    sender: str
    kind: str
    content: Content
    state: str  # bot.messages.Status
    segments: int
    error: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """A message from her; `text` is empty where she pressed, or sent something else than words (`kind`)."""

    at: datetime
    address: str
    kind: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """A line of the ledger of consent: what she said yes or no to, how, and the paper that proves it."""

    at: datetime
    granted: bool
    purpose: str
    method: str
    text: str
    language: str
    reference: str
    given_on: str
    guardian: str
    address: str


Entry = Said | Heard | Word | Call


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """A page of what passed. `before`: to go on with, None at the beginning. `shared`: others use her phone, so what
    was written from it is not shown, for nobody can say whose it is."""

    entries: tuple[Entry, ...]
    before: datetime | None
    shared: bool


def timeline(
    conn: Connection, scope: Scope, id: str, *, before: datetime | None = None, limit: int = PAGE
) -> Timeline | None:
    """What passed with a learner of the scope before a time. None where there is no such learner. Raises Forbidden."""
    if calls.found(conn, scope, id) is None:
        return None
    end = before or _NEVER
    addresses = list(conn.execute(_ADDRESSES, {"who": id}).scalars())
    given: dict[str, Any] = {"who": id, "addresses": addresses, "before": end, "most": limit + 1}
    streams: list[Iterator[Entry]] = [
        iter([_said(row) for row in conn.execute(_SAID, given).all()]),
        iter([_heard(row) for row in conn.execute(_HEARD, given).all()]),
        iter([each for each in words(conn, scope, id) if each.at < end]),
        iter([each for each in calls.made(conn, scope, id) if each.at < end]),
    ]
    merged = list(islice(heapq.merge(*streams, key=lambda each: each.at, reverse=True), limit + 1))
    shared = bool(addresses) and conn.execute(_SHARED, given).first() is not None
    more = merged[limit - 1].at if len(merged) > limit else None
    return Timeline(entries=tuple(merged[:limit]), before=more, shared=shared)


def words(conn: Connection, scope: Scope, id: str) -> list[Word]:
    """What a learner of the scope said yes or no to, the latest first. Raises Forbidden."""
    if calls.found(conn, scope, id) is None:
        return []
    return [Word(**row) for row in conn.execute(_CONSENTS, {"who": id}).mappings().all()]


def exported(conn: Connection, scope: Scope, id: str) -> dict[str, Any]:
    """Everything held on a learner of the scope, ready for JSON; empty where there is none. Raises Forbidden."""
    need(scope, Right.ERASE_PEOPLE)
    return people.dump(conn, id) if calls.found(conn, scope, id) else {}


def _said(row: Any) -> Said:
    return Said(
        at=row.created_at,
        address=row.address,
        sender=row.sender,
        kind=row.kind,
        content=content(row.content),
        state=row.state,
        segments=row.segments,
        error=row.error,
    )


def _heard(row: Any) -> Heard:
    held = loads(row.payload) if row.payload else {}
    text = str(held.get("text") or "")
    return Heard(at=row.received_at, address=row.address, kind=row.kind, text=text)
