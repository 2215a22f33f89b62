"""How far a group should be by its calendar, how far each in it is, and who has fallen behind."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta

from bot.catalogue import Course
from bot.cooperating.organisations import DAYS, Cohort
from bot.people import Enrolment

BEHIND = 3
"""Lessons after which somebody is behind: a week of the usual rhythm (R1: three lesson slots a week)."""

DONE, WEAK, HERE, AHEAD = "done", "weak", "here", "ahead"


def expected(cohort: Cohort, lessons: int, today: date) -> int:
    """How many lessons the calendar has brought by the end of `today`, a lesson a day of it; at most `lessons`."""
    last = min(today, cohort.ends_on) if cohort.ends_on else today
    if last < cohort.starts_on or not cohort.days:
        return 0
    weeks, rest = divmod((last - cohort.starts_on).days + 1, 7)
    begun = cohort.starts_on + timedelta(weeks=weeks)
    more = sum(DAYS[(begun + timedelta(days=n)).weekday()] in cohort.days for n in range(rest))
    return min(lessons, weeks * len(set(cohort.days)) + more)


def is_behind(done: int, expected: int) -> bool:
    """Whether somebody is a week of lessons behind."""
    return expected - done >= BEHIND


def marks(course: Course, enrolment: Enrolment | None) -> tuple[str, ...]:
    """For each lesson in teaching order: done, weak (done, and missed in a quiz not passed since), here (it comes
    next) or ahead."""
    done: Collection[str] = enrolment.done if enrolment else ()
    weak = {
        lesson
        for unit in course.units
        if enrolment and (quiz := enrolment.quizzes.get(unit.id)) and unit.id not in enrolment.passed
        for lesson in quiz.weak
    }
    found = []
    next_one = True
    for lesson in course.ordered_lessons():
        if lesson in weak:
            found.append(WEAK)
        elif lesson in done:
            found.append(DONE)
        else:
            found.append(HERE if next_one and enrolment else AHEAD)
            next_one = False
    return tuple(found)
