"""How good the questions of a course are, as people's answers tell; worked out every night, and when somebody asks."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from aiohttp import web

from bot.catalogue import Course, Item
from bot.certifying.item_figures import MOST_ANSWERS, figures
from bot.certifying.quality import FLAGGED_FROM, SHOWN_FROM, Finding
from bot.certifying.quality_words import told
from bot.cooperating.roles import Right
from bot.messages import labels
from bot.people import OPERATOR
from console.asked import Asked
from console.content import BASE, course_of, crumbs, sees_exams, tabs
from console.entering import page
from store import publishing
from store.database import Connection
from store.item_answers import responses


async def questions(asked: Asked) -> web.Response:
    """The statistics of a course's questions, as they were last worked out."""
    course = course_of(asked)
    kept, at = await asked.look(lambda conn: publishing.figures(conn, asked.scope, course.id))
    language = course.in_language(asked.language)
    rows = [row for each in kept if (row := _figured(asked, course, language, each))]
    rows.sort(key=lambda row: -len(row["findings"]))
    return asked.show(
        "content/questions.html.j2",
        course=course,
        rows=rows,
        at=at,
        shown=SHOWN_FROM,
        flagged=FLAGGED_FROM,
        letters=labels(8),
        crumbs=crumbs(asked),
        tabs=tabs(asked, course),
    )


def _figured(asked: Asked, course: Course, language: str, kept: Mapping[str, Any]) -> dict[str, Any] | None:
    """One row; None where the question is gone, or is one that this person does not see."""
    item: Item | None = course.item(kept["item"], language)
    exam = course.exam_item(kept["item"], language)
    if item is None and (exam is None or not sees_exams(asked)):
        return None
    said = [told(Finding(**each), asked.language) for each in kept["findings"]]
    return {
        **kept,
        "text": (item or exam or Item(id="", kind="", text="")).text,
        "exam": exam is not None,
        "findings": said,
    }


async def work_out(asked: Asked) -> web.Response:
    """Work the statistics out anew, of everybody's answers."""
    course = course_of(asked)
    # How good a question is, is known from all who answered it; nobody is named by it.
    answered = await asked.look(lambda conn: responses(conn, OPERATOR, course=course.id, most=MOST_ANSWERS))
    worked_out = await asyncio.to_thread(figures, course, answered)

    def work(conn: Connection) -> None:
        publishing.keep_figures(conn, asked.scope, course.id, worked_out, asked.now)

    await asked.do(work)
    return asked.go(f"{BASE}/courses/{course.id}/questions", told="content.worked_out")


PAGES = [
    page("GET", "/content/courses/{course}/questions", Right.SEE_CONTENT, questions),
    page("POST", "/content/courses/{course}/questions", Right.WRITE_CONTENT, work_out),
]
