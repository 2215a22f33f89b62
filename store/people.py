"""What an operator sees of people, and everything that is held on one of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, Table, bindparam, literal_column, select, true

from bot.certifying.codes import shown
from bot.certifying.credentials import Credential
from bot.people import Learner, Scope
from store import credentials
from store.columns import among
from store.people_tables import calls
from store.records import LEARNER_COLUMNS, learner
from store.shapes import loads
from store.survey_tables import survey_answers, survey_replies
from store.tables import (
    answers,
    attempts,
    consents,
    dues,
    enrolments,
    help_requests,
    inbox,
    learners,
    lessons_done,
    outbox,
    quiz_results,
    thread_learners,
    threads,
)

_OPERATORS = select(learners.c.id, learners.c.operator).where(among(learners.c.id, "ids"))
_NAMES = select(learners.c.id, learners.c.name).where(among(learners.c.id, "ids"))
_THREADS = (
    select(thread_learners.c.learner, thread_learners.c.address, threads.c.state)
    .select_from(thread_learners.outerjoin(threads, threads.c.address == thread_learners.c.address))
    .where(among(thread_learners.c.learner, "learners"))
    .order_by(thread_learners.c.address)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A learner with the addresses at which she is reached, and the state of each thread ("" before the first word)."""

    learner: Learner
    threads: tuple[tuple[str, str], ...]


def within(scope: Scope) -> ColumnElement[bool]:
    """The condition on `learners` that a scope sets: the first word of every query on people."""
    if scope.cooperatives is None:
        return true()
    return learners.c.cooperative.in_(sorted(scope.cooperatives))


def find(conn: Connection, scope: Scope, *, after: str = "", limit: int = 500, cooperative: str = "") -> list[Person]:
    """Learners by id, `limit` at a time, of one cooperative where it is given; go on with the last id as `after`."""
    query = select(*LEARNER_COLUMNS).where(within(scope), learners.c.id > after).order_by(learners.c.id).limit(limit)
    if cooperative:
        query = query.where(learners.c.cooperative == cooperative)
    found = [learner(row) for row in conn.execute(query)]
    reached: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
    for who, address, state in conn.execute(_THREADS, {"learners": [each.id for each in found]}):
        reached[who].append((address, state or ""))
    return [Person(learner=each, threads=tuple(reached[each.id])) for each in found]


def one(conn: Connection, id: str) -> Learner | None:
    """The learner of this id; None where she was erased, or never was."""
    row = conn.execute(_PROFILE, {"who": id}).first()
    return learner(row) if row else None


def at(conn: Connection, scope: Scope, address: str) -> list[Person]:
    """The learners of one address."""
    query = (
        select(*LEARNER_COLUMNS)
        .join(thread_learners, thread_learners.c.learner == learners.c.id)
        .where(within(scope), thread_learners.c.address == address)
        .order_by(learners.c.created_at, learners.c.id)
    )
    found = [learner(row) for row in conn.execute(query)]
    return [Person(learner=each, threads=((address, ""),)) for each in found]


# --- everything on one person ---


def _of(table: Table, *names: str) -> Select[Any]:
    """Rows of one learner, without the columns that only the machine needs."""
    order = next(iter(table.primary_key))
    return select(*(table.c[name] for name in names)).where(table.c.learner == bindparam("who")).order_by(order)


_PROFILE = select(*LEARNER_COLUMNS).where(learners.c.id == bindparam("who"))
_ADDRESSES = _of(thread_learners, "address")
_PARTS: dict[str, Select[Any]] = {
    "attempts": _of(attempts, "course", "unit", "started_at", "finished_at"),
    "answers": _of(
        answers, "course", "unit", "lesson", "item", "purpose", "tries", "reply", "choice", "right", "late", "at"
    ),
    "consents": _of(consents, "granted", "text", "language", "method", "purpose", "guardian", "at"),
    "reminders": _of(dues, "kind", "subject", "at"),
    "help_requests": _of(help_requests, "kind", "text", "asked_at", "answered_at", "answer"),
    "calls": _of(calls, "outcome", "note", "at", "next_at"),
    "surveys": (
        select(
            survey_answers.c.survey,
            survey_answers.c.place,
            survey_answers.c.choice,
            survey_answers.c.value,
            survey_answers.c.text,
            survey_answers.c.skipped,
            survey_answers.c.at,
        )
        .join(survey_replies, survey_replies.c.id == survey_answers.c.reply)
        .where(survey_replies.c.learner == bindparam("who"))
        .order_by(survey_answers.c.survey, survey_answers.c.place)
    ),
    "messages_out": _of(outbox, "address", "kind", "content", "state", "created_at", "sent_at"),
}
_ENROLMENTS = _of(enrolments, "id", "course", "content_version", "enrolled_at")
_LESSONS = (
    select(lessons_done.c.lesson, lessons_done.c.at)
    .where(lessons_done.c.enrolment == bindparam("enrolment"))
    .order_by(lessons_done.c.at)
)
_QUIZZES = (
    select(quiz_results.c.unit, quiz_results.c.right, quiz_results.c.of, quiz_results.c.passed, quiz_results.c.at)
    .where(quiz_results.c.enrolment == bindparam("enrolment"))
    .order_by(quiz_results.c.at)
)
ALONE = ~(
    select(literal_column("1"))
    .select_from(thread_learners.alias("others"))
    .where(
        literal_column("others.address") == inbox.c.address,
        literal_column("others.learner") != bindparam("who"),
    )
    .exists()
)
# On a shared phone nobody can say who wrote a message, so it is given to neither.
_MESSAGES_IN = (
    select(inbox.c.kind, inbox.c.payload, inbox.c.received_at)
    .where(among(inbox.c.address, "addresses"), ALONE)
    .order_by(inbox.c.id)
)


def dump(conn: Connection, id: str) -> dict[str, Any]:
    """Everything held on a learner, ready for JSON, times in ISO 8601; an empty dict where there is no such learner.
    What was written from a phone that she shares is left out, for it may be the others'."""
    row = conn.execute(_PROFILE, {"who": id}).first()
    if row is None:
        return {}
    addresses = list(conn.execute(_ADDRESSES, {"who": id}).scalars())
    out: dict[str, Any] = {"profile": _plain(row), "addresses": addresses}
    out["profile"]["asked"] = loads(row.asked) if row.asked else []
    out["enrolments"] = [_enrolment(conn, each) for each in conn.execute(_ENROLMENTS, {"who": id}).all()]
    for name, query in _PARTS.items():
        out[name] = _rows(conn.execute(query, {"who": id}).all())
    for message in out["messages_out"]:
        message["text"] = loads(message.pop("content"))["text"]
    out["credentials"] = [_certificate(conn, each) for each in credentials.of(conn, [id]).get(id, ())]
    heard = conn.execute(_MESSAGES_IN, {"addresses": addresses, "who": id}).all()
    out["messages_in"] = [_heard(each) for each in heard]
    return out


def _enrolment(conn: Connection, row: Row[*tuple[Any, ...]]) -> dict[str, Any]:
    held = _plain(row)
    id = held.pop("id")
    held["lessons_done"] = _rows(conn.execute(_LESSONS, {"enrolment": id}).all())
    held["quizzes"] = _rows(conn.execute(_QUIZZES, {"enrolment": id}).all())
    return held


def _certificate(conn: Connection, each: Credential) -> dict[str, Any]:
    """A credential of hers, with everything that was done to it."""
    award = each.award
    return {
        "code": shown(each.code),
        "serial": each.serial,
        "kind": award.kind,
        "title": dict(award.title),
        "standard": award.standard,
        "version": award.version,
        "issuer": award.issuer,
        "subject": each.subject,
        "awarded_on": award.awarded_on.isoformat(),
        "valid_until": award.valid_until.isoformat() if award.valid_until else None,
        "units": [[unit.code, unit.title] for unit in award.units],
        "results": [[result.name, result.assessment, result.status] for result in award.results],
        "shows": each.shows,
        "acts": [
            {
                name: held.isoformat() if isinstance(held, datetime) else held
                for name, held in act.items()
                if name not in ("id", "credential") and held
            }
            for act in credentials.acts(conn, each.serial)
        ],
    }


def _heard(row: Row[*tuple[Any, ...]]) -> dict[str, Any]:
    said = loads(row.payload) if row.payload else {}
    shown = {name: said[name] for name in ("text", "phone", "name", "language") if name in said}
    return {"kind": row.kind, "received_at": row.received_at.isoformat(), **shown}


def _rows(rows: Sequence[Row[*tuple[Any, ...]]]) -> list[dict[str, Any]]:
    return [_plain(row) for row in rows]


def _plain(row: Row[*tuple[Any, ...]]) -> dict[str, Any]:
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in row._mapping.items()}


def names(conn: Connection, ids: Sequence[str]) -> dict[str, str]:
    """The names of these learners, where they have told one."""
    rows = conn.execute(_NAMES, {"ids": ids}) if ids else ()
    return {id: name for id, name in rows if name}


def operators(conn: Connection, ids: Sequence[str]) -> dict[str, str]:
    """The mobile networks of these learners, where they are known."""
    rows = conn.execute(_OPERATORS, {"ids": ids}) if ids else ()
    return {id: operator for id, operator in rows if operator}
