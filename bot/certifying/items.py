"""Assessment items: which ones a unit of a standard may draw on, and how easily each is guessed."""

from __future__ import annotations

from math import factorial

from bot.catalogue import Course, Item
from bot.certifying.standards import Unit

TYPED = 0.05  # a typed number or word is seldom guessed: 0.02 to 0.05, of which we take the cautious end
ASKED = ("choice", "number", "order")  # the kinds that an exam may have


def guess(item: Item) -> float:
    """The chance of answering an item rightly without knowing: 1/options, 1/n! for an order, 0.05 for what is typed.

    An item that cannot be marked (a task, a rating) raises ValueError.
    """
    if item.kind == "choice":
        return 1 / len(item.options)
    if item.kind == "order":
        return 1 / factorial(len(item.options))
    if item.kind in ("number", "text"):
        return TYPED
    raise ValueError(f"an item of the kind {item.kind} cannot be marked, so it has no chance of guessing")


def assessment_items(unit: Unit, course: Course, language: str) -> tuple[Item, ...]:
    """The exam items that assess a criterion of `unit`, in order, in the language in which she is taught.

    Items of lessons and of practice are never among them: the course keeps exams apart.
    """
    codes = {criterion.code for criterion in unit.criteria}
    ids = (id for each in course.units for id in each.exam)
    items = (course.exam_item(id, language) for id in ids)
    return tuple(item for item in items if item is not None and codes & set(item.criteria))
