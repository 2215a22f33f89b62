"""To whom something happened on a day, as conditions on `learners`: for campaigns so many days after or before it."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, false, func, literal_column, select

from bot.delivering.campaigns import Campaign, Kind
from bot.delivering.hours import zone_of
from bot.delivering.planning import instant
from store.organisation_tables import cohort_members, cohorts, sessions
from store.tables import enrolments, learners, outbox, quiz_results, thread_learners, threads

Condition = ColumnElement[bool]

_JOINED, _UNIT, _SESSION, _SILENCE = "joined", "unit", "session", "silence"


def happened(campaign: Campaign, day: date) -> list[Condition]:
    """Who is written to on this local date: the event fell on the day that is `offset` days before it, by the
    campaign's own zone. Each event falls on one date, so it leads to one message; nobody has joined twice.

    joined: in one of the audience's courses where it names some, else at all. unit: when its quiz was first passed.
    session: a meeting of a cohort of hers. silence: her last word.
    """
    if campaign.kind is not Kind.EVENT:
        return []
    schedule = campaign.schedule
    since, until = _day(day - timedelta(days=schedule.offset), zone_of(schedule.zone, ""))
    if schedule.event == _JOINED:
        return [_joined(campaign, since, until), not_reached(campaign.id)]
    if schedule.event == _UNIT:
        first = (
            select(enrolments.c.learner)
            .select_from(quiz_results.join(enrolments, enrolments.c.id == quiz_results.c.enrolment))
            .where(quiz_results.c.at >= since, quiz_results.c.at < until, quiz_results.c.passed.is_(True))
            .where(_first_pass(since), *([quiz_results.c.unit == schedule.unit] if schedule.unit else []))
        )
        return [learners.c.id.in_(first)]
    if schedule.event == _SESSION:
        theirs = (
            select(cohort_members.c.learner)
            .select_from(
                sessions.join(cohort_members, cohort_members.c.cohort == sessions.c.cohort).join(
                    cohorts, and_(cohorts.c.id == sessions.c.cohort, cohorts.c.closed_at.is_(None))
                )
            )
            .where(sessions.c.at >= since, sessions.c.at < until, sessions.c.cancelled.is_(False))
        )
        return [learners.c.id.in_(theirs)]
    if schedule.event == _SILENCE:
        last = (
            select(func.max(threads.c.heard_at))
            .select_from(thread_learners.join(threads, threads.c.address == thread_learners.c.address))
            .where(thread_learners.c.learner == learners.c.id)
            .correlate(learners)
            .scalar_subquery()
        )
        return [last >= since, last < until]
    return [false()]


def not_reached(campaign: str, occurrence: str = "") -> Condition:
    """No message of this campaign (of this occurrence of it) has been made for her that was not taken back."""
    conditions: list[ColumnElement[Any]] = [
        outbox.c.learner == learners.c.id,
        outbox.c.learner != literal_column("''"),  # so that SQLite may use the partial index
        outbox.c.campaign == campaign,
        outbox.c.state != "cancelled",
    ]
    if occurrence:
        conditions.append(outbox.c.occurrence == occurrence)
    return ~select(literal_column("1")).where(*conditions).correlate(learners).exists()


def _joined(campaign: Campaign, since: datetime, until: datetime) -> Condition:
    courses = sorted(campaign.audience.courses)
    if not courses:
        return (learners.c.created_at >= since) & (learners.c.created_at < until)
    return (
        select(literal_column("1"))
        .where(enrolments.c.learner == learners.c.id, enrolments.c.course.in_(courses))
        .where(enrolments.c.enrolled_at >= since, enrolments.c.enrolled_at < until)
        .correlate(learners)
        .exists()
    )


def _first_pass(since: datetime) -> Condition:
    earlier = quiz_results.alias("earlier")
    return ~(
        select(literal_column("1"))
        .where(earlier.c.enrolment == quiz_results.c.enrolment, earlier.c.unit == quiz_results.c.unit)
        .where(earlier.c.passed.is_(True), earlier.c.at < since)
        .correlate(quiz_results)
        .exists()
    )


def _day(day: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """When a day begins and ends there; a day that does not exist lasts no time."""
    following = instant(day + timedelta(days=1), "00:00", zone)
    end = following or datetime.combine(day + timedelta(days=1), datetime.min.time(), zone)
    return instant(day, "00:00", zone) or end, end
