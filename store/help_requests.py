"""What waits for a person to read and answer it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, bindparam, insert, or_, select, update

from bot.messages import Address, Content
from bot.people import Scope
from store.people import within
from store.shapes import clean, content_json
from store.tables import help_requests, learners, outbox, threads


@dataclass(frozen=True, slots=True, kw_only=True)
class HelpRequest:
    """Somebody should read this. `learner` and `name` are empty where a number wrote from which nobody joined."""

    id: int
    learner: str
    name: str
    address: Address
    kind: str  # person, wrong_number
    text: str
    asked_at: datetime


_ANSWER = (
    update(help_requests)
    .where(help_requests.c.id == bindparam("row"), help_requests.c.answered_at.is_(None))
    .values(answered_at=bindparam("now"), answer=bindparam("words"))
)
_SENDER = select(threads.c.sender).where(threads.c.address == bindparam("address"))


def waiting(conn: Connection, scope: Scope, limit: int = 100) -> list[HelpRequest]:
    """Requests that nobody has answered, oldest first. Those of unknown numbers are shown to whoever may see all."""
    query = _within(scope).where(help_requests.c.answered_at.is_(None)).order_by(help_requests.c.id).limit(limit)
    return [_request(row) for row in conn.execute(query)]


def answer(conn: Connection, scope: Scope, id: int, content: Content, now: datetime) -> HelpRequest | None:
    """Answer one: it is closed, and `content` waits to leave for the thread that asked, as from a person. None, and
    nothing changed, where it is out of scope, answered already, or its thread is gone."""
    query = _within(scope).where(help_requests.c.id == id, help_requests.c.answered_at.is_(None))
    row = conn.execute(query.with_for_update(of=help_requests)).first()
    sender = conn.execute(_SENDER, {"address": row[3]}).scalar() if row else None
    if row is None or sender is None:
        return None
    conn.execute(_ANSWER, {"row": id, "now": now, "words": clean(content.text)})
    conn.execute(
        insert(outbox),
        {
            "sender": sender,
            "address": row[3],
            "learner": row[1] or "",
            "kind": "person",
            "content": content_json(content),
            "not_before": now,
            "created_at": now,
        },
    )
    return _request(row)


def close(conn: Connection, scope: Scope, id: int, note: str, now: datetime) -> bool:
    """Close one without a word to the learner (she was called, say). False where there is nothing to close."""
    row = conn.execute(_within(scope).where(help_requests.c.id == id)).first()
    return bool(row and conn.execute(_ANSWER, {"row": id, "now": now, "words": clean(note)}).rowcount)


def _within(scope: Scope) -> Select[Any]:
    hers = within(scope)
    return (
        select(
            help_requests.c.id,
            help_requests.c.learner,
            learners.c.name,
            help_requests.c.address,
            help_requests.c.kind,
            help_requests.c.text,
            help_requests.c.asked_at,
        )
        .select_from(help_requests.outerjoin(learners, learners.c.id == help_requests.c.learner))
        .where(hers if scope.cooperatives is not None else or_(hers, help_requests.c.learner.is_(None)))
    )


def _request(row: Any) -> HelpRequest:
    return HelpRequest(
        id=row[0],
        learner=row[1] or "",
        name=row[2] or "",
        address=Address.parse(row[3]),
        kind=row[4],
        text=row[5],
        asked_at=row[6],
    )
