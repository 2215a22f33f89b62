"""What HELP is answered with: a stranger, who is puzzled by a question, and the word alone."""

from __future__ import annotations

import pytest
from phones import Phone

from bot.catalogue import Catalogue


@pytest.mark.parametrize("said", ["quisiera informacion", "de qué se trata", "INFORMACION", "can you tell me more"])
def test_a_stranger_who_asks_is_told_who_we_are_and_what_to_write(real: Catalogue, said: str) -> None:
    phone = Phone(catalogue=real)
    welcome = phone.write("hola")

    assert phone.write(said) == welcome
    assert Phone(catalogue=real).write(said) == welcome


@pytest.mark.parametrize("said", ["AYUDA", "info", "HELP"])
def test_the_word_alone_is_always_the_list_of_what_can_be_written(real: Catalogue, rosa: Phone, said: str) -> None:
    helped = real.wording.say("es", "help", organisation="Norandino")

    assert Phone(catalogue=real).write(said) == [helped]
    assert rosa.write(said) == [helped]


@pytest.mark.parametrize(
    "said",
    [
        "no entiendo la pregunta",
        "ayúdame con esta pregunta",
        "explícame mejor",
        "I don't understand the question",
        "¿?",
    ],
)
def test_who_does_not_understand_the_question_hears_the_hint_once_and_how_to_answer(rosa: Phone, said: str) -> None:
    question = rosa.conversation.question
    assert question
    assert question.hint

    (first,) = rosa.write(said)
    (second,) = rosa.write(f"{said}...")

    assert question.hint in first
    assert question.hint not in second
    assert all("A, B o C" in each for each in (first, second))
    assert rosa.answers() == []


def test_the_bare_sign_asks_what_she_is_asked_for(real: Catalogue) -> None:
    phone = Phone(catalogue=real)
    phone.write("VIVERO", "SI")
    assert phone.write("?") == [real.wording.say("es", "name.why")]
    assert phone.write("Rosa")[0].startswith("¡Empezamos, Rosa!")

    phone.write("B", "A", "C")
    prompt = phone.conversation.prompt
    assert prompt
    assert prompt.kind == "sex"
    assert phone.write("??") == [real.wording.say("es", "profile.why")]
    assert phone.conversation.prompt == prompt


def test_the_bare_sign_of_who_has_stopped_is_told_what_is_left(real: Catalogue, rosa: Phone) -> None:
    rosa.write("BAJA")
    assert rosa.write("?") == [real.wording.say("es", "help.stopped", organisation="Norandino")]


def test_a_hint_that_was_asked_for_is_not_said_again(rosa: Phone) -> None:
    (hint,) = rosa.write("PISTA")

    (said,) = rosa.write("no entiendo la pregunta")

    assert hint not in said
