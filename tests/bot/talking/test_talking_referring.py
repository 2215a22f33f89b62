"""What she asks and the bot does not understand is offered to a person, in her own words."""

from __future__ import annotations

import pytest
from phones import Phone

from bot.catalogue import Catalogue
from bot.turn import HelpAsked

ASKED = "Buenos días, quería preguntarle por mis plantitas, se ponen amarillas"


@pytest.fixture
def rosa(real: Catalogue) -> Phone:
    phone = Phone(catalogue=real)
    phone.write("VIVERO", "SI", "Rosa")
    return phone


def passed_on(phone: Phone) -> list[str]:
    return [each.text for each in phone.facts if isinstance(each, HelpAsked)]


def test_with_a_yes_her_own_words_go_to_a_person_and_the_lesson_goes_on(rosa: Phone) -> None:
    assert rosa.write(ASKED) == ["No le entendí. ¿Es una pregunta para una persona? Responda SI y se la pasamos, o NO."]
    assert passed_on(rosa) == []

    [said] = rosa.write("SI")
    assert said.startswith("Anotado, gracias. Rosa, su pregunta 1 sigue abierta.")
    assert passed_on(rosa) == [ASKED]
    assert rosa.write("B")[0].startswith("¡Correcto!")


def test_with_a_no_nobody_hears_of_it(rosa: Phone) -> None:
    rosa.write("¿qué abono uso para el almácigo?")
    assert rosa.write("NO")[0].startswith("Rosa, su pregunta 1 sigue abierta.")
    assert passed_on(rosa) == []


def test_an_answer_closes_the_offer(rosa: Phone) -> None:
    rosa.write("¿qué abono uso para el almácigo?")
    assert rosa.write("B")[0].startswith("¡Correcto!")
    rosa.write("SI")
    assert passed_on(rosa) == []


def test_after_a_lesson_too(rosa: Phone) -> None:
    rosa.write("B", "A", "C", "1")
    rosa.write("¿dónde compro bolsas para el vivero?", "SI")
    assert passed_on(rosa) == ["¿dónde compro bolsas para el vivero?"]


@pytest.mark.parametrize("said", ["el gato azul de la vecina", "¿y?", "blanco o negro"])
def test_what_is_no_question_is_not_offered(rosa: Phone, said: str) -> None:
    assert "persona?" not in rosa.write(said)[0]


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("b uenos días", "No le entendí"),  # no B
        ("c cómo era?", "¿Eligió C)"),
        ("b bueno", "¡Correcto!"),
    ],
)
def test_a_first_letter_may_be_no_label(rosa: Phone, said: str, told: str) -> None:
    first = rosa.write(said)[0]
    assert first.startswith(told) or (told == "No le entendí" and first.startswith("Rosa, su pregunta 1"))
