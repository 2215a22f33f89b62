"""What people answered to quiz and exam items, as item statistics want it: first tries, and roughly who answered."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, case, func, select

from bot.certifying.quality import Response
from bot.people import Scope
from store.case_tables import cases, exam_answers, exams
from store.columns import prefixed
from store.people import within
from store.shapes import loads
from store.tables import answers, attempts, learners, thread_learners

PURPOSES = ("quiz", "exam")
_PATIENCE = 600.0  # seconds; who took longer had put the phone away
_LETTER = re.compile(r"[\W\d_]*([A-Ha-h])[\W_]*")  # "B", "b)", "3B"

# The channel of a person who has one only: phone numbers hear SMS, everything else has buttons.
_KIND = case((thread_learners.c.address.like("tel:%"), "sms"), else_="telegram")
_CHANNELS = (
    select(thread_learners.c.learner, func.min(_KIND).label("first"), func.max(_KIND).label("last"))
    .group_by(thread_learners.c.learner)
    .subquery()
)
_WHO = (learners.c.sex, case((_CHANNELS.c.first == _CHANNELS.c.last, _CHANNELS.c.first), else_="").label("channel"))
_QUIZZED = (
    select(
        answers.c.id,
        func.coalesce(answers.c.learner, answers.c.pseudonym).label("who"),
        answers.c.item,
        answers.c.attempt,
        answers.c.choice,
        answers.c.right,
        answers.c.language,
        answers.c.at,
        attempts.c.started_at,
        *_WHO,
    )
    .select_from(
        answers.outerjoin(learners, learners.c.id == answers.c.learner)
        .outerjoin(_CHANNELS, _CHANNELS.c.learner == answers.c.learner)
        .outerjoin(attempts, attempts.c.id == answers.c.attempt)
    )
    .where(answers.c.purpose.in_(PURPOSES), answers.c.tries == 1)
    .order_by(answers.c.at, answers.c.id)
)
_EXAMINED = (
    select(
        exam_answers.c.exam,
        exam_answers.c.message,
        func.coalesce(cases.c.learner, cases.c.pseudonym).label("who"),
        exam_answers.c.item,
        exam_answers.c.served,
        exam_answers.c.reply,
        exam_answers.c.right,
        learners.c.language,
        exam_answers.c.served_at,
        exam_answers.c.answered_at,
        *_WHO,
    )
    .select_from(
        exam_answers.join(exams, exams.c.id == exam_answers.c.exam)
        .join(cases, cases.c.id == exams.c.case)
        .outerjoin(learners, learners.c.id == cases.c.learner)
        .outerjoin(_CHANNELS, _CHANNELS.c.learner == cases.c.learner)
    )
    .where(exam_answers.c.right.is_not(None))
    .order_by(exam_answers.c.answered_at, exam_answers.c.exam, exam_answers.c.place)
)
_Found = tuple[datetime, str, Response]  # when, who, what


def responses(conn: Connection, scope: Scope, *, course: str = "", most: int = 0) -> list[Response]:
    """The first tries at quiz and exam questions of a scope, oldest first; of one course where it is given, and only
    the latest `most` of each kind where that is given: a list of millions would not fit into a small machine.

    Of somebody who met an item several times, the first time is `first`; the others only count as the rest of their
    sitting. Answers of erased people count where the scope is everybody. In a quiz the time is that since the answer
    before it, in an exam since the question, where it stood alone in its message; None from ten minutes on. Replies
    that could not be read are kept nowhere, so that all of these are `understood`.
    """
    quizzed, examined = _QUIZZED.where(within(scope)), _EXAMINED.where(within(scope))
    given = {"first": f"{course}.", "last": f"{course}/"}  # "/" follows "."
    if course:
        quizzed = quizzed.where(answers.c.course == bindparam("course"))
        examined = examined.where(prefixed(exam_answers.c.item, bindparam("first"), bindparam("last")))
    if most:
        quizzed = quizzed.order_by(None).order_by(answers.c.at.desc(), answers.c.id.desc()).limit(most)
        latest = exam_answers.c.answered_at.desc(), exam_answers.c.exam.desc(), exam_answers.c.place.desc()
        examined = examined.order_by(None).order_by(*latest).limit(most)
    quizzes = conn.execute(quizzed, {"course": course} if course else {}).all()
    examinations = conn.execute(examined, given if course else {}).all()
    found = [
        *_of_quizzes(reversed(quizzes) if most else quizzes),
        *_of_exams(list(reversed(examinations) if most else examinations)),
    ]
    found.sort(key=lambda each: each[0])
    return list(_firsts(found))


def _firsts(found: list[_Found]) -> Iterator[Response]:
    met: set[tuple[str, str]] = set()
    for _, who, response in found:
        yield replace(response, first=(who, response.item) not in met)
        met.add((who, response.item))


def _of_quizzes(rows: Any) -> Iterator[_Found]:
    before: dict[str, datetime] = {}
    for row in rows:
        sitting = row.attempt or f"answer {row.id}"
        since = before.get(sitting, row.started_at)
        before[sitting] = row.at
        response = Response(
            item=row.item,
            sitting=sitting,
            right=row.right,
            choice=row.choice,
            seconds=_seconds(since, row.at),
            language=row.language,
            sex=row.sex or "",
            channel=row.channel or "",
        )
        yield row.at, row.who, response


def _of_exams(rows: list[Any]) -> Iterator[_Found]:
    together = Counter((row.exam, row.message) for row in rows)
    for row in rows:
        response = Response(
            item=row.item,
            sitting=row.exam,
            right=row.right,
            choice=_choice(loads(row.served), row.reply, row.right),
            seconds=_seconds(row.served_at, row.answered_at) if together[row.exam, row.message] == 1 else None,
            language=row.language or "",
            sex=row.sex or "",
            channel=row.channel or "",
        )
        yield row.answered_at, row.who, response


def _choice(served: Any, reply: str, right: bool) -> int:
    """The place in the script of what was chosen in an exam; -1 where there are no options or it cannot be told."""
    order = served["order"] if served["kind"] == "choice" else []
    if right and order:
        return int(order[served["key"]])
    letter = _LETTER.fullmatch(reply)
    place = "ABCDEFGH".index(letter[1].upper()) if letter else len(order)
    return int(order[place]) if place < len(order) else -1


def _seconds(since: datetime | None, until: datetime | None) -> float | None:
    seconds = (until - since).total_seconds() if since and until else -1.0
    return seconds if 0 <= seconds < _PATIENCE else None
