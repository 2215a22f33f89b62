"""The number that a quiz prints in front of its question belongs to the answer: "1/8: B"."""

from __future__ import annotations

import pytest
from phones import Phone


@pytest.fixture
def quizzed(rosa: Phone) -> Phone:
    """Rosa, with the first question of a quiz open."""
    rosa.write("SIGUE", "SIGUE", "SIGUE", "SIGUE", "SIGUE", "SIGUE", "SIGUE")
    question = rosa.conversation.question
    assert question is not None
    assert question.text.startswith("1/6 ")
    return rosa


@pytest.mark.parametrize("reply", ["1/6 B", "1/6: B", "1/6b", "1 / 6 - b)", "1/6. la B"])
def test_an_answer_with_the_printed_number_is_the_answer(quizzed: Phone, reply: str) -> None:
    graded = len(quizzed.answers())
    quizzed.write(reply)

    assert [each.reply for each in quizzed.answers()[graded:]] != []
    assert quizzed.conversation.question is not None
    assert quizzed.conversation.question.text.startswith("2/6 ")


def test_the_number_of_another_question_of_the_quiz_grades_nothing(quizzed: Phone) -> None:
    graded = len(quizzed.answers())

    [said] = quizzed.write("2/6 B")
    assert said == "Esa pregunta ya se cerró. La que espera es la 1: responda con la letra, o REPITE."
    quizzed.write("1/8 B")  # no number of this quiz
    assert len(quizzed.answers()) == graded
