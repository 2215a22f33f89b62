"""Who says that she will answer later is told that her question waits, and nothing is graded."""

from __future__ import annotations

import pytest
from phones import Phone

from bot.catalogue import Catalogue
from bot.talking.understanding import interpret

TIMES = {
    "es": ("En la mañana", "En la noche", "El sábado"),
    "en": ("Tomorrow morning", "Next week", "Today"),
    "fr": ("Demain matin", "Ce soir", "Jamais"),
}


@pytest.mark.parametrize(
    "said", ["mañana le respondo", "esta noche le contesto", "estoy ocupado ahora", "hoy no puedo"]
)
def test_her_question_waits_and_that_is_said_once(real: Catalogue, said: str) -> None:
    rosa = Phone(catalogue=real)
    rosa.write("VIVERO", "SI", "Rosa")

    assert rosa.write(said) == [real.wording.say("es", "unclear.later", number=1)]
    assert rosa.write("luego respondo") == []
    assert rosa.write("B")[0].startswith("¡Correcto!")


@pytest.mark.parametrize("said", ["la planta mañana respondo", "respondo", "no sé nada"])
def test_other_words_are_asked_about_as_ever(real: Catalogue, said: str) -> None:
    rosa = Phone(catalogue=real)
    rosa.write("VIVERO", "SI", "Rosa")

    assert rosa.write(said) != [real.wording.say("es", "unclear.later", number=1)]


@pytest.mark.parametrize(
    ("language", "reply", "read"),
    [
        ("es", "mañana le respondo", "NONE"),
        ("es", "el sábado contesto", "NONE"),
        ("es", "nos vemos a la 1", "NONE"),
        ("en", "i will answer tomorrow", "NONE"),
        ("fr", "je réponds demain", "NONE"),
        # These are answers all the same.
        ("es", "respondo en la noche: B", "B"),
        ("es", "en la noche", "B"),
        ("es", "contesto la 1", "A"),
        ("en", "tomorrow morning", "A"),
        ("fr", "demain matin", "A"),
    ],
)
def test_a_time_at_which_she_will_answer_is_no_answer(real: Catalogue, language: str, reply: str, read: str) -> None:
    found = interpret(reply, language=language, options=TIMES[language], vocabulary=real.vocabulary, question=1)
    assert found.result == read


@pytest.mark.parametrize(("reply", "read"), [("gracias tesorero", "AMBIGUOUS"), ("el tesorero", "C")])
def test_whoever_is_thanked_is_not_chosen(real: Catalogue, reply: str, read: str) -> None:
    options = ("Mi vecino", "La presidenta", "El tesorero")
    assert interpret(reply, language="es", options=options, vocabulary=real.vocabulary).result == read


@pytest.mark.parametrize(("reply", "read"), [("abono", "AMBIGUOUS"), ("con abono", "AMBIGUOUS"), ("sin abono", "A")])
def test_an_option_that_denies_is_chosen_only_with_its_denial(real: Catalogue, reply: str, read: str) -> None:
    options = ("Sin abono", "Abono fresco", "Abono maduro")
    assert interpret(reply, language="es", options=options, vocabulary=real.vocabulary).result == read
