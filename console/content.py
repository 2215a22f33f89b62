"""Courses as learners see them: lessons on both kinds of phone, what the check says, how good the questions are."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from authoring import drafting, lesson_books, packs, refusal_words
from authoring.pricing import course_prices
from authoring.refusals import Refusal
from bot.catalogue import Course, Unit
from bot.cooperating.roles import Right, may
from bot.learning.drafting import DraftState
from bot.messages import labels
from console import lesson_faces
from console.asked import Asked
from console.entering import page
from store import publishing

BASE = "/console/content"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One course in the list."""

    course: Course
    lessons: int
    errors: int
    warnings: int


def course_of(asked: Asked) -> Course:
    """The course of this address. Raises NotThere."""
    course = asked.office.catalogue().courses.get(asked.request.match_info["course"])
    if course is None:
        raise asked.missing()
    return course


def language_of(asked: Asked, course: Course, name: str = "language") -> str:
    """The language that the query names, where the course has it; else the reader's, else the course's first."""
    wished = asked.query.text(name, 5)
    return wished if wished in course.languages else course.in_language(asked.language)


def crumbs(asked: Asked, course: Course | None = None) -> list[tuple[str, str]]:
    """The way back."""
    there = [(BASE, asked.t("content.title"))]
    return there + ([(f"{BASE}/courses/{course.id}", course.title(asked.language))] if course else [])


def tabs(asked: Asked, course: Course) -> list[tuple[str, str, str]]:
    """The pages of one course."""
    base = f"{BASE}/courses/{course.id}"
    found = [
        ("course", base, asked.t("content.tab_lessons")),
        ("questions", f"{base}/questions", asked.t("content.tab_questions")),
    ]
    if len(course.languages) > 1 or asked.may(Right.WRITE_CONTENT):
        found.append(("translation", f"{base}/translation", asked.t("content.tab_translation")))
    return [*found, ("check", f"{base}/check", asked.t("content.tab_check"))]


def said(asked: Asked, found: Iterable[Refusal]) -> list[dict[str, str]]:
    """Refusals as this reader is told them."""
    return [
        {"place": f"{each.file}:{each.line}", "level": each.level, "what": what, "cure": cure}
        for each in found
        for what, cure in [refusal_words.told(each, asked.language)]
    ]


async def refusals(asked: Asked, course: str = "") -> list[Refusal]:
    """What the check says of content/ as it lies there; of one course where it is given."""
    found = (await asyncio.to_thread(drafting.loaded, asked.office.content_dir)).refusals
    return [each for each in found if not course or each.file.startswith(f"{course}/")]


async def courses(asked: Asked) -> web.Response:
    """All courses, and the changes that wait for a second person."""
    writes = asked.may(Right.WRITE_CONTENT)
    found = await refusals(asked)
    waiting = (
        await asked.look(lambda conn: publishing.listed(conn, asked.scope, DraftState.WAITING, limit=10))
        if writes
        else []
    )
    by_course = Counter((each.file.partition("/")[0], each.level) for each in found)
    shown = [
        Shown(
            course=each,
            lessons=len(list(each.ordered_lessons())),
            errors=by_course[each.id, "error"],
            warnings=by_course[each.id, "warning"],
        )
        for each in asked.office.catalogue().courses.values()
    ]
    broken = [each for each in found if each.level == "error"]
    return asked.show(
        "content/courses.html.j2", courses=shown, waiting=waiting, broken=said(asked, broken[:20]), writes=writes
    )


async def one(asked: Asked) -> web.Response:
    """One course: its units and lessons, with what each costs by SMS."""
    course = course_of(asked)
    language = language_of(asked, course)
    catalogue = asked.office.catalogue()
    cost = {each.lesson: each.segments for each in course_prices(course, language)}
    used = await asked.look(lambda conn: publishing.versions(conn, asked.scope, course.id))
    versions = [
        {
            "version": version,
            "people": n,
            "more": n > publishing.COUNTED,
            "state": "now"
            if version == course.version
            else "kept"
            if (course.id, version) in catalogue.kept
            else "gone",
        }
        for version, n in used
    ]
    return asked.show(
        "content/course.html.j2",
        course=course,
        language=language,
        cost=cost,
        price=price_of(asked),
        versions=versions,
        crumbs=crumbs(asked),
        tabs=tabs(asked, course),
        sees_exams=sees_exams(asked),
    )


def price_of(asked: Asked) -> Any:
    """The dearest price of an SMS segment; None where none is set."""
    return max(asked.office.policy().prices.values(), default=None)


def sees_exams(asked: Asked) -> bool:
    """Whether exam questions are shown: to those who write them or see to certification, not to everybody."""
    return may(asked.scope, Right.WRITE_CONTENT) or may(asked.scope, Right.CERTIFY)


async def lesson(asked: Asked) -> web.Response:
    """One lesson on both kinds of phone, or the further questions of a unit."""
    course = course_of(asked)
    id, language = asked.request.match_info["lesson"], language_of(asked, course)
    catalogue = asked.office.catalogue()
    found = course.lesson(id, language)
    unit, kind = _unit_of(course, id)
    if unit is None or (kind == "exam" and not sees_exams(asked)):
        raise asked.missing()
    if kind == "lesson" and found is not None:
        faces = lesson_faces.of_lesson(catalogue, course, found, price_of(asked))
        title = found.title
    else:
        ids = unit.exam if kind == "exam" else _practised(course, unit)
        faces = lesson_faces.of_questions(catalogue, course, ids, language, price_of(asked), exam=kind == "exam")
        title = f"{asked.t('content.' + kind)}: {unit.titles.get(asked.language) or unit.titles[course.languages[0]]}"
    script = await asyncio.to_thread(_script_of, asked, course, id)
    before, after = _beside(course, id)
    return asked.show(
        "content/lesson.html.j2",
        course=course,
        unit=unit,
        kind=kind,
        lesson=found,
        title=title,
        language=language,
        faces=faces,
        script=script,
        before=before,
        after=after,
        letters=labels(8),
        facts={fact: catalogue.facts.get(fact, {}) for fact in (found.facts if found else ())},
        crumbs=crumbs(asked, course),
    )


def _unit_of(course: Course, id: str) -> tuple[Unit | None, str]:
    """The unit that an id belongs to, and what it is there: lesson, practice, exam."""
    for unit in course.units:
        if id in unit.lessons:
            return unit, "lesson"
        if id in (f"{unit.id}.practice", f"{unit.id}.exam"):
            kind = id.rpartition(".")[2]
            return (unit, kind) if (unit.exam if kind == "exam" else _practised(course, unit)) else (None, "")
    return None, ""


def _practised(course: Course, unit: Unit) -> tuple[str, ...]:
    """What a unit practises beyond its lessons."""
    return tuple(id for id in unit.practice if id.startswith(f"{unit.id}.practice."))


def _beside(course: Course, id: str) -> tuple[str, str]:
    """The lessons before and after one; empty at the ends."""
    ids = ["", *course.ordered_lessons(), ""]
    return (ids[ids.index(id) - 1], ids[ids.index(id) + 1]) if id in ids else ("", "")


def _script_of(asked: Asked, course: Course, id: str) -> str:
    """The script (unit/lesson) in which something stands; empty where it cannot be told."""
    unit, kind = _unit_of(course, id)
    sought = id if kind == "lesson" else next(iter(unit.lessons), "") if unit else ""
    there = lesson_books.scripts(asked.office.content_dir, course.id)
    for name, given in there.items():
        if any(f'"{sought}"' in text.partition("\n+++")[0] for text in given.values()):
            beside = f"{name.rpartition('/')[0]}/{kind}"
            return name if kind == "lesson" else beside if beside in there else ""
    return ""


async def check(asked: Asked) -> web.Response:
    """What the check says of one course."""
    course = course_of(asked)
    found = await refusals(asked, course.id)
    return asked.show(
        "content/check.html.j2",
        course=course,
        found=said(asked, found[:200]),
        crumbs=crumbs(asked),
        tabs=tabs(asked, course),
    )


# --- files to take away ---


async def workbook(asked: Asked) -> web.Response:
    """All texts of a course as XLSX, with a column for each language."""
    course, root = course_of(asked), asked.office.content_dir
    data = await asyncio.to_thread(lesson_books.write_book, root, course.id, course.languages)
    return asked.download(data, f"{course.id}-{course.version}.xlsx", XLSX)


async def pack(asked: Asked) -> web.Response:
    """A course's folder as a pack for another institution."""
    course, root = course_of(asked), asked.office.content_dir
    organisation = asked.office.policy().organisation
    data = await asyncio.to_thread(packs.write_pack, root, course, organisation, asked.now)
    return asked.download(data, f"{course.id}-{course.version}.zip", "application/zip")


PAGES = [
    page("GET", "/content", Right.SEE_CONTENT, courses),
    page("GET", "/content/courses/{course}", Right.SEE_CONTENT, one),
    page("GET", "/content/courses/{course}/lessons/{lesson}", Right.SEE_CONTENT, lesson),
    page("GET", "/content/courses/{course}/check", Right.SEE_CONTENT, check),
    page("GET", "/content/courses/{course}/workbook", Right.WRITE_CONTENT, workbook),
    page("GET", "/content/courses/{course}/pack", Right.WRITE_CONTENT, pack),
]
