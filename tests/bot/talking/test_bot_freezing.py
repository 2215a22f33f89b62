"""Who writes from a number that was given to somebody else hears nothing of who learned there before."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bot.turn import Silenced, ThreadMoved, Unlinked
from tests.bot.phones import Phone
from tests.changing import replace


def test_a_frozen_number_is_offered_lessons_once_and_then_left_in_peace(chat: Callable[[], Phone]) -> None:
    ana = chat()
    ana.record = replace(ana.record, state="frozen", learners=(), enrolments=(), consents={})
    ana.conversation = type(ana.conversation)()
    [first] = ana.write("quien es?")
    assert "Ana" not in first
    assert "Rosa" not in first
    assert ana.write("que dice?") == []


@pytest.mark.parametrize(
    "asked", ["¿Quién es?", "who is this??", "Numero equivocado", "No los conozco", "persona equivocada"]
)
def test_who_asks_who_we_are_after_three_months_of_silence_is_somebody_else(
    chat: Callable[[], Phone], asked: str
) -> None:
    ana = chat()
    ana.wait(days=91)
    [offered] = ana.write(asked)
    assert "Ana" not in offered
    assert "Rosa" not in offered
    assert {Unlinked(), Silenced(), ThreadMoved(state="frozen")} <= set(ana.facts[-5:])
    assert (ana.conversation.question, ana.conversation.learner) == (None, "")


@pytest.mark.parametrize("asked", ["¿Quién es?", "who is this?"])
def test_who_asks_so_within_three_months_is_known_still(chat: Callable[[], Phone], asked: str) -> None:
    ana = chat()
    ana.wait(days=89)
    ana.write(asked)
    assert Unlinked() not in ana.facts
    assert ana.conversation.learner


def test_a_letter_after_three_months_answers_the_question(chat: Callable[[], Phone]) -> None:
    ana = chat()
    ana.wait(days=200)
    ana.write("A")
    assert Unlinked() not in ana.facts
