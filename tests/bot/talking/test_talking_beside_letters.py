"""Questions that ask for no letter: greetings open nothing there, and an older one is found by its number."""

from __future__ import annotations

import pytest
from phones import Phone

from bot.catalogue import Catalogue


@pytest.fixture
def ana(real: Catalogue) -> Phone:
    """Ana, with question 6 of the nursery open, which asks for a number (10), and question 5, an order, skipped."""
    phone = Phone(catalogue=real)
    phone.write("VIVERO", "SI", "Ana", "B", "A", "C", "SIGUE", "C", "SIGUE")
    question = phone.conversation.question
    assert question is not None
    assert (question.number, question.kind) == (6, "number")
    return phone


@pytest.mark.parametrize("greeting", ["hola", "hello", "Muraho", "bonjour"])
def test_a_greeting_opens_no_menu_while_a_number_is_asked_for(ana: Phone, greeting: str) -> None:
    [said] = ana.write(greeting)
    assert "pregunta 6 sigue abierta" in said
    assert ana.conversation.prompt is None
    assert ana.write("10")[0].startswith("¡Correcto!")


@pytest.mark.parametrize("reply", ["5 BCA", "5: bca", "5) B, C, A"])
def test_an_order_with_an_older_questions_number_is_that_ones_answer(ana: Phone, reply: str) -> None:
    said = ana.write(reply)
    assert said[0].startswith("Su respuesta a la pregunta 5: ¡Correcto!")
    assert ana.conversation.question is not None
    assert (ana.conversation.question.number, ana.conversation.question.tries) == (6, 0)
    assert "cerró" in ana.write(reply)[0], "once is enough"


@pytest.mark.parametrize("reply", ["6 = 10", "la 6 es 10", "6 es 10", "6- 10", "pregunta 6 es 10"])
def test_the_number_of_the_open_question_is_no_part_of_its_answer(ana: Phone, reply: str) -> None:
    assert ana.write(reply)[0].startswith("¡Correcto!")


@pytest.mark.parametrize("reply", ["5-10", "6-10", "6 o 10", "6 a 10"])
def test_two_numbers_are_no_answer(ana: Phone, reply: str) -> None:
    answered = len(ana.answers())
    ana.write(reply)
    assert len(ana.answers()) == answered


def test_a_name_that_is_a_command_as_well_is_a_name_where_a_name_is_asked_for(real: Catalogue) -> None:
    phone = Phone(catalogue=real)
    phone.write("VIVERO", "SI", "Socorro")
    assert phone.record.learners[0].name == "Socorro"


@pytest.mark.parametrize(
    "said",
    ["se murio mi papa, no puedo estudiar esta semana", "my mother passed away yesterday, I can't study this week"],
)
def test_who_mourns_and_cannot_study_now_is_not_the_one_who_died(ana: Phone, said: str) -> None:
    ana.write(said)
    assert ana.record.state == "open"
    assert ana.write("10")[0].startswith("¡Correcto!")


@pytest.mark.parametrize("said", ["no me mande tanto mensaje", "no me manden tan seguido los mensajes"])
def test_who_gets_too_many_messages_is_offered_a_rest_and_not_stopped(ana: Phone, said: str) -> None:
    assert "PAUSA" in ana.write(said)[0]
    assert ana.record.state == "open"


@pytest.mark.parametrize("reply", ["pregunta 1 es la B", "la pregunta 3 es C", "Pregunta 2: A"])
def test_an_answer_that_names_its_question_is_nothing_that_she_says_of_herself(real: Catalogue, reply: str) -> None:
    phone = Phone(catalogue=real)
    phone.write("VIVERO", "SI", "Ana", "B", "A", "C")
    assert phone.conversation.prompt is not None
    assert phone.conversation.prompt.kind == "sex"
    assert "ya se cerró" in phone.write(reply)[0]
    assert not phone.record.learners[0].sex


def test_and_it_chooses_nothing_from_a_menu(real: Catalogue) -> None:
    phone = Phone(catalogue=real)
    phone.write("VIVERO", "SI", "Ana", "SIGUE", "MENU")
    assert phone.write("pregunta 1 es la B")[0].startswith("Su respuesta a la pregunta 1: ¡Correcto!")
