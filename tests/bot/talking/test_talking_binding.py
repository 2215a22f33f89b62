"""What was sent before a question was asked does not answer it, on any channel and in any kind of question."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from phones import Phone
from test_talking_surveying import answered, put

from bot.conversation import Prompt, Question
from bot.delivering.sms import segments, sms_text
from bot.messages import Heard
from bot.turn import ThreadMoved

_EARLY = '"C" llegó antes que mi última pregunta. Si es su respuesta a esa pregunta, envíela otra vez.'


def right(phone: Phone) -> list[bool]:
    return [each.right for each in phone.answers()]


def number(phone: Phone) -> int:
    assert phone.conversation.question is not None
    return phone.conversation.question.number


@pytest.mark.parametrize("again", ["B", "b.", "la B", "Sana", "b) Sana"])
def test_the_same_answer_sent_twice_is_graded_once_and_costs_no_word(rosa: Phone, again: str):
    rosa.write("B")
    assert number(rosa) == 2
    assert rosa.write(again, seconds=0, under_way=0.04) == []
    assert right(rosa) == [True]
    assert rosa.write("B", seconds=30) != []  # what she sends after the question answers it
    assert right(rosa) == [True, False]


def test_a_second_tap_is_no_second_try(rosa: Phone):
    rosa.write("A")
    assert rosa.write("A", seconds=0, under_way=0.04) == []
    assert right(rosa) == [False]
    assert rosa.conversation.question is not None
    assert rosa.conversation.question.tries == 1
    rosa.write("A")
    assert right(rosa) == [False, False]


def test_an_answer_that_was_overtaken_by_a_later_one_may_be_sent_again(rosa: Phone):
    rosa.write("B", seconds=60)
    rosa.conversation = rosa.conversation.moved(question=_three(rosa))
    assert rosa.write("C", seconds=0, under_way=40) == [_EARLY]
    assert segments(sms_text(rosa.said()[-1])) == 1
    assert rosa.write("A", seconds=0, under_way=40) == []  # she is told once, not for each
    assert right(rosa) == [True]
    rosa.write("C", seconds=30)
    assert right(rosa) == [True, False]


def test_whoever_writes_one_answer_after_the_other_without_waiting_is_answered_in_turn(rosa: Phone):
    """So it is as well where we were away, and all that she wrote is answered when we come back."""
    rosa.write("B", under_way=0.2)
    rosa.write("A", seconds=0, under_way=0.1)
    assert right(rosa) == [True, True]


def _three(phone: Phone) -> Question:
    question = phone.conversation.question
    assert question is not None
    return question.changed(options=("Del medio", "Del suelo", "De la bolsa"), order=(0, 1, 2), feedback=("", "", ""))


def test_equal_times_and_questions_of_which_no_time_is_known_are_answered(rosa: Phone):
    rosa.write("B")
    rosa.write("A", seconds=0)
    assert right(rosa) == [True, True]
    rosa.write("2", "SIGUE")
    question = rosa.conversation.question
    assert question is not None
    rosa.conversation = rosa.conversation.moved(question=question.changed(put=0), given=None)
    rosa.write("A", seconds=0, under_way=60)
    assert len(right(rosa)) == 3


def test_words_after_a_button_are_not_taken_for_the_next_question(chat: Callable[[], Phone]):
    ana = chat()
    ana.press(1, ana.said()[-1])
    assert ana.write("B", seconds=0, under_way=0.04) == []
    [said] = ana.write("A", seconds=0, under_way=0.04)
    assert said.startswith('"A" llegó antes')
    assert right(ana) == [True]


def test_a_late_answer_finds_the_question_that_was_open_when_it_was_sent(rosa: Phone):
    rosa.write("SIGUE")  # question 2 takes the place of question 1, which stays answerable
    assert number(rosa) == 2
    [said] = rosa.write("B", seconds=0, under_way=5)
    assert said.startswith("Su respuesta a la pregunta 1: ¡Correcto!")
    assert [(each.right, each.late) for each in rosa.answers()] == [(True, True)]
    assert number(rosa) == 2


def test_a_number_that_names_an_older_question_answers_that_one(rosa: Phone):
    rosa.write("SIGUE")
    rosa.write("1b", seconds=5)
    rosa.write("2a", seconds=0, under_way=2)  # question 2 was open too when it was sent
    assert [(each.right, each.late) for each in rosa.answers()] == [(True, True), (True, False)]


def test_a_quiz_question_is_not_answered_by_what_came_before_it(rosa: Phone):
    rosa.write("SIGUE", "SIGUE", "SIGUE", "SIGUE", "SIGUE", "SIGUE", "SIGUE")
    question = rosa.conversation.question
    assert question is not None
    assert question.purpose == "quiz"
    letter = "AB"[question.key == 0]
    rosa.write(letter)
    graded = len(rosa.answers())
    assert rosa.write(letter, seconds=0, under_way=0.1) == []
    assert len(rosa.answers()) == graded


def test_a_second_tap_answers_no_further_question_of_a_survey_nor_the_lesson_beneath(rosa: Phone):
    put(rosa)
    rosa.write("1")
    assert rosa.write("1", seconds=0, under_way=0.04) == []
    assert len(answered(rosa)) == 1
    rosa.write("2", "Bien")
    assert rosa.write("Bien", seconds=0, under_way=0.04) == []
    assert len(answered(rosa)) == 3
    assert rosa.answers() == []


def test_a_letter_under_way_while_a_survey_ends_still_answers_the_lesson(rosa: Phone):
    put(rosa)
    rosa.write("1", "2", "Bien")
    rosa.write("B", seconds=0, under_way=0.04)
    assert right(rosa) == [True]


def test_a_number_sent_before_the_survey_was_put_does_not_answer_it(rosa: Phone):
    put(rosa)
    [said] = rosa.write("2", seconds=0, under_way=60)
    assert said.startswith('"2" llegó antes')
    assert answered(rosa) == []


def test_a_yes_sent_before_it_was_asked_confirms_nothing(rosa: Phone):
    question = rosa.conversation.question
    assert question is not None
    held = {"question": question.token, "choice": "1", "reply": "sanita"}
    values = ("yes", "no")
    asked = Prompt(kind="confirm", token="t", values=values, options=("Sí", "No"), data=held)
    now = rosa.now + timedelta(seconds=20)
    micro = int(now.timestamp()) * 1_000_000
    rosa.conversation = rosa.conversation.moved(prompt=asked.changed(put=micro))
    rosa.write("SI", under_way=5)
    assert right(rosa) == []
    rosa.write("SI")
    assert right(rosa) == [True]


def test_commands_and_stop_are_obeyed_however_early_they_were_sent(rosa: Phone):
    rosa.write("B")
    [status] = rosa.write("ESTADO", seconds=0, under_way=0.04)
    assert "Vivero" in status
    rosa.write("BAJA", seconds=0, under_way=0.04)
    assert any(isinstance(fact, ThreadMoved) and fact.state == "stopped" for fact in rosa.facts)


def test_an_older_message_that_was_fetched_later_is_a_repeat(rosa: Phone):
    rosa.write("B", seconds=40)
    assert rosa.hear(Heard.TEXT, text="B", under_way=38) == []  # its webhook was lost
    assert right(rosa) == [True]
