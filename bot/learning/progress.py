"""Where a learner stands in a course, and what comes next."""

from __future__ import annotations

from dataclasses import dataclass

from bot.catalogue import Course, Unit
from bot.people import Enrolment


@dataclass(frozen=True, slots=True, kw_only=True)
class NextStep:
    """What comes next: a lesson, a unit quiz, or nothing more (`finished`)."""

    kind: str  # lesson, quiz, finished
    unit: str = ""
    lesson: str = ""
    again: bool = False  # a lesson that is repeated because its items were missed in the quiz


def next_step(course: Course, enrolment: Enrolment) -> NextStep:
    """The first unit not passed decides: its open lessons, then what a failed quiz showed as weak, then its quiz."""
    for unit in course.units:
        if unit.id in enrolment.passed:
            continue
        for lesson in unit.lessons:
            if lesson not in enrolment.done:
                return NextStep(kind="lesson", unit=unit.id, lesson=lesson)
        weak = to_repeat(unit, enrolment)
        if weak:
            return NextStep(kind="lesson", unit=unit.id, lesson=weak[0], again=True)
        return NextStep(kind="quiz", unit=unit.id)
    return NextStep(kind="finished")


def to_repeat(unit: Unit, enrolment: Enrolment) -> tuple[str, ...]:
    """The lessons of a unit whose items were missed in its quiz and which she has not gone through since."""
    quiz = enrolment.quizzes.get(unit.id)
    if quiz is None:
        return ()
    return tuple(each for each in unit.lessons if each in quiz.weak and enrolment.done[each] <= quiz.at)


def units_passed(course: Course, enrolment: Enrolment) -> int:
    """How many of the course's units have a passed quiz."""
    return sum(unit.id in enrolment.passed for unit in course.units)


def lessons_done(course: Course, enrolment: Enrolment) -> int:
    """How many of the lessons that the course has today are finished."""
    return sum(lesson in enrolment.done for lesson in course.ordered_lessons())


def lessons_in(course: Course) -> int:
    """How many lessons the course has."""
    return sum(len(unit.lessons) for unit in course.units)


def is_ready(course: Course, enrolment: Enrolment) -> bool:
    """Whether every unit is passed, so that she may ask to be assessed: knowledge practised, never a certificate."""
    return units_passed(course, enrolment) == len(course.units)
