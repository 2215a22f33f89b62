"""Make an award of what somebody has reached: a decision on a standard, or a course that is finished."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

from bot.catalogue import Course
from bot.certifying.cases import COMPETENT, PASSED, Case
from bot.certifying.credentials import (
    ARTIFACT,
    COMPETENCE,
    COMPLETION,
    EXAM,
    PERFORMANCE,
    Authorisation,
    Award,
    Evidence,
    Result,
    Unit,
    short_name,
    titled,
)
from bot.certifying.standards import Standard, told
from bot.delivering.hours import day_of
from bot.people import Enrolment, Learner


class NoAward(ValueError):
    """A credential cannot be issued; its text says why and what would have to be so."""


def competence(
    learner: Learner,
    standard: Standard,
    country: str,
    *,
    issuer: str,
    decision: str,
    units: Sequence[str] = (),
    now: datetime,
    results: Iterable[Result] = (),
    evidence: Iterable[Evidence] = (),
    renews: str = "",
) -> Award:
    """The award of a decision that says competent, by `issuer` under the scheme of `country`. `units` are the codes of
    those achieved; all that are offered unless given. Raises NoAward where the scheme lets this body issue nothing."""
    scheme = standard.scheme(country)
    day = day_of(now, learner.timezone, country)
    if scheme is None:
        raise NoAward(f"{standard.name} is not assessed in {country}.")
    body = next((each for each in scheme.issuers if each.name == issuer and each.covers(day)), None)
    if body is None:
        raise NoAward(f"{issuer} may not issue credentials of {standard.name} in {country} on {day.isoformat()}.")
    language = learner.language or standard.languages[0]
    wanted = [each for each in standard.units if (each.code in units if units else each.offered)]
    given, initial = short_name(learner.name)
    return Award(
        kind=COMPETENCE,
        learner=learner.id,
        given_name=given,
        initial=initial,
        language=language,
        standard=standard.code,
        version=standard.version,
        title=dict(standard.titles),
        purpose=told(standard.purpose, language),
        criteria=" ".join(
            f"{criterion.code} {told(criterion.text, language).rstrip('.')}."
            for unit in wanted
            for criterion in unit.criteria
        ),
        units=tuple(Unit(code=each.code, title=told(each.titles, language)) for each in wanted),
        isco=standard.isco08,
        cooperative=learner.cooperative,
        issuer=issuer,
        authorisation=Authorisation(
            body=scheme.authority, act=body.act, valid_from=body.valid_from, valid_until=body.valid_until
        )
        if body.act
        else None,
        awarded_on=day,
        valid_from=now,
        valid_until=months_later(datetime.combine(day, now.timetz()), scheme.validity_months)
        if scheme.validity_months
        else None,
        evidence=tuple(evidence),
        results=tuple(results),
        decision=decision,
        renews=renews,
    )


def completion(learner: Learner, course: Course, enrolment: Enrolment, *, issuer: str, now: datetime) -> Award:
    """The award for a finished course. Raises NoAward where a lesson or a unit quiz is still to be done."""
    missing = [lesson for lesson in course.ordered_lessons() if lesson not in enrolment.done]
    failed = [unit for unit in course.units if unit.id not in enrolment.passed]
    if missing or failed:
        raise NoAward(f"The course is not finished: {len(missing)} lessons and {len(failed)} unit quizzes are open.")
    language = learner.language or course.languages[0]
    given, initial = short_name(learner.name)
    return Award(
        kind=COMPLETION,
        learner=learner.id,
        given_name=given,
        initial=initial,
        language=language,
        standard=course.id,
        version=enrolment.content_version[:12] or "1",
        title={each: course.title(each) for each in course.languages},
        units=tuple(Unit(code=unit.id, title=titled(unit.titles, language)) for unit in course.units),
        isco=course.isco08,
        cooperative=learner.cooperative,
        issuer=issuer,
        awarded_on=day_of(now, learner.timezone, learner.country),
        valid_from=now,
        decision=enrolment.id,
    )


def months_later(at: datetime, months: int) -> datetime:
    """The end of the last day, so many months of the calendar after `at`: from 31 August six months lead to the last
    day of February."""
    year, month = divmod(at.year * 12 + at.month - 1 + months, 12)
    after = date(year + (month == 11), (month + 1) % 12 + 1, 1)
    last = min(at.day, (after - timedelta(days=1)).day)
    return at.replace(year=year, month=month + 1, day=last, hour=23, minute=59, second=59, microsecond=0)


_ASSESSED = {"knowledge": EXAM, "performance": PERFORMANCE, "product": ARTIFACT, "attitude": PERFORMANCE}


def of_case(case: Case, standard: Standard, learner: Learner, *, issuer: str, now: datetime, renews: str = "") -> Award:
    """The award of a case that was decided competent, with what was seen in it as results and evidence, and without a
    name of anybody who saw it. Raises NoAward where the case has no such decision, is a pilot, or is another person's.
    """
    decided = [act for act in case.acts if act.kind == "decide"]
    if not decided or not case.decisions or case.decisions[-1].result != COMPETENT or decided[-1].value != COMPETENT:
        raise NoAward(f"Case {case.number} has no decision that says competent.")
    if case.pilot:
        raise NoAward(f"Case {case.number} is a pilot: {standard.name} is not validated yet.")
    if (case.candidate, case.standard, case.version) != (learner.id, standard.code, standard.version):
        raise NoAward(f"Case {case.number} is not hers, or is of another version than {standard.name}.")
    units = case.decisions[-1].units or tuple(sorted(case.achieved))
    language = learner.language or standard.languages[0]
    return competence(
        learner,
        standard,
        case.country or learner.country,
        issuer=issuer,
        decision=f"{case.id}/{decided[-1].seq}",
        units=units,
        now=now,
        results=_results(case, standard, units, language),
        evidence=[
            Evidence(name=each.method, genre=each.kind, sha256=each.sha256, at=each.captured_at)
            for each in case.evidence
            if each.unit in units
        ],
        renews=renews,
    )


def _results(case: Case, standard: Standard, units: Sequence[str], language: str) -> list[Result]:
    """One result for each unit and each way in which it was assessed."""
    found: list[Result] = []
    for unit in (each for each in standard.units if each.code in units):
        kinds = {each.kind for each in case.evidence if each.unit == unit.code}
        if case.knowledge.get(unit.code) == PASSED:
            kinds.add("knowledge")
        for assessment in dict.fromkeys(_ASSESSED[kind] for kind in sorted(kinds) if kind in _ASSESSED):
            found.append(Result(name=told(unit.titles, language), assessment=assessment, unit=unit.code))
    return found
