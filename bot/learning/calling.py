"""Whom a person should call, and what to say to her: who has fallen silent or failed twice, and what she missed.

Source: domain requirement R8: a call of a quarter of an hour to each who struggles, with a script of what she missed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.catalogue import Course
from bot.learning.progress import next_step
from bot.people import Enrolment

SILENT = timedelta(days=14)
FAILED = 2  # times that the quiz of one unit was failed, without being passed
_MOST_QUESTIONS = 6
_MOST_LESSONS = 4


class Reason(StrEnum):
    """Why she should be called."""

    FAILED = "failed"
    SILENT = "silent"


class Outcome(StrEnum):
    """What came of a call. A note is written without one."""

    REACHED = "reached"
    NOT_REACHED = "not_reached"
    RETURNS = "returns"
    STOPS = "stops"
    NOTE = "note"


# How long she is left in peace where nobody says until when. Who asks to stop is off the list by her own word; this
# is for the one who comes back.
_PEACE: Mapping[Outcome, timedelta] = {
    Outcome.REACHED: timedelta(days=7),
    Outcome.NOT_REACHED: timedelta(days=1),
    Outcome.RETURNS: timedelta(days=14),
    Outcome.STOPS: timedelta(days=30),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What is known of one who may have to be called. `failed`: unit → when its quiz was failed; units that were passed
    since are left out."""

    heard_at: datetime
    finished: bool = False
    failed: Mapping[str, Sequence[datetime]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """Why she should be called, since when, and over which unit."""

    reason: Reason
    since: datetime
    unit: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wrong:
    """A question that was answered wrongly: what was asked, what she said, what is right and why."""

    question: str
    said: str
    right: str
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Missed:
    """An answer as it is kept: of which item, with which option of the script (-1: none), in her own words."""

    item: str
    choice: int
    reply: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """What a call can go through: the lessons to look at again, the one that comes next, and the questions missed."""

    course: str  # its title
    unit: str  # the title of the unit that she is in
    lessons: tuple[str, ...]
    next: str
    wrong: tuple[Wrong, ...]
    done: int
    of: int


def cause(standing: Standing, now: datetime) -> Cause | None:
    """Why she should be called now; None where there is no need. Failing says more than silence, so it goes first."""
    if standing.finished:
        return None
    twice = [
        (sorted(times)[FAILED - 1], unit) for unit, times in sorted(standing.failed.items()) if len(times) >= FAILED
    ]
    if twice:
        since, unit = max(twice)
        return Cause(reason=Reason.FAILED, since=since, unit=unit)
    if standing.heard_at <= now - SILENT:
        return Cause(reason=Reason.SILENT, since=standing.heard_at)
    return None


def peace_until(outcome: Outcome, now: datetime, asked: datetime | None = None) -> datetime | None:
    """Until when she is not on the list: the day that was said, or as long as such a call lasts. None for a note."""
    if outcome is Outcome.NOTE:
        return None
    if asked is not None and outcome is not Outcome.STOPS:
        return max(asked, now)
    return now + _PEACE[outcome]


def script(course: Course, enrolment: Enrolment, missed: Iterable[Missed], language: str) -> Script:
    """What to go through with her, in her language, from what she answered wrongly, the latest first. What an edit has
    taken out of the course is left out."""
    step = next_step(course, enrolment)
    unit = next((each for each in course.units if each.id == step.unit), None)
    quiz = enrolment.quizzes.get(step.unit)
    weak = list(quiz.weak) if quiz and not quiz.passed else []
    wrong = _wrong(course, missed, language)
    lessons = [*dict.fromkeys([*weak, *(lesson for lesson, _ in wrong if lesson)])][:_MOST_LESSONS]
    return Script(
        course=course.title(language),
        unit=(unit.titles.get(language) or next(iter(unit.titles.values()), "")) if unit else "",
        lessons=tuple(title for each in lessons if (title := _title(course, each, language))),
        next=_title(course, step.lesson, language) if step.lesson else "",
        wrong=tuple(each for _, each in wrong[:_MOST_QUESTIONS]),
        done=sum(lesson in enrolment.done for lesson in course.ordered_lessons()),
        of=sum(1 for _ in course.ordered_lessons()),
    )


def _title(course: Course, lesson: str, language: str) -> str:
    found = course.lesson(lesson, language)
    return found.title if found else ""


def _wrong(course: Course, missed: Iterable[Missed], language: str) -> list[tuple[str, Wrong]]:
    """Each question once, with the lesson that it belongs to."""
    of_lesson = {
        item: lesson.id for (_, tongue), lesson in course.lessons.items() if tongue == course.in_language(language)
        for item in lesson.items
    }  # fmt: skip
    found: dict[str, tuple[str, Wrong]] = {}
    for each in missed:
        item = course.item(each.item, language)
        if item is None or each.item in found:
            continue
        options = item.options
        said = options[each.choice].text if 0 <= each.choice < len(options) else each.reply[:80]
        right = options[item.key].text if item.key >= 0 else item.answer.split("|")[0]
        why = next((option.feedback for option in options if option.key and option.feedback), "") or item.why
        found[each.item] = (of_lesson.get(each.item, ""), Wrong(question=item.text, said=said, right=right, why=why))
    return list(found.values())
