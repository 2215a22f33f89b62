"""Price the lessons: what each costs in SMS segments, as it goes out and as it would without folding."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from authoring.checking import question_text
from bot.catalogue import Catalogue, Course, Lesson
from bot.delivering.sms import fold_text, segments


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """The segments that one learner of one lesson is sent: its cards and its questions, without feedback."""

    course: str
    lesson: str
    language: str
    segments: int  # as it goes out, folded by the course's policy
    segments_unfolded: int  # as nearly every sender would bill it


@dataclass(frozen=True, slots=True, kw_only=True)
class Total:
    """The same over all lessons of a course in one language."""

    course: str
    language: str
    lessons: int
    segments: int
    segments_unfolded: int


def prices(catalogue: Catalogue) -> tuple[Price, ...]:
    """A row for each lesson and language, in teaching order. What a learner answers wrongly is not foreseen."""
    courses = catalogue.courses.values()
    return tuple(row for course in courses for language in course.languages for row in course_prices(course, language))


def course_prices(course: Course, language: str) -> Iterator[Price]:
    """A row for each lesson of one course in one language, in teaching order."""
    lessons = (course.lessons.get((id, language)) for id in course.ordered_lessons())
    return (_price(course, lesson) for lesson in lessons if lesson)


def totals(rows: Sequence[Price]) -> tuple[Total, ...]:
    """The sum of `rows` for each course and language, in their order."""
    keys = dict.fromkeys((row.course, row.language) for row in rows)
    return tuple(_total(course, language, rows) for course, language in keys)


def _total(course: str, language: str, rows: Sequence[Price]) -> Total:
    own = [row for row in rows if (row.course, row.language) == (course, language)]
    return Total(
        course=course,
        language=language,
        lessons=len(own),
        segments=sum(row.segments for row in own),
        segments_unfolded=sum(row.segments_unfolded for row in own),
    )


def _price(course: Course, lesson: Lesson) -> Price:
    folded, exact = (sum(map(segments, _messages(course, lesson, each))) for each in (course.sms_policy, "exact"))
    return Price(course=course.id, lesson=lesson.id, language=lesson.language, segments=folded, segments_unfolded=exact)


def _messages(course: Course, lesson: Lesson, policy: str) -> Iterator[str]:
    """What goes out for a lesson, message by message."""
    for card in lesson.cards:
        yield fold_text(card.text, policy)
    for id in lesson.items:
        if item := course.items.get((id, lesson.language)):
            yield question_text(item, policy)
