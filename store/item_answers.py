"""What people answered to quiz and exam items, as item statistics want it: first tries, and roughly who answered."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, case, func, or_, select

from bot.certifying.quality import Response
from bot.people import Scope
from store.people import within
from store.tables import answers, attempts, learners, thread_learners

PURPOSES = ("quiz", "exam")
_PATIENCE = 600.0  # seconds; who took longer had put the phone away

# The channel of a person who has one only: phone numbers hear SMS, everything else has buttons.
_CHANNELS = (
    select(
        thread_learners.c.learner.label("learner"),
        func.min(case((thread_learners.c.address.like("tel:%"), "sms"), else_="telegram")).label("first"),
        func.max(case((thread_learners.c.address.like("tel:%"), "sms"), else_="telegram")).label("last"),
    )
    .group_by(thread_learners.c.learner)
    .subquery()
)
_ANSWERS = (
    select(
        answers.c.id,
        func.coalesce(answers.c.learner, answers.c.pseudonym).label("who"),
        answers.c.item,
        answers.c.attempt,
        answers.c.tries,
        answers.c.choice,
        answers.c.right,
        answers.c.language,
        answers.c.at,
        attempts.c.started_at,
        learners.c.sex,
        case((_CHANNELS.c.first == _CHANNELS.c.last, _CHANNELS.c.first), else_="").label("channel"),
    )
    .select_from(
        answers.outerjoin(learners, learners.c.id == answers.c.learner)
        .outerjoin(_CHANNELS, _CHANNELS.c.learner == answers.c.learner)
        .outerjoin(attempts, attempts.c.id == answers.c.attempt)
    )
    .where(
        answers.c.purpose.in_(PURPOSES),
        answers.c.tries == 1,
        or_(answers.c.course == bindparam("course"), bindparam("course") == ""),
    )
    .order_by(answers.c.at, answers.c.id)
)


def responses(conn: Connection, scope: Scope, *, course: str = "") -> list[Response]:
    """The first tries at quiz and exam questions of a scope, oldest first; of one course where it is given.

    Of somebody who met an item several times, the first time is `first`; the others only count as the rest of their
    sitting. Answers of erased people count where the scope is everybody. The time is that since the answer before it in
    the same quiz, where it is under ten minutes. Replies that could not be read are not among the answers.
    """
    found = conn.execute(_ANSWERS.where(within(scope)), {"course": course})
    return list(_read(found))


def _read(rows: Any) -> Iterator[Response]:
    met: set[tuple[str, str]] = set()
    asked: dict[str, datetime] = {}
    for row in rows:
        sitting = row.attempt or f"answer {row.id}"
        since = asked.get(sitting, row.started_at)
        asked[sitting] = row.at
        seconds = (row.at - since).total_seconds() if since else None
        yield Response(
            item=row.item,
            sitting=sitting,
            right=row.right,
            choice=row.choice,
            first=(row.who, row.item) not in met,
            seconds=seconds if seconds is not None and 0 <= seconds <= _PATIENCE else None,
            language=row.language,
            sex=row.sex or "",
            channel=row.channel or "",
        )
        met.add((row.who, row.item))
