"""Keep knowledge tests: what was served, in which order, what was answered; an answer once given is never changed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, func, select, update
from sqlalchemy.dialects.postgresql import insert

from bot.certifying.examining import Exam, History, Served
from bot.certifying.policies import KnowledgePolicy
from bot.certifying.sequential import Chances
from store.case_tables import cases, exam_answers, exams
from store.columns import among
from store.shapes import clean, dumps, loads

_BEGIN = insert(exams).on_conflict_do_nothing(index_elements=["id"])
_END = (
    update(exams)
    .where(exams.c.id == bindparam("which"), exams.c.finished_at.is_(None))
    .values(decision=bindparam("how"), finished_at=bindparam("at"))
)
_SERVE = insert(exam_answers).on_conflict_do_nothing(index_elements=["exam", "place"])
_ANSWER = (
    update(exam_answers)
    .where(
        exam_answers.c.exam == bindparam("which"),
        exam_answers.c.place == bindparam("where"),
        exam_answers.c.right.is_(None),
    )
    .values(reply=bindparam("what"), right=bindparam("how"), answered_at=bindparam("at"))
)
_SERVED = ("kind", "text", "options", "order", "key", "answer", "tolerance")


def write(conn: Connection, moved: Sequence[Exam]) -> None:
    """These tests as they stand now."""
    for exam in moved:
        conn.execute(
            _BEGIN,
            {
                "id": exam.id,
                "case": exam.case,
                "unit": exam.unit,
                "policy": dumps(asdict(exam.policy)),
                "supervised_by": exam.supervised_by,
                "started_at": exam.started_at,
            },
        )
        for each in exam.served:
            conn.execute(_SERVE, _row(exam.id, each))
            if each.right is not None:
                given = {"what": clean(each.reply), "how": each.right, "at": each.answered_at}
                conn.execute(_ANSWER, {"which": exam.id, "where": each.place, **given})
        if exam.decision:
            conn.execute(_END, {"which": exam.id, "how": exam.decision, "at": exam.finished_at})


def _row(exam: str, each: Served) -> dict[str, Any]:
    return {
        "exam": exam,
        "place": each.place,
        "message": each.message,
        "item": each.item,
        "digest": each.digest,
        "served": dumps({name: getattr(each, name) for name in _SERVED}),
        "competent": each.chances.competent,
        "not_yet": each.chances.not_yet,
        "served_at": each.served_at,
    }


def under_way(conn: Connection, of: Collection[str]) -> tuple[Exam, ...]:
    """The tests of these cases that are not over."""
    return _load(conn, of, over=False)


def all_of(conn: Connection, case: str) -> tuple[Exam, ...]:
    """Every test of a case, oldest first."""
    return _load(conn, [case], over=True)


def _load(conn: Connection, of: Collection[str], *, over: bool) -> tuple[Exam, ...]:
    query = select(exams).where(among(exams.c.case, "cases")).order_by(exams.c.started_at, exams.c.id)
    if not over:
        query = query.where(exams.c.finished_at.is_(None))
    rows = conn.execute(query, {"cases": sorted(of)}).all() if of else []
    served: defaultdict[str, list[Served]] = defaultdict(list)
    if rows:
        found = select(exam_answers).where(among(exam_answers.c.exam, "exams")).order_by(exam_answers.c.place)
        for row in conn.execute(found, {"exams": [row.id for row in rows]}):
            served[row.exam].append(_served(row))
    return tuple(
        Exam(
            id=row.id,
            case=row.case,
            unit=row.unit,
            policy=KnowledgePolicy(**loads(row.policy)),
            supervised_by=row.supervised_by,
            started_at=row.started_at,
            finished_at=row.finished_at,
            decision=row.decision,
            served=tuple(served[row.id]),
        )
        for row in rows
    )


def _served(row: Row[Any]) -> Served:
    said = loads(row.served)
    return Served(
        place=row.place,
        message=row.message,
        item=row.item,
        digest=row.digest,
        kind=said["kind"],
        text=said["text"],
        options=tuple(said["options"]),
        order=tuple(said["order"]),
        key=said["key"],
        answer=said["answer"],
        tolerance=said["tolerance"],
        chances=Chances(competent=row.competent, not_yet=row.not_yet),
        served_at=row.served_at,
        reply=row.reply,
        right=row.right,
        answered_at=row.answered_at,
    )


def histories(conn: Connection, learners: Collection[str]) -> dict[str, History]:
    """What these people were asked in tests and when, and how often each item was shown to anybody."""
    shown: dict[str, int] = {}
    people: dict[str, int] = {}
    taken = select(exam_answers.c.item, func.count(exams.c.case.distinct())).join(
        exams, exams.c.id == exam_answers.c.exam
    )
    for item, n in conn.execute(taken.group_by(exam_answers.c.item)):
        shown[item] = n
    counting = select(cases.c.standard, exams.c.unit, func.count(exams.c.case.distinct())).join(
        cases, cases.c.id == exams.c.case
    )
    for standard, unit, n in conn.execute(counting.group_by(cases.c.standard, exams.c.unit)):
        people[f"{standard}/{unit}"] = n
    seen: defaultdict[str, dict[str, datetime]] = defaultdict(dict)
    hers = (
        select(cases.c.learner, exam_answers.c.item, func.max(exam_answers.c.served_at))
        .select_from(exam_answers)
        .join(exams, exams.c.id == exam_answers.c.exam)
        .join(cases, cases.c.id == exams.c.case)
        .where(among(cases.c.learner, "learners"))
        .group_by(cases.c.learner, exam_answers.c.item)
    )
    for learner, item, at in conn.execute(hers, {"learners": sorted(learners)}):
        seen[learner][item] = at
    return {learner: History(seen=seen[learner], shown=shown, people=people) for learner in learners}
