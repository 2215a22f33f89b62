"""A place names an option, unless it counts something else; a no of its own takes nothing back."""

from __future__ import annotations

from pathlib import Path

import pytest

from authoring.words import load_words
from bot.talking.understanding import interpret
from bot.talking.understanding.reading import NONE, Reading

WORDS = load_words(Path(__file__).parents[3] / "content" / "words")
PARTS = ("De la punta", "Del tercio medio", "Recogida del suelo")


def read(said: str, language: str) -> Reading:
    return interpret(said, language=language, options=PARTS, vocabulary=WORDS, question=1)


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("es", "espere un segundo"),
        ("es", "deme un segundito por favor"),
        ("es", "primero Dios"),
        ("es", "Dios primero"),
        ("es", "un tercero"),
        ("en", "one second"),
        ("en", "a second please"),
        ("en", "second thoughts"),
        ("en", "first of all thank you"),
        ("fr", "attendez une seconde"),
        ("fr", "un premier pas"),
    ],
)
def test_a_place_inside_another_phrase_is_no_answer(language: str, said: str) -> None:
    assert read(said, language) == NONE


@pytest.mark.parametrize(
    ("language", "said", "option"),
    [
        ("es", "la segunda", "B"),
        ("es", "el segundo", "B"),
        ("es", "segunda pues", "B"),
        ("es", "segunda Rosa", "B"),
        ("es", "primero", "A"),
        ("en", "the second one", "B"),
        ("fr", "la seconde", "B"),
    ],
)
def test_a_place_by_itself_is_an_answer(language: str, said: str, option: str) -> None:
    assert read(said, language).result == option


@pytest.mark.parametrize(
    ("language", "said", "guess"),
    [
        ("es", "no, la A", "A"),
        ("es", "no. es la c", "C"),
        ("en", "no, it's A", "A"),
        ("fr", "non, la A", "A"),
        ("rw", "oya, ni A", "A"),
        ("es", "no la A", ""),
        ("es", "no, no es la A", ""),
        ("es", "no, la A no", ""),
    ],
)
def test_a_letter_behind_a_no_of_its_own_is_asked_about(language: str, said: str, guess: str) -> None:
    assert read(said, language) == Reading(result="AMBIGUOUS", guess=guess)
