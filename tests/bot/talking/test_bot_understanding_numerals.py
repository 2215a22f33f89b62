"""Numbers that are written in words: as one number, and as an answer to options."""

from __future__ import annotations

from pathlib import Path

import pytest

from authoring.words import load_words
from bot.talking.understanding import interpret
from bot.talking.understanding.folding import words
from bot.talking.understanding.numerals import numerals_in

WORDS = load_words(Path(__file__).parents[3] / "content" / "words")

TEN = ["", "onze", "douze", "treize", "quatorze", "quinze", "seize", "dix-sept", "dix-huit", "dix-neuf"]
ONES = ["", "un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf"]
FRENCH = {
    **{70 + one: f"soixante-{TEN[one] or 'dix'}" for one in range(10)},
    **{80 + one: f"quatre-vingt-{ONES[one]}" for one in range(1, 10)},
    **{90 + one: f"quatre-vingt-{TEN[one] or 'dix'}" for one in range(10)},
}


def numbers(language: str, said: str) -> list[int]:
    return [value for _, _, value in numerals_in(WORDS.lists[language]).among(words(said))]


@pytest.mark.parametrize(
    ("language", "said", "read"),
    [
        ("es", "cuarenta y cinco", [45]),
        ("es", "cuarenta cinco", [45]),
        ("es", "ciento veinte y cinco", [125]),
        ("es", "diez y seis", [16]),
        ("es", "treinta o cinco", [30, 5]),
        ("es", "cinco y treinta", [5, 30]),
        ("es", "veinte y once", [20, 11]),
        ("es", "treinta y", [30]),
        ("es", "son 30 y 5", []),
        ("es", "y", []),
        ("en", "forty-five", [45]),
        ("en", "a hundred and five", [105]),
        ("en", "ten six", [10, 6]),
        ("fr", "vingt et un", [21]),
        ("fr", "cent quatre-vingt-dix-neuf", [199]),
        ("rw", "cumi na kabiri", [12]),
        ("rw", "makumyabiri n'itanu", [25]),
        ("rw", "mirongo itatu na ine", [34]),
        ("qu", "chunka pichqayuq", [15]),
        ("ay", "pä tunka", [20]),
    ],
)
def test_it_reads_numbers_in_words(language: str, said: str, read: list[int]) -> None:
    assert numbers(language, said) == read


def test_it_reads_every_french_number_above_seventy() -> None:
    assert {value: numbers("fr", said) for value, said in FRENCH.items()} == {value: [value] for value in FRENCH}


@pytest.mark.parametrize(
    ("language", "reply", "options", "read"),
    [
        ("es", "noventa y nueve", ("9", "90", "99"), "C"),
        ("es", "treinta y un", ("1", "30", "31"), "C"),
        ("es", "catorce", ("4 días", "10 días", "14 días"), "C"),
        ("fr", "dix-sept", ("7", "10", "17"), "C"),
        ("fr", "soixante-quinze", ("60", "15", "75"), "C"),
        ("rw", "makumyabiri n'itanu", ("20", "25", "30"), "B"),
        ("rw", "ibiri", ("Amazi", "Ubutaka", "Izuba"), "NONE"),
        ("es", "treinta, cinco", ("5", "30", "35"), "AMBIGUOUS"),
    ],
)
def test_it_takes_a_number_in_words_for_the_option_that_says_it(
    language: str, reply: str, options: tuple[str, ...], read: str
) -> None:
    assert interpret(reply, language=language, options=options, vocabulary=WORDS, question=2).result == read
