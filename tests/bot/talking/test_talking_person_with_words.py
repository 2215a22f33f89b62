"""Who writes the word for a person and her question in one message has asked it."""

from __future__ import annotations

import pytest
from phones import Phone

from bot.catalogue import Catalogue
from bot.turn import HelpAsked


@pytest.mark.parametrize("word", ["PERSONA", "tutor"])
def test_the_question_behind_the_word_is_kept_for_the_person(real: Catalogue, word: str) -> None:
    rosa = Phone(catalogue=real)
    rosa.write("VIVERO", "SI", "Rosa")

    (said,) = rosa.write(f"{word} tengo una duda con la semilla")
    assert said.startswith("Se la pasamos a Elena Ruiz: le responderá en 1 día hábil. Su pregunta 1 sigue abierta.")
    asked = [each.text for each in rosa.facts if isinstance(each, HelpAsked)]
    assert asked == ["tengo una duda con la semilla"]
    assert rosa.write("B")[0].startswith("¡Correcto!")


def test_a_tutor_who_is_only_spoken_to_is_not_asked_for(real: Catalogue) -> None:
    rosa = Phone(catalogue=real)
    rosa.write("VIVERO", "SI", "Rosa")

    assert rosa.write("tutor b")[0].startswith("¡Correcto!")


@pytest.mark.parametrize("said", [("PERSONA", "no entiendo la semilla"), ("PERSONA no entiendo la semilla",)])
def test_what_she_does_not_understand_is_told_to_the_person_she_asked_for(
    real: Catalogue, said: tuple[str, ...]
) -> None:
    rosa = Phone(catalogue=real)
    rosa.write("VIVERO", "SI", "Rosa")

    assert rosa.write(*said)[0].startswith("Anotado" if len(said) > 1 else "Se la pasamos a Elena Ruiz")
    assert [each.text for each in rosa.facts if isinstance(each, HelpAsked)][-1] == "no entiendo la semilla"


@pytest.mark.parametrize("before", [("VIVERO",), ("VIVERO", "SI"), ("VIVERO", "SI", "Rosa", "B", "A", "C")])
def test_a_call_for_help_behind_the_word_reaches_a_person_whatever_was_asked(
    real: Catalogue, before: tuple[str, ...]
) -> None:
    rosa = Phone(catalogue=real)
    rosa.write(*before)
    prompt = rosa.conversation.prompt

    assert "Se la pasamos a Elena Ruiz" in rosa.write("PERSONA hola necesito ayuda")[0]
    assert [each.text for each in rosa.facts if isinstance(each, HelpAsked)] == ["hola necesito ayuda"]
    assert prompt
    assert rosa.conversation.prompt
    assert rosa.conversation.prompt.kind == prompt.kind  # what was asked of her stays asked


def test_an_answer_behind_the_word_for_a_person_is_graded(real: Catalogue) -> None:
    rosa = Phone(catalogue=real)
    rosa.write("VIVERO", "SI", "Rosa", "PERSONA")

    assert rosa.write("del tercio medio")[0].startswith("¡Correcto!")
