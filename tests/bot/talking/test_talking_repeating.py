"""After a quiz that was not passed she hears of all the lessons that come before it again."""

from __future__ import annotations

import pytest
from phones import Phone

from bot.catalogue import Catalogue
from bot.learning.progress import to_repeat
from bot.people import Attempt
from tests.changing import replace


def failed(real: Catalogue, missed: int) -> tuple[Phone, list[str]]:
    """A learner who misses an item of the first `missed` lessons in the first quiz, and what is said at its end."""
    phone = Phone(catalogue=real)
    phone.write("VIVERO", "SI", "Rosa")
    course = real.courses["coffee-nursery"]
    unit = course.units[0]
    learner = phone.record.learners[0]
    held = phone.record.of(learner.id)[0]
    phone.record = phone.record.with_enrolment(replace(held, done=dict.fromkeys(unit.lessons, phone.now)))
    items = [
        next(item for item in unit.practice if item.rpartition(".")[0] == lesson)
        for lesson in unit.lessons
        if any(item.rpartition(".")[0] == lesson for item in unit.practice)
    ]
    last = next(item for item in unit.practice if item not in items)
    right = tuple(place >= missed for place in range(len(items)))
    attempt = Attempt(
        id="a", learner=learner.id, enrolment=held.id, course=course.id, unit=unit.id, items=(*items, last),
        started_at=phone.now, right=right,
    )  # fmt: skip
    phone.record = phone.record.with_attempt(attempt)
    phone.conversation = phone.conversation.moved(question=None, prompt=None)
    phone.write("SIGUE")
    question = phone.conversation.question
    assert question is not None
    assert question.purpose == "quiz"
    return phone, phone.write("B" if question.key == 0 else "A")


@pytest.mark.parametrize("missed", [2, 3])
def test_all_the_lessons_to_repeat_are_named_or_counted(real: Catalogue, missed: int) -> None:
    phone, said = failed(real, missed)
    course = real.courses["coffee-nursery"]
    enrolment = phone.record.of(phone.record.learners[0].id)[0]
    weak = to_repeat(course.units[0], enrolment)
    first = course.lesson(weak[0], "es")

    assert len(weak) >= missed
    assert first is not None
    assert f"repetir {len(weak)} lecciones" in said[-1]
    assert first.title in said[-1]


def test_who_comes_back_is_shown_what_is_open_before_it_can_be_skipped(rosa: Phone) -> None:
    asked = rosa.conversation.question
    rosa.wait(hours=30)

    card, again = rosa.write("continuar")

    assert asked is not None
    assert asked.text in again
    assert card not in again
    assert "saltada" in " ".join(rosa.write("SIGUE"))


def test_what_was_asked_just_now_is_skipped_at_once(rosa: Phone) -> None:
    assert "saltada" in " ".join(rosa.write("SIGUE", seconds=3_000))
