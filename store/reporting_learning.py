"""What indicators count of learning: contacts and who was reached, enrolments and what became of them, surveys."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, case, exists, func, literal_column, or_, select

from store.campaign_tables import taught
from store.reaching import TELEGRAM
from store.reporting_groups import Base, Period, stored, yes
from store.survey_tables import survey_answers, survey_replies
from store.tables import answers, enrolments, learners, lessons_done, outbox, quiz_results

_ONE: ColumnElement[Any] = literal_column("1")
_WEEK = int(timedelta(days=7).total_seconds() * 1_000_000)  # in which the first answer makes an enrolment
_ACTIVE = timedelta(days=14)
_ENROLMENTS = enrolments.outerjoin(learners, learners.c.id == enrolments.c.learner)

# A provider without receipts (Telegram) has delivered what it took: the chat shows it.
_DELIVERED = or_(
    outbox.c.state.in_(("delivered", "read")),
    and_(outbox.c.state == "sent", or_(*(outbox.c.address.like(form) for form in TELEGRAM))),
)


def contacts(period: Period) -> Base:
    """I1: everybody on the list; reached, where a message was delivered."""
    reached = exists(_ONE).where(
        outbox.c.learner == learners.c.id, outbox.c.learner != literal_column("''"), _DELIVERED
    )
    return Base(
        rows=learners, where=(period.within(learners.c.created_at),), at=learners.c.created_at, hits=(yes(reached),)
    )


def registered(period: Period) -> Base:
    """I3: every enrolment; enrolled, where something was answered or finished in its first week."""
    return _of_enrolments(period, _took_part())


def active(period: Period) -> Base:
    """I4: who is enrolled; active, where something was answered or finished in the last 14 days of the time."""
    end = min(period.until or period.now, period.now)
    since = end - _ACTIVE
    answered = exists(_ONE).where(
        answers.c.learner == enrolments.c.learner,
        answers.c.course == enrolments.c.course,
        answers.c.at >= since,
        answers.c.at <= end,
    )
    finished = exists(_ONE).where(
        lessons_done.c.enrolment == enrolments.c.id, lessons_done.c.at >= since, lessons_done.c.at <= end
    )
    return _of_enrolments(period, or_(finished, answered), _took_part())


def completed(period: Period) -> Base:
    """I5: who is enrolled; completed, where the quiz of every unit is passed."""
    return _of_enrolments(period, finished(), _took_part())


def finished() -> ColumnElement[bool]:
    """The quiz of every unit of the enrolment's course is passed."""
    unit = exists(_ONE).where(taught.c.course == enrolments.c.course)
    passed = exists(_ONE).where(
        quiz_results.c.enrolment == enrolments.c.id,
        quiz_results.c.passed.is_(True),
        quiz_results.c.unit == taught.c.unit,
    )
    return and_(unit, ~unit.where(~passed.correlate(enrolments, taught)))


def _of_enrolments(period: Period, hit: ColumnElement[bool], *where: ColumnElement[bool]) -> Base:
    return Base(
        rows=_ENROLMENTS,
        where=(period.within(enrolments.c.enrolled_at), *where),
        at=enrolments.c.enrolled_at,
        hits=(yes(hit),),
        course=enrolments.c.course,
    )


def _took_part() -> ColumnElement[bool]:
    """Something was answered or finished within seven days of enrolling (Helvetas: the first sessions)."""
    until = stored(enrolments.c.enrolled_at) + _WEEK
    answered = exists(_ONE).where(
        answers.c.learner == enrolments.c.learner,
        answers.c.course == enrolments.c.course,
        stored(answers.c.at) < until,
    )
    done = exists(_ONE).where(lessons_done.c.enrolment == enrolments.c.id, stored(lessons_done.c.at) < until)
    return or_(done, answered)


def surveyed(period: Period, survey: str, counting: Sequence[tuple[int, tuple[int, ...]]], *, share: bool) -> Base:
    """I12 to I15: who answered one of these questions (place, steps that count); yes, where one of the answers counts,
    or with `share` two thirds of them."""
    counts = or_(
        *(and_(survey_answers.c.place == place, survey_answers.c.choice.in_(steps)) for place, steps in counting)
    )
    places = [place for place, _ in counting]
    told = (
        select(
            survey_answers.c.reply,
            func.count().label("n"),
            func.sum(case((counts, 1), else_=0)).label("yes"),
        )
        .where(survey_answers.c.survey == survey, survey_answers.c.place.in_(places), survey_answers.c.choice >= 0)
        .group_by(survey_answers.c.reply)
        .subquery("told")
    )
    rows = survey_replies.join(told, told.c.reply == survey_replies.c.id).outerjoin(
        learners, learners.c.id == survey_replies.c.learner
    )
    hit = told.c.yes * 3 >= told.c.n * 2 if share else told.c.yes >= 1
    return Base(
        rows=rows,
        where=(survey_replies.c.survey == survey, period.within(survey_replies.c.asked_at)),
        at=survey_replies.c.asked_at,
        hits=(yes(hit),),
    )
