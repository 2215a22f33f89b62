"""One slip in the word of a harmless command is forgiven; a stop and an ordinary word are never guessed at."""

from __future__ import annotations

from pathlib import Path

import pytest

from authoring.words import load_words
from bot.talking.understanding import command, interpret, nearly

WORDS = load_words(Path(__file__).parents[3] / "content" / "words")


def read(reply: str, language: str = "es", options: tuple[str, ...] = ("Enferma", "Sana", "Cualquiera")) -> str:
    return interpret(reply, language=language, options=options, vocabulary=WORDS, question=2).result


@pytest.mark.parametrize(
    ("language", "slip", "meant"),
    [
        ("es", "sige", "NEXT"),
        ("es", "siguee", "NEXT"),
        ("es", "segir", "NEXT"),
        ("es", "ayda", "HELP"),
        ("es", "estdo", "STATUS"),
        ("es", "repit", "REPEAT"),
        ("es", "mneu por favor", "MENU"),
        ("es", "pitsa", "HINT"),
        ("en", "nex", "NEXT"),
        ("en", "hlep", "HELP"),
        ("fr", "aid", "HELP"),
        ("rw", "komez", "NEXT"),
        ("rw", "inam", "HINT"),
    ],
)
def test_it_forgives_a_slip_in_a_short_word_that_does_no_harm(language, slip, meant):
    assert read(slip, language) == meant
    alone = command(slip, language=language, vocabulary=WORDS) or nearly(slip, language=language, vocabulary=WORDS)
    assert alone is not None
    assert alone.result == meant


def test_it_takes_no_ordinary_word_for_a_slip():
    for word, language in [("pasta", "es"), ("ayuno", "es"), ("hunt", "en"), ("hit", "en"), ("inyama", "rw")]:
        assert read(word, language) == "NONE", word
        assert nearly(word, language=language, vocabulary=WORDS) is None


def test_it_takes_a_word_near_an_option_for_the_option():
    assert read("pitsa", options=("Pizca", "Pita", "Nada")) != "HINT"


def test_it_guesses_at_no_stop():
    assert read("vaja") == "STOP"  # spelt by ear
    for word in ("varja", "salr", "alro", "bjaa"):
        assert read(word) == "NONE", word


@pytest.mark.parametrize("said", ["STOPP", "sstop", "cancell", "stopp por favor", "bajaa"])
def test_it_hears_a_stop_word_with_one_letter_twice(said):
    assert read(said) == "STOP"
    heard = command(said, language="es", vocabulary=WORDS)
    assert heard is not None
    assert heard.result == "STOP"


def test_it_takes_a_stop_word_with_one_letter_twice_for_the_option_that_it_is_or_asks():
    assert read("STOPP", options=("Agua", "Stopp", "Sol")) == "B"
    assert read("STOPP", options=("Agua", "Stop", "Sol")) == "AMBIGUOUS"
