"""Keep surveys and what was answered: made as a draft, put by a campaign, tallied as answers come, closed."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Connection, bindparam, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert

from bot.cooperating.roles import Right, need
from bot.people import Scope
from bot.reporting.surveys import COUNTS, NUMBER, Question, State, Survey, Tallies, Tally
from store.columns import among
from store.organisations import within
from store.shapes import clean, dumps, loads
from store.survey_tables import survey_answers, survey_tallies, surveys

Counting = tuple[tuple[int, tuple[int, ...]], ...]
NOTHING: Counting = ()

ASKED, BEGAN, ENDED = 0, 1, 2  # at place -1
PEOPLE, SKIPPED, WRITTEN = -1, -1, -2

_GET = select(surveys).where(surveys.c.id == bindparam("which"))
_TALLIES = select(survey_tallies).where(survey_tallies.c.survey == bindparam("which"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A survey in a list, with how many were asked and answered."""

    survey: Survey
    asked: int
    began: int


# --- made, listed, closed ---


def create(conn: Connection, scope: Scope, survey: Survey) -> bool:
    """Keep a new survey as a draft; False where one of this id exists: a double click is one survey. Raises
    PermissionError on behalf of a cooperative outside the scope."""
    need(scope, Right.SURVEY)
    if scope.cooperatives is not None and survey.cooperative not in scope.cooperatives:
        raise PermissionError(f"{survey.cooperative or 'the programme'} is not in the scope of this account.")
    names = ("id", "title", "purpose", "cooperative", "created_by")
    row: dict[str, Any] = {name: clean(getattr(survey, name)) for name in names}
    row |= {"state": survey.state.value, "body": _body(survey), "campaign": "", "created_at": survey.created_at}
    statement = insert(surveys).on_conflict_do_nothing(index_elements=["id"]).returning(surveys.c.id)
    return conn.execute(statement, row).first() is not None


def get(conn: Connection, scope: Scope, id: str) -> Survey | None:
    """The survey of this id; None where there is none in the scope."""
    need(scope, Right.SEE_RESULTS)
    row = conn.execute(_GET.where(_seen(scope)), {"which": id}).mappings().first()
    return survey_of(dict(row)) if row else None


def listed(
    conn: Connection, scope: Scope, *, after: tuple[datetime, str] | None = None, limit: int = 50
) -> list[Listed]:
    """Surveys, the latest first; go on with the time and id of the last one as `after`."""
    need(scope, Right.SEE_RESULTS)
    query = select(surveys).where(_seen(scope)).order_by(surveys.c.created_at.desc(), surveys.c.id.desc()).limit(limit)
    if after:
        query = query.where(tuple_(surveys.c.created_at, surveys.c.id) < tuple_(*after))
    found = [survey_of(dict(row)) for row in conn.execute(query).mappings()]
    counted = select(survey_tallies.c.survey, survey_tallies.c.choice, survey_tallies.c.n).where(
        among(survey_tallies.c.survey, "ids"), survey_tallies.c.place == PEOPLE
    )
    counts = {(id, what): n for id, what, n in conn.execute(counted, {"ids": [each.id for each in found]})}
    return [
        Listed(survey=each, asked=counts.get((each.id, ASKED), 0), began=counts.get((each.id, BEGAN), 0))
        for each in found
    ]


def measuring(conn: Connection, scope: Scope, code: str) -> tuple[str, Counting]:
    """The latest survey that asks what an indicator measures, and (place, steps that count) of its questions; empty
    where none was put yet."""
    for each in listed(conn, scope):
        survey = each.survey
        counting = tuple(
            (place, COUNTS[code][1]) for place, question in enumerate(survey.questions) if question.measures == code
        )
        if counting and each.asked:
            return survey.id, counting
    return "", NOTHING


def begin(conn: Connection, scope: Scope, id: str, campaign: str) -> bool:
    """A draft runs from now on, put by this campaign; False where it is no draft any more, or not in the scope."""
    need(scope, Right.SURVEY)
    statement = update(surveys).where(surveys.c.id == id, surveys.c.state == State.DRAFT.value, _seen(scope))
    return bool(conn.execute(statement.values(state=State.RUNNING.value, campaign=campaign)).rowcount)


def close(conn: Connection, scope: Scope, id: str, now: datetime) -> bool:
    """It is put to nobody any more; what was answered stays. False where it was closed, or is not in the scope."""
    need(scope, Right.SURVEY)
    statement = update(surveys).where(surveys.c.id == id, surveys.c.state != State.CLOSED.value, _seen(scope))
    return bool(conn.execute(statement.values(state=State.CLOSED.value, closed_at=now)).rowcount)


def _seen(scope: Scope) -> ColumnElement[bool]:
    return within(scope, surveys.c.cooperative)


# --- what was answered ---


def tallies(conn: Connection, scope: Scope, survey: Survey) -> Tallies:
    """How a survey was answered so far. Costs the same however many did."""
    need(scope, Right.SEE_RESULTS)
    counted = {(row.place, row.choice): row.n for row in conn.execute(_TALLIES, {"which": survey.id})}
    questions = tuple(_tally(conn, survey, place, question, counted) for place, question in enumerate(survey.questions))
    people = {what: counted.get((PEOPLE, what), 0) for what in (ASKED, BEGAN, ENDED)}
    return Tallies(asked=people[ASKED], began=people[BEGAN], ended=people[ENDED], questions=questions)


def _tally(
    conn: Connection, survey: Survey, place: int, question: Question, counted: Mapping[tuple[int, int], int]
) -> Tally:
    numbers = _numbers(conn, survey.id, place) if question.kind == NUMBER else ()
    return Tally(
        place=place,
        kind=question.kind,
        counts=tuple(counted.get((place, step), 0) for step in range(question.steps)),
        skipped=counted.get((place, SKIPPED), 0),
        answered=counted.get((place, WRITTEN), 0),
        total=sum(numbers, Decimal(0)),
    )


def _numbers(conn: Connection, survey: str, place: int) -> list[Decimal]:
    query = select(survey_answers.c.value).where(
        survey_answers.c.survey == survey, survey_answers.c.place == place, survey_answers.c.value != ""
    )
    return [Decimal(value) for value in conn.execute(query).scalars()]


def words(conn: Connection, scope: Scope, survey: Survey, *, limit: int = 50) -> list[str]:
    """The latest free words, without who wrote them; none of fewer than five replies, which would name their writer."""
    need(scope, Right.SEE_RESULTS)
    query = (
        select(survey_answers.c.text)
        .where(survey_answers.c.survey == survey.id, survey_answers.c.text != "")
        .order_by(survey_answers.c.at.desc(), survey_answers.c.reply)
        .limit(limit)
    )
    found = list(conn.execute(query).scalars())
    return found if len(found) >= 5 else []


def exported(conn: Connection, scope: Scope, survey: Survey) -> Iterator[dict[str, str]]:
    """Every reply under a pseudonym, ready for a file: question (from 1) → step (from 1), number or words. Nothing in
    it says who answered; nothing at all where fewer than five did."""
    need(scope, Right.SEE_RESULTS)
    query = (
        select(survey_answers)
        .where(survey_answers.c.survey == survey.id)
        .order_by(survey_answers.c.reply, survey_answers.c.place)
    )
    replies: defaultdict[str, dict[str, str]] = defaultdict(dict)
    for row in conn.execute(query):
        given = row.value or row.text or (str(row.choice + 1) if row.choice >= 0 else "")
        replies[row.reply][str(row.place + 1)] = given
    if len(replies) < 5:
        return
    named = sorted((pseudonym(reply), given) for reply, given in replies.items())
    for who, given in named:  # by pseudonym: the order of the ids would tell who answered first
        yield {"who": who, **given}


def pseudonym(reply: str) -> str:
    """What stands for the person of a reply in an export."""
    return "P-" + hashlib.sha256(reply.encode()).hexdigest()[:10]


# --- shapes ---


def _body(survey: Survey) -> str:
    questions = [
        {"kind": each.kind, "texts": dict(each.texts)} | ({"measures": each.measures} if each.measures else {})
        for each in survey.questions
    ]
    return clean(dumps({"languages": list(survey.languages), "questions": questions}))


def survey_of(row: Mapping[str, Any]) -> Survey:
    """The survey that a row keeps."""
    held = loads(row["body"])
    columns = ("id", "title", "purpose", "cooperative", "campaign", "created_by", "created_at", "closed_at")
    return Survey(
        **{name: row[name] for name in columns},
        state=State(row["state"]),
        languages=tuple(held["languages"]),
        questions=tuple(
            Question(kind=each["kind"], texts=each["texts"], measures=each.get("measures", ""))
            for each in held["questions"]
        ),
    )
