"""What an award is made of: a decided case under a scheme, or a finished course; and what neither allows."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from bot.catalogue import Catalogue
from bot.certifying import awarding
from bot.certifying.awarding import NoAward
from bot.certifying.cases import COMPETENT, PASSED, Act, Case, Decision, Evidence
from bot.certifying.credentials import ARTIFACT, COMPLETION, EXAM, PERFORMANCE
from bot.certifying.standards import Issuer, Standard
from bot.people import Enrolment, Learner, QuizResult
from tests.certificates import NOW
from tests.changing import replace

ROSA = Learner(id="l1", name="Rosa Quispe Mamani", language="es", country="PE", created_at=NOW)


@pytest.fixture
def standard(real: Catalogue) -> Standard:
    """The nursery's, with somebody who may issue."""
    found = next(each for each in real.standards.values() if each.course == "coffee-nursery")
    scheme = found.scheme("PE")
    assert scheme
    able = replace(scheme, issuers=(Issuer(name="Norandino", act="R.D. 1", valid_from=date(2026, 1, 1)),))
    return replace(found, schemes=(able,))


def case(standard: Standard, **more: object) -> Case:
    units = tuple(each.code for each in standard.units)
    seen = [Evidence(id=kind, kind=kind, method="m", unit=units[0], sha256="ab") for kind in ("performance", "product")]
    made = Case(
        id="c1",
        number=7,
        candidate="l1",
        standard=standard.code,
        version=standard.version,
        country="PE",
        acts=(Act(kind="decide", actor="m", role="moderator", value=COMPETENT, seq=12),),
        decisions=(Decision(result=COMPETENT, units=units, by="m"),),
        knowledge={units[0]: PASSED},
        evidence=tuple(seen),
    )
    return replace(made, **more)  # type: ignore[arg-type]


def test_a_decided_case_becomes_an_award_with_what_was_seen(standard: Standard) -> None:
    made = awarding.of_case(case(standard), standard, ROSA, issuer="Norandino", now=NOW)
    assert made.decision == "c1/12"
    assert (made.given_name, made.initial) == ("Rosa", "M")
    assert {each.assessment for each in made.results} == {EXAM, PERFORMANCE, ARTIFACT}
    assert len(made.units) == len(standard.units)
    assert made.authorisation
    assert made.authorisation.act == "R.D. 1"
    scheme = standard.scheme("PE")
    assert bool(made.valid_until) == bool(scheme and scheme.validity_months)


def test_without_a_decision_or_by_a_body_that_may_not_there_is_none(standard: Standard) -> None:
    def refused(why: str, found: Case, issuer: str = "Norandino", who: Learner = ROSA) -> None:
        with pytest.raises(NoAward, match=why):
            awarding.of_case(found, standard, who, issuer=issuer, now=NOW)

    refused("no decision", case(standard, acts=(), decisions=()))
    refused("no decision", case(standard, decisions=(Decision(result="not_yet", units=(), by="m"),)))
    refused("pilot", case(standard, pilot=True))
    refused("not hers", case(standard), who=replace(ROSA, id="l2"))
    refused("may not issue", case(standard), issuer="Somebody")
    refused("not assessed in RW", case(standard, country="RW"))


def test_a_finished_course_is_a_completion_and_an_unfinished_one_is_nothing(real: Catalogue) -> None:
    course = real.courses["coffee-nursery"]
    quiz = QuizResult(right=8, of=8, passed=True, at=NOW)
    done = Enrolment(
        id="e1",
        learner="l1",
        course=course.id,
        enrolled_at=NOW,
        done=dict.fromkeys(course.ordered_lessons(), NOW),
        quizzes={unit.id: quiz for unit in course.units},
        passed={unit.id: NOW for unit in course.units},
    )
    made = awarding.completion(ROSA, course, done, issuer="Norandino", now=NOW)
    assert (made.kind, made.decision, made.authorisation) == (COMPLETION, "e1", None)
    with pytest.raises(NoAward, match="not finished"):
        awarding.completion(ROSA, course, replace(done, passed={}), issuer="Norandino", now=NOW)


def test_it_bears_the_day_on_the_calendar_of_its_holder(real: Catalogue, standard: Standard) -> None:
    course, evening = real.courses["coffee-nursery"], datetime(2026, 6, 30, 0, 54, tzinfo=UTC)  # 19:54 of the 29th
    quiz = QuizResult(right=8, of=8, passed=True, at=NOW)
    done = Enrolment(
        id="e1",
        learner="l1",
        course=course.id,
        enrolled_at=NOW,
        done=dict.fromkeys(course.ordered_lessons(), NOW),
        quizzes={unit.id: quiz for unit in course.units},
        passed={unit.id: NOW for unit in course.units},
    )

    proof = awarding.completion(ROSA, course, done, issuer="Norandino", now=evening)
    assert (proof.awarded_on, proof.valid_from) == (date(2026, 6, 29), evening)
    found = awarding.of_case(case(standard), standard, ROSA, issuer="Norandino", now=evening)
    assert found.awarded_on == date(2026, 6, 29)
    assert found.valid_until is None or found.valid_until.day == 29
    kigali = replace(ROSA, country="RW")
    assert awarding.completion(kigali, course, done, issuer="Norandino", now=evening).awarded_on == date(2026, 6, 30)


@pytest.mark.parametrize(
    ("day", "months", "ends"),
    [
        (datetime(2026, 8, 31, tzinfo=UTC), 6, date(2027, 2, 28)),
        (datetime(2024, 2, 29, tzinfo=UTC), 12, date(2025, 2, 28)),
        (datetime(2026, 11, 20, tzinfo=UTC), 1, date(2026, 12, 20)),
        (datetime(2026, 11, 20, tzinfo=UTC), 36, date(2029, 11, 20)),
        (datetime(2026, 12, 1, tzinfo=UTC), 24, date(2028, 12, 1)),
    ],
)
def test_months_are_those_of_the_calendar(day: datetime, months: int, ends: date) -> None:
    found = awarding.months_later(day, months)
    assert found.date() == ends
    assert found + timedelta(seconds=1) == datetime(ends.year, ends.month, ends.day, tzinfo=UTC) + timedelta(days=1)
