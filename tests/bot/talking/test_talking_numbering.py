"""The number that a quiz prints in front of its question belongs to the answer: "1/8: B"."""

from __future__ import annotations

import pytest
from phones import Phone

from bot.conversation import Question
from bot.talking.numbering import without_its_number


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


@pytest.mark.parametrize(
    "reply",
    [
        "1. 25",
        "1) 25",
        "Question 1: 25",
        "Q1: 25",
        "1. At most how many people are in a savings group? 25",
        "At most how many people are in a savings group? 25",
        "At most how many people are in a savings group? twenty-five",
    ],
)
def test_a_number_behind_the_number_and_the_text_of_its_question_is_the_answer(alice: Phone, reply: str) -> None:
    alice.write(reply)

    assert [(each.reply, each.right) for each in alice.answers()] == [("25", True)]


@pytest.mark.parametrize("reply", ["1.25", "1.5", "2. Who chooses the members? A", "5. Why is it so? 25"])
def test_what_is_no_number_of_the_open_question_is_not_cut_off(alice: Phone, reply: str) -> None:
    alice.write(reply)

    assert not any(each.right for each in alice.answers())
    assert alice.conversation.question is not None
    assert alice.conversation.question.number == 1


def test_a_quoted_question_that_is_closed_grades_nothing(alice: Phone) -> None:
    alice.write("25", "B")
    graded = len(alice.answers())

    [said] = alice.write("2. Who chooses the members? A")
    assert said.startswith("That question is closed. The open one is 3")
    assert len(alice.answers()) == graded


def test_a_letter_behind_the_text_of_an_older_question_answers_that_one(alice: Phone) -> None:
    alice.write("25", "NEXT")
    assert alice.conversation.question is not None
    assert alice.conversation.question.number == 3

    alice.write("2. Who chooses the members? B")
    assert [(each.item, each.right) for each in alice.answers()][-1][1]
    assert alice.conversation.question.number == 3


@pytest.mark.parametrize(
    ("kind", "reply"), [("order", "1) lavar 2) despulpar"), ("text", "1. lavar bien"), ("choice", "1. B")]
)
def test_only_a_number_loses_the_number_of_its_question(kind: str, reply: str) -> None:
    question = Question(token="0a", number=1, kind=kind, text="Put in order", options=("Lavar", "Despulpar"))

    assert without_its_number(question, reply, {}) == (reply, False)
