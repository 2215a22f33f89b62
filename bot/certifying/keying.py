"""Which questions of a course have statistics, and what each is marked by."""

from __future__ import annotations

from collections.abc import Iterator

from bot.catalogue import Course, Item
from bot.certifying.items import guess
from bot.certifying.quality import Keyed


def keyed(course: Course) -> Iterator[Keyed]:
    """The questions of a course's quizzes and exams that are marked, in teaching order."""
    first = course.languages[0]
    for unit in course.units:
        for id, find in (*((id, course.item) for id in unit.practice), *((id, course.exam_item) for id in unit.exam)):
            item = find(id, first)
            if item and item.kind in ("choice", "order", "number", "text"):
                yield _item(item)


def _item(item: Item) -> Keyed:
    options = len(item.options) if item.kind == "choice" else 0
    return Keyed(item=item.id, guess=guess(item), options=options, key=item.key if options else -1)
