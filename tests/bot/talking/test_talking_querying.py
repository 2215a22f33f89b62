"""Who asks what a word means, or says that she does not know it, has answered nothing."""

from __future__ import annotations

import pytest
from phones import Phone

from bot.catalogue import Catalogue
from bot.talking.understanding import interpret

OPTIONS = {
    "es": ("De la punta", "Del tercio medio", "Recogida del suelo"),
    "en": ("The share out", "The loan fund", "The fine"),
    "fr": ("De la pointe", "Du tiers moyen", "Du sol"),
    "rw": ("Kugabana", "Inguzanyo", "Ihazabu"),
}


@pytest.mark.parametrize(
    ("language", "reply", "read"),
    [
        ("es", "que es tercio medio?", "HELP"),
        ("es", "¿Qué es la punta?", "HELP"),
        ("es", "profe que es la punta", "HELP"),
        ("es", "que significa del tercio medio", "HELP"),
        ("es", "donde queda la punta?", "HELP"),
        ("es", "tercio medio que es?", "HELP"),
        ("es", "no se que es la punta", "NONE"),
        ("es", "no se cual es el tercio medio", "NONE"),
        ("en", "what is share out?", "HELP"),
        ("en", "meaning of share out", "HELP"),
        ("en", "I don't know what share out is", "NONE"),
        ("fr", "qu'est-ce que la pointe", "HELP"),
        ("fr", "je ne sais pas ce que c'est le tiers moyen", "NONE"),
        ("rw", "inguzanyo ni iki?", "HELP"),
        ("rw", "sinzi icyo kugabana ari cyo", "NONE"),
        # These are answers all the same.
        ("es", "no se, creo que la b", "B"),
        ("es", "no se, tercio medio", "B"),
        ("es", "del tercio medio?", "B"),
        ("es", "creo que es del tercio medio", "B"),
        ("en", "I don't know, share out", "A"),
    ],
)
def test_a_question_about_a_word_is_no_answer(real: Catalogue, language: str, reply: str, read: str) -> None:
    found = interpret(reply, language=language, options=OPTIONS[language], vocabulary=real.vocabulary, question=1)
    assert found.result == read


def test_an_option_that_begins_like_a_question_is_chosen_in_its_words(real: Catalogue) -> None:
    options = ("Que se seque", "Que es sana", "Cuando esta verde")

    def read(reply: str) -> str:
        return interpret(reply, language="es", options=options, vocabulary=real.vocabulary).result

    assert [read("que es sana"), read("cuando esta verde?")] == ["B", "C"]


def test_it_is_answered_with_help_or_a_hint_and_costs_no_try(real: Catalogue) -> None:
    rosa = Phone(catalogue=real)
    rosa.write("VIVERO", "SI", "Rosa")

    assert rosa.write("que es tercio medio?") == ["Pista: Ni arriba ni abajo. Responda con una sola letra: A, B o C."]
    assert rosa.write("no se que es la punta")[0].startswith("No se preocupe: ")
    assert rosa.answers() == []
