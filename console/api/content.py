"""What is taught: the courses as they are now, unit by unit. To be read only: files are the truth."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from bot.catalogue import Course
from bot.cooperating.roles import Right, need
from console.api import problems, table
from console.api.paging import PageQuery
from console.api.shapes import Page, Query, Shown
from console.api.table import Call, Route
from store.database import Connection

LANGUAGE = Annotated[str, Field(pattern="^(es|en|rw|fr|qu|ay)?$")]


class CourseShown(Shown):
    """A course."""

    id: str
    version: str
    isco08: str
    titles: dict[str, str]
    countries: list[str]
    languages: list[str]
    drafts: list[str] = Field(description="Languages that no native reader has signed.")
    units: int
    lessons: int


class CoursePage(Page):
    """Courses, by id."""

    items: list[CourseShown]


class LessonQuery(Query):
    """In which language."""

    language: LANGUAGE = Field(default="", description="Without it, the one in which it was written.")


class LessonShown(Shown):
    """A lesson: what is read, and what is asked."""

    id: str
    title: str
    language: str
    cards: list[str]
    questions: list[str]


class UnitShown(Shown):
    """A unit of competency."""

    id: str
    title: str
    lessons: list[LessonShown]


class CourseRead(Shown):
    """A course with all its lessons in one language."""

    course: CourseShown
    language: str
    units: list[UnitShown]


class StandardShown(Shown):
    """A standard that is certified against."""

    code: str
    version: str
    titles: dict[str, str]


class Standards(Shown):
    """All of them, in the version in use."""

    items: list[StandardShown]


def list_courses(call: Call, conn: Connection) -> CoursePage:
    """List courses."""
    need(call.scope, Right.SEE_CONTENT)
    after, limit = call.after(str), call.asked(PageQuery).limit
    held = sorted(call.catalogue.courses.values(), key=lambda each: each.id)
    found = [each for each in held if not after or each.id > after[0]][: limit + 1]
    return CoursePage(items=[_shown(each) for each in found[:limit]], next=call.next(found, lambda each: [each.id]))


def get_course(call: Call, conn: Connection) -> CourseRead:
    """Read a course with its lessons."""
    need(call.scope, Right.SEE_CONTENT)
    course = call.catalogue.courses.get(call.path["course"])
    if course is None:
        raise problems.missing()
    language = course.in_language(call.asked(LessonQuery).language or course.languages[0])
    return CourseRead(
        course=_shown(course),
        language=language,
        units=[
            UnitShown(
                id=unit.id,
                title=unit.titles.get(language) or next(iter(unit.titles.values()), ""),
                lessons=[_lesson(course, id, language) for id in unit.lessons if course.lesson(id, language)],
            )
            for unit in course.units
        ],
    )


def list_standards(call: Call, conn: Connection) -> Standards:
    """List the standards that are certified against."""
    need(call.scope, Right.SEE_CONTENT)
    held = sorted(call.catalogue.standards.values(), key=lambda each: each.code)
    items = [StandardShown(code=each.code, version=each.version, titles=dict(each.titles)) for each in held]
    return Standards(items=items)


def _lesson(course: Course, id: str, language: str) -> LessonShown:
    lesson = course.lesson(id, language)
    if lesson is None:
        raise problems.missing()
    items = (course.item(item, language) for item in lesson.items)
    return LessonShown(
        id=lesson.id,
        title=lesson.title,
        language=lesson.language,
        cards=[card.text for card in lesson.cards],
        questions=[item.text for item in items if item],
    )


def _shown(each: Course) -> CourseShown:
    return CourseShown(
        id=each.id,
        version=each.version,
        isco08=each.isco08,
        titles=dict(each.titles),
        countries=list(each.countries),
        languages=list(each.languages),
        drafts=list(each.drafts),
        units=len(each.units),
        lessons=len(list(each.ordered_lessons())),
    )


ROUTES: list[Route] = [
    table.get("/courses", Right.SEE_CONTENT, list_courses, CoursePage, query=PageQuery),
    table.get("/courses/{course}", Right.SEE_CONTENT, get_course, CourseRead, query=LessonQuery),
    table.get("/standards", Right.SEE_CONTENT, list_standards, Standards),
]
