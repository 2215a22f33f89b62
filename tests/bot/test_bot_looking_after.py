"""Whom to call and what to say, who is behind, how people are found by typing, what merging two records would do."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from authoring.shelf import Shelf
from bot.catalogue import Course
from bot.cooperating.calendars import date_fault, time_of
from bot.cooperating.merging import Side, plan
from bot.cooperating.organisations import Cohort
from bot.cooperating.searching import is_whole, numbers, wanted, words_of
from bot.learning import pacing
from bot.learning.calling import Missed, Outcome, Reason, Standing, cause, peace_until, script
from bot.learning.standing import standing
from bot.people import Enrolment, Learner, QuizResult

NOW = datetime(2026, 3, 22, 15, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def course(shelf: Shelf) -> Course:
    return shelf().courses["vivero"]


def someone(id: str = "rosa", **more: object) -> Learner:
    return Learner(id=id, created_at=NOW, **more)  # type: ignore[arg-type]


def test_silence_is_two_weeks_to_the_day_and_failing_says_more() -> None:
    silent = Standing(heard_at=NOW - 14 * DAY, failed={})
    assert cause(Standing(heard_at=NOW - 13 * DAY, failed={}), NOW) is None
    found = cause(silent, NOW)
    assert found
    assert (found.reason, found.since) == (Reason.SILENT, NOW - 14 * DAY)
    once = Standing(heard_at=NOW, failed={"u": [NOW - DAY]})
    twice = Standing(heard_at=NOW - 20 * DAY, failed={"u": [NOW - DAY, NOW - 3 * DAY]})
    assert cause(once, NOW) is None
    failed = cause(twice, NOW)
    assert failed
    assert (failed.reason, failed.unit, failed.since) == (Reason.FAILED, "u", NOW - DAY)
    assert cause(Standing(heard_at=NOW - 90 * DAY, finished=True, failed={"u": [NOW, NOW]}), NOW) is None


def test_a_call_leaves_her_in_peace_until_the_day_that_was_said_or_as_long_as_it_lasts() -> None:
    assert peace_until(Outcome.NOTE, NOW) is None
    assert peace_until(Outcome.NOT_REACHED, NOW) == NOW + DAY
    assert peace_until(Outcome.REACHED, NOW, NOW + 3 * DAY) == NOW + 3 * DAY
    assert peace_until(Outcome.REACHED, NOW, NOW - 3 * DAY) == NOW


def test_the_script_names_the_lessons_and_the_questions_that_she_missed(course: Course) -> None:
    unit = course.units[0]
    first, second = unit.lessons
    item = course.lesson(first, "es").items[0]  # type: ignore[union-attr]
    quiz = QuizResult(right=1, of=4, passed=False, weak=(second,), at=NOW)
    enrolment = Enrolment(
        id="e", learner="rosa", course="vivero", enrolled_at=NOW, done={first: NOW - DAY, second: NOW - DAY},
        quizzes={unit.id: quiz},
    )  # fmt: skip
    missed = [Missed(item=item, choice=2, reply="C"), Missed(item=item, choice=0, reply="A"),
              Missed(item="gone", choice=0, reply="A")]  # fmt: skip

    found = script(course, enrolment, missed, "es")

    assert (found.done, found.of) == (2, 2)
    titles = [each.title for each in (course.lesson(second, "es"), course.lesson(first, "es")) if each]
    assert list(found.lessons) == titles
    assert [(each.said, each.right) for each in found.wrong] == [("Cualquiera", "Sana")]
    assert found.next  # the weak lesson comes again


def test_a_group_should_be_as_far_as_its_days_have_brought_it() -> None:
    cohort = Cohort(id="a", name="A", course="c", starts_on=date(2026, 3, 2))
    days = [pacing.expected(cohort, 30, date(2026, 3, 2) + n * DAY) for n in range(-1, 9)]
    assert days == [0, 1, 1, 2, 2, 3, 3, 3, 4, 4]
    assert pacing.expected(cohort, 30, date(2027, 1, 1)) == 30
    assert pacing.expected(cohort, 5, date(2026, 5, 1)) == 5
    assert pacing.is_behind(2, 5)
    assert not pacing.is_behind(3, 5)


def test_each_lesson_has_its_mark(course: Course) -> None:
    first, second = course.units[0].lessons
    done = Enrolment(id="e", learner="r", course="vivero", enrolled_at=NOW, done={first: NOW})
    assert pacing.marks(course, None) == ("ahead", "ahead")
    assert pacing.marks(course, done) == ("done", "here")
    weak = QuizResult(right=0, of=4, passed=False, weak=(first,), at=NOW)
    both = Enrolment(
        id="e", learner="r", course="vivero", enrolled_at=NOW, done={first: NOW, second: NOW},
        quizzes={course.units[0].id: weak},
    )  # fmt: skip
    assert pacing.marks(course, both) == ("weak", "done")


def test_words_are_found_without_accents_and_numbers_with_or_without_their_country() -> None:
    assert words_of("Ñusta Quispe", "San Ignacio") == ("nusta", "quispe", "san", "ignacio")
    assert wanted(" Quís  ROSA ").words == ("quis", "rosa")
    assert wanted("900 000").digits == "900000"
    assert wanted("12").nothing
    assert wanted("%' OR 1=1").words == ("or", "1")
    assert "+51900" in numbers("900")
    assert numbers("0788000", "RW")[0] == "+250788000"
    assert is_whole("900000001")
    assert is_whole("51900000001")
    assert not is_whole("90000000123")
    assert not is_whole("9000")


def test_how_somebody_stands_is_one_word() -> None:
    def word(learner: Learner, agreed: bool | None, *threads: str, enrolled: bool = True) -> str:
        return standing(learner, agreed=agreed, threads=threads, enrolled=enrolled, now=NOW)

    assert word(someone(), True, "open") == "learning"
    assert word(someone(), True, "open", enrolled=False) == "joined"
    assert word(someone(), None, "") == "invited"
    assert word(someone(), False, "open") == "stopped"
    assert word(someone(), True, "blocked", "frozen") == "unreachable"
    assert word(someone(paused_until=NOW + DAY), True, "open") == "paused"
    assert word(someone(guardian="needed"), True, "open") == "guardian"


def test_merging_fills_what_is_empty_and_says_what_is_lost_and_the_later_word_holds() -> None:
    kept = Side(learner=someone("a", name="Rosa", hour=7), courses=frozenset({"c"}), word=(True, NOW - 5 * DAY))
    gone = Side(
        learner=someone("b", name="Rosa Quispe", community="Huabal", hour=9),
        courses=frozenset({"c", "d"}),
        addresses=frozenset({"telegram:1"}),
        word=(False, NOW),
    )
    found = plan(kept, gone)
    assert found.filled == {"community": "Huabal"}
    assert found.lost == {"name": "Rosa Quispe", "hour": 9}
    assert (found.courses, found.joined, found.addresses, found.stops) == (("d",), ("c",), ("telegram:1",), True)
    assert not plan(gone, kept).stops  # she has stopped already
    assert plan(kept, kept).refusals == ("same",)
    cases = frozenset({"vivero"})
    assert plan(Side(learner=someone("a"), standards=cases), Side(learner=someone("b"), standards=cases)).refusals


def test_a_date_is_neither_past_nor_mistyped_and_a_time_is_read_as_people_write_it() -> None:
    assert date_fault(NOW, NOW) == "past"
    assert date_fault(NOW + 900 * DAY, NOW) == "far"
    assert date_fault(NOW + DAY, NOW) == ""
    assert [str(time_of(each)) for each in ("4pm", "16:30", "4 p.m.", "25:00", "x")] == [
        "16:00:00", "16:30:00", "16:00:00", "None", "None",
    ]  # fmt: skip
