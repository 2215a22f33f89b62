"""An audience as conditions on `learners`: what narrows it, and what it takes to be reached at all."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    Case,
    ColumnElement,
    Exists,
    Subquery,
    and_,
    case,
    exists,
    false,
    func,
    literal_column,
    not_,
    or_,
    select,
)

from bot.certifying.cases import OPEN, State
from bot.delivering.audiences import Audience
from bot.people import WANTING
from bot.record import LEARNING
from store.campaign_tables import taught, unreachable
from store.case_tables import cases
from store.cases import standing
from store.organisation_tables import cohort_members, cooperatives
from store.reaching import SMS, TELEGRAM, is_free
from store.tables import (
    consent_states,
    enrolments,
    learners,
    lessons_done,
    quiz_results,
    thread_learners,
    threads,
)

Condition = ColumnElement[bool]

_ONE: ColumnElement[Any] = literal_column("1")
_LIKE = {"telegram": TELEGRAM, "sms": SMS}
_REACHED = thread_learners.join(threads, threads.c.address == thread_learners.c.address)
SUPPRESSED = exists(_ONE).where(
    unreachable.c.address == threads.c.address,
    unreachable.c.suppressed_at.is_not(None),
    # Whoever has written since is there after all.
    or_(threads.c.heard_at.is_(None), threads.c.heard_at < unreachable.c.suppressed_at),
)


def matching(audience: Audience, now: datetime) -> list[Condition]:
    """What the fields of an audience ask for, the cheap ones first; nothing of consent or addresses."""
    found: list[Condition] = []
    for column, wanted in (
        (learners.c.country, audience.countries),
        (learners.c.language, audience.languages),
        (learners.c.sex, audience.sexes),
    ):
        if wanted:
            found.append(column.in_(sorted(wanted)))
    if audience.ages is not None:
        youngest, oldest = audience.ages
        found.append(learners.c.birth_year.between(now.year - oldest, now.year - youngest))
    if audience.places:
        names = sorted({form for each in audience.places for form in _forms(each)})
        places = (learners.c.community, learners.c.district)
        found.append(or_(*(or_(place.in_(names), func.lower(place).in_(names)) for place in places)))
    if audience.cooperatives:
        found.append(learners.c.cooperative.in_(sorted(audience.cooperatives)))
    if audience.federations:
        theirs = select(cooperatives.c.id).where(cooperatives.c.federation.in_(sorted(audience.federations)))
        found.append(learners.c.cooperative.in_(theirs))
    if audience.learners:
        found.append(learners.c.id.in_(sorted(audience.learners)))
    if audience.cohorts:
        members = select(cohort_members.c.learner).where(cohort_members.c.cohort.in_(sorted(audience.cohorts)))
        found.append(learners.c.id.in_(members))
    found += _studying(audience)
    found += _certified(audience, now)
    if audience.channels:
        found.append(or_(*(on_channel(each) for each in sorted(audience.channels))))
    if audience.never_heard:
        found.append(not_(_thread(threads.c.heard_at.is_not(None))))
    if audience.silent_days is not None:
        since = now - timedelta(days=audience.silent_days)
        found += [learners.c.created_at <= since, not_(_thread(threads.c.heard_at > since))]
    return found


def reached(purpose: str, now: datetime, *, urgent: bool = False) -> list[Condition]:
    """What it takes to be written to at all: a yes to this purpose, a guardian's where one is needed, an open thread,
    and no pause. A safety notice is said into a pause too: frost warns who rests as well."""
    rested = [] if urgent else [not_paused(now)]
    return [*rested, allowed(), agreed(purpose), reachable()]


def allowed() -> Condition:
    """No guardian's yes is wanting: without it a child's own is not enough (see `bot.talking.profile`)."""
    return learners.c.guardian.not_in(WANTING)


def not_paused(now: datetime) -> Condition:
    """She has not asked to be left in peace until later."""
    return or_(learners.c.paused_until.is_(None), learners.c.paused_until <= now)


def agreed(purpose: str) -> Condition:
    """Her latest word on this purpose is a yes; on another than learning, that on learning where there is none (see
    `bot.record.Record.agrees`)."""
    purpose = purpose or LEARNING
    yes = _word(purpose, granted=True)
    return yes if purpose == LEARNING else or_(yes, and_(not_(_word(purpose)), _word(LEARNING, granted=True)))


def reachable() -> Condition:
    """There is an open thread, and no provider has said that nobody can be reached there."""
    return _thread(threads.c.state == literal_column("'open'"), not_(SUPPRESSED))


def why_not(purpose: str, now: datetime, *, urgent: bool = False) -> Case[Any]:
    """Why somebody is not reached, in one word; empty where she is."""
    refused = _word(purpose or LEARNING, granted=False)
    linked = exists(_ONE).where(thread_learners.c.learner == learners.c.id)
    closed = [(_thread(threads.c.state == each), each) for each in ("stopped", "frozen", "blocked", "wrong_number")]
    return case(
        (not_(linked), "no_address"),
        (and_(not_(reachable()), _thread(SUPPRESSED)), "unreachable"),
        *((and_(not_(reachable()), condition), name) for condition, name in closed),
        (and_(not_(agreed(purpose)), refused), "stopped"),
        (not_(agreed(purpose)), "no_consent"),
        (not_(allowed()), "guardian"),
        (not_(reachable()), "no_address"),
        *(() if urgent else ((not_(not_paused(now)), "paused"),)),
        else_="",
    )


def on_channel(channel: str) -> Condition:
    """She has an open thread on this channel: sms or telegram. Any other name fits nobody."""
    return _thread(
        threads.c.state == literal_column("'open'"),
        or_(false(), *(threads.c.address.like(form) for form in _LIKE.get(channel, ()))),
    )


def last_used(only: Condition | None = None) -> Subquery:
    """The address and sender of each learner's open thread on which she is spoken to: a free one, else the one that was
    used last, as `store.dues` chooses it. `only`: a condition on
    `thread_learners`, where few are asked about: all threads are ranked otherwise."""
    rank = func.row_number().over(
        partition_by=thread_learners.c.learner,
        order_by=(is_free().desc(), threads.c.updated_at.desc(), threads.c.address),
    )
    ranked = (
        select(thread_learners.c.learner, threads.c.address, threads.c.sender, rank.label("rank"))
        .select_from(_REACHED)
        .where(threads.c.state == "open", *(() if only is None else (only,)))
        .subquery("ranked")
    )
    return select(ranked).where(ranked.c.rank == 1).subquery("last_used")


def _studying(audience: Audience) -> list[Condition]:
    courses = sorted(audience.courses)
    of_course: list[Condition] = [enrolments.c.course.in_(courses)] if courses else []
    found: list[Condition] = []
    if audience.occupations:
        wanted = sorted(audience.occupations)
        named = select(taught.c.course).where(taught.c.isco08.in_(wanted))
        found.append(_enrolled(or_(enrolments.c.course.in_(wanted), enrolments.c.course.in_(named))))
    kind, _, unit = audience.progress.partition(":")
    if kind == "not-started":
        found.append(_enrolled(*of_course, not_(_begun())))
    elif kind == "started":
        found.append(_enrolled(*of_course, _begun(), not_(_finished())))
    elif kind == "finished":
        found.append(_enrolled(*of_course, _finished()))
    elif kind == "unit":
        found.append(_enrolled(*of_course, _passed(quiz_results.c.unit == unit)))
    elif kind == "not-unit":
        found += [_enrolled(*of_course), not_(_enrolled(_passed(quiz_results.c.unit == unit)))]
    elif audience.progress:
        found.append(false())  # a word that is not known must not reach everybody
    elif courses:
        found.append(_enrolled(*of_course))
    return found


def _certified(audience: Audience, now: datetime) -> list[Condition]:
    """How far towards a certificate: in the course or courses asked for, or by a case, of whichever standard."""
    if not audience.certified:
        return []
    of_course: list[Condition] = [enrolments.c.course.in_(sorted(audience.courses))] if audience.courses else []
    states = {
        "none": not_(_enrolled(*of_course)),
        "learning": and_(_enrolled(*of_course), not_(_enrolled(*of_course, _finished()))),
        "ready": _enrolled(*of_course, _finished()),
        "applied": _with_case(cases.c.state.in_(sorted(OPEN))),
        "certified": _with_case(or_(standing(State.CERTIFIED, now), standing(State.EXPIRING, now))),
        "expired": _with_case(standing(State.EXPIRED, now)),
    }
    return [or_(false(), *(states[each] for each in audience.certified if each in states))]


def _with_case(*conditions: Condition) -> Exists:
    return exists(_ONE).where(cases.c.learner == learners.c.id, *conditions)


def _enrolled(*conditions: Condition) -> Exists:
    return exists(_ONE).where(enrolments.c.learner == learners.c.id, *conditions)


def _begun() -> Exists:
    return exists(_ONE).where(lessons_done.c.enrolment == enrolments.c.id)


def _passed(*conditions: Condition) -> Exists:
    of = exists(_ONE).where(quiz_results.c.enrolment == enrolments.c.id, quiz_results.c.passed.is_(True), *conditions)
    return of.correlate(enrolments, taught)  # two levels up, where it would not look by itself


def _finished() -> Condition:
    unit = exists(_ONE).where(taught.c.course == enrolments.c.course)
    return and_(unit, not_(unit.where(not_(_passed(quiz_results.c.unit == taught.c.unit)))))


def _thread(*conditions: Condition) -> Exists:
    return exists(_ONE).select_from(_REACHED).where(thread_learners.c.learner == learners.c.id, *conditions)


def _word(purpose: str, *, granted: bool | None = None) -> Exists:
    of = exists(_ONE).where(consent_states.c.learner == learners.c.id, consent_states.c.purpose == purpose)
    return of if granted is None else of.where(consent_states.c.granted.is_(granted))


def _forms(name: str) -> Sequence[str]:
    # SQLite's lower() knows only the letters of ASCII, so Ñ comes along in the ways in which it is written.
    return (name, name.lower(), name.upper(), name.title(), name.capitalize())
